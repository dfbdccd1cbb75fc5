"""Completing, skipping and undoing, of a task and of the subtasks that go along.

A completion of a task that is due once completes it; one of a series moves it to the next
occurrence. Each leaves an `Occurrence`, which also holds what undoing it writes back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final  # Columns hold values of every type.

from django.db import transaction
from django.db.models import BigIntegerField, F

from accounts.history import plain
from focusflow.statements import Among, IdsSlot, Slot, Statement
from tasks import due
from tasks.models import Occurrence, Task
from tasks.querysets import list_levels
from tasks.recurrence import NextDue, next_due
from tasks.recurrence import Occurrence as Due

# What a completion changes, and undoing it restores.
STATE: Final = ("completed", "completed_at")
RESTORED: Final = (*STATE, "due_date", "start_date")


class CompletionError(Exception):
    """Something cannot be completed, skipped or undone as things stand; `members` say more."""

    def __init__(self, words: str, **members: Any) -> None:
        super().__init__(words)
        self.members = members


class DoneAlreadyError(CompletionError):
    """Somebody else completed or skipped this occurrence meanwhile."""

    def __init__(self) -> None:
        super().__init__("This was completed or moved meanwhile: read the task again.")


class OpenSubtasksError(CompletionError):
    """Subtasks are open, and nobody said that they are done as well."""

    def __init__(self, count: int) -> None:
        words = "subtask is" if count == 1 else "subtasks are"
        super().__init__(
            f"{count} {words} open: complete them first, or all together with “cascade”.",
            open_subtasks=count,
        )


class NoSeriesError(CompletionError):
    """Only an occurrence of a series can be skipped."""

    def __init__(self) -> None:
        super().__init__("This task is due once: complete it, or give it another due date.")


class SeriesError(CompletionError):
    """Of a series, only occurrences are completed, unless it has ended."""

    def __init__(self) -> None:
        super().__init__(
            "This task is a series: complete or skip its occurrence, or take its rule away first."
        )


class NothingToUndoError(CompletionError):
    """No completion of the task is known."""

    def __init__(self) -> None:
        super().__init__("Nothing of this task was completed or skipped that could be undone.")


KEPT: Final = Statement(
    Task.objects.kept()
    .filter(pk=Slot("pk", BigIntegerField()))
    .select_related("category")
    .select_for_update(of=("self",))
)
CHILDREN: Final = Statement(
    Task.objects.kept().filter(Among(F("parent_id"), IdsSlot("ids"))).values_list("pk")
)


@dataclass(frozen=True)
class Moment:
    """When something is done, and the day that it is for the person who does it."""

    at: datetime
    today: date


@transaction.atomic
def complete(*, task: Task, now: Moment, cascade: bool = False) -> Occurrence:
    """Complete a task as the caller read it, or this occurrence of its series.

    With `cascade` the subtasks that are open are completed along; those of a series are all open
    again for its next occurrence. Raises OpenSubtasksError without it, DoneAlreadyError when the
    task was completed or moved since it was read, and ObjectDoesNotExist when it is gone.
    """
    lock(task)
    below = lock_each(list_levels([task.pk], children_of))
    is_open = [subtask for subtask in below if not subtask.completed]
    if is_open and not cascade:
        raise OpenSubtasksError(len(is_open))
    return write_occurrence(task, now, Occurrence.Status.COMPLETED, below)


@transaction.atomic
def skip(*, task: Task, now: Moment) -> Occurrence:
    """Leave out this occurrence of a series as the caller read it; its subtasks stay as they are.

    Raises NoSeriesError, and what `complete` raises.
    """
    lock(task)
    if not task.rrule:
        raise NoSeriesError
    return write_occurrence(task, now, Occurrence.Status.SKIPPED, [])


def lock(task: Task) -> None:
    """Lock a task and read it again.

    Raises DoneAlreadyError unless it is open and due as it was when the caller read it: of two who
    complete the same occurrence at once, the second would complete the next one.
    """
    read = (task.due_date, task.due_day)
    read_again(task)
    if task.completed or (task.due_date, task.due_day) != read:
        raise DoneAlreadyError


def read_again(task: Task) -> None:
    """Lock a task that is not in the trash, and read it with its category, which answers name."""
    found = KEPT.run({"pk": task.pk})
    if not found:
        raise Task.DoesNotExist
    vars(task).update(vars(found[0]))


def children_of(ids: Sequence[int]) -> list[int]:
    """Return the ids of subtasks that are not in the trash."""
    return [pk for (pk,) in CHILDREN.run({"ids": ids})]


def lock_each(levels: Iterable[Iterable[int]]) -> list[Task]:
    """Return the tasks of these ids that are not in the trash, locked, those above others first."""
    kept = Task.objects.kept()
    parts = (part for level in levels for part in kept.parts(level))
    return [task for part in parts for task in part.select_for_update().order_by("pk")]


def write_occurrence(
    task: Task, now: Moment, status: Occurrence.Status, below: Iterable[Task]
) -> Occurrence:
    """Write an occurrence, move or complete its task, and bring the subtasks along."""
    occurrence = Occurrence(
        user_id=task.user_id,
        task=task,
        status=status,
        at=now.at,
        due_date=task.due_date,
        due_day=task.due_day,
    )
    values, occurrence.missed = advanced(task, now, done=count_done([task])[task.pk])
    occurrence.before = snapshot([task], values)
    task.change(**values)
    changed = [subtask for subtask in below if subtask.completed != task.completed]
    occurrence.before |= snapshot(changed, STATE)
    occurrence.save()
    for_each(changed, {"completed": task.completed, "completed_at": task.completed_at})
    return occurrence


def count_done(tasks: Iterable[Task]) -> Counter[int]:
    """Return how many occurrences of series that end by COUNT were completed or skipped, by id.

    What was done before DTSTART belongs to another rule that the task had then.
    """
    series = {task.pk: task.recurrence for task in tasks if "COUNT=" in task.rrule}
    begun = {pk: one.first.day for pk, one in series.items() if one}
    if not begun:
        return Counter()
    days = Occurrence.objects.filter(task__in=begun).values_list("task_id", "due_day")
    return Counter(pk for pk, day in days if day is not None and day >= begun[pk])


def advanced(task: Task, now: Moment, *, done: int) -> tuple[dict[str, Any], int]:
    """Return what a completion, or a skip, writes into a task, and how many occurrences it missed.

    `done` is what `count_done` counts.
    """
    following = find_next(task, now, done=done)
    if following is None or following.occurrence is None:
        missed = 0 if following is None else following.missed
        return {"completed": True, "completed_at": now.at}, missed
    at, start = following.occurrence.at, task.start_date
    if start is not None and task.due_date is not None:
        start = due.keep_distance(start, due=task.due_date, next_due=at, zone=task.zone)
    return {"due_date": at, "start_date": start}, following.missed


def find_next(task: Task, now: Moment, *, done: int) -> NextDue | None:
    """Return what follows this occurrence; None for a task that is due once."""
    recurrence = task.recurrence
    if recurrence is None or task.due_date is None or task.due_day is None:
        return None
    completed = Due(task.due_date, task.due_day)
    return next_due(recurrence, completed=completed, at=now.at, today=now.today, done=done + 1)


def snapshot(tasks: Iterable[Task], names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return columns of tasks by their ids, as JSON has them."""
    return {str(task.pk): {name: plain(getattr(task, name)) for name in names} for task in tasks}


