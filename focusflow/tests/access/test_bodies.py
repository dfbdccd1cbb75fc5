"""What a body may write: rows beneath one's own parents, and the columns that are offered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from rest_framework.relations import RelatedField
from rest_framework.test import APIClient

from accounts.api.views import MeView
from accounts.models import Event, User
from focusflow.api.fields import VisibleRelatedField
from focusflow.tests.access.people import World
from focusflow.tests.access.routes import ACTIONS, BODIES, VIEWS, of_family, path_for

Api = Callable[[User | None], APIClient]

ME = "api/v1/users/me/"
SERIALIZERS: dict[str, Any] = {
    ME: MeView.serializer_class,
    **{prefix: view.serializer_class for prefix, view in VIEWS.items()},
}
PREFERENCES = {"name", "time_zone", "day_starts_at", "week_start", "language"}
WRITABLE: dict[str, set[str]] = {
    ME: PREFERENCES,
    "api/v1/users/": PREFERENCES | {"email", "is_active", "password"},
    "api/v1/invitations/": {"email"},
    "api/v1/tokens/": {"name", "scope", "expires_at"},
    "api/v1/history/": set(),
    "api/v1/categories/": {"name", "colour", "icon"},
    "api/v1/tags/": {"name"},
    "api/v1/tasks/": {
        *("title", "description", "completed", "priority", "estimate_minutes"),
        *("start_date", "due_date", "due_day", "all_day", "time_zone"),
        *("rrule", "dtstart", "repeat_from", "category", "parent", "tags"),
    },
    "api/v1/occurrences/": set(),
    "api/v1/filters/": {"name", "query"},
    "api/v1/habits/": {
        *("name", "question", "frequency", "times", "span", "weekdays"),
        *("kind", "target", "unit", "start_date", "group", "colour", "icon", "reminder_at"),
    },
    "api/v1/habit-groups/": {"name"},
    "api/v1/rests/": {"habit", "first_day", "last_day", "reason", "note"},
}
FORMATS = ("json", "multipart")
RESOURCES = [prefix for prefix in BODIES if prefix in SERIALIZERS]
NOBODYS = 10**9


@pytest.fixture
def world(db: None) -> World:
    """Return the accounts, and the rows of Ann."""
    return World()


def fields_of(prefix: str) -> dict[str, Any]:
    """Return the fields of a resource."""
    return dict(SERIALIZERS[prefix]().fields)


def related_fields() -> Iterator[tuple[str, str, Any]]:
    """Yield the address of each resource with each field that holds the id of another row."""
    for prefix in SERIALIZERS:
        for name, field in fields_of(prefix).items():
            if isinstance(field, RelatedField) and not field.read_only:
                yield prefix, name, field


def make_own(prefix: str, client: APIClient) -> str:
    """Make a row of the client's own and return its address."""
    if prefix == ME:
        return f"/{ME}"
    return f"/{prefix}{client.post(f'/{prefix}', BODIES[prefix]).json()['id']}/"


def places(answer: Any) -> list[str]:
    """Return where an answer says that something is wrong."""
    return [fault["pointer"] for fault in answer.json()["errors"]]


def test_field_of_related_rows_is_one_that_hides_those_of_others() -> None:
    found = list(related_fields())

    assert ("api/v1/tasks/", "category") in {(prefix, name) for prefix, name, _ in found}
    assert all(isinstance(field, VisibleRelatedField) for _, _, field in found)


@pytest.mark.parametrize("method", ["post", "put", "patch"])
@pytest.mark.parametrize("kind", FORMATS)
def test_parent_of_another_reads_as_one_that_is_not_there(
    kind: str, method: str, world: World, api: Api
) -> None:
    client = api(world.mallory)
    for prefix, name, field in related_fields():
        path = f"/{prefix}" if method == "post" else make_own(prefix, client)
        theirs = field.queryset.filter(user=world.ann)[0].pk
        events = Event.objects.count()

        refused = {
            pk: getattr(client, method)(path, BODIES[prefix] | {name: pk}, format=kind)
            for pk in (theirs, NOBODYS)
        }

        words = {str(answer.json()).replace(f'"{pk}"', "") for pk, answer in refused.items()}
        assert [places(answer) for answer in refused.values()] == [[f"#/{name}"]] * 2
        assert len(words) == 1
        assert Event.objects.count() == events


@pytest.mark.parametrize(
    "prefix",
    [f"api/v1/{name}/" for name in ("categories", "tasks", "filters", "habits", "habit-groups")],
)
def test_neighbour_of_another_reads_as_one_that_is_not_there(
    prefix: str, world: World, api: Api
) -> None:
    client = api(world.mallory)
    own = make_own(prefix, client)
    events = Event.objects.count()

    for side in ("before", "after"):
        refused = {
            pk: client.post(f"{own}place/", {side: pk}) for pk in (world.ids[prefix], NOBODYS)
        }
        words = {str(answer.json()).replace(f'"{pk}"', "") for pk, answer in refused.items()}
        assert [places(answer) for answer in refused.values()] == [[f"#/{side}"]] * 2
        assert len(words) == 1

    assert Event.objects.count() == events


@pytest.mark.parametrize("route", sorted(route for route in ACTIONS if "<int:pk>" in route))
def test_action_that_takes_nothing_refuses_members(route: str, world: World, api: Api) -> None:
    client, path = api(world.ann), path_for(route, of_family(world.ids, route, 1))
    events = Event.objects.count()

    answer = client.post(path, {"nothing": 1})

    assert answer.status_code == 400
    assert places(answer) == ["#/nothing"]
    assert Event.objects.count() == events


def test_resource_offers_what_is_meant_to_be_written() -> None:
    offered = {
        prefix: {name for name, field in fields_of(prefix).items() if not field.read_only}
        for prefix in SERIALIZERS
    }

    assert offered == WRITABLE


def unwritable(prefix: str) -> set[str]:
    """Return the names of columns, and other words for whose row it is, that nobody may write."""
    columns = SERIALIZERS[prefix].Meta.model._meta.concrete_fields
    names = {name for column in columns for name in (column.name, column.attname, column.column)}
    words = {"pk", "owner", "owner_id", "user", "user_id", "groups", "secret"}
    return (names | words) - WRITABLE[prefix]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("prefix", RESOURCES)
def test_column_that_nobody_writes_is_refused_by_name(
    prefix: str, kind: str, world: World, api: Api
) -> None:
    client = api(world.olga)
    own = make_own(prefix, client)
    events = Event.objects.count()
    methods = VIEWS.get(prefix, MeView).http_method_names
    requests = [("patch", own)] if "patch" in methods else []
    requests += [] if prefix == ME else [("post", f"/{prefix}")]

    for (method, path), name in product(requests, sorted(unwritable(prefix))):
        body = BODIES[prefix] | {name: str(world.ann.pk)}
        answer = getattr(client, method)(path, body, format=kind)
        assert answer.status_code == 400, (method, name)
        assert places(answer) == [f"#/{name}"]

    assert Event.objects.count() == events
