"""One term: `overdue`, `due before: +7 days`, `p1`, `#Work`, `estimate < 30m`, `search: milk`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from tasks.filters.days import read_days
from tasks.filters.errors import SHOWN, FilterError, quote
from tasks.filters.quoting import read_name, read_text
from tasks.filters.tree import (
    Comparison,
    Dated,
    Estimate,
    Field,
    Flag,
    Mark,
    Priority,
    Relation,
    Search,
    Term,
    Window,
)
from tasks.quick_add.marks import read_estimate

# A colon or a comparison stands for itself, with or without space around it.
WORD: Final = re.compile(r":|[<>]=?|=|[^\s:<>=]+")
FLAGS: Final[dict[str, Term]] = {
    **{flag.value: flag for flag in Flag},
    "all": Flag.ALL,
    "done": Flag.COMPLETED,
    "no due date": Flag.NO_DATE,
    "no label": Flag.NO_TAGS,
    "no labels": Flag.NO_TAGS,
    "no tag": Flag.NO_TAGS,
    "repeating": Flag.RECURRING,
    **{f"p{level}": Priority(level) for level in range(1, 5)},
    "no priority": Priority(4),
}
FIELDS: Final = {field.value: field for field in Field}
RELATIONS: Final = {relation.value: relation for relation in Relation}
COMPARISONS: Final = {comparison.value: comparison for comparison in Comparison}
SIGNS: Final = {"and": "&", "or": "|", "not": "!"}

# What a misspelt term is compared with.
KNOWN: Final = (
    *FLAGS,
    *(f"{field} {relation}:" for field in Field for relation in Relation if relation != "on"),
    *(f"{field}:" for field in Field),
    *("today", "tomorrow", "yesterday", "this week", "next week", "this month", "next month"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("next 7 days", "last 7 days", "this weekend", "search:", "estimate <", "completed this week"),
)
LONGEST_TERM: Final = 6


@dataclass(frozen=True)
class Word:
    """A word of a term, in small letters, and where it begins and ends in the term's text."""

    text: str
    start: int
    end: int


def read_term(text: str, column: int) -> Term:
    """Return what a text without signs says; raises FilterError where it is no term.

    `column` is where the text begins, which neither begins nor ends with white space.
    """
    if text[0] in set(Mark):
        return read_name(text, column)
    words = [Word(match[0].casefold(), *match.span()) for match in WORD.finditer(text)]
    try:
        term = read_words(text, words, column)
    except FilterError:
        if words[0].text != "search":
            check_signs(text, words, column)
        raise
    if term is None:
        check_signs(text, words, column)
        raise FilterError(explain(text), column)
    return term


def read_words(text: str, words: Sequence[Word], column: int) -> Term | None:
    """Return the term that words are; None where they begin none that is known."""
    flag = FLAGS.get(" ".join(word.text for word in words))
    first = words[0].text
    if flag is not None:
        return flag
    if first == "search":
        start = skip(words, 1, ":")
        begin = words[start - 1].end
        return Search(read_text(text[begin:], column + begin))
    if first == "estimate":
        return read_estimate_term(words, column)
    if first in FIELDS:
        return read_dated(text, words, column)
    days = read_days(text, column)
    return Dated(Field.DUE, Relation.ON, days) if days else None


def skip(words: Sequence[Word], place: int, text: str) -> int:
    """Return the place after a word if it stands there."""
    return place + (place < len(words) and words[place].text == text)


def read_dated(text: str, words: Sequence[Word], column: int) -> Term:
    """Read `due before: friday`, `created this week`; the colon may be left out."""
    field = FIELDS[words[0].text]
    relation = RELATIONS.get(words[1].text) if len(words) > 1 else None
    start = skip(words, 1 if relation is None else 2, ":")
    if start == len(words):
        said = quote(text.rstrip(": "))
        raise FilterError(f"Write a date after {said}, such as {said[1:-1]}: today.", column)
    begin, column = words[start].start, column + words[start].start
    days = read_days(text[begin:], column)
    if days is None:
        raise FilterError(explain_date(words[start].text, text[begin:]), column)
    if relation in {Relation.BEFORE, Relation.AFTER} and isinstance(days, Window):
        message = f"{quote(text[begin:])} are several days: write one, such as +7 days."
        raise FilterError(message, column)
    return Dated(field, relation or Relation.ON, days)


def explain_date(first: str, text: str) -> str:
    """Return what to do about a text that is no date; `first` is its first word."""
    near = get_close_matches(first, (Relation.BEFORE, Relation.AFTER), n=1)
    if near:
        return f"{quote(text)} is no date. Did you mean “{near[0]}”?"
    return f"{quote(text)} is no date: write one such as today, friday, 2027-03-01 or +7 days."


def read_estimate_term(words: Sequence[Word], column: int) -> Term:
    """Read `estimate < 30m`, `estimate >= 1h30m`."""
    comparison = COMPARISONS.get(words[1].text) if len(words) > 1 else None
    if comparison is None:
        raise FilterError("Write how to compare: estimate < 30m, or <=, =, >=, >.", column)
    mark = read_estimate("~" + "".join(word.text for word in words[2:]))
    if mark is None:
        raise FilterError("Write a time such as 30m, 2h or 1h30m.", column + words[1].end)
    return Estimate(comparison, mark.number)


# --- What is wrong with others --------------------------------------------------------------------


def check_signs(text: str, words: Sequence[Word], column: int) -> None:
    """Raise FilterError if a text is no term because signs are missing in it."""
    for word in words:
        if word.text in SIGNS:
            said = quote(text[word.start : word.end])
            raise FilterError(f"Write {SIGNS[word.text]} for {said}.", column + word.start)
        if word.text.endswith(","):
            raise FilterError("Write | instead of the comma.", column + word.end - 1)
    for number in range(min(len(words) - 1, LONGEST_TERM), 0, -1):
        head, following = text[: words[number - 1].end], words[number]
        if is_term(head, words[:number], following):
            rest = quote(text[following.start :])
            message = f"Write & or | between {quote(head)} and {rest}."
            raise FilterError(message, column + following.start)


def is_term(text: str, words: Sequence[Word], following: Word) -> bool:
    """Whether the beginning of a text is a term that what follows does not belong to."""
    if following.text in COMPARISONS or following.text == ":" or text.casefold() in FIELDS:
        return False
    try:
        return read_words(text, words, 1) is not None
    except FilterError:
        return False


def explain(text: str) -> str:
    """Return what to do about a text that is no term."""
    said = " ".join(text.split())[:SHOWN].casefold()
    near = get_close_matches(said, KNOWN, n=1)
    if near:
        return f"There is no term {quote(text)}. Did you mean “{near[0]}”?"
    return f"There is no term {quote(text)}. To look for words write search: before them."
