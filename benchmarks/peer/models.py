"""The peer's tables."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    String,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

SCHEMA = "peer"
NO_DUE = "COALESCE(due_date, '9999-01-01 00:00:00+00'::timestamptz)"
NO_DAY = "COALESCE(due_day, '9999-01-01'::date)"
OPEN = text("NOT completed AND deleted_at IS NULL")


class Base(DeclarativeBase):
    """The base of its classes."""

    metadata = MetaData(schema=SCHEMA)
    type_annotation_map: ClassVar = {int: BigInteger, datetime: DateTime(timezone=True)}


class User(Base):
    """An account."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str]
    is_active: Mapped[bool]


class Token(Base):
    """A personal token."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[str]
    expires_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()


class Category(Base):
    """A category."""

    __tablename__ = "categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))


class Tag(Base):
    """A tag."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), index=True)
    name: Mapped[str]


task_tags = Table(
    "task_tags",
    Base.metadata,
    Column("task_id", ForeignKey(f"{SCHEMA}.tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey(Tag.id, ondelete="CASCADE"), primary_key=True),
)


class Task(Base):
    """A task, with the columns of which FocusFlow's lists are."""

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(server_default=func.gen_random_uuid())
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text, server_default="")
    completed: Mapped[bool] = mapped_column(server_default=text("false"))
    completed_at: Mapped[datetime | None]
    priority: Mapped[int] = mapped_column(server_default="0")
    estimate_minutes: Mapped[int | None]
    start_date: Mapped[datetime | None]
    due_date: Mapped[datetime | None]
    due_day: Mapped[date | None]
    all_day: Mapped[bool] = mapped_column(server_default=text("false"))
    time_zone: Mapped[str] = mapped_column(server_default="UTC")
    rrule: Mapped[str] = mapped_column(server_default="")
    dtstart: Mapped[str] = mapped_column(server_default="")
    repeat_from: Mapped[str] = mapped_column(server_default="schedule")
    category_id: Mapped[int | None] = mapped_column(ForeignKey(Category.id, ondelete="SET NULL"))
    parent_id: Mapped[int | None]
    position: Mapped[int] = mapped_column(server_default="0")
    deleted_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1")
    due_order: Mapped[datetime] = mapped_column(Computed(NO_DUE, persisted=True), deferred=True)
    day_order: Mapped[date] = mapped_column(Computed(NO_DAY, persisted=True), deferred=True)
    category: Mapped[Category | None] = relationship()
    tags: Mapped[list[Tag]] = relationship(secondary=task_tags, order_by=(Tag.name, Tag.id))

    __table_args__ = (
        Index("task_open", "user_id", "day_order", "due_order", "id", postgresql_where=OPEN),
        Index("task_by_category", "user_id", "category_id", "day_order", "due_order", "id"),
    )


class Habit(Base):
    """A habit of every day, with its streak."""

    __tablename__ = "habits"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    frequency: Mapped[str]
    streak: Mapped[int] = mapped_column(server_default="0")
    position: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (Index("habit_by_position", "user_id", "position", "id"),)


class CheckIn(Base):
    """What was recorded of a habit on a day."""

    __tablename__ = "checkins"

    habit_id: Mapped[int] = mapped_column(
        ForeignKey(Habit.id, ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[float]
