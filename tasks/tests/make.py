"""Rows for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any  # Fields of a row hold values of every type.
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from tasks import actions
from tasks.actions import Moment
from tasks.models import Category, Filter, Occurrence, Tag, Task


def make_category(owner: User, name: str = "Home", **fields: Any) -> Category:
    """Make a category."""
    return Category.objects.create(user=owner, name=name, **fields)


def make_task(owner: User, title: str = "Water the plants", **fields: Any) -> Task:
    """Make an open task without a due date."""
    return Task.objects.create(user=owner, title=title, **fields)


def make_daily(owner: User, title: str = "Water the plants", **fields: Any) -> Task:
    """Make a task that is due every day, tomorrow at this time for the first time."""
    due_date = timezone.now().replace(microsecond=0) + timedelta(days=1)
    return make_task(owner, title, **({"due_date": due_date, "rrule": "FREQ=DAILY"} | fields))


def make_filter(owner: User, name: str = "Errands", query: str = "today") -> Filter:
    """Make a filter."""
    return Filter.objects.create(user=owner, name=name, query=query)


def make_occurrence(task: Task) -> Occurrence:
    """Complete a task, or the occurrence of a series that is due."""
    at = timezone.now()
    return actions.complete(task=task, now=moment(task.user, at))


def make_trashed(task: Task) -> Task:
    """Put a task into the trash."""
    actions.trash(task=task, at=timezone.now())
    return task


def make_tag(owner: User, name: str = "errand", **fields: Any) -> Tag:
    """Make a tag."""
    return Tag.objects.create(user=owner, name=name, **fields)


def make_tree(owner: User, levels: int) -> list[Task]:
    """Make a task, a subtask of it, one of that, …: as many as there are levels."""
    tasks: list[Task] = []
    for level in range(levels):
        tasks.append(make_task(owner, f"{level}", parent=tasks[-1] if tasks else None))
    return tasks


def instant(text: str, zone: str = "UTC") -> datetime:
    """Return the instant at which the clock of a zone reads this; the first of two that are."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def moment(user: User, at: datetime) -> Moment:
    """Return an instant with the person's day."""
    return Moment(at, user.local_date(at))


def make_series(owner: User, due: str, rrule: str, zone: str = "UTC", **fields: Any) -> Task:
    """Make a series whose first occurrence is a day, or a time on the clock of a zone."""
    return make_task(
        owner,
        time_zone=zone,
        due_date=instant(due, zone),
        all_day=len(due) == len("2026-12-31"),
        rrule=rrule,
        **fields,
    )
