"""When a series is due next, and when in a stretch of days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice, takewhile
from typing import Final

from tasks.recurrence.building import pin
from tasks.recurrence.periods import DAY
from tasks.recurrence.rule import Frequency
from tasks.recurrence.series import Mode, Occurrence, Recurrence, first_since, occurrences
from tasks.recurrence.text import format_rule
from tasks.recurrence.wall_clock import day_start, next_second, to_local

# Nobody wants to know how many thousands; an hourly series has them in two months.
MISSED_MAX: Final = 1_000
HOURLY: Final = Frequency.HOURLY


@dataclass(frozen=True)
class NextDue:
    """The next open occurrence, or None when the series has ended, and how many were passed over.

    `missed` counts those of the schedule between the one that was completed and the next, up to
    1,000; from completion it is 0.
    """

    occurrence: Occurrence | None
    missed: int = 0


def next_due(
    recurrence: Recurrence, *, completed: Occurrence, at: datetime, today: date, done: int = 1
) -> NextDue:
    """Return what is due after an occurrence that is completed, or skipped, at an instant.

    From schedule it is the first occurrence later than `completed` and than `at`: ahead of time
    the schedule goes on, late it leaves out what is past. From completion it is counted from
    `today`, the day on which the person completes it, at DTSTART's time on the clock; an hourly
    one is counted from `at`. An all-day series goes by days: later than `today`, not than `at`.

    `done` is the number of occurrences completed or skipped, this one included. Only a COUNT from
    completion needs it, since no schedule tells it.
    """
    since = max(later_than(recurrence, completed), later_than_now(recurrence, at, today))
    if recurrence.mode is Mode.COMPLETION:
        is_over = recurrence.rule.count is not None and done >= recurrence.rule.count
        return NextDue(None if is_over else first_since(restart(recurrence, at, today), since))
    open_since = occurrences(recurrence, later_than(recurrence, completed))
    passed = takewhile(lambda occurrence: occurrence.at < since, open_since)
    missed = sum(1 for _ in islice(passed, MISSED_MAX))
    return NextDue(first_since(recurrence, since), missed)


def later_than(recurrence: Recurrence, occurrence: Occurrence) -> datetime:
    """Return the first instant that is later than an occurrence: all day, that of the next day."""
    if recurrence.all_day:
        return day_start(occurrence.day + DAY, recurrence.zone)
    return next_second(occurrence.at)


def later_than_now(recurrence: Recurrence, at: datetime, today: date) -> datetime:
    """Return the first instant that is later than a completion: by day, that of the next day."""
    counts_days = recurrence.mode is Mode.COMPLETION and recurrence.rule.freq is not HOURLY
    if recurrence.all_day or counts_days:
        tomorrow = day_start(today + DAY, recurrence.zone)
        return tomorrow if recurrence.all_day else max(tomorrow, next_second(at))
    return next_second(at)


def restart(recurrence: Recurrence, at: datetime, today: date) -> Recurrence:
    """Return the series as it begins anew with a completion, at DTSTART's time on the clock.

    Where the month of the next occurrence is too short for the day of the completion, it is on
    the last day of that month.
    """
    begin = datetime.combine(today, recurrence.start.time())
    if recurrence.rule.freq is HOURLY:
        begin = to_local(at, recurrence.zone).replace(second=0, microsecond=0)
    rule = replace(pin(recurrence.rule, begin), count=None)
    dtstart = begin.date() if recurrence.all_day else begin
    return replace(recurrence, rrule=format_rule(rule), dtstart=dtstart)


# --- Stretches of days ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """A stretch of a person's days: instants from `start` up to and without `end`, and its days.

    Both are needed, since a day that a person sees may begin at 03:00, or in another time zone
    than a series has.
    """

    start: datetime
    end: datetime
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Expansion:
    """Occurrences in a span, ascending, and whether there are more than were asked for."""

    occurrences: tuple[Occurrence, ...]
    is_cut: bool


def between(recurrence: Recurrence, span: Span, *, due: Occurrence, limit: int) -> Expansion:
    """Return the open occurrences of a series in a span, at most `limit`, and whether it was cut.

    They are `due`, and those of the schedule after it. From completion nobody knows more than
    `due`.
    """
    found = list(islice(open_between(recurrence, span, due), limit + 1))
    return Expansion(tuple(found[:limit]), len(found) > limit)


def open_between(recurrence: Recurrence, span: Span, due: Occurrence) -> Iterator[Occurrence]:
    """Give the open occurrences of a series in a span one after the other, as `between` does."""
    start, end = span.start, span.end
    if recurrence.all_day:
        start = day_start(span.first_day, recurrence.zone)
        end = day_start(span.last_day + DAY, recurrence.zone)
    if start <= due.at < end:
        yield due
    if recurrence.mode is Mode.SCHEDULE:
        later = occurrences(recurrence, max(start, later_than(recurrence, due)))
        yield from takewhile(lambda occurrence: occurrence.at < end, later)
