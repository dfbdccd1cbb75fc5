"""The import of Todoist's exports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched, chain, count
from typing import Final, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.positions import STEP, place_of
from focusflow.bulk import take_ids
from focusflow.instants import FIRST_INSTANT, LAST_INSTANT
from tasks.actions.quick_add import columns_of
from tasks.actions.tags import MOST_TAGS, find_tags, names_of, note
from tasks.models import DESCRIPTION_LENGTH, LEVELS, Category, Tag, Task, TaskTag
from tasks.models.tag import TAG_LENGTH, key_of
from tasks.models.task import LONGEST_ESTIMATE
from tasks.todoist import (
    CategoryDraft,
    Export,
    Limits,
    Loss,
    Plan,
    Reader,
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
def import_todoist(
    *, user: User, by: User | None, exports: Sequence[Export], at: datetime
) -> list[Imported]:
    """Write the tasks of Todoist's exports, with their categories and tags, as rows of `user`.

    Returns one result for each export, in their order. `by` is None for a command of the operator.
    A task whose UID is there stays as it is, whatever its owner made of it; so the same file again
    makes nothing new. `plan_import` says which category a task goes to; one that an earlier import
    made is used whatever its name is now, else one of that name. Series begin from `at` on, and
    new tasks come last in the order by hand, as they follow each other in the files.

    Raises ForeignImportError, and TodoistError for what the tables cannot hold; then nothing is
    written.
    """
    if by is not None and by.pk != user.pk:
        raise ForeignImportError
    refuse_equal_names(exports)
    # Whoever adds a row to this account waits for the lock, since foreign keys lock their target:
    # no task or category of the same UID or name can come between reading and writing.
    user = User.objects.select_for_update().get(pk=user.pk)
    reader = Reader(user.pk, at, user.zone, user.week_start, user.day_starts_at)
    plans = [plan_import(export, reader=reader, limits=read_limits()) for export in exports]
    # With room between them, so that a row can be moved there; an import takes longer than it adds.
    places = count(place_of(at), STEP)
    return [write_plan(user, plan, places) for plan in plans]


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
        tag=TAG_LENGTH,
        tags=MOST_TAGS,
        levels=LEVELS,
        estimate=LONGEST_ESTIMATE,
        earliest=FIRST_INSTANT,
        latest=LAST_INSTANT,
    )


def write_plan(user: User, plan: Plan, places: Iterator[int]) -> Imported:
    """Write those tasks of one file that are not there, and what they need."""
    there = find_uids(user, [draft.uid for draft in plan.tasks])
    new = [draft for draft in plan.tasks if draft.uid not in there]
    categories = find_categories(user, plan.categories)
    missing = [draft for draft in list_needed(plan, new) if draft.name not in categories]
    made = make_categories(user, missing, places)
    parents = there & {draft.parent for draft in new}
    chains = make_tasks(user, new, categories | made, places, find_chains(user, parents))
    tag_tasks(user, new, chains)
    losses = [*plan.losses, *list_moved(new, chains)]
    return Imported(
        categories_made=len(missing),
        categories_there=len(categories),
        tasks_made=len(new),
        tasks_there=len(there),
        losses=tuple(sorted(losses, key=lambda loss: loss.line)),
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


def make_categories(
    user: User, drafts: Iterable[CategoryDraft], places: Iterator[int]
) -> dict[str, int]:
    """Make categories and return their ids by name."""
    rows = [
        Category(user=user, uid=draft.uid, name=draft.name, position=place)
        for draft, place in zip(drafts, places, strict=False)
    ]
    return {row.name: row.pk for row in Category.objects.bulk_create(rows, batch_size=BATCH)}


# --- Tasks ----------------------------------------------------------------------------------------

# The ids of a task, of its parent, and so on up.
Chain = tuple[int, ...]


def find_chains(user: User, uids: Iterable[UUID]) -> dict[UUID, Chain]:
    """Return the chains of tasks of the person by their UIDs; not of those in the trash."""
    up = ["__".join(["parent"] * level) + "_id" for level in range(1, LEVELS)]
    kept = user.tasks.kept()
    return {
        uid: tuple(pk for pk in ids if pk is not None)
        for batch in batched(uids, BATCH)
        for uid, *ids in kept.filter(uid__in=batch).values_list("uid", "pk", *up)
    }


def make_tasks(
    user: User,
    drafts: Sequence[TaskDraft],
    categories: Mapping[str, int],
    places: Iterator[int],
    there: Mapping[UUID, Chain],
) -> dict[UUID, Chain]:
    """Make tasks in the categories of these ids by name; return their chains and those given."""
    chains = dict(there)
    rows = []
    for pk, draft, place in zip(take_ids(Task, len(drafts)), drafts, places, strict=False):
        above = find_above(draft, chains)
        chains[draft.uid] = (pk, *above)
        row = {"id": pk, "parent_id": above[0] if above else None}
        rows.append(row | make_row(user, draft, categories, place))
    Task.objects.insert(rows)
    return chains


def make_row(
    user: User, draft: TaskDraft, categories: Mapping[str, int], place: int
) -> dict[str, object]:
    """Return the columns of a draft, all but its parent."""
    dates = draft.dates
    return {
        "user_id": user.pk,
        "uid": draft.uid,
        "title": draft.title,
        "description": draft.description,
        "priority": draft.priority,
        "estimate_minutes": draft.estimate_minutes,
        "start_date": dates.start_date,
        "due_date": dates.due_date,
        "all_day": dates.all_day,
        "time_zone": dates.time_zone or user.time_zone,
        "category_id": categories[draft.category],
        "position": place,
        **(columns_of(dates.recurrence) if dates.recurrence else {}),
    }


def find_above(draft: TaskDraft, chains: Mapping[UUID, Chain]) -> Chain:
    """Return the chain of a new task's parent; () for a task on top.

    Its owner may have moved the parent meanwhile: where that is on the last level, the task comes
    beside it, and on top where it is in the trash.
    """
    above = chains.get(draft.parent, ()) if draft.parent else ()
    return above[1:] if len(above) == LEVELS else above


def list_moved(drafts: Iterable[TaskDraft], chains: Mapping[UUID, Chain]) -> Iterator[Loss]:
    """Give a loss for each new task that could not be put below its parent."""
    for draft in drafts:
        if draft.parent is None:
            continue
        if draft.parent not in chains:
            reason = "The task that it belongs to is in the trash: this is a task by itself."
        elif len(chains[draft.parent]) == LEVELS:
            reason = "The task that it belongs to is on the last level here: this is beside it."
        else:
            continue
        yield Loss(draft.line, "INDENT", str(draft.level), reason)


def tag_tasks(user: User, drafts: Iterable[TaskDraft], chains: Mapping[UUID, Chain]) -> None:
    """Give new tasks their tags, which are made where the person does not have them yet."""
    tagged = [draft for draft in drafts if draft.tags]
    names: dict[str, str] = {}
    for name in chain.from_iterable(draft.tags for draft in tagged):
        names.setdefault(key_of(name), name)
    tags: dict[str, Tag] = {}
    for batch in batched(names.values(), BATCH):
        tags |= find_tags(user, batch)
    those = {
        chains[draft.uid][0]: {key: tags[key] for key in map(key_of, draft.tags)}
        for draft in tagged
    }
    links = (
        TaskTag(user_id=user.pk, task_id=pk, tag=tag)
        for pk, own in those.items()
        for tag in own.values()
    )
    TaskTag.objects.bulk_create(links, batch_size=BATCH)
    note(user.pk, {pk: ([], names_of(own.values())) for pk, own in those.items()})
