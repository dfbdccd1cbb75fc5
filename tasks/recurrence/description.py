"""A series in plain English: "every 3rd Friday at 09:00 until 1 Mar 2027".

What quick add can write, it reads back from these words to the same rule. A rule from elsewhere is
said as exactly, in words that quick add need not know. Only on which day the weeks of "every 2
weeks" begin is left to the reader's calendar.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Final

from tasks.recurrence.building import (
    SURE_DAYS,
    anchored_days,
    month_rule,
    nth_weekday_rule,
    week_rule,
    year_rule,
)
from tasks.recurrence.rule import MONDAY, WEEKEND, WORKDAYS, ByDay, Frequency, Rule
from tasks.recurrence.series import Mode, Recurrence, until_instant
from tasks.recurrence.wall_clock import day_end, to_local
from tasks.recurrence.words import (
    MONTHS,
    UNITS,
    WEEKDAYS,
    say_date,
    say_list,
    say_ordinal,
    say_ordinals,
    say_time,
)


def describe(recurrence: Recurrence) -> str:
    """Return when a series occurs, without its start: "every! 3 days", "every day, 10 times"."""
    return f"{say_when(recurrence)}{say_end(recurrence)}"


def describe_with_start(recurrence: Recurrence) -> str:
    """Return when a series occurs and starts: quick add makes the same series of it."""
    start = recurrence.start
    at = f" at {say_time(start.time())}" if recurrence.rule.freq is Frequency.HOURLY else ""
    return f"{say_when(recurrence)} starting {say_date(start)}{at}{say_end(recurrence)}"


def say_when(recurrence: Recurrence) -> str:
    """Return the days and times of a series."""
    head = "every!" if recurrence.mode is Mode.COMPLETION else "every"
    times = "" if recurrence.all_day else say_times(recurrence.rule, recurrence.start)
    return f"{head} {say_days(recurrence.rule)}{times}"


def say_days(rule: Rule) -> str:
    """Return what follows "every": the first way to say it that leaves nothing out."""
    days = replace(rule, count=None, until=None, by_hour=(), by_minute=(), by_second=())
    return next(filter(None, (say(days) for say in WAYS)), None) or say_parts(days)


# --- Rules of quick add ---------------------------------------------------------------------------

# Each builds the rule that its words stand for, and says nothing where that is another.


def say_unit(rule: Rule) -> str | None:
    """Return "day", "3 weeks"."""
    return say_interval(rule) if rule == Rule(freq=rule.freq, interval=rule.interval) else None


def say_interval(rule: Rule) -> str:
    """Return "day", "3 weeks", of any rule."""
    unit = UNITS[rule.freq]
    return unit if rule.interval == 1 else f"{rule.interval} {unit}s"


def say_weekdays(rule: Rule) -> str | None:
    """Return "weekday", "Monday and Friday", "2 weeks on Monday"."""
    weekdays = rule.weekdays
    if not weekdays or rule != week_rule(weekdays, rule.interval, rule.wkst):
        return None
    names = say_list([WEEKDAYS[weekday] for weekday in weekdays])
    if rule.interval > 1:
        return f"{say_interval(rule)} on {names}"
    return {WORKDAYS: "weekday", WEEKEND: "weekend"}.get(weekdays, names)


def say_month_days(rule: Rule) -> str | None:
    """Return "15th", "last day", "3 months on the 1st and last day"."""
    days = anchored_days(rule)
    if not days or rule != month_rule(days, rule.interval):
        return None
    return put_on(rule, f"the {say_ordinals(days)}{' day' if days[-1] < 0 else ''}")


def say_nth_weekday(rule: Rule) -> str | None:
    """Return "3rd Friday", "2nd and 4th Tuesday", "last weekday", "4th Thursday of November"."""
    weekdays = tuple(sorted({by.weekday for by in rule.by_day}))
    names = {WORKDAYS: "weekday"} | {(day,): name for day, name in enumerate(WEEKDAYS)}
    nths = rule.by_set_pos or tuple(by.nth for by in rule.by_day)
    month = rule.by_month[0] if len(rule.by_month) == 1 else None
    if weekdays not in names or rule != nth_weekday_rule(nths, weekdays, month, rule.interval):
        return None
    of_month = f" of {MONTHS[month - 1]}" if month else ""
    return put_on(rule, f"the {say_ordinals(nths)} {names[weekdays]}{of_month}")


def say_year_date(rule: Rule) -> str | None:
    """Return "27 January", "2 years on 27 January"."""
    days = anchored_days(rule)
    if len(rule.by_month) != 1 or len(days) != 1:
        return None
    (month,), (day,) = rule.by_month, days
    is_date = rule == year_rule(month, day, rule.interval)
    return put_on(rule, f"{day} {MONTHS[month - 1]}") if is_date else None


def put_on(rule: Rule, days: str) -> str:
    """Return the days of each period alone, else with the interval: "2 months on the 1st"."""
    if rule.interval == 1:
        return days.removeprefix("the ")
    return f"{say_interval(rule)} on {days}"


WAYS: Final[tuple[Callable[[Rule], str | None], ...]] = (
    say_unit,
    say_weekdays,
    say_month_days,
    say_nth_weekday,
    say_year_date,
)


# --- Any other rule -------------------------------------------------------------------------------


def say_parts(rule: Rule) -> str:
    """Return all parts that pick days, one after the other."""
    days = say_list([say_day(by) for by in rule.by_day])
    months = say_list([MONTHS[month - 1] for month in rule.by_month])
    missing = ", where there is one," if max(rule.by_month_day, default=0) > SURE_DAYS else ""
    parts = (
        (say_ordinals(rule.by_year_day), "on the {} day of the year"),
        (say_ordinals(rule.by_week_no), "in the {} week of the year"),
        (say_ordinals(rule.by_month_day), f"on the {{}} day of the month{missing}"),
        (days, "if it is {}" if rule.by_month_day or rule.by_year_day else "on {}"),
        (months, "in {}"),
        (say_ordinals(rule.by_set_pos), "(only the {} of these)"),
        (WEEKDAYS[rule.wkst] if rule.wkst != MONDAY else "", "(with weeks from {})"),
    )
    clauses = [words.format(part) for part, words in parts if part]
    return " ".join([say_interval(rule), *clauses]).removesuffix(",")


def say_day(by: ByDay) -> str:
    """Return "Monday", "the 3rd Friday"."""
    name = WEEKDAYS[by.weekday]
    return f"the {say_ordinal(by.nth)} {name}" if by.nth else name


# --- Times and ends -------------------------------------------------------------------------------


def say_times(rule: Rule, start: datetime) -> str:
    """Return " at 09:00 and 18:00"; of an hourly rule only what it names."""
    if rule.freq is Frequency.HOURLY:
        return say_hours(rule)
    return f" at {say_list([say_time(at) for at in times_of_day(rule, start)])}"


def say_hours(rule: Rule) -> str:
    """Return what an hourly rule says of hours and minutes."""
    parts = (
        (rule.by_hour, "in hour"),
        (rule.by_minute, "at minute"),
        (rule.by_second, "at second"),
    )
    return "".join(f" {words} {say_list([*map(str, part)])}" for part, words in parts if part)


def times_of_day(rule: Rule, start: datetime) -> list[time]:
    """Return the times of a day on which a rule occurs, ascending."""
    return [
        time(hour, minute, second)
        for hour in rule.by_hour or (start.hour,)
        for minute in rule.by_minute or (start.minute,)
        for second in rule.by_second or (start.second,)
    ]


def say_end(recurrence: Recurrence) -> str:
    """Return ", 10 times" or " until 1 Mar 2027"."""
    rule = recurrence.rule
    if rule.count is not None:
        return f", {rule.count} time{'' if rule.count == 1 else 's'}"
    if rule.until is None:
        return ""
    return f" until {say_until(recurrence, rule.until)}"


def say_until(recurrence: Recurrence, until: date | datetime) -> str:
    """Return the last day; with a time where that leaves something of the day out."""
    if not isinstance(until, datetime):
        return say_date(until)
    rule, zone = recurrence.rule, recurrence.zone
    until = until_instant(until, zone)
    local = to_local(until, zone)
    is_hourly = rule.freq is Frequency.HOURLY
    is_last = not is_hourly and local.time() >= times_of_day(rule, recurrence.start)[-1]
    if is_last or until >= day_end(local.date(), zone):
        return say_date(local)
    return f"{say_time(local.time())} on {say_date(local)}"
