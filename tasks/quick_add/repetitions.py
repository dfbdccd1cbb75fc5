"""Recurrences: every day at 9am, every! 3 days, monthly until 1 Dec, every monday, 10 times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time
from typing import Final

from tasks.quick_add.clock import Clock
from tasks.quick_add.cursor import Cursor, attempt
from tasks.quick_add.dates import When, read_date, read_number
from tasks.quick_add.moments import Moment, read_moment
from tasks.quick_add.patterns import read_days_of_unit, read_pattern
from tasks.quick_add.problems import Problem
from tasks.quick_add.times import read_time_after_date
from tasks.quick_add.vocabulary import ADVERBS, DAY_PARTS, EVERY, SPANS, STARTING, UNTIL
from tasks.recurrence import Frequency, Mode, Rule

TIMES: Final = frozenset({"times", "time"})


@dataclass(frozen=True)
class Length:
    """How long a series goes on: a number of days, weeks, months or years."""

    number: int
    unit: str


@dataclass(frozen=True)
class Repetition:
    """What a phrase says of a series; the rule leaves its day to the start where it names none.

    `end` is a number of times, a date, or a length. `is_bare` is a word like `daily` alone, which
    may be a part of the title.
    """

    rule: Rule
    mode: Mode = Mode.SCHEDULE
    at: time | None = None
    start: Moment | None = None
    end: int | When | Length | None = None
    is_bare: bool = False


@attempt
def read_repetition(cursor: Cursor, clock: Clock) -> Repetition | Problem | None:
    """Read a recurrence with its time, start and end; a Problem where its days never come."""
    found = read_adverb(cursor, clock) or read_every(cursor, clock)
    if not isinstance(found, Repetition):
        return found
    end = cursor.position
    for _ in TAILS:
        found = next(filter(None, (read(cursor, clock, found) for read in TAILS)), found)
    return replace(found, is_bare=found.is_bare and cursor.position == end)


@attempt
def read_every(cursor: Cursor, clock: Clock) -> Repetition | Problem | None:
    """Read `every` or `every!` and the days after it."""
    if not cursor.skip(EVERY):
        return None
    mode = Mode.COMPLETION if cursor.last.stop == "!" else Mode.SCHEDULE
    part = cursor.take(DAY_PARTS)
    if part:
        return Repetition(Rule(freq=Frequency.DAILY), mode, part)
    pattern = read_pattern(cursor, clock)
    return Repetition(pattern, mode) if isinstance(pattern, Rule) else pattern


@attempt
def read_adverb(cursor: Cursor, clock: Clock) -> Repetition | Problem | None:
    """Read `daily`, `weekly on monday`."""
    unit = cursor.take(ADVERBS)
    if unit is None:
        return None
    end = cursor.position
    pattern = read_days_of_unit(cursor, clock, *unit, 1)
    is_bare = cursor.position == end
    return Repetition(pattern, is_bare=is_bare) if isinstance(pattern, Rule) else pattern


# --- Time, start and end, in any order ------------------------------------------------------------


@attempt
def read_at(cursor: Cursor, clock: Clock, found: Repetition) -> Repetition | None:
    """Read `at 9am`, `in the morning`."""
    at = read_time_after_date(cursor) if found.at is None else None
    return replace(found, at=at) if at else None


@attempt
def read_start(cursor: Cursor, clock: Clock, found: Repetition) -> Repetition | None:
    """Read `starting 1 Aug`, `from tomorrow at 9:00`."""
    if found.start or not cursor.skip(STARTING):
        return None
    start = read_moment(cursor, clock)
    return replace(found, start=start) if isinstance(start, Moment) else None


@attempt
def read_until(cursor: Cursor, clock: Clock, found: Repetition) -> Repetition | None:
    """Read `until 1 Dec`."""
    if found.end or not cursor.skip(UNTIL):
        return None
    cursor.skip({"on"})
    end = read_date(cursor, clock)
    return replace(found, end=end) if isinstance(end, When) else None


@attempt
def read_length(cursor: Cursor, clock: Clock, found: Repetition) -> Repetition | None:
    """Read `for 3 weeks`, `10 times`."""
    if found.end:
        return None
    is_for = cursor.skip({"for"})
    number = read_number(cursor)
    if number is None:
        return None
    if cursor.skip(TIMES):
        return replace(found, end=number)
    unit = cursor.take(SPANS) if is_for else None
    if unit is None or unit in {"minute", "hour"}:
        return None
    return replace(found, end=Length(number, unit))


TAILS: Final[tuple[Callable[[Cursor, Clock, Repetition], Repetition | None], ...]] = (
    read_at,
    read_start,
    read_until,
    read_length,
)
