"""What an export comes to: drafts of habits with check-ins and days of rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Literal
from uuid import UUID

from habits.loop.contents import Kind
from habits.loop.problems import Loss

type Frequency = Literal["daily", "weekly", "monthly", "yearly", "rolling"]


@dataclass(frozen=True)
class Limits:
    """What the tables can hold: lengths in characters, and the days of a rolling window."""

    name: int
    question: int
    unit: int
    note: int
    span: int


@dataclass(frozen=True)
class HabitThere:
    """A habit that the person has: its days with a check-in, and its ranges of days of rest."""

    uid: UUID
    name: str
    kind: Kind
    unit: str
    days: frozenset[date] = frozenset()
    rests: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True)
class ScheduleDraft:
    """How often: `times` in each day, week, month or year, or in any `span` days (rolling)."""

    frequency: Frequency
    times: int = 1
    span: int | None = None


@dataclass(frozen=True)
class CheckInDraft:
    """A day's value: 1 for done and 0 for not done, or an amount."""

    day: date
    value: Decimal
    note: str


@dataclass(frozen=True)
class RestDraft:
    """Days of rest that follow each other, both included, with one note."""

    first_day: date
    last_day: date
    note: str


@dataclass(frozen=True)
class HabitDraft:
    """A habit to make, or one that is there and gets the days it lacks.

    Where it is there, `uid` is that row's, and its owner's fields stay as they are. `first_day` is
    the first day recorded in the file, on which a new habit starts; None where there is none.
    """

    uid: UUID
    is_there: bool
    name: str
    question: str
    kind: Kind
    target: Decimal | None
    unit: str
    schedule: ScheduleDraft
    colour: str
    archived: bool
    reminder_at: time | None
    first_day: date | None
    check_ins: tuple[CheckInDraft, ...]
    rests: tuple[RestDraft, ...]
    days_there: int


@dataclass(frozen=True)
class Plan:
    """Drafts in Loop's order, and all that reading and planning could not keep."""

    habits: tuple[HabitDraft, ...]
    losses: tuple[Loss, ...]
