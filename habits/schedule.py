"""How often a habit is asked for, and the periods in which that is counted.

Pure rules over calendar days. The periods of a schedule are numbered, each one more than the one
before it, so that a whole history is looked at by plain arithmetic. No period reaches beyond the
years 1 to 9999 of Python's calendar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import takewhile
from typing import Final

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EVERY_WEEKDAY: Final = 0b111_1111
WEEK_STARTS: Final = (1, 6, 7)
LONGEST_SPAN: Final = 3_660  # ten years

FIRST_ORDINAL: Final = date.min.toordinal()
LAST_ORDINAL: Final = date.max.toordinal()


class ScheduleError(ValueError):
    """A schedule is not taken; the message says why and what to do.

    `field` is the part of the schedule that is to blame, or empty.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Frequency(StrEnum):
    """What the days of a habit are counted in."""

    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"
    ROLLING = "rolling"
    INTERVAL = "interval"


# In what a streak is counted.
UNITS: Final = {
    Frequency.DAILY: "day",
    Frequency.WEEKDAYS: "day",
    Frequency.WEEKLY: "week",
    Frequency.MONTHLY: "month",
    Frequency.YEARLY: "year",
    Frequency.ROLLING: "time",
    Frequency.INTERVAL: "time",
}
# How many times each period has room for, also the shortest.
MOST_TIMES: Final = {Frequency.WEEKLY: 7, Frequency.MONTHLY: 28, Frequency.YEARLY: 365}


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A stretch of days, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ScheduleError(f"The last day, {self.last}, comes before the first, {self.first}.")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How often a habit is asked for, from its start date on.

    `times` is how often in each week, month, year, or window of `span` days (rolling); else 1.
    `span` is the days of a rolling window, or of the blocks that an interval lays from the start
    date. `weekdays` is a mask whose lowest bit is Monday. `week_start` numbers the first day of a
    week as ISO 8601 does: 1 Monday, 6 Saturday, 7 Sunday. Raises ScheduleError for what does not
    fit together.
    """

    frequency: Frequency
    start: date
    times: int = 1
    span: int | None = None
    weekdays: int | None = None
    week_start: int = 1

    def __post_init__(self) -> None:
        check_week_start(self)
        check_weekdays(self)
        check_span(self)
        check_times(self)

    @property
    def unit(self) -> str:
        """In what the streak is counted: "day", "week", "month", "year" or "time"."""
        return UNITS[self.frequency]

    @property
    def is_rolling(self) -> bool:
        """Whether any window of `span` days counts, so that there are no periods."""
        return self.frequency is Frequency.ROLLING

    @cached_property
    def asked_weekdays(self) -> tuple[int, ...]:
        """The weekdays that are asked for, 0 for Monday; all where the schedule names none."""
        mask = EVERY_WEEKDAY if self.weekdays is None else self.weekdays
        return tuple(weekday for weekday in range(7) if mask >> weekday & 1)

    def asks_for(self, day: date) -> bool:
        """Whether the habit can be asked of this day.

        Where any day of a period will do, each is. An interval asks for the first of each block.
        """
        if day < self.start:
            return False
        if self.frequency is Frequency.INTERVAL:
            return (day - self.start).days % self.length == 0
        return day.weekday() in self.asked_weekdays

    def period_of(self, day: date) -> Period | None:
        """Return the period that a day falls in.

        None for a day before the start date or a weekday that is not asked for, and for all days
        of a rolling schedule. The first period may begin before the start date.
        """
        index = self.index_of(day)
        return None if index is None else self.period_at(index)

    def next_period(self, period: Period) -> Period:
        """Return the period after one of this schedule's; ScheduleError where the calendar ends."""
        index = self.index_of(period.last)
        if index is None:
            raise ScheduleError(f"{period.first} to {period.last} is no period of this schedule.")
        return self.period_at(index + 1)

    def periods(self, first: date, last: date) -> Iterator[Period]:
        """Give the periods that touch these days and the habit's time, in order."""
        indexes = self.indexes(Period(first, last)) if first <= last else range(0)
        starts = takewhile(lambda index: self.first_ordinal(index) <= LAST_ORDINAL, indexes)
        return (self.period_at(index) for index in starts)

    def describe(self) -> str:
        """Return the schedule in English: "3 times a week", "every Mon, Wed", "every 3 days"."""
        times = "once" if self.times == 1 else f"{self.times} times"
        if self.frequency is Frequency.WEEKDAYS:
            return f"every {', '.join(WEEKDAYS[weekday] for weekday in self.asked_weekdays)}"
        if self.frequency is Frequency.ROLLING:
            return f"{times} in any {say_days(self.length)}"
        if self.frequency is Frequency.INTERVAL and self.length > 1:
            return f"every {self.length} days"
        if self.frequency in MOST_TIMES:
            return f"{times} a {self.unit}"
        return "every day"

    # --- Numbered periods -------------------------------------------------------------------------

    @property
    def length(self) -> int:
        """The days of a window or a block; 1 where the schedule has none."""
        return self.span or 1

    def index_of(self, day: date) -> int | None:
        """Return the number of the period that a day falls in, or None as `period_of` does."""
        if self.is_rolling or day < self.start:
            return None
        if self.frequency is Frequency.WEEKDAYS and day.weekday() not in self.asked_weekdays:
            return None
        return self.count_before(day)

    def indexes(self, days: Period) -> range:
        """Return the numbers of the periods that touch these days, from the start date on."""
        first = max(days.first, self.start)
        if self.is_rolling or days.last < first:
            return range(0)
        is_asked = days.last.weekday() in self.asked_weekdays
        return range(self.count_before(first), self.count_before(days.last) + is_asked)

    def count_before(self, day: date) -> int:
        """Return the number of the period of this day, or of the next one."""
        match self.frequency:
            case Frequency.WEEKDAYS:
                weeks, weekday = divmod(day.toordinal() - 1, 7)
                asked = self.asked_weekdays
                return weeks * len(asked) + sum(other < weekday for other in asked)
            case Frequency.WEEKLY:
                return (day.toordinal() - self.week_start) // 7
            case Frequency.MONTHLY:
                return day.year * 12 + day.month - 1
            case Frequency.YEARLY:
                return day.year
            case _:  # blocks from the start date, for each day of one day
                return (day.toordinal() - self.start.toordinal()) // self.length

    def first_ordinal(self, index: int) -> int:
        """Return the ordinal of the first day of a period, which the calendar may not reach."""
        match self.frequency:
            case Frequency.WEEKDAYS:
                weeks, rank = divmod(index, len(self.asked_weekdays))
                return weeks * 7 + self.asked_weekdays[rank] + 1
            case Frequency.WEEKLY:
                return index * 7 + self.week_start
            case Frequency.MONTHLY:
                year, month = divmod(index, 12)
                return LAST_ORDINAL + 1 if year > date.max.year else first_of(year, month + 1)
            case Frequency.YEARLY:
                return LAST_ORDINAL + 1 if index > date.max.year else first_of(index, 1)
            case _:
                return self.start.toordinal() + index * self.length

    def last_day(self, index: int) -> date:
        """Return the last day of a period, or of the calendar where it ends before."""
        is_day = self.frequency is Frequency.WEEKDAYS
        last = self.first_ordinal(index) if is_day else self.first_ordinal(index + 1) - 1
        return date.fromordinal(min(last, LAST_ORDINAL))

    def period_at(self, index: int) -> Period:
        """Return the period of a number, cut off where the calendar ends.

        Raises ScheduleError where it lies beyond.
        """
        first = self.first_ordinal(index)
        if first > LAST_ORDINAL:
            raise ScheduleError(f"The calendar ends on {date.max}.")
        return Period(date.fromordinal(max(first, FIRST_ORDINAL)), self.last_day(index))


