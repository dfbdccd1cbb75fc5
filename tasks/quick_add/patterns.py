"""What follows "every": other monday, 3 days, 15th, last day, 3rd friday, jan 27th."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from tasks.quick_add.clock import Clock, YearDay
from tasks.quick_add.cursor import Cursor, attempt
from tasks.quick_add.dates import When, read_month_date, read_number
from tasks.quick_add.problems import Problem
from tasks.quick_add.vocabulary import (
    AND,
    EVERY,
    MONTHS,
    ORDINALS,
    PLURAL_UNITS,
    PLURAL_WEEKDAYS,
    UNITS,
    WEEKDAY_GROUPS,
    WEEKDAYS,
)
from tasks.recurrence import Frequency, Rule
from tasks.recurrence.building import month_rule, nth_weekday_rule, week_rule, year_rule
from tasks.recurrence.rule import WORKDAYS

ORDINAL: Final = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)")
# No list of days is longer, and so no phrase.
LIST_MAX: Final = 31
NTH_MAX: Final = 5
MONTH_DAYS: Final = 31
NEVER: Final = Problem.NO_SUCH_DATE
WORKDAY_NAMES: Final = frozenset({"weekday", "workday"})

Pattern = Rule | Problem


def read_pattern(cursor: Cursor, clock: Clock) -> Pattern | None:
    """Read the days of a series; a Problem where they never come."""
    for read in (read_date_of_year, read_interval, read_weekdays, read_ordinals):
        found = read(cursor, clock)
        if found is not None:
            return found
    return None


# --- Intervals ------------------------------------------------------------------------------------


@attempt
def read_interval(cursor: Cursor, clock: Clock) -> Pattern | None:
    """Read `day`, `3 weeks`, `2nd year`, `2 weeks on mon and fri`, `other monday`."""
    interval = read_how_many(cursor)
    unit = cursor.take(UNITS if interval is None else PLURAL_UNITS)
    if unit:
        return read_days_of_unit(cursor, clock, *unit, 1 if interval is None else interval)
    if interval is None:
        return None
    weekdays = read_list(cursor, read_weekday)
    return week_rule(weekdays, interval, clock.week_start) if weekdays else None


@attempt
def read_how_many(cursor: Cursor) -> int | None:
    """Read the `3` of `3 days`, the `other` of `other day`, the `2nd` of `2nd day`."""
    if cursor.skip({"other"}):
        return 2
    number = read_number(cursor)
    if number is not None:
        return number
    ordinal = read_ordinal(cursor)
    # "Last day" and "15th day of the month" are days of a month.
    if ordinal is None or ordinal < 0 or not cursor.skip(UNITS) or cursor.peek() == "of":
        return None
    cursor.position -= 1
    return ordinal


def read_days_of_unit(
    cursor: Cursor, clock: Clock, freq: Frequency, factor: int, interval: int
) -> Pattern:
    """Read the days after `on`, in a unit of the calendar that has some."""
    interval *= factor
    found = read_on(cursor, clock, freq, interval)
    return found or Rule(freq=freq, interval=interval)


@attempt
def read_on(cursor: Cursor, clock: Clock, freq: Frequency, interval: int) -> Pattern | None:
    """Read `on mon and fri`, `on the 15th`, `on the 3rd friday`, `on 27 jan`."""
    readers: dict[Frequency, Callable[[Cursor, Clock, int], Pattern | None]] = {
        Frequency.WEEKLY: read_weekdays,
        Frequency.MONTHLY: read_ordinals,
        Frequency.YEARLY: read_days_of_year,
    }
    if freq not in readers or not cursor.skip({"on"}):
        return None
    cursor.skip({"the"})
    found = readers[freq](cursor, clock, interval)
    is_right = isinstance(found, Problem) or (found is not None and found.freq is freq)
    return found if is_right else None


# --- Weekdays -------------------------------------------------------------------------------------


@attempt
def read_weekdays(cursor: Cursor, clock: Clock, interval: int = 1) -> Rule | None:
    """Read `monday`, `mon, wed and fri`, `weekday`."""
    weekdays = cursor.take(WEEKDAY_GROUPS)
    weekdays = weekdays or tuple(read_list(cursor, read_weekday))
    return week_rule(weekdays, interval, clock.week_start) if weekdays else None


def read_weekday(cursor: Cursor) -> int | None:
    """Read one `monday`, or `mondays`."""
    return cursor.take(PLURAL_WEEKDAYS)


def read_list[T](cursor: Cursor, read: Callable[[Cursor], T | None]) -> list[T]:
    """Read `a`, `a and b`, `a, b, and c`; an empty list where not even one is there."""
    found: list[T] = []
    item, end = read(cursor), cursor.position
    while item is not None and len(found) < LIST_MAX:
        found.append(item)
        end = cursor.position
        has_comma = cursor.last.stop == ","
        goes_on = cursor.skip(AND) or has_comma
        item = read(cursor) if goes_on else None
    cursor.position = end
    return found


# --- Days of months and years ---------------------------------------------------------------------


@attempt
def read_date_of_year(cursor: Cursor, clock: Clock, interval: int = 1) -> Pattern | None:
    """Read `jan 27th`, `27 January`."""
    when = read_month_date(cursor, clock)
    if not isinstance(when, When):
        return when
    day = when.day
    return year_rule(day.month, day.day, interval) if isinstance(day, YearDay) else None


def read_days_of_year(cursor: Cursor, clock: Clock, interval: int) -> Pattern | None:
    """Read `jan 27th`, `4th thursday of november`."""
    return read_date_of_year(cursor, clock, interval) or read_ordinals(cursor, clock, interval)


@attempt
def read_ordinals(cursor: Cursor, clock: Clock, interval: int = 1) -> Pattern | None:
    """Read `15th`, `1st and last day`, `2nd and 4th tuesday`, `last weekday of the month`."""
    nths = read_list(cursor, read_ordinal)
    if not nths:
        return None
    is_day = ORDINAL.fullmatch(cursor.last.key) is not None
    weekdays = read_counted(cursor)
    if weekdays:
        month = read_of_month(cursor)
        is_there = all(nth == -1 or 1 <= nth <= NTH_MAX for nth in nths)
        return nth_weekday_rule(nths, weekdays, month, interval) if is_there else NEVER
    is_day = cursor.skip({"day", "days"}) or is_day
    is_day = read_of_month(cursor) == 0 or is_day
    if not is_day:
        return None
    is_there = all(nth == -1 or 1 <= nth <= MONTH_DAYS for nth in nths)
    return month_rule(nths, interval) if is_there else NEVER


@attempt
def read_ordinal(cursor: Cursor) -> int | None:
    """Read `2nd`, `second`, `last`."""
    match = cursor.match(ORDINAL)
    return int(match[1]) if match else cursor.take(ORDINALS)


def read_counted(cursor: Cursor) -> tuple[int, ...]:
    """Read what is counted in a month: a weekday, or all from Monday to Friday."""
    weekday = cursor.take(WEEKDAYS)
    if weekday is not None:
        return (weekday,)
    return WORKDAYS if cursor.skip(WORKDAY_NAMES) else ()


@attempt
def read_of_month(cursor: Cursor) -> int | None:
    """Read `of the month` as 0, and `of January` as 1."""
    if not cursor.skip({"of"}):
        return None
    month = cursor.take(MONTHS)
    if month:
        return month
    cursor.skip({"the", "a", *EVERY})
    return 0 if cursor.skip({"month"}) else None
