"""System checks of deployments."""

from __future__ import annotations

import pytest
from django.conf import settings as configured
from pytest_django import Settings

from focusflow.checks import check_database_connection, check_debug, check_public_url
from focusflow.settings import read_database_url


@pytest.mark.parametrize(("is_https", "found"), [(True, []), (False, ["focusflow.W002"])])
def test_address_without_encryption_is_named(
    is_https: bool, found: list[str], settings: Settings
) -> None:
    settings.IS_HTTPS = is_https

    assert [warning.id for warning in check_public_url()] == found


@pytest.mark.parametrize(
    ("debug", "url", "found"),
    [
        (True, "http://localhost:8000", []),
        (True, "http://192.168.1.10:8000", ["focusflow.W003"]),
        (True, "https://planner.example.org", ["focusflow.W003"]),
        (False, "https://planner.example.org", []),
    ],
)
def test_debug_where_others_reach_it_is_named(
    debug: bool, url: str, found: list[str], settings: Settings
) -> None:
    settings.DEBUG, settings.PUBLIC_URL = debug, url

    assert [warning.id for warning in check_debug()] == found


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("postgres://ann@db.example.org/planner", ["focusflow.W004"]),
        ("postgres://ann@db.example.org/planner?sslmode=prefer", ["focusflow.W004"]),
        ("postgres://ann@db.example.org/planner?sslmode=verify-full", []),
        ("postgres://ann@localhost/planner", []),
        ("postgres:////run/postgresql/planner", []),
        ("sqlite:////srv/planner.sqlite3", []),
    ],
)
def test_database_elsewhere_without_encryption_is_named(
    url: str, found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(configured.DATABASES, "default", read_database_url(url, "DATABASE_URL"))

    assert [warning.id for warning in check_database_connection()] == found
