"""Who reaches what: every address of the URL configuration, present and future.

A route without an expectation here fails the first test; a resource of the API without a way to
make a row of it fails too, so that nothing new goes unwatched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.make import make_event, make_token
from focusflow.urls import CLOSED
from habits.tests.make import make_habit
from tasks.tests.make import make_category, make_task

Api = Callable[[User | None], APIClient]

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")

# A row of each owned resource, for the stranger to try.
ROWS: dict[str, Callable[[User], Any]] = {
    "api/v1/tokens/": lambda owner: make_token(owner)[0],
    "api/v1/history/": make_event,
    "api/v1/categories/": make_category,
    "api/v1/tasks/": make_task,
    "api/v1/habits/": make_habit,
}

# Rows that nobody changes, whoever asks.
READ_ONLY = {"api/v1/history/", "api/v1/history/<int:pk>/"}

# Open to everybody by intent: no row of anybody is behind them without a further secret.
OPEN = {
    "",
    "healthz",
    "readyz",
    "metrics",
    "accounts/login/",
    "accounts/logout/",
    "accounts/signup/",
    "accounts/inactive/",
    "accounts/invitation/<str:secret>/",
    "accounts/confirm-email/",
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$",
    "accounts/email/confirm/<str:secret>/",
    "accounts/password/reset/",
    "accounts/password/reset/done/",
    "accounts/password/reset/key/done/",
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-\\w]+)/$",
    "accounts/2fa/webauthn/login/",
    "api/docs/",
    "api/schema/",
    "^api/v1/",
    "api/auth/app/v1/config",
    "api/auth/app/v1/auth/login",
    "api/auth/app/v1/auth/session",
    "api/auth/app/v1/auth/2fa/authenticate",
    "api/auth/app/v1/auth/webauthn/authenticate",
    "api/auth/app/v1/auth/webauthn/login",
    "api/auth/app/v1/auth/signup",
    "api/auth/app/v1/auth/password/request",
    "api/auth/app/v1/auth/password/reset",
    "api/auth/app/v1/auth/email/verify",
    "api/auth/app/v1/tokens/refresh",
}
# Endpoints of allauth that FocusFlow closes.
SHUT = {f"api/auth/app/v1/{route}" for route in CLOSED}
# Pages that send somebody who is not signed in to the sign-in page.
PAGES = {
    "accounts/",
    "accounts/email/",
    "accounts/deactivate/",
    "accounts/delete/",
    "accounts/sessions/<int:pk>/end/",
    "accounts/sessions/end/",
    "accounts/tokens/<int:pk>/revoke/",
    "accounts/password/change/",
    "accounts/password/set/",
    "accounts/reauthenticate/",
    "accounts/sessions/",
    "accounts/2fa/",
    "accounts/2fa/reauthenticate/",
    "accounts/2fa/recovery-codes/",
    "accounts/2fa/recovery-codes/download/",
    "accounts/2fa/recovery-codes/generate/",
    "accounts/2fa/totp/activate/",
    "accounts/2fa/totp/deactivate/",
    "accounts/2fa/webauthn/",
    "accounts/2fa/webauthn/add/",
    "accounts/2fa/webauthn/keys/<int:pk>/edit/",
    "accounts/2fa/webauthn/keys/<int:pk>/remove/",
    "accounts/2fa/webauthn/reauthenticate/",
}
# A page between the password and the second factor: without the first it leads back to it.
BETWEEN = {"accounts/2fa/authenticate/"}
# allauth's endpoints of the signed-in person's own account; 401 to nobody.
OWN_ACCOUNT = {
    "api/auth/app/v1/auth/reauthenticate",
    "api/auth/app/v1/auth/2fa/reauthenticate",
    "api/auth/app/v1/auth/sessions",
    "api/auth/app/v1/account/password/change",
    "api/auth/app/v1/account/authenticators",
    "api/auth/app/v1/account/authenticators/totp",
    "api/auth/app/v1/account/authenticators/webauthn",
    "api/auth/app/v1/auth/webauthn/reauthenticate",
    "api/auth/app/v1/account/authenticators/recovery-codes",
}
# Of our API, what is not a list and its rows.
SIGNED_IN = {
    "api/v1/",
    "api/v1/users/me/",
    "api/v1/users/me/email/",
    "api/v1/users/me/sign-out/",
    "api/v1/users/me/deactivation/",
    "api/v1/users/me/deletion/",
}
STAFF_ONLY = {
    "debug/tables",
    "api/v1/users/",
    "api/v1/users/<int:pk>/",
    "api/v1/invitations/",
    "api/v1/invitations/<int:pk>/",
}


def walk(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield each route, as it is written, with its pattern."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(entry, route)
        else:
            yield route, entry


ROUTES = sorted({route for route, _ in walk(get_resolver())})
ADMIN = [route for route in ROUTES if route.startswith("admin/")]
LISTS = [route for route in ROUTES if route in ROWS]
DETAILS = [route for route in ROUTES if route.removesuffix("<int:pk>/") in ROWS and "<" in route]


def call(client: APIClient, method: str, route: str, row_id: int = 1) -> Any:
    """Call a route by a method, with an empty body."""
    path = route.replace("<int:pk>", str(row_id)).replace("<str:secret>", "x")
    path = re.sub(r"\(\?P<\w+>[^)]*\)", "x", path).replace("^", "").replace("$", "")
    return getattr(client, method)(f"/{path}")


def test_routes_all_have_an_expectation() -> None:
    expected = {
        *OPEN,
        *SHUT,
        *PAGES,
        *BETWEEN,
        *OWN_ACCOUNT,
        *SIGNED_IN,
        *STAFF_ONLY,
        *ADMIN,
        *LISTS,
        *DETAILS,
    }

    assert set(ROUTES) == expected


def test_routes_of_each_resource_are_walked() -> None:
    assert len(LISTS) == len(DETAILS) == len(ROWS)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", [*LISTS, *DETAILS, *SIGNED_IN, *STAFF_ONLY])
def test_api_answers_nobody_with_401(route: str, method: str, api: Api, db: None) -> None:
    answer = call(api(None), method, route)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete"])
@pytest.mark.parametrize("route", DETAILS)
def test_api_hides_rows_from_strangers(
    route: str, method: str, ann: User, mallory: User, api: Api
) -> None:
    row = ROWS[route.removesuffix("<int:pk>/")](ann)

    answer = call(api(mallory), method, route, row.pk)

    is_refused = route in READ_ONLY and method in {"put", "patch", "delete"}
    assert answer.status_code == (405 if is_refused else 404)
    row.refresh_from_db()


@pytest.mark.parametrize("route", DETAILS)
def test_api_hides_rows_from_staff(route: str, ann: User, olga: User, api: Api) -> None:
    row = ROWS[route.removesuffix("<int:pk>/")](ann)

    assert call(api(olga), "get", route, row.pk).status_code == 404


@pytest.mark.parametrize("route", LISTS)
def test_api_lists_own_rows_only(route: str, ann: User, mallory: User, api: Api) -> None:
    row = ROWS[route](ann)

    own = {shown["id"] for shown in api(ann).get(f"/{route}").json()["results"]}
    others = {shown["id"] for shown in api(mallory).get(f"/{route}").json()["results"]}

    assert row.pk in own
    # The one thing that a stranger has done is to sign in.
    assert own == set(type(row).objects.filter(user=ann).values_list("id", flat=True)) - others
    assert others == set(type(row).objects.filter(user=mallory).values_list("id", flat=True))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", sorted(STAFF_ONLY))
def test_api_refuses_what_is_for_staff(route: str, method: str, ann: User, api: Api) -> None:
    assert call(api(ann), method, route, ann.pk).status_code == 403


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("route", [*LISTS, *DETAILS, "api/v1/users/me/"])
def test_api_refuses_writes_of_a_token_that_reads(
    route: str, method: str, ann: User, api: Api
) -> None:
    _, secret = make_token(ann, scope="read")
    client = APIClient(headers={"Authorization": f"Bearer {secret}"})

    assert call(client, method, route).status_code == 403


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", [*LISTS, *DETAILS, *SIGNED_IN])
def test_api_refuses_the_deactivated(route: str, method: str, ann: User, api: Api) -> None:
    client = api(ann)
    User.objects.update(is_active=False)

    assert call(client, method, route).status_code == 401


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", [*LISTS, *DETAILS, *SIGNED_IN])
def test_api_refuses_a_temporary_password(route: str, method: str, ann: User, api: Api) -> None:
    User.objects.update(password_is_temporary=True)

    assert call(api(ann), method, route).status_code == 403


@pytest.mark.parametrize("route", sorted(OWN_ACCOUNT))
@pytest.mark.parametrize("method", ["get", "post", "patch", "put", "delete"])
def test_own_account_answers_nobody_with_401(route: str, method: str, api: Api, db: None) -> None:
    assert call(api(None), method, route).status_code in {401, 405}


@pytest.mark.parametrize("route", sorted(SHUT))
@pytest.mark.parametrize("method", METHODS)
def test_shut_endpoint_is_not_there(route: str, method: str, ann: User, api: Api) -> None:
    assert call(api(ann), method, route).status_code == 404


@pytest.mark.parametrize("route", sorted(PAGES))
def test_page_sends_nobody_to_the_sign_in(route: str, api: Api, db: None) -> None:
    answer = call(api(None), "get", route)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", sorted(BETWEEN))
def test_page_of_the_second_factor_needs_the_first(
    route: str, method: str, ann: User, api: Api
) -> None:
    answer = call(api(None), method, route)

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/login/"


def admin_path(route: str) -> str:
    """Return an address that a route of the admin matches."""
    for written, value in {
        "<id>": "1",
        "<path:content_type_id>": "1",
        "<path:object_id>": "1",
        "^(?P<app_label>auth|accounts|tasks|habits)/$": "tasks/",
        "(?P<url>.*)$": "nowhere",
    }.items():
        route = route.replace(written, value)
    route = route.replace("<int:user_id>", "1")
    assert "<" not in route, f"say what stands for the parameters of {route}"
    return f"/{route}"


@pytest.mark.parametrize("route", ADMIN)
@pytest.mark.parametrize("method", ["get", "post"])
def test_admin_is_closed_to_nobody(route: str, method: str, api: Api, db: None) -> None:
    answer = getattr(api(None), method)(admin_path(route))

    assert answer.status_code == 302
    assert "/login/" in answer.headers["Location"] or route == "admin/logout/"


@pytest.mark.parametrize("route", [route for route in ADMIN if route != "admin/logout/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_admin_is_closed_to_people(route: str, method: str, ann: User, api: Api) -> None:
    answer = getattr(api(ann), method)(admin_path(route))

    assert answer.status_code in {302, 403}
    assert answer.status_code == 403 or "/login/" in answer.headers["Location"]
