"""A year at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from habits.rules import State
from habits.statistics.outcomes import Review


@dataclass(frozen=True, slots=True)
class Cell:
    """A day: its recorded value (None without), the state of its period, and whether it is rest."""

    day: date
    value: Decimal | None
    state: State
    is_rest: bool


@dataclass(frozen=True, slots=True)
class Crowd:
    """A day of many habits: how many are done, and how many were asked for and are no rest."""

    day: date
    done: int
    asked: int


def heatmap(review: Review, year: int) -> tuple[Cell, ...]:
    """Return each day of a year, those ahead and before the start date too."""
    return tuple(cell_of(review, day) for day in days_of(year))


def cell_of(review: Review, day: date) -> Cell:
    """Return what is shown of a day."""
    outcome = review.on(day)
    state = outcome.state if outcome else State.NOT_ASKED
    return Cell(day, review.history.values.get(day), state, review.history.rests_on(day))


def heatmap_of_all(reviews: Sequence[Review], year: int) -> tuple[Crowd, ...]:
    """Return each day of a year, of many habits."""
    return tuple(crowd_of(reviews, day) for day in days_of(year))


def crowd_of(reviews: Iterable[Review], day: date) -> Crowd:
    """Return how many habits are done on a day; an extra check-in counts as asked for."""
    done = asked = 0
    for review in reviews:
        is_done = review.is_done(day)
        is_due = review.rule.schedule.asks_for(day) and not review.history.rests_on(day)
        done += is_done
        asked += is_done or is_due
    return Crowd(day, done, asked)


def days_of(year: int) -> Iterator[date]:
    """Give the days of a year."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    return map(date.fromordinal, range(first, last + 1))
