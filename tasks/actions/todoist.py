"""The import of Todoist's exports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Final, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from focusflow.instants import FIRST_INSTANT, LAST_INSTANT
from tasks.models import DESCRIPTION_LENGTH, Category, Task
from tasks.todoist import (
    CategoryDraft,
    Export,
    Limits,
    Loss,
    Plan,
    TaskDraft,
    TodoistError,
    plan_import,
)

# Keeps a statement's parameters below what SQLite accepts (32,766).
BATCH: Final = 2_000


class ForeignImportError(PermissionDenied):
    """Somebody tried to import into another account."""

    def __init__(self) -> None:
        super().__init__("Rows can be imported into your own account only.")


@dataclass(frozen=True)
class Imported:
    """What came of one file: numbers of rows made and found there, and what was not kept."""

    categories_made: int
    categories_there: int
    tasks_made: int
    tasks_there: int
    losses: tuple[Loss, ...]


@transaction.atomic
def import_todoist(*, user: User, by: User | None, exports: Sequence[Export]) -> list[Imported]:
    """Write the tasks of Todoist's exports, with their categories, as rows of `user`.

    Returns one result for each export, in their order. `by` is None for a command of the operator.
    A task whose UID is there stays as it is, whatever its owner made of it; so the same file again
    makes nothing new. `plan_import` says which category a task goes to; one that an earlier import
    made is used whatever its name is now, else one of that name.

    Raises ForeignImportError, and TodoistError for what the tables cannot hold; then nothing is
    written.
    """
    if by is not None and by.pk != user.pk:
        raise ForeignImportError
    refuse_equal_names(exports)
    # Whoever adds a row to this account waits for the lock, since foreign keys lock their target:
    # no task or category of the same UID or name can come between reading and writing.
    user = User.objects.select_for_update().get(pk=user.pk)
    plans = [
        plan_import(export, owner=user.pk, zone=user.zone, limits=read_limits())
        for export in exports
    ]
    return [write_plan(user, plan) for plan in plans]


def refuse_equal_names(exports: Sequence[Export]) -> None:
    """Refuse two files of one name: equal tasks in them would be taken for the same."""
    counts = Counter(export.name for export in exports)
    for export in exports:
        if counts[export.name] > 1:
            sentence = "another of these files has this name. Rename one, or import it alone."
            raise TodoistError(export.file, sentence)


def read_limits() -> Limits:
    """Return what the tables hold, as their models say."""
    return Limits(
        title=cast("int", Task._meta.get_field("title").max_length),
        description=DESCRIPTION_LENGTH,
        category=cast("int", Category._meta.get_field("name").max_length),
        earliest=FIRST_INSTANT,
        latest=LAST_INSTANT,
    )


def write_plan(user: User, plan: Plan) -> Imported:
    """Write those tasks of one file that are not there, and the categories that they need."""
    there = find_uids(user, [draft.uid for draft in plan.tasks])
    new = [draft for draft in plan.tasks if draft.uid not in there]
    categories = find_categories(user, plan.categories)
    missing = [draft for draft in list_needed(plan, new) if draft.name not in categories]
    make_tasks(user, new, categories | make_categories(user, missing))
    return Imported(
        categories_made=len(missing),
        categories_there=len(categories),
        tasks_made=len(new),
        tasks_there=len(there),
        losses=plan.losses,
    )


def find_uids(user: User, uids: Iterable[UUID]) -> set[UUID]:
    """Return those UIDs that tasks of the person have."""
    return {
        uid
        for batch in batched(uids, BATCH)
        for uid in user.tasks.filter(uid__in=batch).values_list("uid", flat=True)
    }


def find_categories(user: User, drafts: Iterable[CategoryDraft]) -> dict[str, int]:
    """Return the ids of the categories there, by the drafts' names.

    A category from an earlier import is known by its UID, so that its owner may rename it.
    """
    rows = user.categories.values_list("pk", "uid", "name")
    by_uid, by_name = {}, {}
    for pk, uid, name in rows:
        by_uid[uid] = by_name[name] = pk
    found = {draft.name: by_uid.get(draft.uid, by_name.get(draft.name)) for draft in drafts}
    return {name: pk for name, pk in found.items() if pk is not None}


def list_needed(plan: Plan, new: Iterable[TaskDraft]) -> list[CategoryDraft]:
    """Return the categories of new tasks, and those of sections without any task.

    A category whose tasks are all there is not needed: its owner may have deleted it.
    """
    in_use = {draft.category for draft in new}
    filled = {draft.category for draft in plan.tasks}
    return [draft for draft in plan.categories if draft.name in in_use or draft.name not in filled]


def make_categories(user: User, drafts: Iterable[CategoryDraft]) -> dict[str, int]:
    """Make categories and return their ids by name."""
    rows = [Category(user=user, uid=draft.uid, name=draft.name) for draft in drafts]
    return {row.name: row.pk for row in Category.objects.bulk_create(rows, batch_size=BATCH)}


def make_tasks(user: User, drafts: Iterable[TaskDraft], categories: Mapping[str, int]) -> None:
    """Make tasks in the categories of these ids by name."""
    Task.objects.bulk_create(
        (
            Task(
                user=user,
                uid=draft.uid,
                title=draft.title,
                description=draft.description,
                due_date=draft.due_date,
                category_id=categories[draft.category],
            )
            for draft in drafts
        ),
        batch_size=BATCH,
    )
