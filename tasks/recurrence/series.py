"""A series of occurrences: a rule with its DTSTART, time zone, and what the next counts from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from itertools import chain, dropwhile, islice, takewhile
from zoneinfo import ZoneInfo

from tasks.recurrence.building import pin
from tasks.recurrence.expansion import FIRST_DAY, LAST_DAY, complete_days, expand
from tasks.recurrence.rule import Frequency, Rule, RuleError
from tasks.recurrence.text import format_rule, parse_rule
from tasks.recurrence.validity import check_dtstart, check_occurs, selects
from tasks.recurrence.wall_clock import (
    LONGEST_SKIP,
    day_end,
    to_instant,
    to_instants,
    to_local,
)


class Mode(StrEnum):
    """What the next occurrence counts from."""

    SCHEDULE = "schedule"
    COMPLETION = "completion"


@dataclass(frozen=True, order=True)
class Occurrence:
    """When something is due: its UTC instant, and its day in the time zone of its series.

    Of an all-day series the day is meant, and the instant is the day's start in that zone.
    """

    at: datetime
    day: date


@dataclass(frozen=True)
class Recurrence:
    """A series: RRULE text, and DTSTART as a day (all day) or a local time (a naive datetime).

    Made by `make_recurrence`, which checks what comes from people and programs; one that was kept
    may be made of its four values directly.
    """

    rrule: str
    dtstart: date | datetime
    zone: ZoneInfo
    mode: Mode = Mode.SCHEDULE

    @property
    def all_day(self) -> bool:
        """Whether its occurrences are days."""
        return is_all_day(self.dtstart)

    @property
    def start(self) -> datetime:
        """DTSTART as a local time: midnight for a day."""
        return as_local_time(self.dtstart)

    @property
    def rule(self) -> Rule:
        """The rule that its text writes."""
        return parse_rule(self.rrule)

    @property
    def first(self) -> Occurrence:
        """The first occurrence, which is DTSTART."""
        return self.occurrence(to_instant(self.start, self.zone))

    def occurrence(self, at: datetime) -> Occurrence:
        """Return the occurrence at an instant."""
        return Occurrence(at, to_local(at, self.zone).date())


def is_all_day(dtstart: date | datetime) -> bool:
    """Whether DTSTART is a day; a datetime is a date, too."""
    return not isinstance(dtstart, datetime)


def as_local_time(dtstart: date | datetime) -> datetime:
    """Return a local time as it is, and of a day its midnight."""
    return dtstart if isinstance(dtstart, datetime) else datetime.combine(dtstart, time())


# --- Making ---------------------------------------------------------------------------------------


def make_recurrence(
    rrule: str | Rule, *, dtstart: date | datetime, zone: ZoneInfo, mode: Mode = Mode.SCHEDULE
) -> Recurrence:
    """Return a series whose rule is checked, and written so that each reader expands it alike.

    UNTIL becomes a day in an all-day series and an instant in another (RFC 5545 asks for both).
    Raises RuleError where the rule cannot be read, cannot be kept, or never occurs.
    """
    rule = parse_rule(rrule if isinstance(rrule, str) else format_rule(rrule))
    start = as_local_time(dtstart)
    if start.tzinfo is not None or start.microsecond:
        raise RuleError("DTSTART is a local time, in whole seconds and without an offset.")
    check_dtstart(start)
    rule = end_alike(name_days(rule, start), start, zone, all_day=is_all_day(dtstart))
    if is_all_day(dtstart):
        rule = drop_times(rule)
    meant = pin(rule, start) if mode is Mode.COMPLETION else rule
    check_occurs(meant, start, last_day(rule, zone))
    return Recurrence(format_rule(rule), dtstart, zone, mode)


def name_days(rule: Rule, start: datetime) -> Rule:
    """Return the rule with the days that readers of RRULE would guess differently.

    Some read FREQ=YEARLY;BYMONTHDAY=16 as every month, some as the month of DTSTART; some read
    BYWEEKNO as seven days, some as the weekday of DTSTART.
    """
    is_guessed = rule.by_week_no or (rule.freq is Frequency.YEARLY and rule.by_month_day)
    return complete_days(rule, start) if is_guessed else rule


def drop_times(rule: Rule) -> Rule:
    """Return the rule of an all-day series without times, which RFC 5545 says to ignore there."""
    if rule.freq is Frequency.HOURLY:
        raise RuleError("An all-day series cannot be hourly. Give it a time, or another FREQ.")
    rule = replace(rule, by_hour=(), by_minute=(), by_second=())
    return rule if selects(rule) else replace(rule, by_set_pos=())


def end_alike(rule: Rule, start: datetime, zone: ZoneInfo, *, all_day: bool) -> Rule:
    """Return the rule with UNTIL as a day or an instant, as DTSTART is, or None for "never"."""
    until = rule.until
    # Some programs write the last day of the calendar where they mean no end.
    if until is None or until.year > LAST_DAY.year:
        return replace(rule, until=None)
    if until.year >= FIRST_DAY.year:
        until = until_day(until, zone) if all_day else until_instant(until, zone)
        if until >= (start.date() if all_day else to_instant(start, zone)):
            return replace(rule, until=until)
    raise RuleError("UNTIL is before DTSTART. Choose a later end, or an earlier start.")


def until_day(until: date | datetime, zone: ZoneInfo) -> date:
    """Return the last day of a series."""
    if not isinstance(until, datetime):
        return until
    return (to_local(until, zone) if until.tzinfo else until).date()


def until_instant(until: date | datetime, zone: ZoneInfo) -> datetime:
    """Return the last instant of a series: the last second of a day."""
    if not isinstance(until, datetime):
        return day_end(until, zone)
    return until if until.tzinfo else to_instant(until, zone)


def last_day(rule: Rule, zone: ZoneInfo) -> date | None:
    """Return the day on which a series ends by UNTIL."""
    return None if rule.until is None else until_day(rule.until, zone)


# --- Reading --------------------------------------------------------------------------------------


def occurrences(recurrence: Recurrence, since: datetime | None = None) -> Iterator[Occurrence]:
    """Give the occurrences of a series by its schedule, ascending, from an instant on.

    DTSTART is the first and counts as one (RFC 5545, sections 3.3.10 and 3.8.5.3), even where it
    does not fit the rule. Instants are strictly ascending: two local times that meet after the
    clock skipped one of them are one occurrence.
    """
    rule, zone = recurrence.rule, recurrence.zone
    # COUNT counts from DTSTART; what was skipped is later on the clock than it was meant.
    bound = recurrence.start
    if since is not None and rule.count is None:
        bound = to_local(since, zone) - LONGEST_SKIP
    instants = to_instants(local_times(rule, recurrence.start, bound), zone)
    counted = islice(instants, rule.count)
    wanted = dropwhile(lambda at: since is not None and at < since, counted)
    ended = takewhile(lambda at: is_before_end(rule, at, zone), wanted)
    return (recurrence.occurrence(at) for at in ended)


def local_times(rule: Rule, start: datetime, bound: datetime) -> Iterator[datetime]:
    """Give the local times from `bound` on, with DTSTART as the first of all."""
    times = expand(rule, start, bound)
    if bound > start:
        return times
    return chain([start], (local for local in times if local != start))


def is_before_end(rule: Rule, at: datetime, zone: ZoneInfo) -> bool:
    """Whether an instant is not past UNTIL."""
    if rule.until is None:
        return True
    if isinstance(rule.until, datetime):
        return at <= until_instant(rule.until, zone)
    return to_local(at, zone).date() <= rule.until


def first_since(recurrence: Recurrence, since: datetime) -> Occurrence | None:
    """Return the first occurrence at an instant or after it; None when the series has ended."""
    return next(occurrences(recurrence, since), None)
