"""The numbers of periods in SQL, as `habits.schedule` has them, for the frequencies with few words.

An expression may name columns of `habit`: `weekdays`, and its owner's `week_start`.
"""

from __future__ import annotations

from typing import Final, Protocol

from habits.rebuilding.dialects import Dialect
from habits.schedule import Frequency


class Periods(Protocol):
    """The periods of a frequency."""

    # Whether several days fall into one.
    is_long: bool

    def number(self, dialect: Dialect, day: str) -> str:
        """Return the number of the period of a date, or of the next one."""

    def is_asked(self, dialect: Dialect, day: str) -> str:
        """Return whether a date is asked for, as 1 or 0."""

    def last_day(self, dialect: Dialect, number: str) -> str:
        """Return the last date of a period."""


class Days:
    """Every day."""

    is_long = False

    def number(self, dialect: Dialect, day: str) -> str:
        """Count days as Python does: only differences matter."""
        return dialect.ordinal(day)

    def is_asked(self, dialect: Dialect, day: str) -> str:
        """Ask for each."""
        return "1"

    def last_day(self, dialect: Dialect, number: str) -> str:
        """Return the day itself."""
        return dialect.day_of(number)


def rank(weekday: str) -> str:
    """Return how many weekdays before this one are asked for; 0 is Monday, 7 is after Sunday."""
    before = f"(habit.weekdays & ((1 << {weekday}) - 1))"
    return "(" + " + ".join(f"(({before} >> {bit}) & 1)" for bit in range(7)) + ")"


class Weekdays(Days):
    """Days that are asked for; each week has as many."""

    def number(self, dialect: Dialect, day: str) -> str:
        """Count those of the weeks before, and of this one."""
        days = f"({dialect.ordinal(day)} - 1)"
        return f"({days} / 7 * {rank('7')} + {rank(f'({days} %% 7)')})"

    def is_asked(self, dialect: Dialect, day: str) -> str:
        """Look into the mask."""
        return f"((habit.weekdays >> (({dialect.ordinal(day)} - 1) %% 7)) & 1)"

    def last_day(self, dialect: Dialect, number: str) -> str:
        """Find the weekday with so many of its week up to it."""
        every = " UNION ALL ".join(f"SELECT {weekday} AS number" for weekday in range(1, 8))
        is_it = f"{rank('weekday.number')} = {number} %% {rank('7')} + 1"
        weekday = f"(SELECT min(number) FROM ({every}) AS weekday WHERE {is_it})"  # noqa: S608  # nosec B608  # of our own expressions
        return dialect.day_of(f"({number} / {rank('7')} * 7 + {weekday})")


class Weeks(Days):
    """Weeks of the owner."""

    is_long = True

    def number(self, dialect: Dialect, day: str) -> str:
        """Count the first days of weeks."""
        return f"(({dialect.ordinal(day)} - habit.week_start) / 7)"

    def last_day(self, dialect: Dialect, number: str) -> str:
        """Return the day before the next week."""
        return dialect.day_of(f"({number} * 7 + habit.week_start + 6)")


class Months(Days):
    """Months of the calendar."""

    is_long = True

    def number(self, dialect: Dialect, day: str) -> str:
        """Count months."""
        return dialect.month(day)

    def last_day(self, dialect: Dialect, number: str) -> str:
        """Return the last day, which leap years move."""
        return dialect.last_day_of(number)


PERIODS: Final[dict[Frequency, Periods]] = {
    Frequency.DAILY: Days(),
    Frequency.WEEKDAYS: Weekdays(),
    Frequency.WEEKLY: Weeks(),
    Frequency.MONTHLY: Months(),
}
