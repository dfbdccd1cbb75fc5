"""What the log says of requests, and what it never says."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any  # JSON

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject
from rest_framework.test import APIClient

from accounts.models import ApiToken, User
from accounts.tests.make import PASSWORD, make_token, make_user
from focusflow.logs import JSONFormatter, TextFormatter, configuration, describe
from focusflow.operation import user_id_of
from focusflow.views import TablesView
from tasks.tests.make import make_task

Api = Callable[[User | None], APIClient]
Lines = Callable[[], list[dict[str, Any]]]

LOGIN = "/api/auth/app/v1/auth/login"
EMAIL = "secretive@example.org"


@pytest.fixture
def output() -> Iterator[StringIO]:
    """Return what the configured handler writes."""
    handler = logging.getHandlerByName("console")
    assert isinstance(handler, logging.StreamHandler)
    written = StringIO()
    before = handler.setStream(written)
    yield written
    assert before is not None
    handler.setStream(before)


@pytest.fixture
def lines(output: StringIO) -> Lines:
    """Return a function that reads the lines so far."""
    return lambda: [json.loads(line) for line in output.getvalue().splitlines()]


def test_request_has_one_line(ann: User, api: Api, lines: Lines) -> None:
    task = make_task(ann)

    answer = api(ann).get(f"/api/v1/tasks/{task.pk}/")

    (line,) = lines()
    milliseconds = line.pop("milliseconds")
    assert 0 < milliseconds < 60_000
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "focusflow.requests",
        "message": "GET /api/v1/tasks/<int:pk>/ 200",
        "request": answer.headers["X-Request-ID"],
        "user": ann.pk,
        "method": "GET",
        "route": "api/v1/tasks/<int:pk>/",
        "status": 200,
        "queries": 4,
    }


def test_request_id_is_not_the_clients(api: Api, lines: Lines, db: None) -> None:
    answers = [api(None).get("/", headers={"X-Request-ID": "forged"}) for _ in range(2)]

    ids = [line["request"] for line in lines()]
    assert ids == [answer.headers["X-Request-ID"] for answer in answers]
    assert len({*ids, "forged"}) == 3


def test_request_by_api_token_names_its_owner(ann: User, lines: Lines) -> None:
    _, secret = make_token(ann)

    APIClient(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/tasks/")

    assert [line["user"] for line in lines()] == [ann.pk]


def test_request_by_access_token_names_its_owner(lines: Lines, db: None) -> None:
    user = make_user(EMAIL)
    login = APIClient().post(LOGIN, {"email": EMAIL, "password": PASSWORD}).json()
    client = APIClient(headers={"Authorization": f"Bearer {login['meta']['access_token']}"})

    client.get("/api/v1/tasks/")
    client.get("/api/auth/app/v1/auth/sessions")

    assert [line["user"] for line in lines()] == [user.pk] * 3


def test_request_of_nobody_names_nobody(api: Api, lines: Lines, db: None) -> None:
    api(None).get("/api/v1/tasks/")

    (line,) = lines()
    assert (line["user"], line["status"], line["queries"]) == (None, 401, 0)


def test_request_of_whom_nobody_asked_for_asks_for_nobody() -> None:
    def fail() -> None:
        raise AssertionError("The log asked who it is.")

    request = RequestFactory().get("/")
    request.user = SimpleLazyObject(fail)  # type: ignore[assignment]

    assert user_id_of(request) is None


def test_request_of_an_anonymous_user_has_no_id() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    assert user_id_of(request) is None


def test_request_that_is_not_allowed_names_who_asked(ann: User, api: Api, lines: Lines) -> None:
    api(ann).get("/debug/tables")
    api(ann).post("/api/v1/users/", {})

    assert [(line["user"], line["status"]) for line in lines()] == [(ann.pk, 403)] * 2


def test_log_goes_to_one_place() -> None:
    made = configuration(level="INFO", style="json", with_words=False)

    assert {name: one["class"] for name, one in made["handlers"].items()} == {
        "console": "logging.StreamHandler"
    }
    assert made["root"]["handlers"] == ["console"]
    # Django's own would write a second line, and send mail.
    assert made["loggers"]["django"]["handlers"] == []


@pytest.mark.parametrize("path", ["/nowhere/secret-key", "/api/nowhere/secret-key"])
def test_request_without_a_route_hides_its_address(
    path: str, api: Api, output: StringIO, lines: Lines, db: None
) -> None:
    api(None).get(f"{path}?token=secret-token")

    (line,) = lines()
    assert line["status"] == 404
    assert line["route"] is None
    assert "secret" not in output.getvalue()


def test_request_of_a_static_file_has_one_route(api: Api, lines: Lines, db: None) -> None:
    api(None).get("/static/rest_framework/css/default.css").close()

    assert [line["route"] for line in lines()] == ["static/…"]


def test_request_by_an_unknown_method_hides_it(api: Api, lines: Lines, db: None) -> None:
    api(None).generic("SECRET", "/")

    assert [line["method"] for line in lines()] == ["OTHER"]


def test_request_that_is_refused_has_one_line(api: Api, output: StringIO, lines: Lines) -> None:
    api(None).get("/", headers={"Host": "evil.example"})

    assert [line["status"] for line in lines()] == [400]
    assert "evil" not in output.getvalue()


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return an address whose view fails with words that hold what was sent."""

    def get(self: TablesView, request: Any) -> None:
        local = request.query_params["secret"]
        try:
            int(local)
        except ValueError as error:
            raise RuntimeError(f"failed on {local}") from error

    monkeypatch.setattr(TablesView, "get", get)
    return "/debug/tables?secret=word-of-a-request"


