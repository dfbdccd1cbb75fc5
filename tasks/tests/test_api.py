"""The API of tasks and categories."""

from __future__ import annotations

from collections.abc import Callable

from rest_framework.test import APIClient

from accounts.models import User
from tasks.models import Task
from tasks.tests.make import make_category, make_task

Api = Callable[[User | None], APIClient]


def test_task_create_returns_the_row(ann: User, api: Api) -> None:
    answer = api(ann).post(
        "/api/v1/tasks/", {"title": "Dentist", "due_date": "2026-12-01T09:00:00+01:00"}
    )

    assert answer.status_code == 201, answer.json()
    assert answer.json()["due_date"] == "2026-12-01T08:00:00Z"
    assert Task.objects.get().user == ann


def test_task_list_pages_by_keyset(ann: User, api: Api) -> None:
    for title in "abcde":
        make_task(ann, title)
    client = api(ann)

    first = client.get("/api/v1/tasks/?page_size=2&count=true&ordering=-title").json()
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    back = client.get(third["previous"]).json()

    assert first["count"] == 5
    assert [row["title"] for row in first["results"]] == ["e", "d"]
    assert first["previous"] is None
    assert [row["title"] for row in second["results"]] == ["c", "b"]
    assert [row["title"] for row in third["results"]] == ["a"]
    assert third["next"] is None
    assert back["results"] == second["results"]


def test_task_get_then_put_is_accepted(ann: User, api: Api) -> None:
    task = make_task(ann, category=make_category(ann))
    client = api(ann)
    row = client.get(f"/api/v1/tasks/{task.pk}/").json()

    answer = client.put(f"/api/v1/tasks/{task.pk}/", row | {"title": "New"})

    assert answer.status_code == 200, answer.json()
    assert answer.json()["version"] == 2


def test_task_with_strangers_category_is_refused(ann: User, mallory: User, api: Api) -> None:
    category = make_category(ann)

    answer = api(mallory).post("/api/v1/tasks/", {"title": "x", "category": category.pk})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/category"


def test_category_with_a_used_name_is_refused_by_name(ann: User, api: Api) -> None:
    make_category(ann, "Home")

    answer = api(ann).post("/api/v1/categories/", {"name": "Home"})

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "pointer": "#/name",
            "detail": "You have a category with this name already.",
            "code": "invalid",
        }
    ]
