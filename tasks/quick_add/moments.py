"""A date, a time, or both in either order: what a task is due by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time

from tasks.quick_add.clock import Clock, Day
from tasks.quick_add.cursor import Cursor, attempt
from tasks.quick_add.dates import When, read_date
from tasks.quick_add.problems import Problem
from tasks.quick_add.times import read_time, read_time_after_date
from tasks.quick_add.vocabulary import CONNECTORS, DAY_PARTS


@dataclass(frozen=True)
class Moment:
    """What a phrase says of when: a day or a time or both, or an instant instead.

    `part` is the time of `tonight`, which counts where no other is said. `is_bare` is a date that
    may be a part of the title.
    """

    day: Day | None = None
    at: time | None = None
    part: time | None = None
    instant: datetime | None = None
    is_bare: bool = False


@attempt
def read_moment(cursor: Cursor, clock: Clock) -> Moment | Problem | None:
    """Read a date with or without a time, or a time with or without a date after it."""
    when = read_when(cursor, clock)
    if isinstance(when, When):
        at = None if when.instant else read_time_after_date(cursor)
        is_named = at is None or cursor.last.key in DAY_PARTS
        return make_moment(when, at, is_bare=when.is_bare and is_named)
    if when is not None:
        return when
    at_or_problem = read_time(cursor)
    if at_or_problem is None or isinstance(at_or_problem, Problem):
        return at_or_problem
    date_after = read_date_after_time(cursor, clock)
    if date_after is None:
        return Moment(at=at_or_problem)
    return make_moment(date_after, at_or_problem, is_bare=False)


@attempt
def read_when(cursor: Cursor, clock: Clock) -> When | Problem | None:
    """Read a date, and the `on`, `by` or `due by` before it."""
    begin = cursor.position
    while cursor.position - begin < 2 and cursor.skip(CONNECTORS):
        pass
    is_connected = cursor.position > begin
    when = read_date(cursor, clock)
    if isinstance(when, When):
        return replace(when, is_bare=when.is_bare and not is_connected)
    return when


@attempt
def read_date_after_time(cursor: Cursor, clock: Clock) -> When | None:
    """Read a date that has its time before it."""
    when = read_when(cursor, clock)
    return when if isinstance(when, When) and when.instant is None else None


def make_moment(when: When, at: time | None, *, is_bare: bool) -> Moment:
    """Return a date with its time. A clock's time shows that a weekday is meant as a date."""
    return Moment(when.day, at, when.part, when.instant, is_bare)
