"""The trash: tasks go into it with their subtasks, come back the same way, or go for good."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import batched, chain

from django.db import transaction
from django.db.models import QuerySet

from tasks.models import Task
from tasks.querysets import PART, TaskQuerySet


class NotInTrashError(Exception):
    """The task is not in the trash, or not any more."""

    def __init__(self) -> None:
        super().__init__("The task is not in the trash.")


@transaction.atomic
def trash(*, task: Task, at: datetime, expected: int | None = None) -> None:
    """Put a task with all of its subtasks into the trash.

    With `expected`, raises StaleVersionError unless the task has that version. Raises
    ObjectDoesNotExist when it is in the trash or gone: its subtasks would not come back with it if
    they had gone there at another instant.
    """
    Task.objects.kept().select_for_update().only("pk").get(pk=task.pk)
    task.change(deleted_at=at, expected=expected)
    trash_below([task.pk], at=at)


def trash_below(ids: Collection[int], *, at: datetime) -> None:
    """Put the subtasks of these tasks into the trash, level by level."""
    kept = Task.objects.kept()
    for part in chain.from_iterable(map(kept.parts, kept.list_below(ids))):
        part.update(deleted_at=at)


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
    for part in chain.from_iterable(map(along.parts, along.list_below([task.pk]))):
        part.update(deleted_at=None)
    parent = task.parent
    is_orphan = parent is not None and parent.deleted_at is not None
    task.change(deleted_at=None, parent=None if is_orphan else parent)


def purge(*, task: Task) -> None:
    """Delete a task that is in the trash for good, with all of its subtasks.

    Raises NotInTrashError when it is not there.
    """
    if not delete_for_good(Task.objects.trashed().filter(pk=task.pk)):
        raise NotInTrashError


def empty_trash(*, at: datetime) -> int:
    """Delete for good what has been in the trash for 30 days; return how many tasks that were."""
    expired = Task.objects.expired(at)
    ids = expired.order_by("pk").values_list("pk", flat=True)
    return sum(delete_for_good(expired.filter(pk__in=part)) for part in batched(ids, PART))


@transaction.atomic
def delete_for_good(rows: TaskQuerySet) -> int:
    """Delete tasks in the trash, with those below that are there as well; return their number.

    A task that came below them while they went there is in no trash: it stays, without a parent.
    """
    ids = lock(rows)
    trashed = Task.objects.trashed()
    below = chain.from_iterable(trashed.list_below(ids))
    gone = {*ids, *(pk for part in trashed.parts(below) for pk in lock(part))}
    for part in batched(sorted(gone), PART):
        Task.objects.kept().filter(parent__in=part).update(parent=None)
    rows.filter(pk__in=ids).delete()
    return len(gone)


def lock(rows: QuerySet[Task]) -> list[int]:
    """Return the ids of these tasks, locked: nothing comes below them meanwhile."""
    return list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
