"""What the database itself refuses of tasks and of what belongs to them, and in which words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.db.models import CheckConstraint

from accounts.models import User
from accounts.tests.threads import client_of
from focusflow.appearance import Colour, Icon
from focusflow.bulk import insert
from tasks.models import Category, Filter, Occurrence, Tag, Task, TaskTag
from tasks.models.task import LONGEST_ESTIMATE
from tasks.tests.make import instant, make_tag, make_task

TASKS = "/api/v1/tasks/"
AT = instant("2026-11-30 12:00")
DUE = {"due_date": AT, "due_day": AT.date()}
SERIES = DUE | {"rrule": "FREQ=DAILY", "dtstart": "20261130T120000"}

# The model, the constraint, and columns that it refuses.
REFUSED: list[tuple[type[models.Model], str, dict[str, Any]]] = [
    (Task, "due_date", DUE | {"due_date": instant("1899-12-31 23:59")}),
    (Task, "due_date", DUE | {"due_date": instant("9998-12-31 00:01")}),
    (Task, "start_date", {"start_date": instant("1899-12-31 23:59")}),
    (Task, "due_day", {"due_date": AT}),
    (Task, "due_day", {"due_day": AT.date()}),
    (Task, "start_before_due", DUE | {"start_date": AT + timedelta(microseconds=1)}),
    (Task, "completed_at", {"completed": True}),
    (Task, "completed_at", {"completed_at": AT}),
    (Task, "priority", {"priority": 10}),
    (Task, "estimate", {"estimate_minutes": 0}),
    (Task, "estimate", {"estimate_minutes": LONGEST_ESTIMATE + 1}),
    (Task, "repeat_from", {"repeat_from": "whim"}),
    (Task, "series", DUE | {"rrule": "FREQ=DAILY"}),
    (Task, "series", DUE | {"dtstart": "20261130"}),
    (Task, "series", {"rrule": "FREQ=DAILY", "dtstart": "20261130"}),
    (Category, "colour", {"name": "x", "colour": "mauve"}),
    (Category, "icon", {"name": "x", "icon": "skull"}),
    (Tag, "name", {"name": "", "key": ""}),
    (Occurrence, "status", {"status": "forgotten", "at": AT}),
    (Occurrence, "due", {"status": "skipped", "at": AT, "due_day": AT.date()}),
    (Occurrence, "due", {"status": "skipped", "at": AT, "due_date": AT}),
]
# At the edge, and taken.
TAKEN: list[tuple[type[models.Model], dict[str, Any]]] = [
    (Task, {"due_date": instant("1900-01-01"), "due_day": date(1900, 1, 1)}),
    (Task, {"due_date": instant("9998-12-31"), "due_day": date(9998, 12, 31)}),
    (Task, DUE | {"start_date": AT}),
    (Task, {"start_date": AT}),
    (Task, {"completed": True, "completed_at": AT}),
    (Task, {"priority": 9}),
    (Task, {"estimate_minutes": 1}),
    (Task, {"estimate_minutes": LONGEST_ESTIMATE}),
    (Task, SERIES | {"repeat_from": "completion"}),
    (Category, {"name": "x", "colour": "pink", "icon": "work"}),
    (Occurrence, {"status": "completed", "at": AT} | DUE),
    (Occurrence, {"status": "skipped", "at": AT}),
]


def write(model: type[models.Model], columns: dict[str, Any], owner: User) -> None:
    """Write a row as the columns say, past the model."""
    needed: dict[str, Any] = {"user_id": owner.pk}
    if model is Task:
        needed["title"] = "x"
    elif model is Occurrence:
        needed |= {"task_id": make_task(owner).pk, "before": {}}
    insert(model, [needed | columns])


@pytest.mark.parametrize(("model", "name", "columns"), REFUSED)
def test_database_refuses(
    model: type[models.Model], name: str, columns: dict[str, Any], ann: User
) -> None:
    # PostgreSQL knows one more for each column of natural numbers.
    with pytest.raises(
        IntegrityError, match=rf"tasks_{model.__name__.lower()}_{name}|priority_check"
    ):
        write(model, columns, ann)


def test_database_refuses_a_priority_below_none(ann: User) -> None:
    # By the column's own type, under another name.
    with pytest.raises(IntegrityError, match="priority"):
        write(Task, {"priority": -1}, ann)


@pytest.mark.parametrize(("model", "columns"), TAKEN)
def test_database_takes_the_edge(
    model: type[models.Model], columns: dict[str, Any], ann: User
) -> None:
    write(model, columns, ann)

    assert model._default_manager.filter(**columns).count() == 1


def test_every_check_is_tried() -> None:
    tried = {(model, f"tasks_{model.__name__.lower()}_{name}") for model, name, _ in REFUSED}

    there = {
        (model, constraint.name)
        for model in (Task, Category, Tag, TaskTag, Occurrence, Filter)
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint)
    }

    assert there == tried


def test_task_has_a_tag_once(ann: User) -> None:
    task, tag = make_task(ann), make_tag(ann)
    TaskTag.objects.create(user=ann, task=task, tag=tag)

    with pytest.raises(IntegrityError):
        TaskTag.objects.create(user=ann, task=task, tag=tag)


def test_filter_with_a_used_name_is_refused(ann: User, ben: User) -> None:
    for owner in (ann, ben):
        Filter.objects.create(user=owner, name="Errands", query="today")

    with pytest.raises(IntegrityError):
        Filter.objects.create(user=ann, name="Errands", query="overdue")


# --- In words -----------------------------------------------------------------------------------

WORDS = [
    ("priority", 10, "#/priority", "A priority is 1 (highest) to 9 (lowest), or 0 for none."),
    ("priority", -1, "#/priority", ""),
    ("estimate_minutes", 0, "#/estimate_minutes", ""),
    (
        "estimate_minutes",
        LONGEST_ESTIMATE + 1,
        "#/estimate_minutes",
        f"An estimate is 1 to {LONGEST_ESTIMATE} minutes.",
    ),
    ("repeat_from", "whim", "#/repeat_from", ""),
    ("start_date", "2026-12-01T00:00:00Z", "#", "A task starts before it is due."),
    ("completed_at", "2026-12-01T00:00:00Z", "#/completed_at", ""),
    ("deleted_at", "2026-12-01T00:00:00Z", "#/deleted_at", ""),
    ("title", "", "#/title", ""),
    ("title", "x" * 256, "#/title", ""),
    ("rrule", "x" * 1001, "#/rrule", ""),
]


@pytest.mark.parametrize("method", ["post", "patch"])
@pytest.mark.parametrize(("name", "value", "where", "words"), WORDS)
def test_api_refuses(name: str, value: Any, where: str, words: str, method: str, ann: User) -> None:
    path = TASKS if method == "post" else f"{TASKS}{make_task(ann, due_date=AT).pk}/"
    body = {"title": "x", "due_date": "2026-11-30T12:00:00Z"} | {name: value}

    answer = getattr(client_of(ann), method)(path, body)

    assert answer.status_code == 400, answer.content
    fault = answer.json()["errors"][0]
    assert fault["pointer"] == where
    assert words in fault["detail"]


@pytest.mark.parametrize("name", ["colour", "icon"])
def test_api_refuses_what_a_category_cannot_be(name: str, ann: User) -> None:
    answer = client_of(ann).post("/api/v1/categories/", {"name": "x", name: "mauve"})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == f"#/{name}"


def test_choices_are_those_that_the_database_takes(ann: User) -> None:
    for number, colour in enumerate(Colour):
        Category.objects.create(user=ann, name=f"{number}", colour=colour)
    for icon in Icon:
        Category.objects.create(user=ann, name=icon, icon=icon)

    assert Category.objects.count() == len(Colour) + len(Icon)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"rrule": "FREQ=DAILY"}, "A series needs a due date"),
        ({"start_date": AT, "due_date": AT - timedelta(days=1)}, "starts before it is due"),
        ({"priority": 10}, "A priority is"),
    ],
)
def test_model_says_in_words_what_is_refused(fields: dict[str, Any], words: str, ann: User) -> None:
    with pytest.raises(ValidationError, match=words):
        Task(user=ann, title="x", **fields).full_clean()
