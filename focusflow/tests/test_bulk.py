"""Many rows at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from itertools import batched
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from accounts.models import Event, User
from focusflow.bulk import BATCH_ROWS, insert, take_ids, write_texts
from habits.models import CheckIn, Habit
from habits.tests.make import make_habit
from tasks.models import Category, Task
from tasks.tests.make import make_category, make_task


def test_insert_keeps_every_value(ann: User) -> None:
    category = make_category(ann)
    east = timezone(timedelta(hours=2))
    words = "It's 100 % “done”:\n\\n \t{} 🚀"

    insert(
        Task,
        [
            {
                "user_id": ann.pk,
                "uid": "0123456789abcdef0123456789abcdef",
                "title": words,
                "completed": True,
                "completed_at": datetime(2026, 3, 29, tzinfo=UTC),
                "category_id": category.pk,
                "due_date": datetime(2026, 3, 29, 1, 30, 0, 120, tzinfo=east),
                "due_day": date(2026, 3, 28),
            }
        ],
    )

    task = Task.objects.get()
    assert task.title == words
    assert task.completed is True
    assert task.uid == UUID("0123456789abcdef0123456789abcdef")
    assert task.category == category
    assert task.due_date == datetime(2026, 3, 28, 23, 30, 0, 120, tzinfo=UTC)
    assert task.due_day == date(2026, 3, 28)


def test_insert_writes_instants_as_the_models_do(ann: User) -> None:
    at = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    make_task(ann, due_date=at)

    insert(Task, [{"user_id": ann.pk, "title": "By insert", "due_date": at, "due_day": at.date()}])

    # SQLite compares instants as text: another form of the same one would not be found.
    assert Task.objects.filter(due_date=at).count() == 2


def test_insert_leaves_other_columns_to_the_database(ann: User) -> None:
    insert(Task, [{"user_id": ann.pk, "title": "By insert", "category_id": None}])

    task = Task.objects.get()
    assert task.category is None
    assert task.completed is False
    assert task.version == 1
    assert task.created_at is not None


def test_insert_takes_a_generator_in_batches(
    ann: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = ({"user_id": ann.pk, "name": f"{number}"} for number in range(BATCH_ROWS + 1))

    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 2):
        count = insert(Category, rows)

    assert count == Category.objects.count() == BATCH_ROWS + 1


def odd_rows(user: User) -> list[dict[str, Any]]:
    """Return two rows of history that hold what COPY and JSON have signs for."""
    row = {"user_id": user.pk, "interface": "command", "action": "changed", "kind": "task"}
    words = "\\N \\. \\\\ \ttab\r\n line “done” 🚀 % %s"
    return [
        row | {"row_id": 1, "request_id": "\\N", "before": None, "after": {"title": words}},
        row | {"row_id": 2, "request_id": "", "before": {"a": [1, None, True]}, "after": {}},
    ]


def test_many_rows_hold_what_few_hold(ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = ("request_id", "before", "after")
    insert(Event, odd_rows(ann))
    monkeypatch.setattr("focusflow.bulk.BATCH_ROWS", 1)

    count = insert(Event, odd_rows(ann))

    events = Event.objects.filter(kind="task")
    few, many = batched(events.order_by("pk").values(*columns), 2)
    assert count == 2
    assert many == few
    assert [row["after"] for row in many] == [row["after"] for row in odd_rows(ann)]
    # NULL, not JSON's null.
    assert events.filter(before__isnull=True).count() == 2


@pytest.mark.parametrize("batch_rows", [1, 10])
def test_insert_writes_each_type_as_the_models_do(
    batch_rows: int, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    habit = make_habit(ann)
    day, uid, value = habit.start_date, uuid4(), Decimal("1.50")
    monkeypatch.setattr("focusflow.bulk.BATCH_ROWS", batch_rows)

    row = {"user_id": ann.pk, "habit_id": habit.pk, "day": day, "uid": uid, "value": value}
    insert(CheckIn, [row])
    reminded = {"user_id": ann.pk, "name": "x", "frequency": "daily", "start_date": day}
    insert(Habit, [reminded | {"reminder_at": time(7, 30)}])

    assert CheckIn.objects.get(uid=uid, day=day, value=value).habit == habit
    assert Habit.objects.get(reminder_at=time(7, 30)).name == "x"


@pytest.mark.parametrize("batch_rows", [1, 10])
def test_insert_writes_nothing_of_rows_that_break_off(
    batch_rows: int, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("focusflow.bulk.BATCH_ROWS", batch_rows)

    def rows() -> Iterator[dict[str, Any]]:
        yield {"user_id": ann.pk, "name": "Home"}
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"), transaction.atomic():
        insert(Category, rows())

    assert not Category.objects.exists()


def test_many_rows_keep_the_databases_rules(ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("focusflow.bulk.BATCH_ROWS", 1)

    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Category, [{"user_id": ann.pk, "name": "Home"}] * 2)

    assert not Category.objects.exists()


def test_taken_ids_are_of_nobody_else(ann: User) -> None:
    first = make_category(ann, "First")
    gone = make_category(ann, "Gone")
    gone_id = gone.pk
    gone.delete()

    with transaction.atomic():
        ids = take_ids(Category, 3)
        insert(Category, ({"id": pk, "user_id": ann.pk, "name": f"{pk}"} for pk in ids))
        more = take_ids(Category, 2)
    last = make_category(ann, "Last")

    assert list(ids) == sorted(ids)
    assert len({first.pk, gone_id, *ids, *more, last.pk}) == 7 + (last.pk not in more)
    assert min(ids) > gone_id


def test_taken_ids_of_an_empty_table_are_good(ann: User) -> None:
    with transaction.atomic():
        ids = take_ids(Category, 2)
        insert(Category, ({"id": pk, "user_id": ann.pk, "name": f"{pk}"} for pk in ids))

    assert list(Category.objects.order_by("pk").values_list("pk", flat=True)) == list(ids)


def test_insert_of_nothing_asks_nothing(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        count = insert(Category, [])

    assert count == 0


def test_insert_keeps_the_databases_rules(ann: User) -> None:
    rows = [{"user_id": ann.pk, "name": "Home"}] * 2

    with pytest.raises(IntegrityError):
        insert(Category, rows)


def test_insert_refuses_what_it_cannot_write(ann: User) -> None:
    with pytest.raises(TypeError, match="set"):
        insert(Category, [{"user_id": ann.pk, "name": {"Home"}}])


def test_texts_are_written_in_batches(
    ann: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    words = "It's 100 % “done”:\n\\n \t{} 🚀 null"
    insert(Category, ({"user_id": ann.pk, "name": f"{n}"} for n in range(BATCH_ROWS + 1)))
    ids = list(Category.objects.order_by("pk").values_list("pk", flat=True))

    with django_assert_num_queries(2):
        write_texts(Category, "name", {pk: f"{words}{pk}" for pk in ids})

    assert [row.name for row in Category.objects.order_by("pk")] == [f"{words}{n}" for n in ids]
    assert set(Category.objects.values_list("version", flat=True)) == {1}


def test_texts_of_rows_that_are_gone_are_passed_over(ann: User) -> None:
    category = make_category(ann, "Home")

    write_texts(Category, "name", {category.pk + 1: "Gone"})

    assert Category.objects.get().name == "Home"
