"""Reads of habits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.ownership import OwnedQuerySet

if TYPE_CHECKING:
    from habits.models import Habit


class HabitQuerySet(OwnedQuerySet["Habit"]):
    """Habits."""
