"""What dates are counted from: now, in a person's zone, with their day and their week."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from tasks.recurrence.wall_clock import to_instant, to_local

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Clock:
    """An instant, the person's zone, their day then, and the weekday (0 for Monday) of weeks."""

    now: datetime
    zone: ZoneInfo
    today: date
    week_start: int

    @property
    def local(self) -> datetime:
        """The local time now, to the minute."""
        return to_local(self.now, self.zone).replace(second=0, microsecond=0)

    @property
    def week(self) -> date:
        """The first day of this week."""
        return self.today - (self.today.weekday() - self.week_start) % 7 * DAY

    def is_past(self, day: date, at: time | None) -> bool:
        """Whether a time on a day has passed; a day has when it is over."""
        if at is None:
            return day < self.today
        return to_instant(datetime.combine(day, at), self.zone) <= self.now


class Day(Protocol):
    """A date that a text names."""

    def on_or_after(self, earliest: date) -> date:
        """Return the first that is meant, not before a day."""

    def on_or_before(self, latest: date) -> date:
        """Return the last that is meant, not after a day."""


@dataclass(frozen=True)
class Fixed:
    """One day; `has_year` where the text says its year, so that it may be past."""

    day: date
    has_year: bool = False

    def on_or_after(self, earliest: date) -> date:
        """Return the day itself, whatever day it is."""
        return self.day

    def on_or_before(self, latest: date) -> date:
        """Return the day itself, whatever day it is."""
        return self.day


@dataclass(frozen=True)
class EachDay:
    """Any day, where only a time is said."""

    def on_or_after(self, earliest: date) -> date:
        """Return the day itself."""
        return earliest

    def on_or_before(self, latest: date) -> date:
        """Return the day itself."""
        return latest


@dataclass(frozen=True)
class Weekday:
    """A day of each week."""

    weekday: int

    def on_or_after(self, earliest: date) -> date:
        """Return the first such day."""
        return earliest + (self.weekday - earliest.weekday()) % 7 * DAY

    def on_or_before(self, latest: date) -> date:
        """Return the last such day."""
        return latest - (latest.weekday() - self.weekday) % 7 * DAY


@dataclass(frozen=True)
class YearDay:
    """A date of each year that has it."""

    month: int
    day: int

    def on_or_after(self, earliest: date) -> date:
        """Return the first such date; 29 February may be eight years away."""
        years = (earliest.year + offset for offset in range(10))
        days = (date(year, self.month, self.day) for year in years if self.is_in(year))
        return next(day for day in days if day >= earliest)

    def on_or_before(self, latest: date) -> date:
        """Return the last such date."""
        years = (latest.year - offset for offset in range(10))
        days = (date(year, self.month, self.day) for year in years if self.is_in(year))
        return next(day for day in days if day <= latest)

    def is_in(self, year: int) -> bool:
        """Whether a year has the date."""
        return self.day <= monthrange(year, self.month)[1]


def add_months(day: date, number: int) -> date:
    """Return the day that many months later: the last of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])
