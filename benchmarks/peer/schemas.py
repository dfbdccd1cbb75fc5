"""What the peer reads and shows: FocusFlow's members."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

# As PostgreSQL reads it.
Instant = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(UTC))]
TagName = Annotated[str, Field(min_length=1, max_length=50)]


def name_of(row: Any) -> Any:
    """Return the name of a row; None without one."""
    return None if row is None else row.name


def names_of(rows: Any) -> list[str]:
    """Return the names of rows."""
    return [row.name for row in rows]


class Shown(BaseModel):
    """What is made of a row's attributes."""

    model_config = ConfigDict(from_attributes=True)


class TaskQuery(BaseModel):
    """Which tasks are asked for."""

    completed: bool | None = None
    category: int | None = None
    due_after: Instant | None = None
    due_before: Instant | None = None
    search: str | None = None
    ordering: Literal["due_date"] = "due_date"
    page: int = Field(default=1, ge=1)


class TaskIn(BaseModel):
    """A new task."""

    title: str = Field(min_length=1, max_length=255)
    description: str = Field(default="", max_length=50_000)
    priority: int = Field(default=0, ge=0, le=9)
    due_date: Instant | None = None
    category: int | None = None
    tags: list[TagName] = Field(default=[], max_length=50)


class TaskOut(Shown):
    """A task."""

    id: int
    uid: uuid.UUID
    title: str
    description: str
    completed: bool
    completed_at: datetime | None
    priority: int
    estimate_minutes: int | None
    start_date: datetime | None
    due_date: datetime | None
    due_day: date | None
    all_day: bool
    time_zone: str
    rrule: str
    dtstart: str
    repeat_from: str
    category: int | None = Field(validation_alias="category_id")
    category_name: Annotated[str | None, BeforeValidator(name_of)] = Field(
        validation_alias="category"
    )
    parent: int | None = Field(validation_alias="parent_id")
    tags: Annotated[list[str], BeforeValidator(names_of)]
    position: int
    deleted_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


class TaskPage(BaseModel):
    """A page of tasks."""

    next: str | None
    previous: str | None
    results: list[TaskOut]


class Outcome(BaseModel):
    """A task that was completed."""

    task: TaskOut


class RecentDay(Shown):
    """A day of a habit."""

    day: date
    state: str = Field(validation_alias="mark")
    value: float | None


class HabitOut(Shown):
    """A habit, with its last 30 days."""

    id: int
    uid: uuid.UUID
    name: str
    question: str
    frequency: str
    times: int
    span: int | None
    weekdays: list[str] | None
    schedule: str
    kind: str
    target: float | None
    unit: str
    start_date: date
    group: int | None = Field(validation_alias="group_id")
    colour: str
    icon: str
    reminder_at: time | None
    position: int
    archived_at: datetime | None
    streak: int
    streak_unit: str
    streak_holds_until: date | None
    streak_first_day: date | None
    streak_last_day: date | None
    longest_streak: int
    longest_first_day: date | None
    longest_last_day: date | None
    strength: float
    recent: list[RecentDay]
    created_at: datetime
    updated_at: datetime
    version: int


class HabitPage(BaseModel):
    """A page of habits."""

    next: str | None
    previous: str | None
    results: list[HabitOut]


class CheckInIn(BaseModel):
    """What is recorded."""

    value: Decimal = Field(ge=0, max_digits=12, decimal_places=3)
    note: str = Field(default="", max_length=10_000)


class CheckInOut(Shown):
    """What was recorded."""

    id: int
    uid: uuid.UUID
    habit: int = Field(validation_alias="habit_id")
    day: date
    value: float
    note: str
    created_at: datetime
    updated_at: datetime
    version: int
