"""Some days at a glance, each by itself: what a row of squares shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from habits.rules import History, Rule
from habits.schedule import Period
from habits.statistics.outcomes import is_done


class Mark(StrEnum):
    """What is seen of a day, whatever becomes of its period.

    NOT_DONE is a record of too little, or of too much; REST has no record that is done, EMPTY and
    NOT_ASKED have no record at all.
    """

    DONE = "done"
    NOT_DONE = "not_done"
    REST = "rest"
    EMPTY = "empty"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Square:
    """A day, and the value that is recorded on it; None without a record."""

    day: date
    mark: Mark
    value: Decimal | None


def strip(rule: Rule, history: History, days: Period) -> Iterator[Square]:
    """Give each of these days. Of the history only what lies in them is needed."""
    for ordinal in range(days.first.toordinal(), days.last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        yield Square(day, mark_of(rule, history, day), history.values.get(day))


def mark_of(rule: Rule, history: History, day: date) -> Mark:
    """Return what is seen of a day."""
    value = history.values.get(day)
    if value is not None and is_done(rule, value):
        return Mark.DONE
    if history.rests_on(day):
        return Mark.REST
    if value is not None:
        return Mark.NOT_DONE
    return Mark.EMPTY if rule.schedule.asks_for(day) else Mark.NOT_ASKED
