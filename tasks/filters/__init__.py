"""The filter language of tasks: `today & (p1 | @errand) & !#Work`. Its page is docs/filters.md.

`scanning` splits a text into signs and terms, `parsing` puts them together to a tree, `terms` reads
one term: its dates are in `days`, its names and words of a search in `quoting`. `writing` gives a
tree back as text. What a tree means for rows is in `tasks.filtering`.
"""

from tasks.filters.errors import FilterError
from tasks.filters.parsing import parse
from tasks.filters.tree import Tree
from tasks.filters.writing import write

__all__ = ["FilterError", "Tree", "parse", "write"]
