"""Rows that are written by statements made once."""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.sql.compiler import SQLInsertCompiler, SQLUpdateCompiler
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.tests.make import make_user
from accounts.tests.threads import run_threads
from accounts.versioning import recorded_models
from focusflow.saving import write_of
from habits.models import CheckIn
from habits.tests.make import START, make_checkin, make_habit
from tasks.models import Occurrence, Task
from tasks.tests.make import make_category, make_task

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


def values_of(row: Any) -> dict[str, Any]:
    """Return what a row in memory holds in each column."""
    return {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}


def assert_stored(row: Any) -> None:
    """Check that a row in memory is as it is stored."""
    assert values_of(row) == values_of(type(row)._base_manager.get(pk=row.pk))


def test_new_row_is_as_it_is_stored(ann: User) -> None:
    task = make_task(ann, "Sow", category=make_category(ann, "Garden"), due_date=AT)
    assert_stored(task)
    occurrence = Occurrence(user=ann, task=task, status="completed", at=AT, before={"a": [1, None]})
    occurrence.save()
    assert_stored(occurrence)
    habit = make_habit(ann, "Run", start_date=START, reminder_at=time(7, 30))
    assert_stored(habit)
    assert_stored(make_checkin(habit, START))


def test_changed_row_is_as_it_is_stored(ann: User) -> None:
    habit = make_habit(ann, "Run", start_date=START)
    checkin = make_checkin(habit, START)

    habit.change(name="Walk", reminder_at=time(6), target=Decimal("2.500"), kind="at_least")
    checkin.change(value=Decimal("10.5"), note="far")

    habit.refresh_from_db(fields=["strength_steps", *habit.derived_fields])
    checkin.value = checkin.value.quantize(Decimal("0.001"))
    assert_stored(habit)
    assert_stored(checkin)
    assert (habit.version, checkin.version) == (2, 2)


def test_statements_are_made_once(ann: User) -> None:
    make_task(ann, "Sow").change(priority=1)

    with (
        patch.object(SQLInsertCompiler, "as_sql") as inserted,
        patch.object(SQLUpdateCompiler, "as_sql") as changed,
    ):
        make_task(ann, "Mow").change(priority=2)

    inserted.assert_not_called()
    changed.assert_not_called()
    assert sorted(Task.objects.values_list("title", "priority")) == [("Mow", 2), ("Sow", 1)]


def test_statement_with_a_value_in_it_is_not_kept(ann: User) -> None:
    task = make_task(ann, "Sow")
    task.change(title="Reap")
    kept = write_of.cache_info().currsize

    task.change(title="Mow")

    assert write_of.cache_info().currsize == kept
    assert Task.objects.get().title == "Mow"


@given(title=TEXTS, description=TEXTS, minutes=st.none() | st.integers(1, 10_000))
def test_values_are_written_as_they_are(title: str, description: str, minutes: int | None) -> None:
    with transaction.atomic():
        task = make_task(make_user("bob@example.org"), "x" + title)
        task.change(description=description, estimate_minutes=minutes)

        stored = Task.objects.get(pk=task.pk)
        transaction.set_rollback(True)

    assert (stored.title, stored.description) == ("x" + title, description)
    assert stored.estimate_minutes == minutes


def test_expression_takes_the_place_of_a_value(ann: User) -> None:
    task = make_task(ann, "Sow", estimate_minutes=5)
    task.estimate_minutes = F("estimate_minutes") + 1
    task.save(update_fields=["estimate_minutes"])
    row: Any = CheckIn(user=ann, habit=make_habit(ann, "Run", start_date=START), day=START)
    row.value = Value(Decimal(2)) + Value(Decimal(3))
    row.save()

    assert (task.estimate_minutes, task.version) == (6, 2)
    assert row.value == 5
    assert CheckIn.objects.get().value == 5


def test_row_that_the_database_refuses_is_refused(ann: User) -> None:
    checkin = make_checkin(make_habit(ann, "Run", start_date=START), START)
    same = CheckIn(user=ann, habit=checkin.habit, day=START)

    with pytest.raises(IntegrityError), transaction.atomic():
        same.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        checkin.change(value=Decimal(-1))


@pytest.mark.django_db(transaction=True)
def test_statements_are_shared_by_threads() -> None:
    ann = make_user("ann@example.org")
    write_of.cache_clear()

    def write(number: int) -> list[str]:
        tasks = [make_task(ann, f"{number}") for _ in range(10)]
        for task in tasks:
            task.change(description=f"of {number}")
        return [f"{task.title} {task.description} {task.version}" for task in tasks]

    assert run_threads(8, write) == [[f"{number} of {number} 2"] * 10 for number in range(8)]


def test_each_recorded_model_is_written_so() -> None:
    for model in recorded_models():
        assert model._meta.db_returning_fields, model
        assert not model._meta.select_on_save
