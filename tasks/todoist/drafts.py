"""What an export comes to: drafts of categories and tasks, and what neither can hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tasks.recurrence import Recurrence


@dataclass(frozen=True)
class Limits:
    """What the tables can hold: lengths in characters, minutes, numbers; both instants included."""

    title: int
    description: int
    category: int
    tag: int
    tags: int
    levels: int
    estimate: int
    earliest: datetime
    latest: datetime


@dataclass(frozen=True)
class Loss:
    """A cell that is not kept as it stands in the file, and why."""

    line: int
    column: str
    text: str
    reason: str


@dataclass(frozen=True)
class CategoryDraft:
    """A category to find or to make."""

    uid: UUID
    name: str


@dataclass(frozen=True)
class Dates:
    """When a task starts and is due, as UTC instants; all day, by the starts of days of the zone.

    `time_zone` is "" for the owner's.
    """

    due_date: datetime | None = None
    start_date: datetime | None = None
    all_day: bool = False
    time_zone: str = ""
    recurrence: Recurrence | None = None


@dataclass(frozen=True)
class TaskDraft:
    """A task to make unless it is there.

    `level` is 1 for a task on top, and `parent` the UID of the one on the level above it; the
    parent stands before it. `priority` is RFC 5545's, `category` and `tags` are names.
    """

    line: int
    uid: UUID
    level: int
    parent: UUID | None
    title: str
    description: str
    priority: int
    estimate_minutes: int | None
    dates: Dates
    tags: tuple[str, ...]
    category: str


@dataclass(frozen=True)
class Plan:
    """Drafts in the order of the file, and losses by line."""

    categories: tuple[CategoryDraft, ...]
    tasks: tuple[TaskDraft, ...]
    losses: tuple[Loss, ...]
