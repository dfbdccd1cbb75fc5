"""The phrases of a text, and which of them are dates rather than parts of a title."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tasks.quick_add.clock import Clock
from tasks.quick_add.cursor import Cursor
from tasks.quick_add.moments import Moment, read_moment
from tasks.quick_add.problems import Problem
from tasks.quick_add.repetitions import Repetition, read_repetition
from tasks.quick_add.vocabulary import (
    DETERMINERS,
    ENGLISH_WORDS,
    FUNCTION_WORDS,
    NAMED_DAYS,
    NOT_AFTER,
    SHORT_WEEKDAYS,
)
from tasks.quick_add.words import Word


@dataclass(frozen=True)
class Phrase[T]:
    """What the words from `begin` up to `end` say."""

    begin: int
    end: int
    value: T


@dataclass(frozen=True)
class Phrases:
    """The phrases of a text, each kind in order."""

    moments: Sequence[Phrase[Moment]]
    repetitions: Sequence[Phrase[Repetition]]
    problems: Sequence[Phrase[Problem]]


def find_phrases(words: Sequence[Word], marks: Collection[int], clock: Clock) -> Phrases:
    """Return the phrases that are meant as dates, and those that have a problem.

    No word begins more than one attempt to read, and no attempt goes further than a fixed number
    of words: the time is linear in the length of the text.
    """
    moments: list[Phrase[Moment]] = []
    repetitions: list[Phrase[Repetition]] = []
    problems: list[Phrase[Problem]] = []
    place = 0
    while place < len(words):
        cursor = Cursor(words, place)
        value = read_repetition(cursor, clock) or read_moment(cursor, clock)
        begin, place = place, max(cursor.position, place + 1)
        if isinstance(value, Problem):
            problems.append(Phrase(begin, place, value))
        elif isinstance(value, Moment) and is_meant(begin, place, value, words, marks):
            moments.append(Phrase(begin, place, value))
        elif isinstance(value, Repetition) and is_meant(begin, place, value, words, marks):
            repetitions.append(Phrase(begin, place, value))
    return Phrases(moments, repetitions, problems)


def is_meant(
    begin: int,
    end: int,
    value: Moment | Repetition,
    words: Sequence[Word],
    marks: Collection[int],
) -> bool:
    """Whether a phrase says when, and is not a part of what is to be done."""
    before = "" if begin == 0 or words[begin - 1].ends_clause else words[begin - 1].key
    if isinstance(value, Moment) and before in NOT_AFTER:
        return False
    if not value.is_bare:
        return True
    first = words[begin].key
    if before in DETERMINERS or (before, first) in NAMED_DAYS:
        return False
    if end == len(words) or end in marks or words[end - 1].stop:
        return True
    return goes_on_after(first, words[end], is_first=begin == 0 and isinstance(value, Moment))


def goes_on_after(first: str, following: Word, *, is_first: bool) -> bool:
    """Whether a title goes on after a date, so that the next word does not belong to its name.

    "Call Ann monday about taxes", "Monday call Ann"; but neither "Read monday magazine" nor
    "Monday Magazine", and "sat in the car" only at the end.
    """
    if first in ENGLISH_WORDS:
        return False
    if following.is_readable and following.key in FUNCTION_WORDS:
        return True
    return is_first and first not in SHORT_WEEKDAYS and not following.is_capital
