"""The account with which a new FocusFlow is opened."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from accounts.management.commands import first_account
from accounts.models import User


def run(**options: str) -> str:
    """Run the command and return what it prints."""
    output = StringIO()
    call_command("first_account", stdout=output, **options)
    return output.getvalue()


def test_first_account_signs_in_with_the_password_shown(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FIRST_ACCOUNT_EMAIL", raising=False)

    output = run()

    user = User.objects.get()
    found = re.search(r"Its password, shown this once: (\S+)\n", output)
    assert found is not None
    assert user.check_password(found[1])
    assert (user.is_superuser, user.is_staff, user.is_active) == (True, True, True)
    assert user.password_is_temporary
    assert user.email == "admin@focusflow.localhost"
    assert "The first account: admin@focusflow.localhost\n" in output
    assert "It has to be changed at the first sign-in." in output


def test_first_account_passwords_differ(db: None) -> None:
    first = run()
    User.objects.all().delete()

    assert run() != first


def test_first_account_takes_the_address_of_the_environment(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST_ACCOUNT_EMAIL", "olga@example.org")

    run()

    assert User.objects.get().email == "olga@example.org"


def test_first_account_takes_the_address_of_its_option(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST_ACCOUNT_EMAIL", "olga@example.org")

    run(email="ann@example.org")

    assert User.objects.get().email == "ann@example.org"


def test_first_account_with_wrong_address_says_so(db: None) -> None:
    with pytest.raises(CommandError, match="'olga' is not an e-mail address"):
        run(email="olga")

    assert not User.objects.exists()


def test_first_account_where_there_is_one_is_silent(ann: User) -> None:
    assert run() == ""
    assert User.objects.get() == ann


@pytest.mark.django_db(transaction=True)
def test_first_account_of_two_starts_is_one() -> None:
    barrier = Barrier(2)

    def start(_: int) -> str:
        barrier.wait()
        try:
            return run()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outputs = sorted(pool.map(start, range(2)))

    assert outputs[0] == ""
    assert "Its password" in outputs[1]
    assert User.objects.count() == 1


def test_first_account_that_loses_the_race_is_silent(
    ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(User.objects, "exists", iter([False, True]).__next__)

    assert run(email=ann.email) == ""


def test_first_account_that_the_database_refuses_fails(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(first_account, "create_user", refuse)

    with pytest.raises(IntegrityError):
        run()
