"""Filters of the lists of tasks and categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from focusflow.api.filters import (
    InstantFilter,
    ResourceFilterSet,
    TextFilter,
    VisibleRelatedFilter,
    YesNoFilter,
)
from tasks.models import Category, Task

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from tasks.querysets import TaskQuerySet


def visible_categories(request: HttpRequest) -> QuerySet[Category]:
    """Return the categories that a filter may name."""
    return Category.objects.visible_to(request.user)


class CategoryFilterSet(ResourceFilterSet):
    """Filters of categories."""

    search = TextFilter("name", "icontains", label="Holds this text in its name")

    class Meta:
        model = Category
        fields = ("name",)


class TaskFilterSet(ResourceFilterSet):
    """Filters of tasks."""

    category = VisibleRelatedFilter(
        queryset=visible_categories,  # type: ignore[arg-type]  # or a function, says its manual
        label="In this category",
    )
    no_category = YesNoFilter("category", "isnull", label="In no category")
    due_after = InstantFilter("due_date", "gte", label="Due at this instant or later")
    due_before = InstantFilter("due_date", "lt", label="Due before this instant")
    no_due_date = YesNoFilter("due_date", "isnull", label="Without a due date")
    search = TextFilter(method="filter_search", label="Holds this text in title or description")

    class Meta:
        model = Task
        fields = ("completed",)

    def filter_search(self, queryset: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        """Keep the tasks that hold the text."""
        return queryset.search(value)
