"""``manage.py users``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any  # Options hold values of every type.

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def run(*arguments: str, **options: Any) -> str:
    """Run the command and return what it prints."""
    output = StringIO()
    call_command("users", *arguments, stdout=output, **options)
    return output.getvalue()


def names(*arguments: str) -> list[str]:
    """Return the names of the accounts that the command lists."""
    return [user["name"] for user in json.loads(run(*arguments, "--json"))]


def set_fields(user: User, **fields: Any) -> None:
    """Change columns of the account's row."""
    User.objects.filter(pk=user.pk).update(**fields)


def test_users_are_listed_in_columns(ann: User) -> None:
    set_fields(ann, created_at=AT, first_access=AT)

    lines = [" ".join(line.split()) for line in run().splitlines()]

    assert lines == [
        "id e-mail name created first access active staff",
        f"{ann.pk} ann@example.org Ann 2026-03-29T01:30:00Z 2026-03-29T01:30:00Z yes no",
    ]


def test_users_are_listed_as_json(ann: User) -> None:
    set_fields(ann, created_at=AT)

    assert json.loads(run(json=True)) == [
        {
            "id": ann.pk,
            "email": "ann@example.org",
            "name": "Ann",
            "created_at": "2026-03-29T01:30:00Z",
            "first_access": None,
            "is_active": True,
            "is_staff": False,
        }
    ]


def test_users_are_listed_in_the_order_of_their_making(ben: User, ann: User) -> None:
    assert names() == ["Ben", "Ann"]


def test_users_of_an_empty_database_are_none(db: None) -> None:
    assert names() == []


def test_users_that_are_active(ann: User, ben: User) -> None:
    set_fields(ben, is_active=False)

    assert names("--active") == ["Ann"]


def test_users_that_are_inactive(ann: User, ben: User) -> None:
    set_fields(ben, is_active=False)

    assert names("--inactive") == ["Ben"]


def test_users_that_are_active_and_inactive_are_refused(db: None) -> None:
    with pytest.raises(CommandError, match="not allowed with"):
        run("--active", "--inactive")


def test_users_that_are_staff(ann: User, olga: User) -> None:
    assert names("--staff") == ["Olga"]


@pytest.mark.parametrize("text", ["ANN@", "nn"])
def test_users_that_hold_a_text(ann: User, ben: User, text: str) -> None:
    assert names("--search", text) == ["Ann"]


def test_users_that_never_signed_in(ann: User, ben: User) -> None:
    set_fields(ann, first_access=AT)

    assert names("--never-signed-in") == ["Ben"]


def test_users_that_pass_all_filters(ann: User, ben: User, olga: User) -> None:
    set_fields(olga, first_access=AT)
    set_fields(ben, is_active=False)

    assert names("--never-signed-in", "--active", "--search", "example") == ["Ann"]


def test_users_with_escape_sequences_leave_the_terminal_alone(ann: User) -> None:
    set_fields(ann, name="\x1b[2J\x9b2J")

    assert "\x1b" not in run() + run("--json")
    assert "\x9b" not in run() + run("--json")


def test_users_are_listed_without_their_passwords(ann: User) -> None:
    assert ann.password not in run() + run("--json")
