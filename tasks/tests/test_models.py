"""Rules that tasks and categories keep by themselves, in the database."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from accounts.models import User
from focusflow.bulk import insert
from tasks.models import DESCRIPTION_LENGTH, NO_DUE, Category, Task
from tasks.tests.make import make_category, make_task

DEFER = {
    "sqlite": "PRAGMA defer_foreign_keys = ON",
    "postgresql": "SET CONSTRAINTS ALL DEFERRED",
}


def test_category_with_a_used_name_is_refused(ann: User) -> None:
    make_category(ann, "Home")

    with pytest.raises(IntegrityError):
        make_category(ann, "Home")


def test_category_with_the_name_of_anothers_is_fine(ann: User, ben: User) -> None:
    make_category(ann, "Home")

    assert make_category(ben, "Home").pk


@pytest.mark.parametrize("make", [make_category, make_task])
def test_uid_is_unique_for_its_owner(make: Any, ann: User, ben: User) -> None:
    uid = uuid.uuid4()
    make(ann, "a", uid=uid)
    make(ben, "a", uid=uid)

    with pytest.raises(IntegrityError):
        make(ann, "b", uid=uid)


@pytest.mark.parametrize("year", [1899, 9999])
def test_due_date_beyond_the_bounds_is_refused(year: int, ann: User) -> None:
    with pytest.raises(IntegrityError):
        make_task(ann, due_date=datetime(year, 12, 31, 12, tzinfo=UTC))


def test_due_order_follows_the_due_date(ann: User) -> None:
    task = make_task(ann)
    assert task.due_order == NO_DUE

    task.change(due_date=datetime(2026, 11, 22, tzinfo=UTC))

    task.refresh_from_db()
    assert task.due_order == task.due_date


def by_create(task: Task, category: Category) -> None:
    make_task(task.user, category=category)


def by_change(task: Task, category: Category) -> None:
    task.change(category=category)


def by_update(task: Task, category: Category) -> None:
    Task.objects.filter(pk=task.pk).update(category=category)


def by_change_of_owner(task: Task, category: Category) -> None:
    own = make_category(task.user, "Own")
    task.change(category=own)
    task.change(user=category.user)


def by_bulk_create(task: Task, category: Category) -> None:
    Task.objects.bulk_create([Task(user=task.user, title="x", category=category)])


def by_bulk_update(task: Task, category: Category) -> None:
    task.category = category
    Task.objects.bulk_update([task], ["category"])


def by_bulk_insert(task: Task, category: Category) -> None:
    insert(Task, [{"user_id": task.user_id, "title": "x", "category_id": category.pk}])


def by_category_that_changes_hands(task: Task, category: Category) -> None:
    own = make_category(task.user, "Own")
    task.change(category=own)
    Category.objects.filter(pk=own.pk).update(user=category.user)


@pytest.mark.parametrize(
    "door",
    [
        by_create,
        by_change,
        by_update,
        by_change_of_owner,
        by_bulk_create,
        by_bulk_update,
        by_bulk_insert,
        by_category_that_changes_hands,
    ],
)
def test_task_and_its_category_have_one_owner(
    door: Callable[[Task, Category], None], ann: User, mallory: User
) -> None:
    task, category = make_task(mallory), make_category(ann)

    with pytest.raises(IntegrityError, match="one owner"):
        door(task, category)


def test_category_that_comes_after_its_tasks_has_their_owner_too(ann: User, mallory: User) -> None:
    """As while a database is moved."""
    later = Category(pk=10**6, user=ann, name="Later")

    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute(DEFER[connection.vendor])
        make_task(mallory, category_id=later.pk)
        later.save(force_insert=True)
        connection.check_constraints()

    with pytest.raises(IntegrityError, match="one owner"):
        write()


def test_description_that_is_too_long_is_refused(ann: User) -> None:
    task = make_task(ann, description="x" * (DESCRIPTION_LENGTH + 1))

    with pytest.raises(ValidationError, match="description"):
        task.full_clean()


def test_task_in_anothers_category_is_refused(ann: User, mallory: User) -> None:
    task = Task(user=mallory, title="x", category=make_category(ann))

    with pytest.raises(ValidationError, match="another account"):
        task.full_clean()


def test_category_deleted_leaves_its_tasks(ann: User) -> None:
    category = make_category(ann)
    task = make_task(ann, category=category)

    category.delete()

    task.refresh_from_db()
    assert task.category is None


def test_relations_have_the_documents_names(ann: User) -> None:
    category = make_category(ann)
    task = make_task(ann, category=category)

    assert list(ann.tasks.all()) == [task]
    assert list(ann.categories.all()) == [category]
    assert list(category.tasks.all()) == [task]


def test_row_inserted_by_plain_sql_gets_its_defaults(ann: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO tasks (title, user_id) VALUES ('by hand', %s)", [ann.pk])

    task = Task.objects.get()
    assert (task.description, task.completed, task.version) == ("", False, 1)
    assert task.uid.version == 4
    assert abs((task.created_at - datetime.now(UTC)).total_seconds()) < 60


def save_whole(task: Task) -> None:
    task.title = "x"
    task.save()


def save_field(task: Task) -> None:
    task.title = "x"
    task.save(update_fields=["title"])


def change(task: Task) -> None:
    task.change(title="x")


def update_many(task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(title="x")


def update_in_bulk(task: Task) -> None:
    task.title = "x"
    Task.objects.bulk_update([task], ["title"])


@pytest.mark.parametrize("write", [save_whole, save_field, change, update_many, update_in_bulk])
def test_version_grows_by_one_with_each_way_to_write(write: Any, ann: User) -> None:
    task = make_task(ann)
    before = task.updated_at

    write(task)

    task.refresh_from_db()
    assert (task.title, task.version) == ("x", 2)
    assert task.updated_at >= before


def test_version_stays_when_nothing_changes(ann: User) -> None:
    task = make_task(ann, "x")

    changed = task.change(title="x")

    task.refresh_from_db()
    assert changed == set()
    assert task.version == 1


def test_version_is_read_back_after_a_change(ann: User) -> None:
    task = make_task(ann)

    task.change(title="x")

    assert task.version == 2


def test_change_leaves_what_others_changed_meanwhile(ann: User) -> None:
    mine = make_task(ann, "old")
    Task.objects.update(description="theirs")

    mine.change(title="mine")

    mine.refresh_from_db()
    assert (mine.title, mine.description) == ("mine", "theirs")


@pytest.mark.parametrize(("row", "text"), [(Category(name="Home"), "Home"), (Task(title="x"), "x")])
def test_row_is_shown_by_its_words(row: Any, text: str) -> None:
    assert str(row) == text