def first_of(year: int, month: int) -> int:
    """Return the ordinal of the first day of a month."""
    return date(year, month, 1).toordinal()


def say_days(days: int) -> str:
    """Return "1 day", "7 days"."""
    return "1 day" if days == 1 else f"{days} days"


# --- What is refused ------------------------------------------------------------------------------


def check_week_start(schedule: Schedule) -> None:
    """Raise ScheduleError for a week that starts on no day that weeks start on."""
    if schedule.week_start not in WEEK_STARTS:
        raise ScheduleError(
            "A week starts on Monday (1), Saturday (6) or Sunday (7).", "week_start"
        )


def check_weekdays(schedule: Schedule) -> None:
    """Raise ScheduleError unless weekdays are chosen where they are needed, and only there."""
    if schedule.frequency is not Frequency.WEEKDAYS:
        if schedule.weekdays is not None:
            raise ScheduleError("Only a habit on chosen weekdays names weekdays.", "weekdays")
    elif schedule.weekdays is None or not 1 <= schedule.weekdays <= EVERY_WEEKDAY:
        raise ScheduleError("Choose at least one weekday.", "weekdays")


def check_span(schedule: Schedule) -> None:
    """Raise ScheduleError unless a window or an interval has its days, and only these have."""
    if schedule.frequency not in {Frequency.ROLLING, Frequency.INTERVAL}:
        if schedule.span is not None:
            raise ScheduleError(
                "Only a habit in any days, or every some days, says how many.", "span"
            )
    elif schedule.span is None or not 1 <= schedule.span <= LONGEST_SPAN:
        raise ScheduleError(f"Choose between 1 and {LONGEST_SPAN} days.", "span")


def check_times(schedule: Schedule) -> None:
    """Raise ScheduleError for more times than a period has days, or fewer than one."""
    most = schedule.length if schedule.is_rolling else MOST_TIMES.get(schedule.frequency, 1)
    if not 1 <= schedule.times <= most:
        words = "once" if most == 1 else f"between 1 and {most} times"
        raise ScheduleError(f"A habit {schedule.frequency} is asked for {words}.", "times")
