"""What an export holds, whichever form it has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Literal

from habits.loop.problems import Loss, Place

type Kind = Literal["yes_no", "at_least", "at_most"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody recorded on a day; days that Loop computes are none.

    `value` is 1 for done and 0 for not done; the amount of a numerical habit, exact to a
    thousandth; None for a day that was skipped.
    """

    place: Place
    day: date
    value: Decimal | None
    note: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """A local time, and the weekdays it comes on: a bit mask, bit 0 for Monday."""

    at: time
    weekdays: int


@dataclass(frozen=True, slots=True)
class LoopHabit:
    """A habit: `numerator` times in `denominator` days, or a target in that many days.

    `uuid` is "" where the form has none. `position` orders the list, which may have gaps. `colour`
    is Loop's, as #RRGGBB; an unknown one as the file has it. `target` is None for yes_no. `entries`
    are in the order of their days, at most one a day.
    """

    place: Place
    uuid: str
    position: int
    name: str
    question: str
    description: str
    colour: str
    numerator: int
    denominator: int
    kind: Kind
    target: Decimal | None
    unit: str
    archived: bool
    reminder: Reminder | None
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """A file that was read: its habits in Loop's order, and what reading it could not keep."""

    file: str
    habits: tuple[LoopHabit, ...]
    losses: tuple[Loss, ...]
