"""What the peer reads and shows."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator


class TaskIn(BaseModel):
    """A new task."""

    title: str = Field(min_length=1, max_length=255)
    description: str = Field(default="", max_length=50_000)
    due_date: datetime | None = None
    priority: int = Field(default=0, ge=0, le=9)
    category: int | None = None


class TaskOut(BaseModel):
    """A task, with FocusFlow's members."""

    model_config = ConfigDict(from_attributes=True)

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
    category_name: str | None = Field(validation_alias="category")
    parent: int | None = Field(validation_alias="parent_id")
    tags: list[str]
    position: int
    deleted_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int

    @field_validator("category_name", mode="before")
    @classmethod
    def name_of(cls, value: Any) -> Any:
        """Return the category's name."""
        return value.name if value is not None else None

    @field_validator("tags", mode="before")
    @classmethod
    def names_of(cls, value: Any) -> Any:
        """Return the tags' names."""
        return [tag.name for tag in value]


class TaskPage(BaseModel):
    """A page of tasks."""

    next: str | None
    previous: str | None
    results: list[TaskOut]


class Outcome(BaseModel):
    """A task that was completed."""

    task: TaskOut


class RecentDay(BaseModel):
    """A day of a habit."""

    day: date
    value: float | None


class HabitOut(BaseModel):
    """A habit, with its last 30 days."""

    id: int
    name: str
    frequency: str
    streak: int
    recent: list[RecentDay]


class HabitPage(BaseModel):
    """A page of habits."""

    next: str | None
    previous: str | None
    results: list[HabitOut]


class CheckInIn(BaseModel):
    """What is recorded."""

    value: float = Field(ge=0)


class CheckInOut(BaseModel):
    """What was recorded."""

    habit: int
    day: date
    value: float
