"""How often a habit was kept: what is open, rest or partial counts neither way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from habits.rules import State
from habits.schedule import Frequency, Period
from habits.statistics.outcomes import Review

DAY = timedelta(1)
SINGLE_DAYS = frozenset({Frequency.DAILY, Frequency.WEEKDAYS})


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of how many; rates of many habits add up to that of all."""

    kept: int = 0
    asked: int = 0

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.kept + other.kept, self.asked + other.asked)

    @property
    def share(self) -> float | None:
        """The rate from 0 to 1, or None where nothing was asked."""
        return self.kept / self.asked if self.asked else None


NO_RATE = Rate()
RATES = {State.MET: Rate(1, 1), State.MISSED: Rate(0, 1)}


def rate_of(review: Review, days: Period) -> Rate:
    """Return how many of the periods that touch these days are met."""
    rates = (RATES.get(outcome.state, NO_RATE) for outcome in review.between(days))
    return sum(rates, NO_RATE)


def rate_by_month(review: Review, days: Period) -> dict[tuple[int, int], Rate]:
    """Return the rate of each (year, month) with an outcome, ascending.

    A period counts in the month in which it ends, one that is not over in that of today.
    """
    rates: dict[tuple[int, int], Rate] = {}
    for outcome in review.between(days):
        last = min(outcome.period.last, review.today)
        month = last.year, last.month
        rates[month] = rates.get(month, NO_RATE) + RATES.get(outcome.state, NO_RATE)
    return rates


def rate_by_weekday(review: Review, days: Period) -> tuple[Rate, ...]:
    """Return the rate of each weekday, Monday first.

    Where a day is no period of its own this is how many of the Mondays were done, rest without a
    check-in and today without one left out.
    """
    rates = [NO_RATE] * 7
    first = max(days.first, review.rule.schedule.start)
    last = min(days.last, review.today)
    for ahead in range((last - first).days + 1):
        day = first + ahead * DAY
        rates[day.weekday()] += rate_on(review, day)
    return tuple(rates)


def rate_on(review: Review, day: date) -> Rate:
    """Return what a day adds to the rate of its weekday."""
    if review.rule.schedule.frequency in SINGLE_DAYS:
        outcome = review.on(day)
        return RATES.get(outcome.state, NO_RATE) if outcome else NO_RATE
    if review.is_done(day):
        return Rate(1, 1)
    is_open = day == review.today and day not in review.history.values
    return NO_RATE if is_open or review.history.rests_on(day) else Rate(0, 1)
