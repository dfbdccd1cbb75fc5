"""What a visitor sees while the database is away or full, or refuses what a form let through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any  # What Django hands to a wrapper of queries.
from unittest.mock import patch

import psycopg
import pytest
from django.db import Error, IntegrityError, OperationalError, ProgrammingError, connection
from django.test import Client

from accounts.tests.make import PASSWORD, make_token, make_user

HTML = {"Accept": "text/html"}
TASKS = "/api/v1/tasks/"


@contextmanager
def no_database() -> Iterator[None]:
    """Let no connection be opened, as when the server or the file of the database is gone."""
    is_sqlite = connection.vendor == "sqlite"
    kept = dict(connection.settings_dict)
    options = kept["OPTIONS"] if is_sqlite else {"pool": {"timeout": 0.2}, "connect_timeout": 2}
    gone = {"NAME": "/nowhere/none.sqlite3"} if is_sqlite else {"HOST": "127.0.0.1", "PORT": "1"}
    close()
    connection.settings_dict.update(gone, OPTIONS=options)
    try:
        with patch("focusflow.postgresql.base.PATIENCE_SECONDS", 0.2):
            yield
    finally:
        close()
        connection.settings_dict.update(kept)


def close() -> None:
    """Forget the connections that are open."""
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's backend


@contextmanager
def raising(error: Error) -> Iterator[None]:
    """Let each query raise this."""

    def fail(*_: Any) -> None:
        raise error

    with connection.execute_wrapper(fail):
        yield


def disk_full() -> Error:
    """Return what Django raises when the database's disk is full."""
    error = OperationalError("database or disk is full")
    if connection.vendor == "postgresql":
        error = OperationalError("secret")
        error.__cause__ = psycopg.errors.DiskFull("secret")
    return error


def operator() -> Client:
    """Return a browser in which the operator is signed in."""
    client = Client(raise_request_exception=False)
    client.force_login(make_user("olga@example.org", is_staff=True, is_superuser=True))
    return client


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/", "/admin/", "/accounts/login/", "/admin/tasks/task/add/"])
def test_page_without_a_database_is_503(path: str) -> None:
    browser = operator()

    with no_database():
        answer = browser.get(path, headers=HTML)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "try again in a moment" in answer.content.decode()
    assert browser.get("/", headers=HTML).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_sign_in_without_a_database_is_503() -> None:
    browser = Client(raise_request_exception=False)
    sent = {"login": "ann@example.org", "password": PASSWORD}

    with no_database():
        page = browser.get("/accounts/login/")
        answer = browser.post("/accounts/login/", sent)

    assert (page.status_code, answer.status_code) == (200, 503)
    assert "try again in a moment" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", [TASKS, "/api/auth/app/v1/auth/session"])
def test_program_without_a_database_has_a_problem(path: str) -> None:
    """The session is read before any view of the API, and its endpoints of allauth are none."""
    browser = operator()

    with no_database():
        answer = browser.get(path)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_page_on_a_full_disk_is_507() -> None:
    browser = operator()

    with raising(disk_full()):
        answer = browser.get("/", headers=HTML)

    assert answer.status_code == 507
    assert "Retry-After" not in answer.headers
    assert "disk is full" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("error", "status"), [("full", 200), ("gone", 503)])
def test_token_whose_use_cannot_be_noted_opens_on_a_full_disk(error: str, status: int) -> None:
    _, secret = make_token(make_user("ann@example.org"))
    raised = disk_full() if error == "full" else OperationalError("unable to open database file")

    def fail(run: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE"):
            raise raised
        return run(sql, *rest)

    with connection.execute_wrapper(fail):
        answer = Client().get(TASKS, headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == status


@pytest.mark.django_db
def test_page_that_meets_another_change_is_409(caplog: pytest.LogCaptureFixture) -> None:
    browser = operator()

    with raising(IntegrityError("secret")):
        answer = browser.get("/", headers=HTML)

    assert answer.status_code == 409
    assert "at the same time" in answer.content.decode()
    assert "secret" not in answer.content.decode()
    assert "The database refused what a form had let through." in caplog.messages


@pytest.mark.django_db
def test_page_with_a_wrong_query_is_500() -> None:
    browser = operator()

    with raising(ProgrammingError("secret")):
        answer = browser.get("/", headers=HTML)

    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
