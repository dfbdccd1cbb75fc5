"""Rows for tests."""

from datetime import timedelta
from typing import Any  # Fields of a row hold values of every type.

from django.utils import timezone

from accounts.models import User
from tasks import actions
from tasks.models import Category, Filter, Occurrence, Tag, Task


def make_category(owner: User, name: str = "Home", **fields: Any) -> Category:
    """Make a category."""
    return Category.objects.create(user=owner, name=name, **fields)


def make_task(owner: User, title: str = "Water the plants", **fields: Any) -> Task:
    """Make an open task without a due date."""
    return Task.objects.create(user=owner, title=title, **fields)


def make_series(owner: User, title: str = "Water the plants", **fields: Any) -> Task:
    """Make a task that is due every day, tomorrow at this time for the first time."""
    due_date = timezone.now().replace(microsecond=0) + timedelta(days=1)
    return make_task(owner, title, **({"due_date": due_date, "rrule": "FREQ=DAILY"} | fields))


def make_tag(owner: User, name: str = "errand") -> Tag:
    """Make a tag."""
    return Tag.objects.create(user=owner, name=name)


def make_filter(owner: User, name: str = "Errands", query: str = "today") -> Filter:
    """Make a filter."""
    return Filter.objects.create(user=owner, name=name, query=query)


def make_occurrence(task: Task) -> Occurrence:
    """Complete a task, or the occurrence of a series that is due."""
    at = timezone.now()
    return actions.complete(task=task, now=actions.Moment(at, task.user.local_date(at)))


def make_trashed(task: Task) -> Task:
    """Put a task into the trash."""
    actions.trash(task=task, at=timezone.now())
    return task
