"""The API of tasks and categories."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tasks.models import Category, Task
from tasks.tests.make import make_category, make_task

Api = Callable[[User | None], APIClient]

TASKS = "/api/v1/tasks/"
CATEGORIES = "/api/v1/categories/"


def test_task_create_returns_the_row(ann: User, api: Api) -> None:
    answer = api(ann).post(TASKS, {"title": "Dentist", "due_date": "2026-12-01T09:00:00+01:00"})

    assert answer.status_code == 201
    assert answer.json()["due_date"] == "2026-12-01T08:00:00Z"
    assert Task.objects.get().user == ann


def test_task_get_then_put_is_accepted(ann: User, api: Api) -> None:
    task = make_task(ann, category=make_category(ann), due_date=datetime(2026, 1, 1, tzinfo=UTC))
    client = api(ann)
    row = client.get(f"{TASKS}{task.pk}/").json()

    answer = client.put(f"{TASKS}{task.pk}/", row | {"title": "New"})

    assert answer.status_code == 200, answer.content
    assert answer.json()["version"] == 2


def test_task_patch_writes_only_what_it_names(ann: User, api: Api) -> None:
    task = make_task(ann, description="stays")

    answer = api(ann).patch(f"{TASKS}{task.pk}/", {"completed": True})

    assert answer.status_code == 200
    task.refresh_from_db()
    assert (task.completed, task.description, task.version) == (True, "stays", 2)


def test_task_patch_of_nothing_changes_nothing(ann: User, api: Api) -> None:
    task = make_task(ann)

    answer = api(ann).patch(f"{TASKS}{task.pk}/", {"title": task.title})

    assert answer.json()["version"] == 1


def test_task_delete_answers_204(ann: User, api: Api) -> None:
    task = make_task(ann)

    assert api(ann).delete(f"{TASKS}{task.pk}/").status_code == 204
    assert not Task.objects.kept().exists()


@pytest.mark.parametrize("method", ["post", "patch"])
def test_task_with_strangers_category_is_refused(
    method: str, ann: User, mallory: User, api: Api
) -> None:
    category = make_category(ann)
    path = TASKS if method == "post" else f"{TASKS}{make_task(mallory).pk}/"

    answer = getattr(api(mallory), method)(path, {"title": "x", "category": category.pk})

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["#/category"]


def test_task_with_strangers_category_reads_as_with_none(
    ann: User, mallory: User, api: Api
) -> None:
    category = make_category(ann)
    client = api(mallory)

    theirs = client.post(TASKS, {"title": "x", "category": category.pk}).json()
    nobodys = client.post(TASKS, {"title": "x", "category": 10**9}).json()

    # The id alone differs, which stands in quotes: as bare digits it could be part of "400".
    assert str(theirs).replace(f'"{category.pk}"', "N") == str(nobodys).replace(f'"{10**9}"', "N")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("completed=true", ["done"]),
        ("completed=false", ["open", "plain"]),
        ("completed=", ["open", "done", "plain"]),
        ("no_category=true", ["done", "plain"]),
        ("no_category=false", ["open"]),
        ("no_due_date=true", ["plain"]),
        ("due_before=2026-01-02T00:00:00Z", ["open"]),
        ("due_after=2026-01-02T00:00:00Z", ["done"]),
        ("due_after=2026-01-02", ["done"]),
        ("search=PLAI", ["plain"]),
        ("search=hidden", ["open"]),
        ("search=", ["open", "done", "plain"]),
        ("created_after=2100-01-01T00:00:00Z", []),
        ("created_before=2100-01-01T00:00:00Z&ordering=title", ["done", "open", "plain"]),
        ("updated_after=2000-01-01T00:00:00Z&ordering=-title", ["plain", "open", "done"]),
    ],
)
def test_task_list_filters(query: str, expected: list[str], ann: User, api: Api) -> None:
    make_task(ann, "plain")
    make_task(ann, "done", completed=True, due_date=datetime(2026, 1, 2, tzinfo=UTC))
    make_task(
        ann,
        "open",
        category=make_category(ann),
        due_date=datetime(2026, 1, 1, tzinfo=UTC),
        description="Hidden here",
    )

    rows = api(ann).get(f"{TASKS}?{query}").json()["results"]

    assert [row["title"] for row in rows] == expected


def test_task_list_filters_by_category(ann: User, api: Api) -> None:
    category = make_category(ann)
    make_task(ann, "in", category=category)
    make_task(ann, "out")

    rows = api(ann).get(f"{TASKS}?category={category.pk}").json()["results"]

    assert [row["title"] for row in rows] == ["in"]


def test_task_list_refuses_strangers_category(ann: User, mallory: User, api: Api) -> None:
    category = make_category(ann)

    assert api(mallory).get(f"{TASKS}?category={category.pk}").status_code == 400


@pytest.mark.parametrize("method", ["post", "patch"])
def test_category_with_a_used_name_is_refused_by_name(method: str, ann: User, api: Api) -> None:
    make_category(ann, "Home")
    path = CATEGORIES if method == "post" else f"{CATEGORIES}{make_category(ann, 'Work').pk}/"

    answer = getattr(api(ann), method)(path, {"name": "Home"})

    fault: dict[str, Any] = {
        "pointer": "#/name",
        "detail": "You have a category with this name already.",
        "code": "invalid",
    }
    assert answer.status_code == 400
    assert answer.json()["errors"] == [fault]


def test_category_deleted_leaves_its_tasks(ann: User, api: Api) -> None:
    category = make_category(ann)
    make_task(ann, category=category)
    client = api(ann)

    client.delete(f"{CATEGORIES}{category.pk}/")

    assert client.get(TASKS).json()["results"][0]["category"] is None


def test_category_list_filters(ann: User, api: Api) -> None:
    make_category(ann, "Home")
    make_category(ann, "Work")
    client = api(ann)

    assert len(client.get(f"{CATEGORIES}?search=OM").json()["results"]) == 1
    assert len(client.get(f"{CATEGORIES}?name=Work").json()["results"]) == 1
    assert Category.objects.count() == 2


def test_task_of_a_category_that_was_put_away_has_its_address(ann: User, api: Api) -> None:
    client, category = api(ann), make_category(ann)
    task = make_task(ann, category=category)
    client.post(f"/api/v1/categories/{category.pk}/archive/")

    assert client.get(TASKS).json()["results"] == []
    assert client.get(f"{TASKS}{task.pk}/").status_code == 200
    listed = client.get(TASKS, {"category": category.pk}).json()["results"]
    assert [row["id"] for row in listed] == [task.pk]


def test_task_in_the_trash_is_restored_and_purged_by_its_address(ann: User, api: Api) -> None:
    client, task = api(ann), make_task(ann)
    address = f"{TASKS}{task.pk}/"
    client.delete(address)

    assert client.get(address).status_code == 404
    assert client.post(f"{address}restore/").status_code == 200
    assert client.get(address).status_code == 200
    client.delete(address)
    assert client.post(f"{address}purge/").status_code == 204
    assert not Task.objects.exists()
