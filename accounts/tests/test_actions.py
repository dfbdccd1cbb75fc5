"""Changes of accounts that touch more than one row."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.actions import (
    ForeignRightsError,
    LastSuperuserError,
    create_user,
    delete_user,
    update_user,
)
from accounts.actions.locks import lock_account, lock_accounts
from accounts.models import RefreshToken, User
from accounts.tests.make import make_user
from accounts.versioning import StaleVersionError

NEW: dict[str, Any] = {"email": "new@example.org", "name": "New", "password": None}


@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_account_with_rights_is_made_by_superusers_only(right: str, ann: User, olga: User) -> None:
    rights: dict[str, Any] = {right: True}

    with pytest.raises(ForeignRightsError):
        create_user(**NEW, by=ann, **rights)

    assert getattr(create_user(**NEW, by=olga, **rights), right)


def test_account_without_a_password_is_opened_by_none(olga: User) -> None:
    user = create_user(**NEW, by=olga)

    assert not user.has_usable_password()


def test_account_is_changed_in_one_version(ann: User, olga: User) -> None:
    fields: dict[str, Any] = {
        "email": "Anna@example.org",
        "name": "Anna",
        "password": "another good one",
    }

    changed = update_user(user=ann, by=olga, **fields)

    assert (changed.email, changed.name, changed.version) == ("anna@example.org", "Anna", 2)
    assert EmailAddress.objects.get(user=ann).email == "anna@example.org"


def test_account_that_moved_on_is_not_changed(ann: User, olga: User) -> None:
    ann.change(name="Anna")

    with pytest.raises(StaleVersionError):
        update_user(user=ann, by=olga, expected=1, name="Annie")
    with pytest.raises(StaleVersionError):
        delete_user(user=ann, by=olga, expected=1)

    ann.refresh_from_db()
    assert ann.name == "Anna"


def test_account_deactivated_has_no_refresh_tokens(ann: User, olga: User) -> None:
    RefreshToken.objects.create(user=ann, digest="x", family="x", expires_at=ann.created_at)

    update_user(user=ann, by=olga, is_active=False)

    assert not RefreshToken.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_superusers_who_delete_each_other_at_once_leave_one() -> None:
    rights: dict[str, Any] = {"is_staff": True, "is_superuser": True}
    first = make_user("first@example.org", **rights)
    second = make_user("second@example.org", **rights)

    def delete(pair: tuple[User, User]) -> str:
        by, user = pair
        try:
            delete_user(user=user, by=by)
        except (LastSuperuserError, ForeignRightsError, User.DoesNotExist) as error:
            return type(error).__name__
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(delete, [(first, second), (second, first)]))

    assert outcomes.count("") == 1
    assert User.objects.filter(is_superuser=True).count() == 1


@pytest.mark.parametrize("is_command", [False, True])
def test_account_deleted_is_a_line_in_the_log(
    is_command: bool,
    ann: User,
    olga: User,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    pk = ann.pk

    with caplog.at_level("INFO", "focusflow"), django_capture_on_commit_callbacks(execute=True):
        delete_user(user=ann, by=None if is_command else olga)

    by = "a command" if is_command else olga.pk
    assert caplog.messages == [f"Account {pk} was deleted by {by}."]


def test_account_that_is_gone_cannot_be_locked(ann: User, olga: User) -> None:
    gone = olga.pk
    olga.delete()

    with transaction.atomic():
        lock_account(ann.pk)
        lock_accounts([gone, ann.pk])
        with pytest.raises(User.DoesNotExist):
            lock_account(gone)
