"""Health checks."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from threading import Event

import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from focusflow import health

PATHS = ["/healthz", "/readyz"]


@pytest.fixture(autouse=True)
def _schema_is_unknown(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(health.Schema, "is_current", False)
    yield
    # A thread that a test left behind would make the next one wait.
    assert health.asking.acquire(timeout=10)
    health.asking.release()


def test_process_is_alive_without_a_database(client: Client) -> None:
    # Without the mark django_db a query fails.
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_server_is_ready(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (200, b"ready")


@pytest.mark.django_db
def test_server_that_was_ready_asks_for_migrations_no_more(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/readyz")
    monkeypatch.setattr(health, "pending_migrations", lambda: pytest.fail("asked"))

    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_server_with_pending_migrations_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "pending_migrations", lambda: ["tasks.0009_next"])

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "5"
    assert json.loads(answer.content)["detail"] == "The database waits for `manage.py migrate`."


@pytest.mark.django_db
def test_pending_migrations_are_named() -> None:
    ((_, newest),) = MigrationLoader(connection).graph.leaf_nodes("tasks")
    MigrationRecorder(connection).record_unapplied("tasks", newest)

    assert f"tasks.{newest}" in health.pending_migrations()


def test_server_whose_database_fails_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise OperationalError("secret")

    monkeypatch.setattr(health, "ask_database", fail)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert json.loads(answer.content)["detail"] == "The database does not answer."


def test_server_whose_database_is_silent_says_so_within_two_seconds(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = Event()
    asked: list[None] = []

    def wait() -> str:
        asked.append(None)
        released.wait(30)
        return ""

    monkeypatch.setattr(health, "ask_database", wait)
    start = time.monotonic()
    first = client.get("/readyz").status_code
    between = time.monotonic()
    second = client.get("/readyz").status_code
    end = time.monotonic()
    released.set()

    assert (first, second) == (503, 503)
    assert between - start < 2
    assert end - between < 2
    # The second request found the first one's question open.
    assert len(asked) == 1


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.django_db
def test_health_is_told_over_http_behind_a_proxy(
    path: str, client: Client, settings: Settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(path).status_code == 200
    assert client.get("/").status_code == 301


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.django_db
def test_health_is_told_to_this_machine(path: str, client: Client) -> None:
    assert client.get(path, headers={"Host": "localhost:8000"}).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_health_is_not_told_to_a_foreign_host(path: str, client: Client) -> None:
    assert client.get(path, headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("path", PATHS)
def test_health_is_read_only(path: str, client: Client) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", PATHS)
def test_health_needs_no_session(
    path: str, client: Client, django_assert_num_queries: DjangoAssertNumQueries, db: None
) -> None:
    client.cookies["sessionid"] = "anything"

    # What /readyz asks, it asks on a connection of its own.
    with django_assert_num_queries(0):
        answer = client.get(path)

    assert answer.status_code == 200
    assert not answer.cookies
