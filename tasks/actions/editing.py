"""A change of a task by its owner: columns, tags, and whether it is completed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any  # Columns hold values of every type.

from django.db import transaction

from tasks.actions.completion import Moment, SeriesError, complete, reopen
from tasks.actions.tags import set_tags
from tasks.models import Task


@transaction.atomic
def edit(
    *,
    task: Task,
    now: Moment,
    expected: int | None = None,
    tags: Iterable[str] | None = None,
    completed: bool | None = None,
    **values: Any,
) -> None:
    """Write what differs from the task as it is stored; None leaves tags and completion alone.

    Raises StaleVersionError when the task has not the version `expected`, OpenSubtasksError where
    it would be completed before its subtasks, and SeriesError where it is a series, of which only
    occurrences are completed. Then nothing is written.
    """
    is_toggled = completed is not None and completed != task.completed
    if tags is not None or is_toggled:
        # What is not one UPDATE holds the row, so that its version stays as it is compared.
        Task.objects.select_for_update(no_key=True).only("pk").get(pk=task.pk)
    task.change(expected=expected, **values)
    if tags is not None and set_tags(task=task, names=tags):
        task.refresh_from_db(fields=["version", "updated_at"])
    if is_toggled and completed:
        if task.rrule:
            raise SeriesError
        complete(task=task, now=now)
    elif is_toggled:
        reopen(task=task)
