"""The periods of the calendar that a rule counts, by number, and the days that it allows."""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tasks.recurrence.rule import ByDay, Frequency, Rule

DAY: Final = timedelta(days=1)

DayTest = Callable[[date], bool]


@dataclass(frozen=True)
class Unit:
    """A kind of period: the number of the one that a day is in, its first day, and its days.

    The days are ascending. They may already lack some that do not pass the tests of `day_tests`.
    """

    number: Callable[[date, Rule], int]
    first_day: Callable[[int, Rule], date]
    days: Callable[[int, Rule], Iterable[date]]


def places(numbers: tuple[int, ...], length: int) -> list[int]:
    """Return which of 1 to `length` are meant, ascending: -1 is the last; all for no numbers."""
    if not numbers:
        return list(range(1, length + 1))
    meant = {number if number > 0 else length + 1 + number for number in numbers}
    return sorted(place for place in meant if 1 <= place <= length)


# --- Days and weeks -------------------------------------------------------------------------------


def day_number(day: date, rule: Rule) -> int:
    """Return the number of a day."""
    return day.toordinal()


def day_first(number: int, rule: Rule) -> date:
    """Return the day of a number."""
    return date.fromordinal(number)


def day_days(number: int, rule: Rule) -> list[date]:
    """Return the day of a number, alone."""
    return [date.fromordinal(number)]


def week_number(day: date, rule: Rule) -> int:
    """Return the number of a day's week, which begins on WKST."""
    return (day.toordinal() - 1 - rule.wkst) // 7


def week_first(number: int, rule: Rule) -> date:
    """Return the first day of a week."""
    return date.fromordinal(number * 7 + 1 + rule.wkst)


def week_days(number: int, rule: Rule) -> list[date]:
    """Return the days of a week."""
    first = week_first(number, rule)
    return [first + DAY * offset for offset in range(7)]


# --- Months and years -----------------------------------------------------------------------------


def month_number(day: date, rule: Rule) -> int:
    """Return the number of a day's month."""
    return day.year * 12 + day.month - 1


def month_first(number: int, rule: Rule) -> date:
    """Return the first day of a month."""
    return date(number // 12, number % 12 + 1, 1)


def month_days(number: int, rule: Rule) -> list[date]:
    """Return the days of a month that BYMONTH and BYMONTHDAY allow."""
    first = month_first(number, rule)
    if rule.by_month and first.month not in rule.by_month:
        return []
    length = monthrange(first.year, first.month)[1]
    return [first.replace(day=day) for day in places(rule.by_month_day, length)]


def year_number(day: date, rule: Rule) -> int:
    """Return a day's year; where weeks are numbered, the one to which its week belongs."""
    if not rule.by_week_no:
        return day.year
    # A week is of the year of its fourth day.
    return (week_first(week_number(day, rule), rule) + 3 * DAY).year


def year_first(year: int, rule: Rule) -> date:
    """Return the first day of a year; where weeks are numbered, of its first week."""
    return week_first(first_week(year, rule), rule) if rule.by_week_no else date(year, 1, 1)


def first_week(year: int, rule: Rule) -> int:
    """Return the number of a year's first week: the first that has four days of it."""
    return week_number(date(year, 1, 4), rule)


def year_days(year: int, rule: Rule) -> Iterator[date]:
    """Give the days of a year that BYWEEKNO, or BYMONTH and BYMONTHDAY, allow."""
    if not rule.by_week_no:
        for month in rule.by_month or range(1, 13):
            yield from month_days(year * 12 + month - 1, rule)
        return
    first = first_week(year, rule)
    for nth in places(rule.by_week_no, first_week(year + 1, rule) - first):
        yield from week_days(first + nth - 1, rule)


UNITS: Final = {
    Frequency.HOURLY: Unit(day_number, day_first, day_days),
    Frequency.DAILY: Unit(day_number, day_first, day_days),
    Frequency.WEEKLY: Unit(week_number, week_first, week_days),
    Frequency.MONTHLY: Unit(month_number, month_first, month_days),
    Frequency.YEARLY: Unit(year_number, year_first, year_days),
}


# --- Tests of a day -------------------------------------------------------------------------------


def day_tests(rule: Rule) -> list[DayTest]:
    """Return what a day has to pass to be one of the rule's."""
    tests: dict[DayTest, object] = {
        lambda day: day.month in rule.by_month: rule.by_month,
        lambda day: is_among(day.day, month_length(day), rule.by_month_day): rule.by_month_day,
        lambda day: is_among(year_day(day), year_length(day), rule.by_year_day): rule.by_year_day,
        weekday_test(rule): rule.by_day,
    }
    return [test for test, part in tests.items() if part]


def is_among(place: int, length: int, numbers: tuple[int, ...]) -> bool:
    """Whether a place from 1 to `length` is named, from the beginning or the end."""
    return place in numbers or place - length - 1 in numbers


def weekday_test(rule: Rule) -> DayTest:
    """Return the test of BYDAY: a weekday in each week, or the nth of its month or year."""
    counts_months = rule.freq is Frequency.MONTHLY or rule.by_month
    span = month_span if counts_months else year_span
    each = {by.weekday for by in rule.by_day if not by.nth}
    nths = {by for by in rule.by_day if by.nth}

    counted = {by.weekday for by in nths}

    def passes(day: date) -> bool:
        weekday = day.weekday()
        if weekday in each or weekday not in counted:
            return weekday in each
        place, length = span(day)
        from_start, from_end = (place - 1) // 7 + 1, -((length - place) // 7 + 1)
        return not nths.isdisjoint((ByDay(weekday, from_start), ByDay(weekday, from_end)))

    return passes


def month_span(day: date) -> tuple[int, int]:
    """Return a day's place in its month, and the month's length."""
    return day.day, month_length(day)


def year_span(day: date) -> tuple[int, int]:
    """Return a day's place in its year, and the year's length."""
    return year_day(day), year_length(day)


def month_length(day: date) -> int:
    """Return the number of days of a day's month."""
    return monthrange(day.year, day.month)[1]


def year_day(day: date) -> int:
    """Return a day's place in its year, from 1."""
    return day.toordinal() - date(day.year, 1, 1).toordinal() + 1


def year_length(day: date) -> int:
    """Return the number of days of a day's year."""
    return 365 + isleap(day.year)
