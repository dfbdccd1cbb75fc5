"""The English words of dates and rules, as they are written; quick add reads them, too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Final

from tasks.recurrence.rule import Frequency

WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
UNITS: Final = {
    Frequency.HOURLY: "hour",
    Frequency.DAILY: "day",
    Frequency.WEEKLY: "week",
    Frequency.MONTHLY: "month",
    Frequency.YEARLY: "year",
}


def say_list(words: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"; "" for nothing."""
    if not words:
        return ""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def say_ordinal(number: int) -> str:
    """Return "1st" and so on; of numbers from the end "last", "2nd last"."""
    if number < 0:
        return "last" if number == -1 else f"{say_ordinal(-number)} last"
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10)
    return f"{number}{ending or 'th'}"


def say_ordinals(numbers: Sequence[int]) -> str:
    """Return "1st", "2nd and last"."""
    return say_list([say_ordinal(number) for number in numbers])


def say_date(day: date) -> str:
    """Return "1 Mar 2027"."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def say_time(at: time) -> str:
    """Return "09:00", with seconds where it has some."""
    return at.isoformat("seconds" if at.second else "minutes")
