"""What nobody can read is 400: in views of others, and before there is a view."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import ResolverMatch, reverse

from accounts.models import User
from accounts.tests.make import PASSWORD
from focusflow import asgi, wsgi
from focusflow.api.content_types import UNKNOWN, readable_type
from focusflow.api.intake import IntakeMiddleware

LOGIN = "/api/auth/app/v1/auth/login"
TASKS = "/admin/tasks/task/"


@pytest.fixture
def staff(olga: User) -> Client:
    """Return a browser in which the operator is signed in, shown what happens in it."""
    client = Client(raise_request_exception=False)
    client.force_login(olga)
    return client


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "not valid JSON"),
        (rb'{"email": "\ud800", "password": "x"}', "not valid JSON"),
        (rb'{"email": "a\u0000b", "password": "x"}', "NUL"),
        (b'{"email": NaN}', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"a":' * 2000 + b"1" + b"}" * 2000, "not valid JSON"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_sign_in_reads_as_strictly_as_the_api(body: bytes, words: str, db: None) -> None:
    answer = Client().generic("POST", LOGIN, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert words in answer.json()["detail"]


def test_sign_in_with_what_can_be_read_goes_on(ann: User) -> None:
    body = {"email": ann.email, "password": PASSWORD}

    assert Client().post(LOGIN, body, content_type="application/json").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        f"{TASKS}?created_at__year=0",
        f"{TASKS}1/change/?_to_field=",
    ],
)
def test_address_that_the_admin_cannot_read_is_400(query: str, staff: Client) -> None:
    answer = staff.get(query)

    assert answer.status_code == 400
    assert "could not be understood" in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (f"{TASKS}add/", {"user": "somebody", "title": "x"}),
        (TASKS, {"action": "delete_selected", "_selected_action": "x", "index": "0"}),
    ],
)
def test_form_that_the_admin_cannot_read_is_400(
    path: str, form: dict[str, str], staff: Client
) -> None:
    assert staff.post(path, form).status_code == 400


@pytest.mark.parametrize("path", ["/api/v1/users/?email=", "/admin/accounts/user/?q="])
def test_address_that_is_too_long_is_400(path: str, staff: Client) -> None:
    # SQLite looks for no text of this length, in letters of either case.
    answer = staff.get(path + "x" * 50_001)

    assert answer.status_code == 400


def test_address_that_is_long_is_answered(staff: Client) -> None:
    assert staff.get("/api/v1/users/?search=" + "%20x" * 4000).status_code == 200


def test_number_that_only_one_database_compares_with_crashes_neither(staff: Client) -> None:
    read = staff.get(f"{TASKS}?category__exact={2**64}")
    sent = staff.post(f"{TASKS}add/", {"user": "9" * 40, "title": "x"})

    # PostgreSQL finds no such row; to SQLite it is no number.
    assert {read.status_code, sent.status_code} <= {200, 302, 400}


def test_view_of_others_leaves_its_error_in_the_log(
    staff: Client, caplog: pytest.LogCaptureFixture
) -> None:
    staff.get(f"{TASKS}?created_at__year=0")

    (record,) = [record for record in caplog.records if record.name == "focusflow.api.intake"]
    assert record.levelname == "WARNING"
    assert record.exc_info is not None


def test_passkey_without_its_parts_is_400(db: None) -> None:
    client = Client(raise_request_exception=False)

    answer = client.post(reverse("mfa_login_webauthn"), {"credential": '{"id": "AA"}'})

    assert answer.status_code == 400


def outcome(view: Callable[..., Any], error: Exception) -> str:
    """Return what the middleware makes of an error in a view."""
    request = HttpRequest()
    request.resolver_match = ResolverMatch(view, (), {})
    try:
        IntakeMiddleware(lambda _: None).process_exception(request, error)  # type: ignore[arg-type,return-value]
    except Exception as raised:
        return type(raised).__name__
    return "left alone"


def test_error_of_a_view_of_ours_is_a_mistake_of_ours() -> None:
    from django.contrib.admin import site

    from focusflow.views import home

    assert outcome(home, ValueError()) == "left alone"
    assert outcome(site.index, ValueError()) == "BadRequest"
    assert outcome(site.index, AttributeError()) == "left alone"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", ""),
        ("application/json", "application/json"),
        ("application/json; charset=utf-8", "application/json; charset=utf-8"),
        ('application/json; charset="UTF-8"', 'application/json; charset="UTF-8"'),
        ("multipart/form-data; boundary=x", "multipart/form-data; boundary=x"),
        ("text/plain; charset=zlib", UNKNOWN),
        ("text/plain; charset=latin-1", UNKNOWN),
        ("text/plain; charset=nonsense", UNKNOWN),
        ("text/plain; charset*=nonsense''x", UNKNOWN),
        ("text/plain; " + "x" * 20_000, UNKNOWN),
    ],
    ids=lambda value: value[:40],
)
def test_type_of_a_body_is_one_that_can_be_read(header: str, expected: str) -> None:
    assert readable_type(header) == expected


KINDS = [
    "text/plain; charset=zlib",
    "text/plain; charset*=nonsense''x",
    "text/plain; " + "x" * 20_000,
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind[:40])
def test_wsgi_answers_whatever_type_a_body_has(kind: str, db: None) -> None:
    environ = RequestFactory().get("/healthz?a=1").environ | {"CONTENT_TYPE": kind}
    statuses = []

    wsgi.application(environ, lambda status, headers: statuses.append(status))

    assert statuses == ["200 OK"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind[:40])
def test_asgi_makes_a_request_whatever_type_a_body_has(kind: str) -> None:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/healthz",
        "query_string": b"a=1",
        "headers": [(b"content-type", kind.encode()), (b"accept", b"*/*")],
    }

    request, error = asgi.application.create_request(scope, BytesIO())

    assert error is None
    assert request.content_type == UNKNOWN
    assert request.headers["Accept"] == "*/*"
