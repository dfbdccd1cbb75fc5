"""Which habit a command speaks of, and in what words its numbers are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from django.core.management.base import CommandError

from accounts.models import User
from focusflow.printing import printable
from habits.deriving import rule_of
from habits.models import Habit
from habits.statistics.explanation import say_number

# From the strictest on.
MATCHES: Final[tuple[Callable[[str, str], bool], ...]] = (
    lambda name, text: name == text,
    lambda name, text: name.casefold() == text.casefold(),
    lambda name, text: name.casefold().startswith(text.casefold()),
)


def find_habit(user: User, text: str) -> Habit:
    """Return the habit that a text names, of those that are not put away.

    That is the one with this name, else with this name in letters of any case, else the one that
    begins so. Raises CommandError, with the names that fit, where none or several do.
    """
    habits = list(user.habits.unarchived().order_by("position", "pk"))
    for matches in MATCHES:
        found = [habit for habit in habits if matches(habit.name, text)]
        if len(found) == 1:
            return found[0]
        if len({habit.name for habit in found}) == 1:
            raise CommandError(f"Several habits are named {quote(found[0].name)}: rename one.")
        if found:
            raise CommandError(f"{quote(text)} may be {list_names(found)}: name one of them.")
    if not habits:
        raise CommandError(f"{printable(user.email)} has no habits.")
    raise CommandError(f"No habit is named {quote(text)}. There are {list_names(habits)}.")


def list_names(habits: Iterable[Habit]) -> str:
    """Return the names of habits in one line."""
    return ", ".join(quote(habit.name) for habit in habits)


def quote(text: str) -> str:
    """Return a text in quotation marks."""
    return f"“{printable(text)}”"


def say_goal(habit: Habit, week_start: int) -> str:
    """Return how often and how much: "once a week", "every day, at least 8 glasses"."""
    often = rule_of(habit, week_start).schedule.describe()
    if habit.target is None:
        return often
    amount = f"{habit.get_kind_display()} {say_number(habit.target)} {habit.unit}"
    return f"{often}, {amount.rstrip()}"


def say_streak(habit: Habit, day: date) -> str:
    """Return the streak as it reads on a day of the owner, in its unit: "1 day", "12 weeks"."""
    length, unit = habit.streak_on(day), rule_of(habit, week_start=1).schedule.unit
    return f"{length} {unit if length == 1 else f'{unit}s'}"
