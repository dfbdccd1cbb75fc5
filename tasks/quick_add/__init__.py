"""Quick add: a line of English text as a task. Its grammar is in docs/quick-add.md.

`words` splits a text, `marks` reads `#category` and its like, `cursor` reads on from word to word:
`dates`, `times` and `moments` what a task is due by, `patterns` and `repetitions` its recurrence.
`phrases` tells dates from parts of a title, `choice` decides which of them count, and `outcome`
what they come to. The words themselves are in `vocabulary`. `date_text` reads a text that says when
and nothing else.
"""

from tasks.quick_add.date_text import DateText, read_date_text
from tasks.quick_add.marks import Kind
from tasks.quick_add.problems import Problem, Report
from tasks.quick_add.reading import QuickAdd, Span, read_quick_add

__all__ = [
    "DateText",
    "Kind",
    "Problem",
    "QuickAdd",
    "Report",
    "Span",
    "read_date_text",
    "read_quick_add",
]
