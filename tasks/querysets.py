"""Reads of tasks and categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from accounts.ownership import OwnedQuerySet

if TYPE_CHECKING:
    from tasks.models import Category, Task


class CategoryQuerySet(OwnedQuerySet["Category"]):
    """Categories."""


class TaskQuerySet(OwnedQuerySet["Task"]):
    """Tasks."""

    def search(self, text: str) -> Self:
        """Keep the tasks that hold the text in title or description, in letters of any case."""
        return self.filter(Q(title__icontains=text) | Q(description__icontains=text))
