"""What a rule means: its occurrences as readings of the clock on the wall, without any zone.

A rule is read as RFC 5545, section 3.3.10, says: each period of FREQ, INTERVAL apart, gives the
days that all of its BY parts allow, at the times that they name; BYSETPOS picks among them.
Periods are numbered, so that the expansion begins at any of them without passing those before.

Where the RFC is read in two ways, the one of calendars is taken: FREQ=YEARLY;BYMONTHDAY=16 without
BYMONTH is in DTSTART's month, not in every month; BYWEEKNO without a day is on DTSTART's weekday.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from focusflow.instants import FIRST_INSTANT, LAST_INSTANT
from tasks.recurrence.periods import DAY, UNITS, day_tests, places
from tasks.recurrence.rule import ByDay, Frequency, Rule

# Each of their instants is kept, whatever the time zone.
FIRST_DAY: Final = FIRST_INSTANT.date() + DAY
LAST_DAY: Final = LAST_INSTANT.date() - 2 * DAY
# Without an end, 30 February would be searched for until the year 9999.
LONGEST_SEARCH: Final = timedelta(days=40 * 366)

# A period's first day, and its local times in ascending order.
Period = tuple[date, list[datetime]]


def expand(
    rule: Rule, dtstart: datetime, since: datetime, patience: timedelta = LONGEST_SEARCH
) -> Iterator[datetime]:
    """Give the local times of a rule, ascending, from `since` and from `dtstart` on.

    `dtstart` itself is only given where it fits the rule, and COUNT and UNTIL are not applied: see
    `series.py`. It ends with the year 9998, or when nothing came for as long as `patience`. How far
    `since` lies from `dtstart` makes no difference to the time that it takes.
    """
    rule = complete(rule, dtstart)
    since = max(since, dtstart)
    found = since.date()
    periods = hour_periods if rule.freq is Frequency.HOURLY else day_periods
    for first_day, times in periods(rule, dtstart, since):
        if first_day - found > patience:
            return
        for local in times:
            if local >= since and local.date() <= LAST_DAY:
                found = local.date()
                yield local


def day_periods(rule: Rule, dtstart: datetime, since: datetime) -> Iterator[Period]:
    """Give the periods of days, weeks, months or years from that of `since` on."""
    unit, tests = UNITS[rule.freq], day_tests(rule)
    clock = [
        time(hour, minute, second)
        for hour in rule.by_hour
        for minute in rule.by_minute
        for second in rule.by_second
    ]
    first, current = unit.number(dtstart.date(), rule), unit.number(since.date(), rule)
    current -= (current - first) % rule.interval
    for number in range(current, unit.number(LAST_DAY, rule) + 1, rule.interval):
        days = [day for day in unit.days(number, rule) if all(test(day) for test in tests)]
        times = [datetime.combine(day, at) for day in days for at in clock]
        yield unit.first_day(number, rule), pick(times, rule.by_set_pos)


def hour_periods(rule: Rule, dtstart: datetime, since: datetime) -> Iterator[Period]:
    """Give the periods of hours from the day of `since` on, those of one day together."""
    tests = day_tests(rule)
    interval = timedelta(hours=rule.interval)
    first = dtstart.replace(minute=0, second=0)
    for number in range(since.toordinal(), LAST_DAY.toordinal() + 1):
        day = date.fromordinal(number)
        if all(test(day) for test in tests):
            yield day, times_of_day(rule, day, first, interval)
        else:
            yield day, []


def times_of_day(rule: Rule, day: date, first: datetime, interval: timedelta) -> list[datetime]:
    """Return the times of one day in the hours that are multiples of `interval` after `first`."""
    midnight = datetime.combine(day, time())
    hour = midnight + (first - midnight) % interval
    times: list[datetime] = []
    while hour < midnight + DAY:
        if not rule.by_hour or hour.hour in rule.by_hour:
            in_hour = [
                hour.replace(minute=minute, second=second)
                for minute in rule.by_minute
                for second in rule.by_second
            ]
            times += pick(in_hour, rule.by_set_pos)
        hour += interval
    return times


def pick(times: Sequence[datetime], positions: tuple[int, ...]) -> list[datetime]:
    """Return the times at the positions of BYSETPOS; all where it has none."""
    return [times[place - 1] for place in places(positions, len(times))]


# --- What DTSTART implies -------------------------------------------------------------------------


def complete(rule: Rule, dtstart: datetime) -> Rule:
    """Return the rule with the parts that it leaves to DTSTART."""
    has_hour = rule.by_hour or rule.freq is Frequency.HOURLY
    return replace(
        complete_days(rule, dtstart),
        by_hour=rule.by_hour if has_hour else (dtstart.hour,),
        by_minute=rule.by_minute or (dtstart.minute,),
        by_second=rule.by_second or (dtstart.second,),
    )


def complete_days(rule: Rule, dtstart: date) -> Rule:
    """Return the rule with the days that it leaves to DTSTART."""
    completion = DAYS.get(rule.freq)
    return completion(rule, dtstart) if completion else rule


def complete_week(rule: Rule, dtstart: date) -> Rule:
    """Return the rule with a day of the week."""
    return rule if rule.by_day else replace(rule, by_day=(ByDay(dtstart.weekday()),))


def complete_month(rule: Rule, dtstart: date) -> Rule:
    """Return the rule with a day of the month."""
    return rule if rule.picks_days else replace(rule, by_month_day=(dtstart.day,))


def complete_year(rule: Rule, dtstart: date) -> Rule:
    """Return the rule with days of the year."""
    if rule.by_week_no:
        has_days = rule.by_year_day or rule.by_month_day
        return rule if has_days else complete_week(rule, dtstart)
    if rule.by_year_day or (rule.by_day and not rule.by_month_day):
        return rule
    return complete_month(replace(rule, by_month=rule.by_month or (dtstart.month,)), dtstart)


DAYS: Final[dict[Frequency, Callable[[Rule, date], Rule]]] = {
    Frequency.WEEKLY: complete_week,
    Frequency.MONTHLY: complete_month,
    Frequency.YEARLY: complete_year,
}