def for_each(tasks: Iterable[Task], values: dict[str, Any]) -> None:
    """Write the same into each of these tasks, which are locked."""
    for part in Task.objects.all().parts(task.pk for task in tasks):
        part.update(**values)


@transaction.atomic
def undo(*, task: Task) -> Occurrence:
    """Take back what was last completed or skipped of a task, and return what it was.

    The due date is as it was before. So are the subtasks that went along, where they are still as
    the completion left them. Raises NothingToUndoError, and ObjectDoesNotExist when the task is
    gone.
    """
    read_again(task)
    last = task.occurrences.order_by("-pk").first()
    if last is None:
        raise NothingToUndoError
    before = {int(pk): read_columns(values) for pk, values in last.before.items()}
    own = before.pop(task.pk)
    put_back(before, state_of(task))
    task.change(**own)
    # Whoever undid it is shown its id still.
    Occurrence.objects.filter(pk=last.pk).delete()
    return last


def put_back(before: Mapping[int, dict[str, Any]], state: tuple[bool, datetime | None]) -> None:
    """Bring subtasks, by their ids, to the state of before, where they have this state still."""
    alike = defaultdict(list)
    for part in Task.objects.all().parts(sorted(before)):
        for subtask in part.select_for_update().order_by("pk"):
            if state_of(subtask) == state:
                alike[tuple(before[subtask.pk].items())].append(subtask)
    for values, subtasks in alike.items():
        for_each(subtasks, dict(values))


def state_of(task: Task) -> tuple[bool, datetime | None]:
    """Return whether and when a task was completed."""
    return task.completed, task.completed_at


def read_columns(values: dict[str, Any]) -> dict[str, Any]:
    """Return columns of a task from their JSON."""
    fields = {field.name: field for field in Task._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in values.items()}


@transaction.atomic
def reopen(*, task: Task) -> None:
    """Open a completed task again: undo its completion, where it is known what that changed.

    A task that is open stays as it is.
    """
    read_again(task)
    if not task.completed:
        return
    last = task.occurrences.order_by("-pk").first()
    if last is not None and last.at == task.completed_at:
        undo(task=task)
    else:
        task.change(completed=False)
