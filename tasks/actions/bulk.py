"""The same change of many tasks at once: all of them or none, by as many statements for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final  # Columns hold values of every type.

from django.db import transaction

from accounts.models import User
from accounts.versioning import STAMPS
from tasks import due
from tasks.actions.completion import (
    RESTORED,
    STATE,
    CompletionError,
    Moment,
    OpenSubtasksError,
    advanced,
    count_done,
    read_columns,
    snapshot,
    state_of,
)
from tasks.actions.tags import check_number, find_tags, names_of, note
from tasks.actions.trash import trash_below
from tasks.models import Category, Occurrence, Tag, Task, TaskTag
from tasks.models.tag import key_of

MOST_TASKS: Final = 500
# What follows from another due date.
DUE: Final = ("due_date", "due_day", "all_day", "start_date", "rrule", "dtstart")


class UnseenError(Exception):
    """Some of the tasks are not there for the person; `members` names them."""

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__("Some of these tasks are not there: nothing was changed.")
        self.members = {"unseen": list(ids)}


class NeedsDueDateError(CompletionError):
    """A series cannot be without a due date."""

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__(
            "A series needs a due date: take the rule of these away first.", series=list(ids)
        )


class Action(StrEnum):
    """What is done to tasks."""

    COMPLETE = "complete"
    REOPEN = "reopen"
    MOVE = "move"
    SET_DUE = "set_due"
    SET_PRIORITY = "set_priority"
    TAG = "tag"
    UNTAG = "untag"
    DELETE = "delete"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is done, and the values that it takes: those of the others are left out.

    Tasks become due on `due_day`, each by the calendar of its own time zone, or at `due_date`.
    """

    action: Action
    cascade: bool = False
    category: Category | None = None
    due_date: datetime | None = None
    due_day: date | None = None
    priority: int = 0
    tags: tuple[str, ...] = ()


@transaction.atomic
def change_many(*, user: User, ids: Collection[int], change: Change, now: Moment) -> list[int]:
    """Do the same to tasks of a person, and return the ids of those that were not so already.

    Raises UnseenError with the ids of those that the person does not have, or that are in the
    trash; OpenSubtasksError and NeedsDueDateError. Then none is changed.
    """
    own = Task.objects.editable_by(user).kept().filter(pk__in=ids)
    tasks = list(own.select_for_update().order_by("pk"))
    if unseen := sorted({*ids} - {task.pk for task in tasks}):
        raise UnseenError(unseen)
    return CHANGES[change.action](user, tasks, change, now)


def write(tasks: Iterable[Task], values: dict[str, Any]) -> list[int]:
    """Write the same values into tasks that have others, by columns, and return their ids."""
    changed = [task.pk for task in tasks if any(getattr(task, n) != v for n, v in values.items())]
    if changed:
        Task.objects.filter(pk__in=changed).update(**values)
    return changed


def write_each(tasks: Collection[Task], names: Iterable[str]) -> None:
    """Write these columns of each task by one statement."""
    for task in tasks:
        task.derive()
    Task.objects.bulk_update(tasks, sorted(Task.with_derived(names)))


def move(_user: User, tasks: list[Task], change: Change, _now: Moment) -> list[int]:
    """Put tasks into a category, or out of all."""
    return write(tasks, {"category_id": change.category.pk if change.category else None})


def set_priority(_user: User, tasks: list[Task], change: Change, _now: Moment) -> list[int]:
    """Give tasks a priority."""
    return write(tasks, {"priority": change.priority})


def trash_many(_user: User, tasks: list[Task], _change: Change, now: Moment) -> list[int]:
    """Put tasks into the trash, with their subtasks."""
    changed = write(tasks, {"deleted_at": now.at})
    trash_below(changed, at=now.at)
    return changed


# --- Completing -----------------------------------------------------------------------------------


def complete_many(_user: User, tasks: list[Task], change: Change, now: Moment) -> list[int]:
    """Complete those that are open, or this occurrence of theirs, and with `cascade` subtasks."""
    chosen = [task for task in tasks if not task.completed]
    below = read_below(chosen)
    named = {task.pk for task in chosen}
    others = {row.pk: row for rows in below.values() for row in rows if row.pk not in named}
    still_open = [row for row in others.values() if not row.completed]
    if still_open and not change.cascade:
        raise OpenSubtasksError(len(still_open))
    before = {pk: state_of(row) for pk, row in others.items()}
    done = count_done(chosen)
    occurrences = [complete_one(task, below[task.pk], named, done[task.pk], now) for task in chosen]
    write_each(chosen, RESTORED)
    write_each([row for pk, row in others.items() if state_of(row) != before[pk]], STATE)
    Occurrence.objects.bulk_create(occurrences)
    return sorted(named)


def complete_one(
    task: Task, below: Iterable[Task], named: Collection[int], done: int, now: Moment
) -> Occurrence:
    """Advance a task and the subtasks that are not named themselves, unwritten."""
    occurrence = Occurrence(
        user_id=task.user_id,
        task=task,
        status=Occurrence.Status.COMPLETED,
        at=now.at,
        due_date=task.due_date,
        due_day=task.due_day,
    )
    values, occurrence.missed = advanced(task, now, done=done)
    occurrence.before = snapshot([task], values)
    task.assign(**values)
    along = [row for row in below if row.pk not in named and row.completed != task.completed]
    occurrence.before |= snapshot(along, STATE)
    for row in along:
        row.assign(completed=task.completed, completed_at=task.completed_at)
    return occurrence


