"""The trash: tasks go into it with their subtasks, come back the same way, or go for good."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from tasks.models import Task


class NotInTrashError(Exception):
    """The task is not in the trash, or not any more."""

    def __init__(self) -> None:
        super().__init__("The task is not in the trash.")


@transaction.atomic
def trash(*, task: Task, at: datetime, expected: int | None = None) -> None:
    """Put a task with all of its subtasks into the trash.

    With `expected`, raises StaleVersionError unless the task has that version when it is written.
    """
    task.change(deleted_at=at, expected=expected)
    trash_below([task.pk], at=at)


def trash_below(ids: Collection[int], *, at: datetime) -> None:
    """Put the subtasks of these tasks into the trash, level by level."""
    for level in Task.objects.kept().list_below(ids):
        Task.objects.filter(pk__in=level).update(deleted_at=at)


@transaction.atomic
def restore(*, task: Task) -> None:
    """Take a task out of the trash, with those of its subtasks that went into it along.

    Where its parent is in the trash still, it becomes a task without one. Raises NotInTrashError,
    and ObjectDoesNotExist when it is gone for good.
    """
    task.refresh_from_db(from_queryset=Task.objects.select_for_update())
    if task.deleted_at is None:
        raise NotInTrashError
    along = Task.objects.filter(deleted_at=task.deleted_at)
    for level in along.list_below([task.pk]):
        Task.objects.filter(pk__in=level).update(deleted_at=None)
    parent = task.parent
    is_orphan = parent is not None and parent.deleted_at is not None
    task.change(deleted_at=None, parent=None if is_orphan else parent)


@transaction.atomic
def purge(*, task: Task) -> None:
    """Delete a task that is in the trash for good, with all of its subtasks.

    Raises NotInTrashError when it is not there.
    """
    if not Task.objects.trashed().filter(pk=task.pk).delete()[0]:
        raise NotInTrashError


@transaction.atomic
def empty_trash(*, at: datetime) -> int:
    """Delete for good what has been in the trash for 30 days; return how many tasks that were."""
    ids = list(Task.objects.expired(at).order_by("pk").values_list("pk", flat=True))
    Task.objects.expired(at).delete()
    return len(ids)
