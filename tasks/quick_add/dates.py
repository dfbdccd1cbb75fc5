"""Dates: tomorrow, friday, next week, in 3 days, 25 dec, dec 25 2027, 2027-03-01."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from tasks.quick_add.clock import DAY, Clock, Day, Fixed, Weekday, YearDay, add_months, month_end
from tasks.quick_add.cursor import Cursor, attempt
from tasks.quick_add.problems import Problem
from tasks.quick_add.vocabulary import (
    AFTER_IN_THE,
    ARTICLES,
    MONTHS,
    NUMBERS,
    SPANS,
    TODAY,
    TONIGHT,
    WEEKDAYS,
)
from tasks.recurrence.expansion import FIRST_DAY, LAST_DAY
from tasks.recurrence.wall_clock import to_local

NUMBER: Final = re.compile(r"[0-9]{1,4}")
# A day of a month, with or without its ending.
MONTH_DAY: Final = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?")
YEAR: Final = re.compile(r"(?:19|[2-9][0-9])[0-9]{2}")
ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:t([0-9]{2}:[0-9]{2}))?")
SATURDAY: Final = 5
LEAP_YEAR: Final = 2024


@dataclass(frozen=True)
class When:
    """A date that was read, with a time that it implies, or an instant instead.

    `is_bare` is one that may be a part of the title: a weekday's name alone, `2 may`.
    """

    day: Day
    part: time | None = None
    instant: datetime | None = None
    is_bare: bool = False


Date = When | Problem
Reader = Callable[[Cursor, Clock], Date | None]


def read_date(cursor: Cursor, clock: Clock) -> Date | None:
    """Read a date without the word before it; a Problem where the calendar has none such."""
    for read in READERS:
        found = read(cursor, clock)
        if found is not None:
            return found
    return None


def fix(day: date, *, has_year: bool = False) -> Date:
    """Return a day as a date that was read; a Problem where it is too far away."""
    is_kept = FIRST_DAY <= day <= LAST_DAY
    return When(Fixed(day, has_year=has_year)) if is_kept else Problem.NO_SUCH_DATE


# --- Words ----------------------------------------------------------------------------------------


@attempt
def read_word(cursor: Cursor, clock: Clock) -> Date | None:
    """Read `today`, `tomorrow`, `tonight`."""
    if cursor.skip({"tonight"}):
        return When(Fixed(clock.today), TONIGHT)
    days = cursor.take(TODAY)
    return None if days is None else fix(clock.today + days * DAY)


@attempt
def read_day_after(cursor: Cursor, clock: Clock) -> Date | None:
    """Read `the day after tomorrow`."""
    cursor.skip({"the"})
    is_read = all(cursor.skip({word}) for word in ("day", "after", "tomorrow"))
    return fix(clock.today + 2 * DAY) if is_read else None


@attempt
def read_next(cursor: Cursor, clock: Clock) -> Date | None:
    """Read `next week`, `next month`, `next friday`: in the week, month or year after this."""
    if not cursor.skip({"next"}):
        return None
    week = clock.week + 7 * DAY
    if (weekday := cursor.take(WEEKDAYS)) is not None:
        return fix(Weekday(weekday).on_or_after(week))
    days = {
        "week": week,
        "weekend": Weekday(SATURDAY).on_or_after(clock.today) + 7 * DAY,
        "month": month_end(clock.today) + DAY,
        "year": date(clock.today.year + 1, 1, 1),
    }
    day = cursor.take(days)
    return fix(day) if day else None


@attempt
def read_this(cursor: Cursor, clock: Clock) -> Date | None:
    """Read `this friday`, `this weekend`, `this evening`."""
    if not cursor.skip({"this"}):
        return None
    weekday = cursor.take(WEEKDAYS | {"weekend": SATURDAY})
    if weekday is not None:
        return When(Weekday(weekday))
    part = cursor.take(AFTER_IN_THE)
    return When(Fixed(clock.today), part) if part else None


@attempt
def read_end(cursor: Cursor, clock: Clock) -> Date | None:
    """Read `end of month`, `the end of the week`: its last day."""
    cursor.skip({"the"})
    if not (cursor.skip({"end"}) and cursor.skip({"of"})):
        return None
    cursor.skip({"the", "this"})
    days = {
        "week": clock.week + 6 * DAY,
        "month": month_end(clock.today),
        "year": date(clock.today.year, 12, 31),
    }
    day = cursor.take(days)
    return fix(day) if day else None


@attempt
def read_span(cursor: Cursor, clock: Clock) -> Date | None:
    """Read `in 3 days`, `in two weeks`, `in a month`, `in 30 minutes`."""
    if not cursor.skip({"in"}):
        return None
    number = cursor.take(ARTICLES) or read_number(cursor)
    unit = cursor.take(SPANS)
    if number is None or unit is None:
        return None
    if unit in {"minute", "hour"}:
        minutes = number * (60 if unit == "hour" else 1)
        instant = clock.now.replace(second=0, microsecond=0) + timedelta(minutes=minutes)
        return When(Fixed(to_local(instant, clock.zone).date()), instant=instant)
    try:
        return fix(add(clock.today, number, unit))
    except (ValueError, OverflowError):
        return Problem.NO_SUCH_DATE


@attempt
def read_number(cursor: Cursor) -> int | None:
    """Read `3` or `three`."""
    match = cursor.match(NUMBER)
    return int(match[0]) if match else cursor.take(NUMBERS)


def add(day: date, number: int, unit: str) -> date:
    """Return the day that many days, weeks, months or years later."""
    if unit in {"day", "week"}:
        return day + number * (7 if unit == "week" else 1) * DAY
    return add_months(day, number * (12 if unit == "year" else 1))


# --- Weekdays and dates of the calendar -----------------------------------------------------------


@attempt
def read_weekday(cursor: Cursor, clock: Clock) -> Date | None:
    """Read `friday`, or `Friday, 25 Dec`, where the date has to be on that day."""
    weekday = cursor.take(WEEKDAYS)
    if weekday is None:
        return None
    found = read_iso(cursor, clock) or read_month_date(cursor, clock)
    if found is None:
        return When(Weekday(weekday), is_bare=True)
    if isinstance(found, Problem):
        return found
    is_right = found.day.on_or_after(clock.today).weekday() == weekday
    return found if is_right else Problem.NO_SUCH_DATE


@attempt
def read_iso(cursor: Cursor, clock: Clock) -> Date | None:
    """Read `2027-03-01`, or with a time `2027-03-01T14:30`."""
    match = cursor.match(ISO)
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        at = time.fromisoformat(match[4]) if match[4] else None
    except ValueError:
        return Problem.NO_SUCH_DATE
    found = fix(day, has_year=True)
    return found if isinstance(found, Problem) else When(found.day, at)


@attempt
def read_month_date(cursor: Cursor, clock: Clock) -> Date | None:
    """Read `25 dec`, `the 25th of December`, `dec 25 2027`."""
    begin = cursor.position
    month_day = read_month_day(cursor)
    if month_day is None:
        return None
    month, day = month_day
    # "Option 2 may fail": without its capital, May may be a verb.
    is_verb = any(word.text == "may" for word in cursor.words[begin : cursor.position])
    if not YearDay(month, day).is_in(LEAP_YEAR) or day == 0:
        cursor.match(YEAR)
        return Problem.NO_SUCH_DATE
    year = cursor.match(YEAR)
    if year is None:
        return When(YearDay(month, day), is_bare=is_verb)
    if not YearDay(month, day).is_in(int(year[0])):
        return Problem.NO_SUCH_DATE
    return fix(date(int(year[0]), month, day), has_year=True)


@attempt
def read_month_day(cursor: Cursor) -> tuple[int, int] | None:
    """Read a month and a day of it in either order, as they are written."""
    month = cursor.take(MONTHS)
    if month is None:
        cursor.skip({"the"})
    match = cursor.match(MONTH_DAY)
    if match is None:
        return None
    if month is None:
        cursor.skip({"of"})
        month = cursor.take(MONTHS)
    return (month, int(match[1])) if month else None


READERS: Final[tuple[Reader, ...]] = (
    read_word,
    read_day_after,
    read_next,
    read_this,
    read_end,
    read_span,
    read_weekday,
    read_iso,
    read_month_date,
)
