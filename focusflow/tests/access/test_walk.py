"""Each person at each address by each method: what they are answered, see and leave behind.

A test for each person walks all addresses of the URL configuration, present and future. Each
request is undone before the next, so that all of them meet the same rows.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from focusflow.tests.access.people import PEOPLE, WORDS, Visitor, World
from focusflow.tests.access.routes import ACTIONS, BODIES, ROUTES, VIEWS, of_family, path_for
from focusflow.tests.access.rules import METHODS, RULES, expected, rule_of

SAFE = ("get", "head", "options")
PLACES = {
    "/": "home",
    "/accounts/login/": "sign-in",
    "/accounts/sessions/": "sign-ins",
    "/admin/login/": "admin-sign-in",
    "/accounts/password/change/": "password",
    "/accounts/reauthenticate/": "again",
}


def word_for(answer: Any) -> str:
    """Return an answer's status, or where it leads if that has a name."""
    place = urlsplit(answer.headers.get("Location", "")).path
    return PLACES.get(place, "302") if answer.status_code == 302 else str(answer.status_code)


def may_read(person: str, route: str) -> bool:
    """Say whether the words of Ann may be in an answer."""
    return person.startswith("owner") or (person == "superuser" and route.startswith("admin/"))


def may_change(person: str) -> bool:
    """Say whether something of Ann's may be changed at all."""
    return person.startswith(("owner", "temporary", "staff", "superuser"))


def faults(person: str, route: str, answer: Any, wanted: str) -> Iterator[str]:
    """Yield what is wrong with an answer."""
    if (got := word_for(answer)) != wanted:
        yield f"{got}, not {wanted}"
    if WORDS.encode() in answer.content and not may_read(person, route):
        yield "shows the words of Ann"


def violations(person: str, visitor: Visitor, world: World) -> Iterator[str]:
    """Yield what is wrong, in words, for all addresses and methods."""
    client = APIClient(raise_request_exception=False)
    traces = world.traces()
    bodies = world.bodies | ACTIONS | BODIES
    for route, method in product(ROUTES, METHODS):
        rule = rule_of(route)
        if rule is None:
            continue
        path = path_for(route, of_family(world.ids, route, 1))
        body = None if method in SAFE else of_family(bodies, route, None)
        wanted = expected(rule, person, method)
        with transaction.atomic():
            answer = visitor.call(client, method, path, body)
            found = list(faults(person, route, answer, wanted))
            if not may_change(person) and world.traces() != traces:
                found.append("changed something of Ann's")
            transaction.set_rollback(True)
        yield from (f"{method.upper()} /{route} by {person}: {fault}" for fault in found)


@pytest.mark.parametrize("person", PEOPLE)
def test_walk_meets_what_is_expected(
    person: str, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Both are slow, and of no interest here.
    generator = "drf_spectacular.generators.SchemaGenerator.get_schema"
    monkeypatch.setattr(generator, lambda *_, **__: {})
    monkeypatch.setattr(logging.getLogger("focusflow.requests"), "disabled", True)
    world = World()
    visitor = PEOPLE[person](world)

    assert list(violations(person, visitor, world)) == []


def test_route_has_a_rule() -> None:
    assert [route for route in ROUTES if rule_of(route) is None] == []


def test_rule_has_a_route() -> None:
    assert [route for route in RULES if route not in ROUTES] == []


def test_rule_names_each_person_once() -> None:
    for route in ROUTES:
        people = [name for group in rule_of(route) or {} for name in group]
        assert sorted(people) == sorted(PEOPLE), route


def test_resource_has_a_row_and_a_body(db: None) -> None:
    assert VIEWS.keys() <= World().ids.keys()
    of_the_account = {route for route in BODIES if route.startswith("api/v1/users/me/")}
    made = {prefix for prefix, view in VIEWS.items() if "post" in view.http_method_names}
    assert made == BODIES.keys() - of_the_account
