"""Habits and their check-ins."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from focusflow.demo.window import Window
from focusflow.demo.words import make_uid, numbered


@dataclass(frozen=True)
class Practice:
    """Something that people make a habit of: how often, and how much.

    The columns are those of a habit. `kept` is the share of its days with a check-in, and `values`
    are what is recorded on one.
    """

    name: str
    frequency: str
    kept: float
    times: int = 1
    span: int | None = None
    weekdays: int | None = None
    kind: str = "yes_no"
    target: int | None = None
    unit: str = ""
    values: range = range(1, 2)


PRACTICES = (
    Practice("Read twenty pages", "daily", 0.9),
    Practice("Call a friend", "weekly", 0.25),
    Practice(
        "Drink enough water", "daily", 0.95, kind="at_least", target=8, unit="glasses",
        values=range(6, 12),
    ),
    Practice("Walk before breakfast", "weekdays", 0.7, weekdays=0b001_1111),
    Practice("Review the week", "weekly", 0.2),
    Practice("Stretch", "daily", 0.85),
    Practice("Practise the guitar", "weekly", 0.5, times=3),
    Practice("Water the plants", "interval", 0.4, span=4),
    Practice(
        "Go for a run", "weekly", 0.4, kind="at_least", target=15, unit="km", values=range(4, 13)
    ),
    Practice(
        "Coffee", "daily", 0.95, kind="at_most", target=3, unit="cups", values=range(5)
    ),
    Practice("Tidy the desk", "rolling", 0.3, times=2, span=10),
    Practice("Learn ten words", "daily", 0.8),
)  # fmt: skip
# By how much it is likelier that somebody does again what they did on the day before.
MOMENTUM = 0.5


@dataclass(frozen=True)
class DemoCheckIn:
    """What is recorded on a day."""

    uid: uuid.UUID
    day: date
    value: int


@dataclass(frozen=True)
class DemoHabit:
    """A habit with its check-ins."""

    uid: uuid.UUID
    name: str
    practice: Practice
    checkins: tuple[DemoCheckIn, ...]


def make_habits(rng: Random, window: Window, count: int) -> Iterator[DemoHabit]:
    """Yield habits of several schedules and kinds, kept on the days of the window before today."""
    names = [practice.name for practice in PRACTICES]
    for position in range(count):
        practice = PRACTICES[position % len(PRACTICES)]
        checkins = tuple(make_checkins(rng, window, practice))
        yield DemoHabit(make_uid(rng), numbered(names, position), practice, checkins)


def make_checkins(rng: Random, window: Window, practice: Practice) -> Iterator[DemoCheckIn]:
    """Yield check-ins of most days, in stretches as people have them."""
    was_done = True
    for number in range((window.today - window.first_day).days):
        share = practice.kept
        likelihood = share + (1 - share) * MOMENTUM if was_done else share * (1 - MOMENTUM)
        was_done = rng.random() < likelihood
        if was_done:
            day = window.first_day + timedelta(days=number)
            yield DemoCheckIn(make_uid(rng), day, rng.choice(practice.values))
