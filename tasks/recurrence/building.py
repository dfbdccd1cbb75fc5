"""Rules as quick add and the editor of a task write them.

A month that is too short for its day is where people and RFC 5545 differ: BYMONTHDAY=31 skips
April, and a bare FREQ=MONTHLY from the 31st does, too. The rules that are built here fall on the
last day of April instead, and on the 31st again in May. They say so in parts of the RFC, so that
each reader of RRULE expands them alike: BYMONTHDAY=28,29,30,31;BYSETPOS=-1 is the last of those
days that the month has.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from tasks.recurrence.rule import MONDAY, ByDay, Frequency, Rule, every, ordered, ordered_days

# Each month has them.
SURE_DAYS: Final = 28
COMMON_YEAR: Final = 2001


def month_rule(days: Iterable[int], interval: int = 1) -> Rule:
    """Return the rule for days of each month, or of each `interval`-th: -1 is the last day."""
    by_month_day, by_set_pos = anchor(days)
    return Rule(
        freq=Frequency.MONTHLY, interval=interval, by_month_day=by_month_day, by_set_pos=by_set_pos
    )


def year_rule(month: int, day: int, interval: int = 1) -> Rule:
    """Return the rule for a date of each year; 29 February is the 28th where there is none."""
    shortest = monthrange(COMMON_YEAR, month)[1]
    by_month_day, by_set_pos = anchor([day]) if day > shortest else ((day,), ())
    return Rule(
        freq=Frequency.YEARLY,
        interval=interval,
        by_month=(month,),
        by_month_day=by_month_day,
        by_set_pos=by_set_pos,
    )


def week_rule(weekdays: Iterable[int], interval: int = 1, wkst: int = MONDAY) -> Rule:
    """Return the rule for weekdays of each week, or of each `interval`-th that begins on `wkst`."""
    return Rule(
        freq=Frequency.WEEKLY,
        interval=interval,
        by_day=every(weekdays),
        wkst=wkst if interval > 1 else MONDAY,
    )


def nth_weekday_rule(
    nths: Iterable[int], weekdays: Sequence[int], month: int | None = None, interval: int = 1
) -> Rule:
    """Return the rule for the nth of one weekday, or of all these weekdays together.

    They count in each month, or in a month of each year: -1 is the last.
    """
    counted = len(weekdays) == 1
    return Rule(
        freq=Frequency.YEARLY if month else Frequency.MONTHLY,
        interval=interval,
        by_month=(month,) if month else (),
        by_day=ordered_days(ByDay(day, nth if counted else 0) for day in weekdays for nth in nths),
        by_set_pos=() if counted else ordered(nths),
    )


def anchor(days: Iterable[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return BYMONTHDAY and BYSETPOS for days of a month, of which the last is in each month.

    Only the last needs it: where the 29th is missing, the 30th, too, falls on the 28th. Where the
    last day of the month (-1) is among the days, it stands for each that is missing.
    """
    days = ordered(days)
    last = days[-1]
    if min(days) < 0 or last <= SURE_DAYS:
        return days, ()
    month_days = ordered([*(day for day in days if day <= SURE_DAYS), *range(SURE_DAYS, last + 1)])
    places = [month_days.index(day) + 1 for day in days[:-1]]
    return month_days, ordered([*places, -1])


def anchored_days(rule: Rule) -> tuple[int, ...]:
    """Return the days of which `anchor` makes the rule's parts; an empty tuple where of none."""
    if not rule.by_set_pos:
        return rule.by_month_day
    places = [nth for nth in rule.by_set_pos if 0 < nth <= len(rule.by_month_day)]
    days = ordered([*(rule.by_month_day[nth - 1] for nth in places), *rule.by_month_day[-1:]])
    is_made = bool(days) and anchor(days) == (rule.by_month_day, rule.by_set_pos)
    return days if is_made else ()


def pin(rule: Rule, day: date) -> Rule:
    """Return the rule with the day of month and year that it leaves to its DTSTART, anchored."""
    if rule.picks_days or rule.by_set_pos or len(rule.by_month) > 1:
        return rule
    if rule.freq is Frequency.MONTHLY:
        days = month_rule([day.day])
    elif rule.freq is Frequency.YEARLY:
        days = year_rule(rule.by_month[0] if rule.by_month else day.month, day.day)
    else:
        return rule
    return replace(
        rule,
        by_month=rule.by_month or days.by_month,
        by_month_day=days.by_month_day,
        by_set_pos=days.by_set_pos,
    )
