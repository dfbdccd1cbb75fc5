"""The few pages that span the apps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from focusflow.urls import router
from habits.tests.make import make_habit
from tasks.tests.make import make_task

Api = Callable[[User | None], APIClient]

GREETING = '{"message": "FocusFlow API running 🚀"}'


@pytest.mark.parametrize("accept", ["", "*/*", "application/json"])
def test_home_greets_programs(accept: str, client: APIClient, db: None) -> None:
    answer = client.get("/", headers={"Accept": accept} if accept else {})

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.content.decode() == GREETING
    assert "Accept" in answer.headers["Vary"].split(", ")


def test_home_is_a_page_for_browsers(client: APIClient, db: None) -> None:
    answer = client.get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Accept" in answer.headers["Vary"].split(", ")


def test_tables_are_listed_for_staff(olga: User, api: Api) -> None:
    make_task(olga)

    tables = {table["name"]: table for table in api(olga).get("/debug/tables").json()["tables"]}

    assert tables["tasks"]["rows"] == 1
    assert {"users", "categories", "tasks", "habits"} <= tables.keys()


@pytest.mark.parametrize("name", [prefix for prefix, _, _ in router.registry])
def test_browsable_api_has_a_page_with_a_form(name: str, olga: User, api: Api) -> None:
    path = f"/api/v1/{name}/".replace("<int:pk>", str(make_habit(olga).pk))

    page = api(olga).get(path, headers={"Accept": "text/html"}).content.decode()

    assert "FocusFlow" in page
    has_form = f'action="{path}" method="POST"' in page
    # What is written of a day has the address of that day.
    assert has_form is (
        name.split("/")[-1] not in {"history", "occurrences", "agenda", "statistics", "checkins"}
    )


def test_browsable_form_makes_a_row(ann: User, api: Api) -> None:
    answer = api(ann).post(
        "/api/v1/tasks/",
        {"title": "By form", "due_date": "", "category": "", "csrfmiddlewaretoken": "x"},
        format="multipart",
        headers={"Accept": "text/html"},
    )

    assert answer.status_code == 201, answer.content
    assert b"By form" in answer.content


def test_browsable_page_of_a_row_has_its_form(ann: User, api: Api) -> None:
    task = make_task(ann, "Shown in the form")

    page = api(ann).get(f"/api/v1/tasks/{task.pk}/", headers={"Accept": "text/html"})

    assert b'value="Shown in the form"' in page.content


def test_browsable_form_offers_own_categories_only(ann: User, mallory: User, api: Api) -> None:
    from tasks.tests.make import make_category

    make_category(ann, "Annes")
    make_category(mallory, "Mallorys")

    page = api(mallory).get("/api/v1/tasks/", headers={"Accept": "text/html"}).content.decode()

    assert "Mallorys" in page
    assert "Annes" not in page


def test_schema_is_openapi_3_1(client: APIClient, db: None) -> None:
    answer = client.get("/api/schema/", headers={"Accept": "application/json"})

    assert answer.json()["openapi"] == "3.1.0"


def test_docs_load_nothing_from_elsewhere(client: APIClient, db: None) -> None:
    page = client.get("/api/docs/").content.decode()

    assert "https://" not in page
    assert "//cdn" not in page


def test_page_that_is_none_is_404(client: APIClient, db: None) -> None:
    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert b"There is no such page" in answer.content
