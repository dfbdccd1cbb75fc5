"""A recurrence rule (RRULE) as values: the parts of RFC 5545, section 3.3.10.

Which parts and combinations are allowed is in `text.py`, what they mean in `expansion.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

# In the order of date.weekday().
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MONDAY: Final = 0
WORKDAYS: Final = (0, 1, 2, 3, 4)
WEEKEND: Final = (5, 6)


class RuleError(ValueError):
    """A rule or a series is not taken; the message says why and what to do."""


class Frequency(StrEnum):
    """How long the periods are from which a rule takes its occurrences."""

    HOURLY = "HOURLY"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True)
class ByDay:
    """A weekday (0 for Monday), and which one of its month or year: -1 the last, 0 each."""

    weekday: int
    nth: int = 0


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The parts of a rule; an empty tuple or None for one that it does not have.

    `until` is a day, a local time (a naive datetime) or an instant (in UTC). `by_day` and the
    numbers stand in the order of `ordered_days` and `ordered`, each once.
    """

    freq: Frequency
    interval: int = 1
    count: int | None = None
    until: date | datetime | None = None
    by_month: tuple[int, ...] = ()
    by_week_no: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_day: tuple[ByDay, ...] = ()
    by_hour: tuple[int, ...] = ()
    by_minute: tuple[int, ...] = ()
    by_second: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    wkst: int = MONDAY

    @property
    def weekdays(self) -> tuple[int, ...]:
        """Return the weekdays of `by_day`, where each means all of them; else an empty tuple."""
        return () if any(by.nth for by in self.by_day) else tuple(by.weekday for by in self.by_day)

    @property
    def picks_days(self) -> bool:
        """Whether a part says on which days of a period it occurs; else DTSTART implies them."""
        return bool(self.by_week_no or self.by_year_day or self.by_month_day or self.by_day)


def ordered(numbers: Iterable[int]) -> tuple[int, ...]:
    """Return numbers each once, those that count from the end after the others."""
    return tuple(sorted(set(numbers), key=lambda number: (number < 0, number)))


def ordered_days(days: Iterable[ByDay]) -> tuple[ByDay, ...]:
    """Return days each once, from Monday to Sunday, the last after the first."""
    return tuple(sorted(set(days), key=lambda by: (by.weekday, by.nth < 0, by.nth)))


def every(weekdays: Iterable[int]) -> tuple[ByDay, ...]:
    """Return all of these weekdays for BYDAY."""
    return ordered_days(ByDay(weekday) for weekday in weekdays)
