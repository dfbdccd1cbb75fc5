"""Rules that tasks and categories keep by themselves."""

import pytest
from django.db import IntegrityError

from accounts.models import User
from tasks.models import Task
from tasks.tests.make import make_category, make_task


def test_category_with_a_used_name_is_refused(ann: User) -> None:
    make_category(ann, "Home")

    with pytest.raises(IntegrityError):
        make_category(ann, "Home")


def test_category_deleted_leaves_its_tasks(ann: User) -> None:
    category = make_category(ann)
    task = make_task(ann, category=category)

    category.delete()

    task.refresh_from_db()
    assert task.category is None


def test_task_update_of_many_raises_versions(ann: User) -> None:
    task = make_task(ann)

    Task.objects.update(completed=True)

    task.refresh_from_db()
    assert task.version == 2
