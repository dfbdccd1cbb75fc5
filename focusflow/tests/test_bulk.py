"""Many rows at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from focusflow.bulk import BATCH_ROWS, insert, write_texts
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

    with django_assert_num_queries(2):
        count = insert(Category, rows)

    assert count == Category.objects.count() == BATCH_ROWS + 1


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