def test_error_has_a_line_with_places_and_no_words(
    failing: str, olga: User, output: StringIO, lines: Lines
) -> None:
    client = APIClient(raise_request_exception=False)
    client.force_login(olga)

    answer = client.get(failing)

    error, request = lines()
    assert error["level"] == request["level"] == "error"
    assert (request["status"], request["user"]) == (500, olga.pk)
    assert error["request"] == request["request"] == answer.headers["X-Request-ID"]
    assert error["message"] == "The request failed."
    assert "in get\n    int(local)\nbuiltins.ValueError\n\nwhich led to:\n" in error["error"]
    assert error["error"].endswith("builtins.RuntimeError")
    assert "word-of-a-request" not in output.getvalue()


def test_error_of_development_shows_its_words() -> None:
    error = ValueError("wrong")
    record = logging.LogRecord("x", logging.ERROR, "", 1, "Failed", (), (ValueError, error, None))

    shown = TextFormatter(with_words=True).format(record)

    assert shown.endswith(" ERROR Failed\nValueError: wrong")


def test_error_of_production_as_text_hides_its_words() -> None:
    error = ValueError("wrong")
    record = logging.LogRecord("x", logging.ERROR, "", 1, "Failed", (), (ValueError, error, None))

    shown = TextFormatter().format(record)

    assert shown.endswith("ERROR Failed\nbuiltins.ValueError")


def test_error_raised_from_none_hides_what_came_before() -> None:
    error = ValueError("second")
    error.__context__ = KeyError("first")
    error.__suppress_context__ = True

    assert describe(error) == ["builtins.ValueError"]


def test_line_of_text_is_one_line() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 1, "a\r\nb", (), None)

    assert TextFormatter().format(record).endswith(r" INFO a\r\nb")


def test_line_of_json_takes_any_text() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 1, "a\n\ud800 ä", (), None)

    shown = JSONFormatter().format(record)

    assert "\n" not in shown
    assert json.loads(shown)["message"] == "a\n? ä"


@pytest.mark.parametrize(
    ("level", "own", "others"),
    [("DEBUG", "DEBUG", "WARNING"), ("INFO", "INFO", "WARNING"), ("ERROR", "ERROR", "ERROR")],
)
def test_level_of_others_is_a_warning_at_least(level: str, own: str, others: str) -> None:
    made = configuration(level=level, style="json", with_words=False)

    assert made["loggers"]["focusflow"]["level"] == own
    assert made["root"]["level"] == made["loggers"]["django"]["level"] == others


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
@pytest.mark.parametrize("door", ["page", "program"])
def test_sign_in_that_is_refused_has_a_line(door: str, email: str, lines: Lines, db: None) -> None:
    user = make_user(EMAIL)

    for _ in range(6):
        if door == "page":
            APIClient().post(
                "/accounts/login/", {"login": email, "password": "wrong"}, format="multipart"
            )
        else:
            APIClient().post(LOGIN, {"email": email, "password": "wrong"})

    refusals = [line for line in lines() if line["message"] == "A sign-in was refused."]
    tried = user.pk if email == EMAIL else None
    assert [line["reason"] for line in refusals] == ["password"] * 5 + ["limit"]
    assert [line.get("account") for line in refusals] == [tried] * 5 + [None]
    assert {line["level"] for line in refusals} == {"warning"}
    assert {line["address"] for line in refusals} == {"127.0.0.1"}


def test_log_holds_no_secret_of_any_request(
    failing: str, output: StringIO, lines: Lines, db: None
) -> None:
    make_user(EMAIL, is_staff=True, is_superuser=True)
    client = APIClient(raise_request_exception=False)
    page = {"login": EMAIL, "password": PASSWORD}
    wrong = {"email": EMAIL, "password": "wrong-password"}
    secrets = [EMAIL, PASSWORD, "wrong-password", "word-of-a-request", "word-in-a-body"]

    client.post("/accounts/login/", page | {"password": "wrong-password"}, format="multipart")
    client.post("/accounts/login/", page, format="multipart")
    secrets += [cookie.value for cookie in client.cookies.values()]
    client.post(LOGIN, wrong)
    tokens = APIClient().post(LOGIN, {"email": EMAIL, "password": PASSWORD}).json()["meta"]
    refreshed = APIClient().post("/api/auth/app/v1/tokens/refresh", tokens).json()["data"]
    secrets += [tokens["access_token"], tokens["refresh_token"], *refreshed.values()]
    bearer = APIClient(
        headers={"Authorization": f"Bearer {refreshed['access_token']}"},
        raise_request_exception=False,
    )
    made = bearer.post("/api/v1/tokens/", {"name": "word-in-a-body"})
    secrets += [
        next(value for value in made.json().values() if str(value).startswith(ApiToken.PREFIX))
    ]
    statuses = [
        made.status_code,
        bearer.post("/api/v1/tasks/", {"title": "word-in-a-body"}).status_code,
        bearer.post("/api/v1/tasks/", {"word-in-a-body": 1}).status_code,
        bearer.post(
            "/api/v1/tasks/", "{word-in-a-body", content_type="application/json"
        ).status_code,
        bearer.get("/api/v1/tasks/?search=word-of-a-request&cursor=word-in-a-body").status_code,
        bearer.get("/nowhere/word-of-a-request").status_code,
        bearer.get(failing).status_code,
        APIClient(headers={"Authorization": "Bearer word-of-a-request"})
        .get("/api/v1/tasks/")
        .status_code,
    ]

    assert statuses == [201, 201, 400, 400, 400, 404, 500, 401]
    # A line for each request, for the error, and for the two wrong passwords.
    assert len(lines()) == 5 + len(statuses) + 1 + 2
    assert [secret for secret in secrets if secret in output.getvalue()] == []
