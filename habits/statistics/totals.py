"""How much of a habit was done, and when most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from habits.rules import ZERO, Kind
from habits.schedule import Period
from habits.statistics.outcomes import Review


@dataclass(frozen=True, slots=True)
class Totals:
    """What is recorded in some days, extra days and those before the start date too.

    `days` is how many have a record, `done` how many of them are done, `total` the sum of their
    values. `best_day` is the one with the most, of a limit the least, of equals the latest; None of
    yes/no habits and without a record.
    """

    days: int
    done: int
    total: Decimal
    best_day: date | None

    @property
    def average(self) -> Decimal | None:
        """The value of a recorded day on average, or None without one."""
        return self.total / self.days if self.days else None


def totals_of(review: Review, days: Period) -> Totals:
    """Return what is recorded in these days."""
    values = {day: value for day, value in review.history.values.items() if day in days}
    best_day = None
    if review.rule.kind is not Kind.YES_NO:
        sign = -1 if review.rule.is_limit else 1
        best_day = max(values, key=lambda day: (sign * values[day], day), default=None)
    return Totals(
        days=len(values),
        done=sum(map(review.is_done, values)),
        total=sum(values.values(), ZERO),
        best_day=best_day,
    )
