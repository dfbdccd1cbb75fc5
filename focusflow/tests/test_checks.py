"""System checks of deployments."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from focusflow.checks import check_debug, check_public_url


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
