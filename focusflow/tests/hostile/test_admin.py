"""Hostile input to the admin: its lists, its forms, its actions and the addresses of its rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse
from hypothesis import strategies as st

from accounts.models import User
from focusflow.tests.hostile.bodies import (
    FORM,
    JSON,
    MULTIPART,
    Body,
    escape,
    to_form,
    to_multipart,
)
from focusflow.tests.hostile.requests import Attack, mostly
from focusflow.tests.hostile.siege import Siege, besiege, by_session
from focusflow.tests.hostile.values import DATES, words
from focusflow.tests.test_admin import MAKE

# Each statement for itself, as on a server: what PostgreSQL refuses would spoil all that follows.
pytestmark = [
    pytest.mark.django_db(transaction=True),
    # From filters of days; for Django no more than that.
    pytest.mark.filterwarnings("ignore:.*received a naive datetime"),
]

# Requests to each kind of page of each model.
TIMES = 30
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
# What each list takes beside its filters.
LIST_PARAMETERS = (
    "q",
    "o",
    "p",
    "all",
    "e",
    "_facets",
    "_popup",
    "_to_field",
    "_changelist_filters",
)
LOOKUPS = (
    "",
    "__exact",
    "__in",
    "__isnull",
    "__gte",
    "__lt",
    "__year",
    "__month",
    "__day",
    "__date",
)
BUTTONS = ("_save", "_continue", "_addanother", "_saveasnew", "_popup", "_to_field", "action")


def make_row(model: type[Any], owner: User) -> Any:
    """Make a row of a model."""
    return Group.objects.create(name="x") if model is Group else MAKE[model](owner, 1)


def url(model: type[Any], page: str, *args: Any) -> str:
    """Return the address of a page of the admin."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def get(path: st.SearchStrategy[str], query: st.SearchStrategy[str]) -> st.SearchStrategy[Attack]:
    """Draw requests that read a page."""
    return st.builds(Attack, st.just("GET"), path, query, st.just({}), st.just(Body(b"", JSON)))


def post(path: st.SearchStrategy[str], names: list[str]) -> st.SearchStrategy[Attack]:
    """Draw requests that send a form with these fields, some of them twice."""
    pairs = st.lists(st.tuples(st.sampled_from(names), words), max_size=len(names) + 3)
    body = pairs.map(lambda drawn: Body(to_form(drawn), FORM)) | pairs.map(
        lambda drawn: Body(to_multipart(drawn), MULTIPART)
    )
    return st.builds(Attack, st.just("POST"), path, st.just(""), st.just({}), body)


def list_queries(model: type[Any]) -> st.SearchStrategy[str]:
    """Draw queries of a list: its own parameters, its filters, and other lookups of its columns."""
    columns = [field.name for field in model._meta.get_fields()]
    own = [
        *LIST_PARAMETERS,
        *(f"{name}{lookup}" for name in ("pk", *columns) for lookup in LOOKUPS),
    ]
    shown = admin.site._registry[model]
    for chosen in (*shown.list_filter, shown.date_hierarchy):
        own += [f"{chosen}{lookup}" for lookup in LOOKUPS] if isinstance(chosen, str) else []
    own += [*LIST_PARAMETERS] * 3
    values = words | st.integers(-3, 13).map(str) | st.sampled_from(DATES)
    pairs = st.lists(st.tuples(st.sampled_from(own), values), min_size=1, max_size=3)
    return pairs.map(lambda drawn: "&".join(f"{name}={escape(value)}" for name, value in drawn))


def fields_of(client: Siege, path: str) -> list[str]:
    """Return the names of the fields of a page's form; none where there is none to send."""
    page = client.get(path)
    if page.context is None or "adminform" not in page.context:
        return []
    form = page.context["adminform"].form
    return [field.html_name for field in form] + [f"{field.html_name}_0" for field in form]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_list_withstands(model: type[Any], client: Siege, olga: User) -> None:
    make_row(model, olga)
    path = url(model, "changelist")

    besiege(client, by_session(olga), get(st.just(path), list_queries(model)), TIMES)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("page", ["add", "change"])
def test_form_withstands(page: str, model: type[Any], client: Siege, olga: User) -> None:
    args = [make_row(model, olga).pk] if page == "change" else []
    path = url(model, page, *args)
    client.force_login(olga)
    names = [*fields_of(client, path), *BUTTONS]

    besiege(client, by_session(olga), post(st.just(path), names), TIMES)
    assert client.get(url(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_action_withstands(model: type[Any], client: Siege, olga: User) -> None:
    make_row(model, olga)
    names = ["action", "_selected_action", "_selected_action", "select_across", "index", "post"]
    chosen = st.sampled_from(("delete_selected", "")) | words
    drawn = st.tuples(chosen, st.lists(st.tuples(st.sampled_from(names), words), max_size=4))
    requests = drawn.map(
        lambda parts: Attack(
            "POST",
            url(model, "changelist"),
            "",
            {},
            Body(to_form([("action", parts[0]), ("index", "0"), *parts[1]]), FORM),
        )
    )

    besiege(client, by_session(olga), requests, TIMES)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_address_withstands(model: type[Any], client: Siege, olga: User) -> None:
    base = url(model, "changelist")
    pages = st.sampled_from(("change/", "delete/", "history/", "password/", ""))
    path = st.tuples(words.map(escape), pages).map(lambda parts: f"{base}{parts[0]}/{parts[1]}")

    besiege(client, by_session(olga), get(path, list_queries(model)), TIMES)


def test_other_pages_withstand(client: Siege, olga: User) -> None:
    ids = words.map(escape)
    paths = st.one_of(
        st.just(reverse("admin:autocomplete")),
        st.just(reverse("admin:jsi18n")),
        st.just(reverse("admin:login")),
        st.just(reverse("admin:index")),
        st.tuples(ids, ids).map(lambda parts: f"/admin/r/{parts[0]}/{parts[1]}/"),
        ids.map(lambda text: f"/admin/{text}"),
    )
    asked = {"app_label": "tasks", "model_name": "task", "field_name": "category"}
    names = (*asked, "term", "page", "next")
    pairs = st.lists(st.tuples(st.sampled_from(names), words), max_size=3)
    query = pairs.map(lambda drawn: to_form([*asked.items(), *drawn]).decode())

    besiege(client, by_session(olga), get(paths, mostly(query, list_queries(User))), 3 * TIMES)