def read_below(tasks: Iterable[Task]) -> dict[int, list[Task]]:
    """Return the subtasks of every level of each task, locked, without those in the trash."""
    roots = [task.pk for task in tasks]
    ids = [pk for level in Task.objects.kept().list_below(roots) for pk in level]
    rows = list(Task.objects.filter(pk__in=ids).select_for_update().order_by("pk"))
    children: defaultdict[int | None, list[Task]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row)

    def list_below(pk: int) -> list[Task]:
        direct = children[pk]
        return [*direct, *(row for child in direct for row in list_below(child.pk))]

    return {pk: list_below(pk) for pk in roots}


def reopen_many(_user: User, tasks: list[Task], _change: Change, _now: Moment) -> list[int]:
    """Open those that are completed: each completion is undone, where it is known."""
    chosen = [task for task in tasks if task.completed]
    last = read_last(chosen)
    along = {int(pk) for row in last.values() for pk in row.before} - {t.pk for t in chosen}
    subtasks = Task.objects.filter(pk__in=along).select_for_update().in_bulk()
    restored = []
    for task in chosen:
        occurrence = last.get(task.pk)
        before = occurrence.before if occurrence else {str(task.pk): {"completed": False}}
        for pk in map(int, before.keys() - {str(task.pk)}):
            if pk in subtasks and state_of(subtasks[pk]) == state_of(task):
                subtasks[pk].assign(**read_columns(before[str(pk)]))
                restored.append(subtasks[pk])
        task.assign(**read_columns(before[str(task.pk)]))
    write_each(chosen, RESTORED)
    write_each(restored, STATE)
    Occurrence.objects.filter(pk__in=[row.pk for row in last.values()]).delete()
    return [task.pk for task in chosen]


def read_last(tasks: Iterable[Task]) -> dict[int, Occurrence]:
    """Return what completed each of these tasks, where it is known."""
    completed_at = {task.pk: task.completed_at for task in tasks}
    rows = Occurrence.objects.filter(task__in=completed_at).order_by("pk")
    last = {row.task_id: row for row in rows}
    return {pk: row for pk, row in last.items() if row.at == completed_at[pk]}


# --- Due dates and tags ---------------------------------------------------------------------------


def set_due(_user: User, tasks: list[Task], change: Change, _now: Moment) -> list[int]:
    """Give tasks another due date, or none; a start that would be later than it goes."""
    series = [task.pk for task in tasks if task.rrule]
    if change.due_date is None and change.due_day is None and series:
        raise NeedsDueDateError(series)
    changed = []
    for task in tasks:
        before = [getattr(task, name) for name in DUE]
        day = change.due_day
        at = due.start_of(day, task.zone) if day else change.due_date
        task.assign(due_date=at, all_day=day is not None)
        task.derive()
        if task.start_date and task.due_date and task.start_date > task.due_date:
            task.start_date = None
        if before != [getattr(task, name) for name in DUE]:
            changed.append(task)
    write_each(changed, DUE)
    return [task.pk for task in changed]


def tag_many(user: User, tasks: list[Task], change: Change, _now: Moment) -> list[int]:
    """Give each task these tags, beside those that it has."""
    tags = find_tags(user, change.tags)
    has = read_tags(tasks)
    after = {pk: before | tags for pk, before in has.items()}
    check_number(after.values())
    new = [
        (pk, tag) for pk, before in has.items() for key, tag in tags.items() if key not in before
    ]
    TaskTag.objects.bulk_create(TaskTag(user_id=user.pk, task_id=pk, tag=tag) for pk, tag in new)
    return note_tags(user, has, after)


def untag_many(user: User, tasks: list[Task], change: Change, _now: Moment) -> list[int]:
    """Take these tags from each task that has them."""
    keys = {key_of(name) for name in change.tags}
    has = read_tags(tasks)
    TaskTag.objects.filter(task__in=has, tag__key__in=keys).delete()
    after = {
        pk: {key: tag for key, tag in before.items() if key not in keys}
        for pk, before in has.items()
    }
    return note_tags(user, has, after)


def read_tags(tasks: Iterable[Task]) -> dict[int, dict[str, Tag]]:
    """Return the tags of each task by their keys."""
    has: dict[int, dict[str, Tag]] = {task.pk: {} for task in tasks}
    for row in TaskTag.objects.filter(task__in=has).select_related("tag"):
        has[row.task_id][row.tag.key] = row.tag
    return has


def note_tags(
    user: User, before: Mapping[int, Mapping[str, Tag]], after: Mapping[int, Mapping[str, Tag]]
) -> list[int]:
    """Raise the version of tasks whose tags changed, add their events, and return their ids."""
    changes = {
        pk: (names_of(before[pk].values()), names_of(tags.values()))
        for pk, tags in after.items()
        if tags.keys() != before[pk].keys()
    }
    Task.objects.filter(pk__in=changes).update(**STAMPS)
    note(user.pk, changes)
    return sorted(changes)


CHANGES: Final[dict[Action, Callable[[User, list[Task], Change, Moment], list[int]]]] = {
    Action.COMPLETE: complete_many,
    Action.REOPEN: reopen_many,
    Action.MOVE: move,
    Action.SET_DUE: set_due,
    Action.SET_PRIORITY: set_priority,
    Action.TAG: tag_many,
    Action.UNTAG: untag_many,
    Action.DELETE: trash_many,
}
