"""The peer's tables: FocusFlow's columns of what is shown, and the indexes of these lists."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar  # Steps of a strength are JSON.

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

SCHEMA = "peer"
NO_DUE = "COALESCE(due_date, '9999-01-01 00:00:00+00'::timestamptz)"
NO_DAY = "COALESCE(due_day, '9999-01-01'::date)"
# Microseconds since 1970: what is new comes last.
NEXT_PLACE = text("(extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
OPEN = text("NOT completed AND deleted_at IS NULL")
BY_DUE = ("day_order", "due_order", "id")
NOTHING = text("''")


class Base(DeclarativeBase):
    """The base of its classes."""

    metadata = MetaData(schema=SCHEMA)
    type_annotation_map: ClassVar = {
        int: BigInteger,
        datetime: DateTime(timezone=True),
        Decimal: Numeric(12, 3),
    }

    id: Mapped[int] = mapped_column(primary_key=True)


class User(Base):
    """An account."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str]
    is_active: Mapped[bool]
    time_zone: Mapped[str]
    day_starts_at: Mapped[int]


class Owned:
    """What rows of somebody have in common."""

    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))


class Synced(Owned):
    """What rows have in common that other programs may hold copies of."""

    uid: Mapped[uuid.UUID] = mapped_column(server_default=func.gen_random_uuid())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1")


class Token(Owned, Base):
    """A personal token, of which the digest alone is known."""

    __tablename__ = "tokens"

    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[str]
    expires_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()


class Category(Owned, Base):
    """A category."""

    __tablename__ = "categories"

    name: Mapped[str] = mapped_column(String(100))
    archived_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("user_id", "name"),)


class Tag(Owned, Base):
    """A tag."""

    __tablename__ = "tags"

    name: Mapped[str] = mapped_column(String(50))

    __table_args__ = (UniqueConstraint("user_id", "name"),)


task_tags = Table(
    "task_tags",
    Base.metadata,
    Column("task_id", ForeignKey(f"{SCHEMA}.tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey(Tag.id, ondelete="CASCADE"), primary_key=True),
)


class Task(Synced, Base):
    """A task."""

    __tablename__ = "tasks"

    title: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    completed: Mapped[bool] = mapped_column(server_default=text("false"))
    completed_at: Mapped[datetime | None]
    priority: Mapped[int] = mapped_column(server_default="0")
    estimate_minutes: Mapped[int | None]
    start_date: Mapped[datetime | None]
    due_date: Mapped[datetime | None]
    due_day: Mapped[date | None]
    all_day: Mapped[bool] = mapped_column(server_default=text("false"))
    time_zone: Mapped[str] = mapped_column(server_default="UTC")
    rrule: Mapped[str] = mapped_column(server_default=NOTHING)
    dtstart: Mapped[str] = mapped_column(server_default=NOTHING)
    repeat_from: Mapped[str] = mapped_column(server_default="schedule")
    category_id: Mapped[int | None] = mapped_column(ForeignKey(Category.id, ondelete="SET NULL"))
    parent_id: Mapped[int | None]
    position: Mapped[int] = mapped_column(server_default=NEXT_PLACE)
    deleted_at: Mapped[datetime | None]
    # What lists are ordered by is not read.
    due_order: Mapped[datetime] = mapped_column(Computed(NO_DUE, persisted=True), deferred=True)
    day_order: Mapped[date] = mapped_column(Computed(NO_DAY, persisted=True), deferred=True)
    category: Mapped[Category | None] = relationship()
    tags: Mapped[list[Tag]] = relationship(secondary=task_tags, order_by=(Tag.name, Tag.id))

    __table_args__ = (
        Index("task_by_due", "user_id", *BY_DUE),
        Index("task_open", "user_id", *BY_DUE, postgresql_where=OPEN),
        Index("task_by_category", "user_id", "category_id", *BY_DUE),
    )


class Habit(Synced, Base):
    """A habit, with its streaks and strength as they were when it was written."""

    __tablename__ = "habits"

    name: Mapped[str] = mapped_column(String(100))
    question: Mapped[str]
    frequency: Mapped[str]
    times: Mapped[int]
    span: Mapped[int | None]
    weekdays: Mapped[int | None]
    kind: Mapped[str]
    target: Mapped[Decimal | None]
    unit: Mapped[str]
    start_date: Mapped[date]
    group_id: Mapped[int | None]
    colour: Mapped[str]
    icon: Mapped[str]
    reminder_at: Mapped[time | None]
    position: Mapped[int]
    archived_at: Mapped[datetime | None]
    streak: Mapped[int]
    streak_holds_until: Mapped[date | None]
    streak_first_day: Mapped[date | None]
    streak_last_day: Mapped[date | None]
    longest_streak: Mapped[int]
    longest_first_day: Mapped[date | None]
    longest_last_day: Mapped[date | None]
    strength_steps: Mapped[list[Any]] = mapped_column(JSONB)

    __table_args__ = (Index("habit_by_position", "user_id", "position", "id"),)


class CheckIn(Synced, Base):
    """What is recorded of a habit on a day."""

    __tablename__ = "checkins"

    habit_id: Mapped[int] = mapped_column(ForeignKey(Habit.id, ondelete="CASCADE"))
    day: Mapped[date]
    value: Mapped[Decimal]
    note: Mapped[str] = mapped_column(Text, server_default=NOTHING)

    __table_args__ = (UniqueConstraint("habit_id", "day"),)


class Rest(Owned, Base):
    """Days on which a habit, or each one, need not be kept."""

    __tablename__ = "rests"

    habit_id: Mapped[int | None] = mapped_column(ForeignKey(Habit.id, ondelete="CASCADE"))
    first_day: Mapped[date]
    last_day: Mapped[date]

    __table_args__ = (Index("rest_by_day", "user_id", "first_day"),)
