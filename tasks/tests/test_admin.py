"""The admin of tasks: what the operator sees and does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.make import make_user
from tasks.actions import set_tags
from tasks.models import Occurrence, Task
from tasks.tests.make import make_category, make_filter, make_task

TASKS = "/admin/tasks/task/"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def operator(db: None) -> Client:
    """Return the browser of somebody who may do everything."""
    client = Client()
    client.force_login(make_user("olga@example.org", is_staff=True, is_superuser=True))
    return client


def act(operator: Client, action: str, *tasks: Task) -> str:
    """Choose tasks, do something to them, and return what is said then."""
    body = {"action": action, "_selected_action": [task.pk for task in tasks]}
    page = operator.post(TASKS, body, follow=True)
    for task in tasks:
        task.refresh_from_db()
    return page.content.decode()


def test_complete_and_reopen_are_recorded_as_their_owners_would(
    operator: Client, ann: User, ben: User
) -> None:
    series = make_task(ann, due_date=NOW - timedelta(hours=1), rrule="FREQ=DAILY")
    parent, hers = make_task(ann), make_task(ben)
    child = make_task(ann, parent=parent)

    said = act(operator, "complete", series, parent, hers)

    child.refresh_from_db()
    assert "3 tasks were completed." in said
    assert (series.completed, parent.completed, child.completed) == (False, True, True)
    assert Occurrence.objects.filter(task=hers, user=ben).exists()

    said = act(operator, "reopen", parent, hers)

    child.refresh_from_db()
    assert "2 tasks were reopened." in said
    assert (parent.completed, child.completed) == (False, False)


def test_restore_takes_tasks_out_of_the_trash(operator: Client, ann: User) -> None:
    parent = make_task(ann, deleted_at=NOW)
    child = make_task(ann, parent=parent, deleted_at=NOW)

    said = act(operator, "restore", parent, child)

    assert "2 tasks were restored." in said
    assert (parent.deleted_at, child.deleted_at) == (None, None)


def test_action_leaves_the_trash_alone(operator: Client, ann: User) -> None:
    task = make_task(ann, deleted_at=NOW)

    assert "0 tasks were completed." in act(operator, "complete", task)
    assert not task.completed


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("due=past", {"past"}),
        ("due=day", {"soon"}),
        ("due=week", {"soon", "later"}),
        ("due=no", {"undated"}),
        ("priority=3", {"later"}),
        ("completed__exact=1", {"undated"}),
        ("q=soo", {"soon"}),
    ],
)
def test_list_is_filtered(query: str, titles: set[str], operator: Client, ann: User) -> None:
    make_task(ann, "past", due_date=NOW - timedelta(hours=1))
    make_task(ann, "soon", due_date=NOW + timedelta(hours=1))
    make_task(ann, "later", due_date=NOW + timedelta(days=2), priority=3)
    make_task(ann, "undated", completed=True)

    page = operator.get(f"{TASKS}?{query}")

    assert {task.title for task in page.context["cl"].result_list} == titles


def test_page_of_a_task_shows_its_subtasks(operator: Client, ann: User) -> None:
    parent = make_task(ann)
    child = make_task(ann, "Below", parent=parent)
    make_task(ann, "Gone", parent=parent, deleted_at=NOW)

    page = operator.get(f"{TASKS}{parent.pk}/change/").content.decode()

    assert f'href="{TASKS}{child.pk}/change/' in page
    assert "Gone" not in page


def test_page_of_a_task_saves_with_its_subtasks(operator: Client, ann: User) -> None:
    parent = make_task(ann, due_date=NOW, time_zone="UTC")
    make_task(ann, "Below", parent=parent)

    page = operator.post(
        f"{TASKS}{parent.pk}/change/",
        {
            "title": "New",
            "description": "",
            "priority": 1,
            "all_day": "on",
            "due_date_0": "2026-12-24",
            "due_date_1": "10:00:00",
            "time_zone": "Europe/Berlin",
            "rrule": "freq=yearly",
            "dtstart": "",
            "repeat_from": "schedule",
            "subtasks-TOTAL_FORMS": 0,
            "subtasks-INITIAL_FORMS": 0,
        },
    )

    assert page.status_code == 302, page.context["errors"]
    parent.refresh_from_db()
    assert (parent.title, str(parent.due_day)) == ("New", "2026-12-24")
    assert parent.due_date == datetime(2026, 12, 23, 23, tzinfo=UTC)
    assert (parent.rrule, parent.dtstart) == ("FREQ=YEARLY", "20261224")


def test_page_says_what_is_wrong_with_a_rule(operator: Client, ann: User) -> None:
    task = make_task(ann)

    page = operator.post(
        f"{TASKS}{task.pk}/change/",
        {
            "title": "Dig",
            "priority": 0,
            "repeat_from": "schedule",
            "rrule": "FREQ=SECONDLY",
            "subtasks-TOTAL_FORMS": 0,
            "subtasks-INITIAL_FORMS": 0,
        },
    )

    assert page.status_code == 200
    assert "rrule" in page.context["adminform"].form.errors


@pytest.mark.parametrize("model", ["task", "category", "tag", "filter", "occurrence"])
def test_list_takes_as_many_queries_for_many_rows(model: str, operator: Client, ann: User) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert operator.get(f"/admin/tasks/{model}/").status_code == 200
        return len(queries)

    def fill(number: int) -> None:
        for position in range(number):
            owner = make_user(f"p{position}-{number}@example.org")
            task = make_task(owner, category=make_category(owner))
            set_tags(task=task, names=["a", "b"])
            Occurrence.objects.create(user=owner, task=task, status="completed", at=NOW)
            make_filter(owner)

    fill(2)
    few = count()
    fill(9)

    assert count() == few
