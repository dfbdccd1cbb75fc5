"""What a date, a time and a recurrence come to: when the task is due, and its series."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final

from tasks.quick_add.clock import DAY, Clock, EachDay, Fixed
from tasks.quick_add.dates import When, add
from tasks.quick_add.moments import Moment
from tasks.quick_add.repetitions import Length, Repetition
from tasks.recurrence import (
    Frequency,
    Mode,
    Occurrence,
    Recurrence,
    Rule,
    RuleError,
    format_rule,
    make_recurrence,
    parse_rule,
    pin,
)
from tasks.recurrence.building import week_rule
from tasks.recurrence.expansion import expand
from tasks.recurrence.wall_clock import to_instant, to_local

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Due:
    """When a task is due, as a day or as an instant, and the series of which it is the first."""

    occurrence: Occurrence
    all_day: bool
    recurrence: Recurrence | None = None


# --- Without a series -----------------------------------------------------------------------------


def settle_moment(moment: Moment, clock: Clock) -> Due:
    """Return when a task is due: a time that has passed is the next that has not."""
    if moment.instant:
        day = to_local(moment.instant, clock.zone).date()
        return Due(Occurrence(moment.instant, day), all_day=False)
    at, day = moment.at or moment.part, find_day(moment, clock)
    # "This morning", said at noon, is still today.
    if at is None or (moment.at is None and clock.is_past(day, at)):
        return make_due(datetime.combine(day, time()), clock, all_day=True)
    return make_due(datetime.combine(day, at), clock, all_day=False)


def find_day(moment: Moment, clock: Clock) -> date:
    """Return the first day of a moment that is not past, or the day that it names."""
    days = moment.day or EachDay()
    day = days.on_or_after(clock.today)
    # At night the person's day is that before the calendar's, and may be two too early.
    for _ in range(2):
        day = days.on_or_after(day + DAY) if clock.is_past(day, moment.at) else day
    return day


def make_due(local: datetime, clock: Clock, *, all_day: bool) -> Due:
    """Return what is due at a local time, or on its day."""
    at = to_instant(local, clock.zone)
    return Due(Occurrence(at, to_local(at, clock.zone).date()), all_day=all_day)


# --- A series -------------------------------------------------------------------------------------


def settle_repetition(repetition: Repetition, moment: Moment | None, clock: Clock) -> Due:
    """Return the first occurrence of a series that is not past, and the series.

    A date beside the recurrence is its start, a time its time. Raises RuleError where the series
    never occurs or ends before it starts.
    """
    start = repetition.start or moment or Moment()
    at = repetition.at or start.at or (moment.at if moment else None) or start.part
    if start.instant:
        at = at or to_local(start.instant, clock.zone).time()
    rule = parse_rule(format_rule(repetition.rule))
    if rule.freq is Frequency.HOURLY:
        dtstart: date = start_hours(rule, start, at, clock)
    else:
        earliest = start.day.on_or_after(clock.today) if start.day else clock.today
        rule = rule if repetition.mode is Mode.COMPLETION else name_day(rule, earliest, clock)
        dtstart = start_days(rule, earliest, at, clock, is_past_meant=has_year(start))
    rule = end_rule(rule, repetition.end, dtstart)
    recurrence = make_recurrence(rule, dtstart=dtstart, zone=clock.zone, mode=repetition.mode)
    return Due(recurrence.first, recurrence.all_day, recurrence)


def has_year(start: Moment) -> bool:
    """Whether a start is a date with its year, which is meant though it is past."""
    return isinstance(start.day, Fixed) and start.day.has_year


def name_day(rule: Rule, day: date, clock: Clock) -> Rule:
    """Return the rule with the day of week, month or year on which it starts.

    "Every week" is every Tuesday, so that the words and the rule stay true when dates move.
    """
    if rule.freq is Frequency.WEEKLY and not rule.by_day:
        return week_rule([day.weekday()], rule.interval, clock.week_start)
    return pin(rule, day)


def start_days(
    rule: Rule, earliest: date, at: time | None, clock: Clock, *, is_past_meant: bool
) -> date:
    """Return DTSTART: the first day, or local time, from `earliest` on that fits the rule.

    Days that a rule names count from the first of them: every other Monday begins next Monday.
    """
    begin = datetime.combine(earliest, at or time())
    candidates = expand(replace(rule, interval=1) if rule.picks_days else rule, begin, begin)
    for local in islice(candidates, 3):
        if is_past_meant or not clock.is_past(local.date(), at):
            return local if at else local.date()
    raise RuleError("The rule never occurs.")


def start_hours(rule: Rule, start: Moment, at: time | None, clock: Clock) -> datetime:
    """Return DTSTART of an hourly rule: the next full hour where nothing says another."""
    if start.instant:
        return to_local(start.instant, clock.zone)
    if start.day:
        return datetime.combine(start.day.on_or_after(clock.today), at or time())
    if at is None:
        return clock.local.replace(minute=0) + HOUR
    local = datetime.combine(clock.today, at)
    if not clock.is_past(clock.today, at):
        return local
    step = HOUR * rule.interval
    return local + ((clock.local - local) // step + 1) * step


def end_rule(rule: Rule, end: int | When | Length | None, dtstart: date) -> Rule:
    """Return the rule with its end: a number of times, or its last day."""
    if isinstance(end, int):
        return replace(rule, count=end)
    day = dtstart.date() if isinstance(dtstart, datetime) else dtstart
    if isinstance(end, When):
        return replace(rule, until=end.day.on_or_after(day))
    return replace(rule, until=add_length(day, end)) if end else rule


def add_length(day: date, length: Length) -> date:
    """Return the last day of a length that begins with a day."""
    try:
        return add(day, length.number, length.unit) - DAY
    except (ValueError, OverflowError) as error:
        raise RuleError("The series ends too late.") from error
