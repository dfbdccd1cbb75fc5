"""Believable rows of a planner that has been in use for a while.

Pure rules over a `random.Random` and a day: the same seed, day and sizes give the same rows.
Instants are in UTC, and none at which something was done lies after the start of today.
"""

from focusflow.demo.habits import DemoCheckIn, DemoHabit, make_habits
from focusflow.demo.tasks import DemoTask, category_names, make_tasks, tasks_per_account
from focusflow.demo.window import Window
from focusflow.demo.words import THEMES, make_uid

__all__ = [
    "THEMES",
    "DemoCheckIn",
    "DemoHabit",
    "DemoTask",
    "Window",
    "category_names",
    "make_habits",
    "make_tasks",
    "make_uid",
    "tasks_per_account",
]
