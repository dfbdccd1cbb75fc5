"""System checks of accounts."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from accounts.checks import check_mail, check_token_key


@pytest.mark.parametrize(("key", "found"), [("x" * 31, ["accounts.E001"]), ("x" * 32, [])])
def test_key_of_tokens_is_as_long_as_its_hash(
    key: str, found: list[str], settings: Settings
) -> None:
    settings.HEADLESS_JWT_PRIVATE_KEY = key

    assert [error.id for error in check_token_key()] == found


def test_missing_mail_server_is_named() -> None:
    assert [message.id for message in check_mail()] == ["accounts.I001"]


@pytest.mark.usefixtures("mailer")
def test_mail_server_needs_no_words() -> None:
    assert check_mail() == []
