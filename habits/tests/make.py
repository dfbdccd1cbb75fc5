"""Rows for tests."""

from typing import Any  # Fields of a row hold values of every type.

from accounts.models import User
from habits.models import Habit


def make_habit(owner: User, name: str = "Read", **fields: Any) -> Habit:
    """Make a daily habit."""
    return Habit.objects.create(user=owner, name=name, **({"frequency": "daily"} | fields))
