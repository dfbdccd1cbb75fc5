"""The peer's endpoints, at FocusFlow's addresses.

DATABASE_URL=postgres://… python -m uvicorn benchmarks.peer.app:app --workers 2
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Response
from sqlalchemy import Select, create_engine, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload, selectinload, sessionmaker

from benchmarks.peer.models import Category, CheckIn, Habit, Task, Token, User
from benchmarks.peer.schemas import (
    CheckInIn,
    CheckInOut,
    HabitOut,
    HabitPage,
    Outcome,
    RecentDay,
    TaskIn,
    TaskOut,
    TaskPage,
)

PAGE = 50
RECENT_DAYS = 30

engine = create_engine(
    os.environ["DATABASE_URL"].replace("postgres://", "postgresql+psycopg://", 1),
    pool_size=10,
    max_overflow=10,
)
make_session = sessionmaker(engine, expire_on_commit=False)
app = FastAPI(title="Peer")


def get_session() -> Iterator[Session]:
    """Give a session for a request."""
    with make_session() as session:
        yield session


Database = Annotated[Session, Depends(get_session)]


def get_user(session: Database, authorization: Annotated[str, Header()] = "") -> User:
    """Return whose token it is."""
    secret = authorization.removeprefix("Bearer ")
    digest = hashlib.sha256(secret.encode()).hexdigest()
    token = session.scalar(
        select(Token).options(joinedload(Token.user)).where(Token.digest == digest)
    )
    if token is None or not token.user.is_active:
        raise HTTPException(401, "The token is unknown, expired or revoked.")
    if token.expires_at is not None and token.expires_at <= datetime.now(UTC):
        raise HTTPException(401, "The token is unknown, expired or revoked.")
    return token.user


Reader = Annotated[User, Depends(get_user)]


def own_tasks(user: User) -> Select[Task]:
    """Return the tasks of somebody, with what is shown of them."""
    return (
        select(Task)
        .options(joinedload(Task.category), selectinload(Task.tags))
        .where(Task.user_id == user.id, Task.deleted_at.is_(None))
    )


@app.get("/api/v1/tasks/")
def list_tasks(
    user: Reader,
    session: Database,
    completed: bool | None = None,
    category: int | None = None,
    due_after: datetime | None = None,
    due_before: datetime | None = None,
    search: str | None = None,
    page: int = 1,
) -> TaskPage:
    """Return a page of tasks, those that are due first at the top."""
    rows = own_tasks(user)
    if completed is not None:
        rows = rows.where(Task.completed if completed else ~Task.completed)
    if category is not None:
        rows = rows.where(Task.category_id == category)
    if due_after is not None:
        rows = rows.where(Task.due_date >= due_after)
    if due_before is not None:
        rows = rows.where(Task.due_date < due_before)
    if search is not None:
        word = f"%{search}%"
        rows = rows.where(or_(Task.title.ilike(word), Task.description.ilike(word)))
    rows = rows.order_by(Task.day_order, Task.due_order, Task.id)
    found = session.scalars(rows.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return TaskPage(
        next=f"/api/v1/tasks/?page={page + 1}" if len(found) > PAGE else None,
        previous=f"/api/v1/tasks/?page={page - 1}" if page > 1 else None,
        results=[TaskOut.model_validate(task) for task in found[:PAGE]],
    )


@app.get("/api/v1/tasks/{pk}/")
def show_task(pk: int, user: Reader, session: Database) -> TaskOut:
    """Return a task."""
    return TaskOut.model_validate(find_task(pk, user, session))


def find_task(pk: int, user: User, session: Session) -> Task:
    """Return a task of somebody."""
    task = session.scalar(own_tasks(user).where(Task.id == pk))
    if task is None:
        raise HTTPException(404, "Not Found")
    return task


@app.post("/api/v1/tasks/", status_code=201)
def create_task(body: TaskIn, user: Reader, session: Database, response: Response) -> TaskOut:
    """Make a task."""
    if body.category is not None:
        known = session.scalar(
            select(Category).where(Category.id == body.category, Category.user_id == user.id)
        )
        if known is None:
            raise HTTPException(422, "There is no such category.")
    task = Task(
        user_id=user.id,
        title=body.title,
        description=body.description,
        due_date=body.due_date,
        due_day=body.due_date.astimezone(UTC).date() if body.due_date else None,
        priority=body.priority,
        category_id=body.category,
    )
    session.add(task)
    session.commit()
    response.headers["Location"] = f"/api/v1/tasks/{task.id}/"
    return TaskOut.model_validate(find_task(task.id, user, session))


@app.post("/api/v1/tasks/{pk}/complete/")
def complete_task(pk: int, user: Reader, session: Database) -> Outcome:
    """Complete a task."""
    task = find_task(pk, user, session)
    if task.completed:
        raise HTTPException(409, "The task was completed already.")
    task.completed = True
    task.completed_at = task.updated_at = datetime.now(UTC)
    task.version += 1
    session.commit()
    return Outcome(task=TaskOut.model_validate(task))


@app.get("/api/v1/habits/")
def list_habits(user: Reader, session: Database) -> HabitPage:
    """Return the habits, with their last 30 days."""
    rows = select(Habit).where(Habit.user_id == user.id).order_by(Habit.position, Habit.id)
    habits = session.scalars(rows.limit(PAGE)).all()
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=number) for number in reversed(range(RECENT_DAYS))]
    checkins = session.scalars(
        select(CheckIn).where(
            CheckIn.habit_id.in_([habit.id for habit in habits]),
            CheckIn.day.between(days[0], today),
        )
    )
    values = {(checkin.habit_id, checkin.day): checkin.value for checkin in checkins}
    results = [
        HabitOut(
            id=habit.id,
            name=habit.name,
            frequency=habit.frequency,
            streak=habit.streak,
            recent=[RecentDay(day=day, value=values.get((habit.id, day))) for day in days],
        )
        for habit in habits
    ]
    return HabitPage(next=None, previous=None, results=results)


@app.put("/api/v1/habits/{pk}/checkins/{day}/")
def check_in(pk: int, day: date, body: CheckInIn, user: Reader, session: Database) -> CheckInOut:
    """Record a value, and count the streak of days up to the last one anew."""
    habit = session.scalar(
        select(Habit).where(Habit.id == pk, Habit.user_id == user.id).with_for_update()
    )
    if habit is None:
        raise HTTPException(404, "Not Found")
    row = insert(CheckIn).values(habit_id=pk, day=day, value=body.value)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[CheckIn.habit_id, CheckIn.day], set_={"value": body.value}
        )
    )
    kept = session.scalars(
        select(CheckIn.day)
        .where(CheckIn.habit_id == pk, CheckIn.value > 0)
        .order_by(CheckIn.day.desc())
    )
    habit.streak = count_streak(kept)
    session.commit()
    return CheckInOut(habit=pk, day=day, value=body.value)


def count_streak(days: Iterator[date]) -> int:
    """Return how many days in a row there are from the first of these, which go backwards."""
    streak, last = 0, None
    for day in days:
        if last is not None and last - day != timedelta(days=1):
            break
        streak, last = streak + 1, day
    return streak
