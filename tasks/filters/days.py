"""Days in words: reading and writing them, and which they are, seen from a person's today.

Dates are those of quick add. What is counted from today, and whole weeks, months and years, have
a form of their own, because a filter also looks back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from tasks.filters.errors import FilterError, quote
from tasks.filters.tree import Days, Offset, Period, Phrase, Window
from tasks.quick_add.clock import DAY, Clock, Weekday, add_months, month_end
from tasks.quick_add.cursor import Cursor
from tasks.quick_add.dates import SATURDAY, Date, When, add, read_date, read_number
from tasks.quick_add.problems import Problem
from tasks.quick_add.vocabulary import ABBREVIATIONS, ARTICLES, SPANS, WEEKDAYS
from tasks.quick_add.words import split_words

NAMED: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
NAMES: Final = {number: name for name, number in NAMED.items()}
WHICH: Final = {"last": -1, "this": 0, "next": 1}
WHICH_NAMES: Final = {number: name for name, number in WHICH.items()}
PERIODS: Final = {unit: unit for unit in ("week", "weekend", "month", "year")}
WINDOWS: Final = {"next": 1, "last": -1, "past": -1}
SIGNED: Final = re.compile(r"([+-])([0-9]{1,4})")

# How far a filter looks. All that is counted from an instant that a clock shows is a date, then.
YEARS_MAX: Final = 100
IN_A_CENTURY: Final = {"day": 36_524, "week": 5_217, "month": 1_200, "year": YEARS_MAX}

# Which words are a date does not depend on the day on which they are read.
ANY_CLOCK: Final = Clock(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"), date(2026, 1, 1), 0)


# --- Reading --------------------------------------------------------------------------------------


def read_days(text: str, column: int) -> Days | None:
    """Read days; None where the text names none.

    Raises FilterError for a date that the calendar does not have, and for one too far away.
    """
    words = split_words(text)
    if any(word.stop and word.key not in ABBREVIATIONS for word in words):
        return None
    for read in READERS:
        cursor = Cursor(words, 0)
        days = read(cursor)
        if days is not None and cursor.position == len(words):
            check_distance(days, text, column)
            return days
    found = read_phrase(text, ANY_CLOCK)
    if isinstance(found, Problem):
        raise FilterError(f"{quote(text)} is no date of the calendar: write another.", column)
    return Phrase(" ".join(word.key for word in words)) if found else None


def read_named(cursor: Cursor) -> Days | None:
    """Read `today`, `tomorrow`, `yesterday`."""
    number = cursor.take(NAMED)
    return None if number is None else Offset(number, "day")


def read_signed(cursor: Cursor) -> Days | None:
    """Read `+7 days`, `-2 weeks`."""
    match = cursor.match(SIGNED)
    unit = take_unit(cursor)
    if match is None or unit is None:
        return None
    return Offset(int(match[1] + match[2]), unit)


def read_distance(cursor: Cursor) -> Days | None:
    """Read `in 3 days`, `in a week`, `two months ago`."""
    is_ahead = cursor.skip({"in"})
    number = cursor.take(ARTICLES) or read_number(cursor)
    unit = take_unit(cursor)
    if number is None or unit is None or not (is_ahead or cursor.skip({"ago"})):
        return None
    return Offset(number if is_ahead else -number, unit)


def read_period(cursor: Cursor) -> Days | None:
    """Read `this week`, `last month`, `next weekend`."""
    which, unit = cursor.take(WHICH), cursor.take(PERIODS)
    return None if which is None or unit is None else Period(which, unit)


def read_window(cursor: Cursor) -> Days | None:
    """Read `7 days`, `next 7 days`, `last two weeks`."""
    direction = cursor.take(WINDOWS) or 1
    number, unit = read_number(cursor), take_unit(cursor)
    if not number or unit not in {"day", "week"}:
        return None
    return Window(direction * number * (7 if unit == "week" else 1))


READERS: Final[tuple[Callable[[Cursor], Days | None], ...]] = (
    read_named,
    read_signed,
    read_distance,
    read_period,
    read_window,
)


def take_unit(cursor: Cursor) -> str | None:
    """Read `days`, `week` and the like; a filter does not count hours."""
    unit = cursor.take(SPANS)
    return unit if unit in IN_A_CENTURY else None


def check_distance(days: Days, text: str, column: int) -> None:
    """Refuse days that are further away than a century."""
    match days:
        case Offset(number, unit):
            is_far = abs(number) > IN_A_CENTURY[unit]
        case Window(number):
            is_far = abs(number) > IN_A_CENTURY["day"]
        case _:
            is_far = False
    if is_far:
        message = f"{quote(text)} is too far away: a filter looks at most {YEARS_MAX} years."
        raise FilterError(message, column)


def read_phrase(text: str, clock: Clock) -> Date | None:
    """Read a day as quick add does; None where the whole text is none, or names a time.

    A weekday with a date beside it is none: whether they go together changes with the years.
    """
    words = split_words(text)
    cursor = Cursor(words, 0)
    when = read_date(cursor, clock)
    if cursor.position < len(words) or (len(words) > 1 and words[0].key in WEEKDAYS):
        return None
    is_time = isinstance(when, When) and (when.part or when.instant)
    return None if is_time else when


# --- Writing --------------------------------------------------------------------------------------


def write_days(days: Days) -> str:
    """Return days as `read_days` reads them."""
    match days:
        case Offset(number, "day") if number in NAMES:
            return NAMES[number]
        case Offset(number, unit):
            return f"{number:+} {pluralise(unit, number)}"
        case Period(which, unit):
            return f"{WHICH_NAMES[which]} {unit}"
        case Window(number):
            direction = "next" if number > 0 else "last"
            return f"{direction} {abs(number)} {pluralise('day', number)}"
        case Phrase(text):
            return text


def pluralise(unit: str, number: int) -> str:
    """Return "day" or "days"."""
    return unit if abs(number) == 1 else f"{unit}s"


# --- Which days they are --------------------------------------------------------------------------


def find_days(days: Days, clock: Clock, *, looks_back: bool = False) -> tuple[date, date]:
    """Return the first and the last of the days that are meant, seen from the clock's today.

    A weekday, or a date without a year, is the next from today on; where it `looks_back` the last
    up to today.
    """
    match days:
        case Offset(number, unit):
            first = last = add(clock.today, number, unit)
        case Period(which, unit):
            first, last = find_period(which, unit, clock)
        case Window(number):
            other = clock.today + (number - 1 if number > 0 else number + 1) * DAY
            first, last = sorted([clock.today, other])
        case Phrase(text):
            first = last = find_day(text, clock, looks_back=looks_back)
    return first, last


def find_period(which: int, unit: str, clock: Clock) -> tuple[date, date]:
    """Return the first and the last day of a week, weekend, month or year."""
    if unit == "week":
        first = clock.week + 7 * which * DAY
        return first, first + 6 * DAY
    if unit == "weekend":
        # On a Sunday the weekend is the one that ends.
        first = Weekday(SATURDAY).on_or_after(clock.today - DAY) + 7 * which * DAY
        return first, first + DAY
    if unit == "month":
        first = add_months(clock.today.replace(day=1), which)
        return first, month_end(first)
    year = clock.today.year + which
    return date(year, 1, 1), date(year, 12, 31)


def find_day(text: str, clock: Clock, *, looks_back: bool) -> date:
    """Return the day that a phrase names; raises ValueError for one that was never read."""
    when = read_phrase(text, clock)
    if not isinstance(when, When):
        raise ValueError(f"{text!r} names no day.")  # noqa: TRY004  # its text is wrong
    if looks_back:
        return when.day.on_or_before(clock.today)
    return when.day.on_or_after(clock.today)
