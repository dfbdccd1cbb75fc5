"""When a period of a habit is met: the kinds of habits, their records, and the states of periods.

Pure rules over rows: nothing here asks what day it is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Final

from habits.schedule import LAST_ORDINAL, Period, Schedule

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
LEAST_TARGET: Final = Decimal("0.001")


class RuleError(ValueError):
    """A kind and a target do not fit; the message says why and what to do.

    `field` is the part of the rule that is to blame.
    """

    def __init__(self, message: str, field: str = "target") -> None:
        super().__init__(message)
        self.field = field


class Kind(StrEnum):
    """What is recorded of a habit."""

    YES_NO = "yes_no"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class State(StrEnum):
    """What became of a period.

    REST and PARTIAL (it began before the start date) are neutral: not met, and no harm done.
    """

    MET = "met"
    OPEN = "open"
    MISSED = "missed"
    REST = "rest"
    PARTIAL = "partial"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A schedule, and what must be recorded in each of its periods.

    `target` is in the habit's unit; None for yes/no. Raises RuleError for what does not fit.
    """

    schedule: Schedule
    kind: Kind = Kind.YES_NO
    target: Decimal | None = None

    def __post_init__(self) -> None:
        if self.kind is Kind.YES_NO:
            if self.target is not None:
                raise RuleError("A yes/no habit has no target.")
            return
        least = LEAST_TARGET if self.kind is Kind.AT_LEAST else ZERO
        if self.target is None or not self.target.is_finite() or self.target < least:
            raise RuleError(f"Choose a target of {least} or more.")
        if self.is_limit and self.schedule.times > 1:
            raise RuleError(
                "A limit holds for the whole period, not a number of times in it.", "times"
            )

    @property
    def is_limit(self) -> bool:
        """Whether less is better."""
        return self.kind is Kind.AT_MOST

    @cached_property
    def counts_days(self) -> bool:
        """Whether a day counts as done or not; else its value is added up."""
        return self.kind is Kind.YES_NO or self.schedule.times > 1

    @cached_property
    def need(self) -> Decimal:
        """What the weights of a period must add up to, or for a limit may."""
        if self.counts_days or self.target is None:
            return Decimal(self.schedule.times)
        return self.target

    def weight(self, value: Decimal) -> Decimal:
        """Return what a day with this value adds to its period.

        A yes/no day is 1 or 0, and so is a day of "30 minutes, 3 times a week"; else the value.
        """
        if not self.counts_days:
            return value
        is_done = value > 0 if self.target is None else value >= self.target
        return ONE if is_done else ZERO

    def is_counted(self, weight: Decimal) -> bool:
        """Whether a recorded day of this weight is part of a streak; of a limit each is."""
        return self.is_limit or weight > 0

    def is_met(self, total: Decimal) -> bool:
        """Whether a period is met whose recorded weights add up to this.

        Of a limit this asks only a period in which something is recorded.
        """
        return total <= self.need if self.is_limit else total >= self.need


@dataclass(frozen=True)
class History:
    """What is recorded of a habit: values by day, and stretches of rest in any order."""

    values: Mapping[date, Decimal]
    rest: Collection[Period] = ()

    @cached_property
    def rests(self) -> tuple[Period, ...]:
        """The days of rest in ascending stretches that neither overlap nor touch."""
        merged: list[Period] = []
        for rest in sorted(self.rest):
            last = merged[-1].last if merged else None
            if last is None or (rest.first - last).days > 1:
                merged.append(rest)
            elif rest.last > last:
                merged[-1] = Period(merged[-1].first, rest.last)
        return tuple(merged)

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days with a record, ascending."""
        return tuple(sorted(self.values))

    @cached_property
    def rest_firsts(self) -> tuple[date, ...]:
        """The first days of the stretches of rest."""
        return tuple(rest.first for rest in self.rests)

    @cached_property
    def active_before(self) -> tuple[int, ...]:
        """How many days of the calendar before each stretch of rest are none of rest."""
        counts: list[int] = []
        rested = 0
        for rest in self.rests:
            counts.append(rest.first.toordinal() - 1 - rested)
            rested = rest.last.toordinal() - counts[-1]
        return tuple(counts)

    def rests_on(self, day: date) -> bool:
        """Whether a day is one of rest."""
        return self.rests_in(Period(day, day))

    def rests_in(self, days: Period) -> bool:
        """Whether one of these days is one of rest."""
        place = bisect_right(self.rest_firsts, days.last)
        return place > 0 and self.rests[place - 1].last >= days.first

    def count_active(self, day: date) -> int:
        """Return how many days of the calendar up to this one are none of rest."""
        place = bisect_right(self.rest_firsts, day)
        if place and self.rests[place - 1].last >= day:
            return self.active_before[place - 1]
        return day.toordinal() - self.count_rested(place)

    def day_after(self, day: date, count: int) -> date:
        """Return the day by which `count` days have followed that are none of rest.

        It is the last day of the calendar where there are not as many.
        """
        active = self.count_active(day) + count
        ordinal = active + self.count_rested(bisect_left(self.active_before, active))
        return date.fromordinal(min(ordinal, LAST_ORDINAL))

    def count_rested(self, count: int) -> int:
        """Return the days in the first stretches of rest."""
        return (
            self.rests[count - 1].last.toordinal() - self.active_before[count - 1] if count else 0
        )


@dataclass(slots=True)
class Tally:
    """What is counted in a period: the sum of its weights, and the first and last day of them."""

    total: Decimal
    first_day: date
    last_day: date


def counted(rule: Rule, history: History) -> Iterator[tuple[date, Decimal]]:
    """Give the days that are part of a streak with their weights, ascending.

    Check-ins before the start date, and on days that are not asked for, are kept but not counted.
    """
    schedule = rule.schedule
    for day in history.days:
        if day >= schedule.start and day.weekday() in schedule.asked_weekdays:
            weight = rule.weight(history.values[day])
            if rule.is_counted(weight):
                yield day, weight


def tallies(rule: Rule, history: History) -> dict[int, Tally]:
    """Return what is counted in each period with a counted day, by its number, ascending."""
    found: dict[int, Tally] = {}
    for day, weight in counted(rule, history):
        index = rule.schedule.count_before(day)
        tally = found.get(index)
        if tally is None:
            found[index] = Tally(weight, day, day)
        else:
            tally.total += weight
            tally.last_day = day
    return found


def state_of(rule: Rule, history: History, period: Period, tally: Tally | None) -> State:
    """Return what becomes of a period with nothing more than is recorded: MISSED may be open still.

    Rest excuses and takes nothing away: what is met is met. A limit that is passed is MISSED even
    in a period that began before the start date: there was too little time for nothing.
    """
    if tally is not None and rule.is_met(tally.total):
        return State.MET
    start = rule.schedule.start
    if history.rests_in(Period(max(period.first, start), period.last)):
        return State.REST
    is_passed = rule.is_limit and tally is not None
    return State.PARTIAL if period.first < start and not is_passed else State.MISSED
