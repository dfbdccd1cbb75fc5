"""Rows for tests."""

from typing import Any  # Fields of a row hold values of every type.

from accounts.models import User
from tasks.models import Category, Filter, Task


def make_category(owner: User, name: str = "Home", **fields: Any) -> Category:
    """Make a category."""
    return Category.objects.create(user=owner, name=name, **fields)


def make_task(owner: User, title: str = "Water the plants", **fields: Any) -> Task:
    """Make an open task without a due date."""
    return Task.objects.create(user=owner, title=title, **fields)


def make_filter(owner: User, name: str = "Errands", query: str = "today") -> Filter:
    """Make a filter."""
    return Filter.objects.create(user=owner, name=name, query=query)
