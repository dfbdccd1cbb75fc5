"""Times of a day: 5pm, 5:30 pm, 17:30, at noon, in the morning."""

from __future__ import annotations

import re
from datetime import time
from typing import Final

from tasks.quick_add.cursor import Cursor, attempt
from tasks.quick_add.problems import Problem
from tasks.quick_add.vocabulary import (
    AFTER_AT,
    AFTER_IN_THE,
    DAY_PARTS,
    FUNCTION_WORDS,
    HALVES,
    TODAY,
    WEEKDAYS,
)

HALF_DAY: Final = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?(am|pm|a\.m|p\.m)")
DIGITS: Final = re.compile(r"([0-9]{1,2})(?:([:.])([0-9]{2}))?")
BEFORE: Final = frozenset({"at", "by", "due"})

Time = time | Problem


@attempt
def read_time(cursor: Cursor) -> Time | None:
    """Read a time that stands for itself: `5pm`, `at noon`, `in the morning`.

    A Problem is a time that no clock shows, or of which nobody knows the half of the day.
    """
    if cursor.skip({"in"}):
        return cursor.take(AFTER_IN_THE) if cursor.skip({"the"}) else None
    is_at = cursor.skip(BEFORE)
    clock = read_clock(cursor)
    if clock is None and is_at:
        return cursor.take(AFTER_AT) or read_unclear(cursor)
    return clock


@attempt
def read_time_after_date(cursor: Cursor) -> time | None:
    """Read a time that follows a date, where a part of the day is enough: `tomorrow morning`."""
    at = read_time(cursor) or cursor.take(DAY_PARTS)
    return None if isinstance(at, Problem) else at


@attempt
def read_clock(cursor: Cursor) -> Time | None:
    """Read what a clock shows: `5pm`, `5:30 pm`, `17:30`."""
    if match := cursor.match(HALF_DAY):
        return make_time(match[1], match[2], HALVES[match[3]])
    match = cursor.match(DIGITS)
    if match is None:
        return None
    half = cursor.take(HALVES)
    if half is None and match[2] != ":":
        return None
    return make_time(match[1], match[3], half)


def make_time(hour: str, minute: str | None, half: int | None) -> Time:
    """Return the time of an hour and minute; `half` is the hour at which their half begins."""
    hours, minutes = int(hour), int(minute or 0)
    if minutes > 59 or hours > 23 or (half is not None and not 1 <= hours <= 12):
        return Problem.NO_SUCH_TIME
    return time(hours if half is None else hours % 12 + half, minutes)


def read_unclear(cursor: Cursor) -> Problem | None:
    """Read the 5 of `at 5`, unless it counts what follows: `look at 5 houses`."""
    match = cursor.match(DIGITS)
    following = cursor.peek()
    is_time = following == "" or following in FUNCTION_WORDS | TODAY.keys() | WEEKDAYS.keys()
    return Problem.UNCLEAR_TIME if match and int(match[1]) < 24 and is_time else None
