"""Rules that habits keep by themselves, in the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from accounts.actions.order import place
from accounts.models import User
from habits.models import Habit
from habits.tests.make import START, make_checkin, make_group, make_habit, streaks


def instant(text: str) -> datetime:
    """Return an instant from its date and time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NUMBERS: dict[str, Any] = {
    "streak": 3,
    "streak_first_day": START,
    "streak_last_day": START,
    "streak_holds_until": START,
    "longest_streak": 3,
    "longest_first_day": START,
    "longest_last_day": START,
}


@pytest.mark.parametrize("write", ["save", "update"])
def test_streak_that_is_computed_is_nobodys_change(write: str, ann: User) -> None:
    habit = make_habit(ann)

    if write == "save":
        for name, value in NUMBERS.items():
            setattr(habit, name, value)
        habit.save(update_fields=NUMBERS)
    else:
        Habit.objects.update(**NUMBERS)

    habit.refresh_from_db()
    assert (habit.streak, habit.version) == (3, 1)


@pytest.mark.parametrize("door", ["create", "bulk_create", "copy"])
def test_new_habit_has_no_streak_whatever_it_comes_with(door: str, ann: User) -> None:
    if door == "create":
        make_habit(ann, **NUMBERS)
    elif door == "bulk_create":
        Habit.objects.bulk_create([Habit(user=ann, name="x", frequency="daily", **NUMBERS)])
    else:
        habit = make_habit(ann, start_date=START)
        make_checkin(habit)
        habit.refresh_from_db()
        habit.pk = None
        habit.uid = uuid4()
        habit._state.adding = True
        habit.save()

    assert streaks(Habit.objects.latest("id")) == (0, 0)


@pytest.mark.parametrize(
    ("at", "day_starts_at", "day"),
    [("2026-11-30 22:30", 0, 30), ("2026-11-30 23:30", 0, 1), ("2026-11-30 23:30", 3, 30)],
)
def test_habit_starts_on_the_day_of_its_owner(
    at: str, day_starts_at: int, day: int, ann: User
) -> None:
    ann.change(time_zone="Europe/Berlin", day_starts_at=day_starts_at)

    with time_machine.travel(instant(at), tick=False):
        made = [make_habit(ann), make_habit(ann, start_date=START)]

    assert [habit.start_date.day for habit in made] == [day, START.day]


def test_form_without_a_start_date_fills_it(ann: User) -> None:
    habit = Habit(user=ann, name="Read", frequency="daily")

    habit.full_clean()

    assert habit.start_date == ann.local_date(timezone.now())


@pytest.mark.parametrize("make", [make_habit, make_group], ids=lambda make: make.__name__)
def test_habits_and_groups_are_put_into_an_order(make: Any, ann: User) -> None:
    first, second, third = (make(ann, name) for name in ("first", "second", "third"))

    place(row=third, neighbour=first, before=True)

    rows = type(first).objects.order_by("position", "pk")
    assert list(rows) == [third, first, second]


def test_habit_is_put_away_once_and_brought_back(ann: User) -> None:
    habit = make_habit(ann)
    kept = make_habit(ann)
    first, second = instant("2026-11-30 12:00"), instant("2026-11-30 13:00")

    habit.archive(at=first)
    habit.archive(at=second)

    assert list(Habit.objects.archived().values_list("archived_at", flat=True)) == [first]
    habit.unarchive()
    assert set(Habit.objects.unarchived()) == {habit, kept}
    assert habit.version == 3


def test_relation_has_the_documents_name(ann: User) -> None:
    habit = make_habit(ann)

    assert list(ann.habits.all()) == [habit]
    assert str(habit) == "Read"
