"""Habits, groups, check-ins and days of rest have one owner, by whatever door they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from accounts.models import User
from focusflow.bulk import insert
from habits.models import CheckIn, Group, Habit, Rest
from habits.tests.make import START, make_checkin, make_group, make_habit, make_rest

OWNERS = "a habit, its group, its check-ins and its days of rest have one owner"
DEFER = {
    "sqlite": "PRAGMA defer_foreign_keys = ON",
    "postgresql": "SET CONSTRAINTS ALL DEFERRED",
}
PARTS = {CheckIn: "habit", Rest: "habit", Habit: "group"}
EVERY_PART = pytest.mark.parametrize("model", PARTS, ids=lambda model: model.__name__)

Write = Callable[[Any, dict[str, Any], dict[str, Any]], None]


def columns_of(model: Any, owner: User, whole_id: int | None) -> dict[str, Any]:
    """Return the columns of a row of an owner that is a part of a habit, or group, of this id."""
    columns: dict[str, Any] = {"user_id": owner.pk, f"{PARTS[model]}_id": whole_id}
    if model is Habit:
        return columns | {"name": "x", "frequency": "daily", "start_date": START}
    if model is CheckIn:
        return columns | {"day": START}
    return columns | {"first_day": START, "last_day": START}


def make_whole(model: Any, owner: User) -> Any:
    """Return a row that one of these is a part of."""
    return make_group(owner) if model is Habit else make_habit(owner, start_date=START)


def by_create(model: Any, strange: dict[str, Any], own: dict[str, Any]) -> None:
    model.objects.create(**strange)


def by_bulk_create(model: Any, strange: dict[str, Any], own: dict[str, Any]) -> None:
    model.objects.bulk_create([model(**strange)])


def by_insert(model: Any, strange: dict[str, Any], own: dict[str, Any]) -> None:
    insert(model, [strange])


def by_save(model: Any, strange: dict[str, Any], own: dict[str, Any]) -> None:
    row = model.objects.create(**own)
    for name, value in strange.items():
        setattr(row, name, value)
    row.save()


def by_update(model: Any, strange: dict[str, Any], own: dict[str, Any]) -> None:
    model.objects.create(**own)
    model.objects.filter(**own).update(**strange)


@pytest.mark.parametrize("door", [by_create, by_bulk_create, by_insert, by_save, by_update])
@EVERY_PART
def test_part_of_a_strangers_row_is_refused(
    model: Any, door: Write, ann: User, mallory: User
) -> None:
    theirs, own = make_whole(model, ann), make_whole(model, mallory)

    with pytest.raises(IntegrityError, match=OWNERS):
        door(model, columns_of(model, mallory, theirs.pk), columns_of(model, mallory, own.pk))


@EVERY_PART
def test_part_of_ones_own_row_is_taken(model: Any, ann: User) -> None:
    for door in (by_create, by_insert, by_update):
        whole = make_whole(model, ann) if model is not Habit else make_group(ann, door.__name__)
        columns = columns_of(model, ann, whole.pk)
        door(model, columns, columns)
        assert model.objects.filter(**{PARTS[model]: whole}).exists()


@EVERY_PART
def test_form_names_the_column_of_a_strangers_row(model: Any, ann: User, mallory: User) -> None:
    row = model(**columns_of(model, mallory, make_whole(model, ann).pk))

    with pytest.raises(ValidationError, match="belongs to another account") as caught:
        row.clean()

    assert set(caught.value.message_dict) == {PARTS[model]}


@pytest.mark.parametrize("part", ["check-in", "rest", "group of", "group itself"])
def test_habit_changes_hands_with_nothing_that_stays(part: str, ann: User, mallory: User) -> None:
    group = make_group(ann) if part.startswith("group") else None
    habit = make_habit(ann, start_date=START, group=group)
    if part == "check-in":
        make_checkin(habit)
    if part == "rest":
        make_rest(ann, START, habit=habit)
    row: Any = group if part == "group itself" else habit

    with pytest.raises(IntegrityError, match=OWNERS):
        type(row).objects.filter(pk=row.pk).update(user=mallory)


def test_habit_with_nothing_may_change_hands(ann: User, ben: User) -> None:
    habit, group = make_habit(ann), make_group(ann)
    make_rest(ann, START)

    habit.change(user=ben)
    group.change(user=ben)

    assert (Habit.objects.get().user, Group.objects.get().user) == (ben, ben)


@EVERY_PART
def test_row_that_comes_after_what_refers_to_it_has_one_owner_too(
    model: Any, ann: User, mallory: User
) -> None:
    """As while a database is moved."""
    late: Any = (Group if model is Habit else Habit)(pk=10**6, user=ann, name="x")
    late.frequency = "daily"

    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute(DEFER[connection.vendor])
        insert(model, [columns_of(model, mallory, late.pk)])
        late.save(force_insert=True)
        connection.check_constraints()

    with pytest.raises(IntegrityError, match=OWNERS):
        write()


def test_group_that_goes_leaves_its_habits(ann: User) -> None:
    group = make_group(ann)
    habit = make_habit(ann, group=group)

    group.delete()

    habit.refresh_from_db()
    assert (habit.group, habit.version) == (None, 2)


def test_habit_takes_its_check_ins_and_rest_along(ann: User) -> None:
    habit = make_habit(ann)
    make_checkin(habit)
    make_rest(ann, habit.start_date, habit=habit)
    make_rest(ann, habit.start_date)

    habit.delete()

    assert not CheckIn.objects.exists()
    assert Rest.objects.get().habit is None
