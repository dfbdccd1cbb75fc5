"""The peer's endpoints of tasks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query, Request, Response
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from benchmarks.peer.access import Caller
from benchmarks.peer.models import Category, Tag, Task, User
from benchmarks.peer.schemas import Outcome, TaskIn, TaskOut, TaskPage, TaskQuery

PAGE = 50

router = APIRouter(prefix="/api/v1/tasks")


def own_tasks(user: User) -> Select[Task]:
    """Return the tasks of somebody that are not in the trash, with their tags."""
    kept = Task.user_id == user.id, Task.deleted_at.is_(None)
    return select(Task).options(selectinload(Task.tags)).where(*kept)


def find_task(pk: int, user: User, session: Session) -> Task:
    """Return a task of somebody; 404 without one."""
    rows = own_tasks(user).options(joinedload(Task.category))
    task = session.scalar(rows.where(Task.id == pk))
    if task is None:
        raise HTTPException(404, "There is no such task.")
    return task


def listed(wanted: TaskQuery, user: User) -> Select[Task]:
    """Return the tasks that are asked for, those that are due first at the top."""
    # A join would be made for each row that OFFSET skips.
    joined = joinedload if wanted.page == 1 else selectinload
    rows = own_tasks(user).options(joined(Task.category))
    if wanted.category is not None:
        rows = rows.where(Task.category_id == wanted.category)
    else:
        # What was put away is in the list of its category alone.
        own = Category.user_id == user.id
        away = select(Category.id).where(own, Category.archived_at.is_not(None))
        rows = rows.where(or_(Task.category_id.is_(None), Task.category_id.not_in(away)))
    if wanted.completed is not None:
        rows = rows.where(Task.completed if wanted.completed else ~Task.completed)
    if wanted.due_after is not None:
        rows = rows.where(Task.due_date >= wanted.due_after)
    if wanted.due_before is not None:
        rows = rows.where(Task.due_date < wanted.due_before)
    if wanted.search is not None:
        texts = Task.title, Task.description
        rows = rows.where(or_(*(one.icontains(wanted.search, autoescape=True) for one in texts)))
    rows = rows.order_by(Task.day_order, Task.due_order, Task.id)
    return rows.offset((wanted.page - 1) * PAGE).limit(PAGE + 1)


@router.get("/")
def list_tasks(request: Request, caller: Caller, wanted: Annotated[TaskQuery, Query()]) -> TaskPage:
    """Return a page of tasks."""
    with caller.signed_in() as (user, session):
        found = session.scalars(listed(wanted, user)).all()
        place = request.url.include_query_params
        return TaskPage(
            next=str(place(page=wanted.page + 1)) if len(found) > PAGE else None,
            previous=str(place(page=wanted.page - 1)) if wanted.page > 1 else None,
            results=[TaskOut.model_validate(task) for task in found[:PAGE]],
        )


@router.get("/{pk}/")
def show_task(pk: int, caller: Caller) -> TaskOut:
    """Return a task."""
    with caller.signed_in() as (user, session):
        return TaskOut.model_validate(find_task(pk, user, session))


@router.post("/", status_code=201)
def create_task(body: TaskIn, caller: Caller, response: Response) -> TaskOut:
    """Make a task."""
    with caller.signed_in() as (user, session):
        due = body.due_date
        task = Task(
            **body.model_dump(exclude={"category", "tags"}),
            user_id=user.id,
            time_zone=user.time_zone,
            due_day=due.astimezone(ZoneInfo(user.time_zone)).date() if due else None,
            category=find_category(body.category, user, session),
            tags=find_tags(body.tags, user, session),
        )
        session.add(task)
        session.commit()
        response.headers["Location"] = f"{router.prefix}/{task.id}/"
        return TaskOut.model_validate(task)


def find_category(pk: int | None, user: User, session: Session) -> Category | None:
    """Return a category of somebody; 400 where there is none of this id."""
    if pk is None:
        return None
    own = select(Category).where(Category.id == pk, Category.user_id == user.id)
    category = session.scalar(own)
    if category is None:
        raise HTTPException(400, "There is no such category.")
    return category


def find_tags(names: list[str], user: User, session: Session) -> list[Tag]:
    """Return the tags of somebody, by the alphabet; those that are not there yet are new."""
    if not names:
        return []
    own = select(Tag).where(Tag.user_id == user.id, Tag.name.in_(names))
    known = {tag.name: tag for tag in session.scalars(own)}
    return [known.get(name) or Tag(user_id=user.id, name=name) for name in sorted(set(names))]


@router.post("/{pk}/complete/")
def complete_task(pk: int, caller: Caller) -> Outcome:
    """Complete a task."""
    with caller.signed_in() as (user, session):
        task = find_task(pk, user, session)
        if task.completed:
            raise HTTPException(409, "The task was completed already.")
        task.completed = True
        task.completed_at = task.updated_at = datetime.now(UTC)
        task.version += 1
        session.commit()
        return Outcome(task=TaskOut.model_validate(task))
