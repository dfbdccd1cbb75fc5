"""A change of a habit by its owner."""

from __future__ import annotations

from typing import Any, Final  # Columns hold values of every type.

from django.db import transaction

from habits.models import Habit
from habits.schedule import MOST_TIMES, Frequency

# What each column is where a schedule does not ask for it.
UNASKED: Final[dict[str, int | None]] = {"times": 1, "span": None, "weekdays": None}
ASKED: Final[dict[Frequency, frozenset[str]]] = {
    Frequency.DAILY: frozenset(),
    Frequency.WEEKDAYS: frozenset({"weekdays"}),
    Frequency.ROLLING: frozenset({"times", "span"}),
    Frequency.INTERVAL: frozenset({"span"}),
    **dict.fromkeys(MOST_TIMES, frozenset({"times"})),
}


@transaction.atomic
def edit(*, habit: Habit, expected: int | None = None, **values: Any) -> set[str]:
    """Write what differs, and what follows from it; return the names of the columns.

    What another frequency or kind does not ask for is emptied. Raises StaleVersionError unless the
    habit has the version `expected`.
    """
    return habit.change(expected=expected, **without_unasked(habit, values))


def without_unasked(habit: Habit, values: dict[str, Any]) -> dict[str, Any]:
    """Return new values of a habit, with those that another frequency or kind empties.

    What the values themselves name stays, so that what contradicts is refused and not dropped.
    """
    emptied: dict[str, Any] = {}
    if values.get("frequency", habit.frequency) != habit.frequency:
        asked = ASKED[Frequency(values["frequency"])]
        emptied |= {name: value for name, value in UNASKED.items() if name not in asked}
    if values.get("kind") == Habit.Kind.YES_NO:
        emptied["target"] = None
    return emptied | values
