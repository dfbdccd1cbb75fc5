"""What is due on which day: tasks that are due once, and the occurrences of series ahead.

Pure rules: occurrences are read off the rules and stored nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from accounts.calendar import local_date, start_of_day
from tasks.recurrence import Occurrence, Recurrence, Span, open_between

MOST_DAYS: Final = 366
MOST_ENTRIES: Final = 1_000


@dataclass(frozen=True)
class Item:
    """A task that is due: its id, when, and the series whose occurrence this is."""

    pk: int
    due: Occurrence
    all_day: bool
    recurrence: Recurrence | None = None


@dataclass(frozen=True, order=True)
class Entry:
    """A task on a day of the person; `due_day` is that of the task's time zone.

    `is_ahead` says that an earlier occurrence of the series is open still. Entries are ordered as
    they are shown: on each day what is due all day, then by time.
    """

    day: date
    is_timed: bool
    at: datetime
    pk: int
    due_day: date
    is_ahead: bool


@dataclass(frozen=True)
class Agenda:
    """What is due in a span of days, in order, and whether there is more than is shown."""

    entries: tuple[Entry, ...]
    is_cut: bool


def span_of(first_day: date, days: int, zone: ZoneInfo, day_starts_at: int) -> Span:
    """Return a stretch of a person's days, beginning with the first."""
    last_day = first_day + timedelta(days=days - 1)
    start, end = (
        start_of_day(day, zone, day_starts_at) for day in (first_day, last_day + timedelta(days=1))
    )
    return Span(start, end, first_day, last_day)


def list_agenda(
    items: Iterable[Item], span: Span, zone: ZoneInfo, day_starts_at: int, *, limit: int
) -> Agenda:
    """Return what is due in a span, at most `limit` entries.

    Series are read lazily side by side, so that the work is bounded by the limit however many
    occurrences they have.
    """
    streams = [entries_of(item, span, zone, day_starts_at) for item in items]
    found = list(islice(merge(*streams), limit + 1))
    return Agenda(tuple(found[:limit]), len(found) > limit)


def entries_of(item: Item, span: Span, zone: ZoneInfo, day_starts_at: int) -> Iterator[Entry]:
    """Give the entries of one task in a span, in order."""
    dues = [item.due] if item.recurrence is None else open_between(item.recurrence, span, item.due)
    for due in dues:
        day = due.day if item.all_day else local_date(due.at, zone, day_starts_at)
        yield Entry(day, not item.all_day, due.at, item.pk, due.day, due != item.due)
