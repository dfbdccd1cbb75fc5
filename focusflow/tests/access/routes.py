"""Every address of the URL configuration, present and future, and what can be sent to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.http import urlencode

from accounts.tests.make import PASSWORD
from focusflow.api.views import ResourceViewSet
from focusflow.urls import router
from habits.tests.make import START

# The view of each resource that has rows by its address.
VIEWS: dict[str, Any] = {
    f"api/v1/{name}/": view
    for name, view, _ in router.registry
    if issubclass(view, ResourceViewSet)
}
# What is sent to rows, and to what is no resource, of each family of addresses.
ACTIONS: dict[str, dict[str, str]] = {
    "api/v1/categories/<int:pk>/archive/": {},
    "api/v1/categories/<int:pk>/unarchive/": {},
    "api/v1/habits/<int:pk>/archive/": {},
    "api/v1/habits/<int:pk>/unarchive/": {},
    "api/v1/habits/<int:pk>/checkins/<str:day>/add/": {},
    "api/v1/tasks/<int:pk>/complete/": {},
    "api/v1/tasks/<int:pk>/skip/": {},
    "api/v1/tasks/<int:pk>/undo/": {},
    "api/v1/tasks/<int:pk>/restore/": {},
    "api/v1/tasks/<int:pk>/purge/": {},
    "api/v1/quick-add/": {"text": "Mine"},
}
# What makes or changes a row of each family of addresses.
BODIES: dict[str, dict[str, str]] = {
    "api/v1/users/me/email/": {"email": "new@example.org", "password": PASSWORD},
    "api/v1/users/me/deactivation/": {"password": PASSWORD},
    "api/v1/users/me/deletion/": {"password": PASSWORD},
    "api/v1/users/me/sign-out/": {},
    "api/v1/users/me/": {"name": "Mine"},
    "api/v1/invitations/": {"email": "new@example.org"},
    "api/v1/users/": {"email": "new@example.org", "name": "New", "password": "a good password"},
    "api/v1/tokens/": {"name": "Mine"},
    "api/v1/categories/": {"name": "Mine"},
    "api/v1/tags/": {"name": "Mine"},
    "api/v1/tasks/": {"title": "Mine"},
    "api/v1/filters/": {"name": "Mine", "query": "today"},
    "api/v1/habits/": {"name": "Mine", "frequency": "daily"},
    "api/v1/habit-groups/": {"name": "Mine"},
    "api/v1/rests/": {"first_day": "2026-11-01"},
}
QUERIES = {
    "admin/autocomplete/": {"app_label": "tasks", "model_name": "task", "field_name": "category"},
}
# What stands for the parameters that name no row.
PARAMETERS = {
    "<path:content_type_id>": "1",
    "^(?P<app_label>auth|accounts|tasks|habits)/$": "tasks/",
    "(?P<url>.*)$": "nowhere",
    "<str:secret>": "x",
    "<str:day>": str(START),
    "^confirm-email/(?P<key>[-:\\w]+)/$": "confirm-email/x/",
    "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-\\w]+)/$": "password/reset/key/1-x/",
}
ROW_PARAMETERS = ("<int:pk>", "<int:user_id>", "<path:object_id>", "<id>")


def walk(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Yield each route, as it is written."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from walk(entry, route)


ROUTES = sorted(set(walk(get_resolver())))


def of_family(table: dict[str, Any], route: str, default: Any) -> Any:
    """Return what a table has for the addresses that start as this one."""
    return next((table[prefix] for prefix in table if route.startswith(prefix)), default)


def path_for(route: str, row_id: object = 1) -> str:
    """Return an address that the route matches, of this row where it is one's."""
    path = route
    for written, value in {**PARAMETERS, **dict.fromkeys(ROW_PARAMETERS, str(row_id))}.items():
        path = path.replace(written, value)
    path = path.lstrip("^")
    assert "<" not in path, f"say what stands for the parameters of {path}"
    query = urlencode(QUERIES.get(route, {}))
    return f"/{path}?{query}" if query else f"/{path}"
