"""A change of a task by its owner: columns, tags, and whether it is completed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any  # Columns hold values of every type.
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.actions.locks import lock_account
from tasks import due
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

    In another time zone, what follows the clock comes along (see `in_zone`). Raises
    StaleVersionError when the task has not the version `expected`, OpenSubtasksError where it would
    be completed before its subtasks, and SeriesError where it is a series, of which only
    occurrences are completed. Then nothing is written.
    """
    is_toggled = completed is not None and completed != task.completed
    if tags is not None or values.get("parent") is not None:
        # The database, too, lets moves below others in one account wait for each other.
        lock_account(task.user_id)
    if tags is not None or is_toggled:
        # What is not one UPDATE holds the row, so that its version stays as it is compared.
        Task.objects.select_for_update(no_key=True).only("pk").get(pk=task.pk)
    task.change(expected=expected, **in_zone(task, values))
    if tags is not None and set_tags(task=task, names=tags):
        task.refresh_from_db(fields=["version", "updated_at"])
    if is_toggled and completed:
        if task.rrule:
            raise SeriesError
        complete(task=task, now=now)
    elif is_toggled:
        reopen(task=task)


def in_zone(task: Task, values: dict[str, Any]) -> dict[str, Any]:
    """Return new values of a task, with those that another time zone among them brings along.

    What is due on a day stays due on that day, and a series at its time on the clock. Of all other
    tasks, and where the values name another due date, instants are what was meant.
    """
    new = ZoneInfo(values.get("time_zone", task.time_zone) or task.user.time_zone)
    is_day = task.all_day and values.get("all_day", True)
    is_series = task.rrule and values.get("rrule", True)
    if new == task.zone or not (is_day or is_series):
        return values
    dates = {
        name: due.follow_clock(at, task.zone, into=new)
        for name in ("start_date", "due_date")
        if (at := getattr(task, name)) and values.get(name, at) == at
    }
    if len(dates) == 2:
        # A change of the clock may lie between the two.
        dates["start_date"] = min(dates.values())
    return values | dates
