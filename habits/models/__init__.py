"""Habits, the groups that they are sorted into, check-ins, and days of rest."""

from habits.models.checkin import CheckIn
from habits.models.group import Group
from habits.models.habit import Habit
from habits.models.rest import Rest

__all__ = ["CheckIn", "Group", "Habit", "Rest"]
