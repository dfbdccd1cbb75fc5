"""Rules that habits keep by themselves, in the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError

from accounts.models import User
from habits.models import Habit
from habits.tests.make import make_habit


@pytest.mark.parametrize("fields", [{"frequency": "hourly"}, {"streak": -1}])
def test_habit_that_breaks_a_rule_is_refused(fields: dict[str, Any], ann: User) -> None:
    with pytest.raises(IntegrityError):
        make_habit(ann, **fields)


@pytest.mark.parametrize("write", ["save", "update"])
def test_streak_that_is_computed_is_nobodys_change(write: str, ann: User) -> None:
    habit = make_habit(ann)

    if write == "save":
        habit.streak = 3
        habit.save(update_fields=["streak"])
    else:
        Habit.objects.update(streak=3)

    habit.refresh_from_db()
    assert (habit.streak, habit.version) == (3, 1)


def test_relation_has_the_documents_name(ann: User) -> None:
    habit = make_habit(ann)

    assert list(ann.habits.all()) == [habit]
    assert str(habit) == "Read"
