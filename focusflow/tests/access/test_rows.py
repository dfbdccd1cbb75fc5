"""Rows of others through lists, pages, filters, cursors and conditions."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.db.models import Field, QuerySet
from rest_framework.test import APIClient

from accounts.models import User
from focusflow.tests.access.people import WORDS, World
from focusflow.tests.access.routes import BODIES, VIEWS
from tasks.api.filters import LISTS

Api = Callable[[User | None], APIClient]

OWNED = [prefix for prefix in VIEWS if prefix not in ("api/v1/users/", "api/v1/invitations/")]
NOBODYS = 10**9


@pytest.fixture
def world(db: None) -> World:
    """Return the accounts, and the rows of Ann."""
    return World()


def test_refusal_of_nobody_says_how_to_sign_in(api: Api, db: None) -> None:
    answer = api(None).get("/api/v1/tasks/")

    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="FocusFlow"'


def kept_rows(prefix: str) -> QuerySet[Any]:
    """Return the rows of everybody; of tasks, those that are not in the trash."""
    rows: QuerySet[Any] = VIEWS[prefix].queryset.model.objects.all()
    return rows.filter(deleted_at=None) if prefix == "api/v1/tasks/" else rows


@pytest.mark.parametrize("prefix", OWNED)
def test_list_holds_all_own_rows_and_no_others(prefix: str, world: World, api: Api) -> None:
    rows = kept_rows(prefix)

    for user in (world.ann, world.mallory, world.sam, world.olga):
        listed = {row["id"] for row in api(user).get(f"/{prefix}").json()["results"]}
        assert listed == set(rows.filter(user=user).values_list("id", flat=True))

    assert rows.filter(user=world.ann, pk=world.ids[prefix]).exists()


@pytest.mark.parametrize("prefix", VIEWS)
def test_page_of_the_browsable_api_shows_no_words_of_others(
    prefix: str, world: World, api: Api
) -> None:
    for user, path in product((world.mallory, world.olga), ("", f"{world.ids[prefix]}/")):
        page = api(user).get(f"/{prefix}{path}", headers={"Accept": "text/html"})

        assert page.headers["Content-Type"].startswith("text/html")
        assert WORDS not in page.content.decode(), (user, path)


@pytest.mark.parametrize("prefix", OWNED)
def test_row_of_another_reads_as_one_that_is_not_there(prefix: str, world: World, api: Api) -> None:
    client, body = api(world.mallory), BODIES.get(prefix)

    for method, version in product(("get", "put", "patch", "delete"), ("", '"1"', '"2"', "*")):
        headers = {"If-Match": version} if version else {}
        theirs, nobodys = (
            getattr(client, method)(f"/{prefix}{pk}/", body, headers=headers)
            for pk in (world.ids[prefix], NOBODYS)
        )
        assert (theirs.status_code, theirs.json()) == (nobodys.status_code, nobodys.json())


@pytest.mark.parametrize("prefix", OWNED)
def test_filter_keeps_to_own_rows(prefix: str, world: World, api: Api) -> None:
    client = api(world.mallory)
    ordinary = {row["id"] for row in client.get(f"/{prefix}").json()["results"]}
    # Whatever is asked for is something that Ann's row has.
    values = {
        **dict.fromkeys(("category", "parent", "task", "group", "habit"), (str(NOBODYS),)),
        "kind": ("user", "at_least"),
        "frequency": ("daily",),
        "reason": ("skip",),
        "action": ("signed_in",),
        "scope": ("write",),
        "list": LISTS,
        "status": ("completed",),
        "priority": ("0",),
        "filter": ("open",),
    }

    for name in VIEWS[prefix].filterset_class.base_filters:
        for value in values.get(name, (WORDS, "true", "false", "2000-01-01")):
            answer = client.get(f"/{prefix}", {name: value, "count": "true"})
            if answer.status_code == 200:
                assert {row["id"] for row in answer.json()["results"]} <= ordinary, name
                assert answer.json()["count"] <= len(ordinary), name


def lookups_of(column: Field[object, object]) -> list[str]:
    """Return parameters that would tell a column's value bit by bit, if a list took them."""
    names = {column.name, column.attname, f"user__{column.name}", f"category__{column.name}"}
    kinds = ("", "__startswith", "__gte", "__regex", "__isnull")
    return sorted(f"{name}{kind}" for name, kind in product(names, kinds))


@pytest.mark.parametrize("prefix", VIEWS)
def test_column_without_a_filter_tells_nothing(prefix: str, world: World, api: Api) -> None:
    client, view = api(world.olga), VIEWS[prefix]
    columns = {*view.queryset.model._meta.concrete_fields, *User._meta.concrete_fields}
    asked = {name for column in columns for name in lookups_of(column)}

    refused = asked - view.filterset_class.base_filters.keys()
    answer = client.get(f"/{prefix}", dict.fromkeys(refused, "a"))

    assert answer.status_code == 400
    assert {fault["parameter"] for fault in answer.json()["errors"]} == refused


@pytest.mark.parametrize("prefix", VIEWS)
def test_column_that_orders_nothing_tells_nothing(prefix: str, world: World, api: Api) -> None:
    view = VIEWS[prefix]
    columns = {column.name for column in view.queryset.model._meta.concrete_fields}

    for name in {*columns, "user__password", "password", "digest", "?"} - view.orderings.keys():
        for sign in ("", "-"):
            answer = api(world.olga).get(f"/{prefix}", {"ordering": f"{sign}{name}"})
            assert answer.status_code == 400, name


def test_cursor_of_another_shows_own_rows(world: World, api: Api) -> None:
    for user in (world.ann, world.mallory):
        for number in range(3):
            api(user).post("/api/v1/tasks/", {"title": f"{user.name} {number}"})

    page = api(world.ann).get("/api/v1/tasks/", {"page_size": 1}).json()
    followed = api(world.mallory).get(page["next"]).json()["results"]

    assert followed
    assert all(row["title"].startswith("Mallory") for row in followed)
