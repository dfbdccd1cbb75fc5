"""Guards of the actions that no one interface reaches alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from accounts.actions import LastSuperuserError, change_email, create_user, delete_user, update_user
from accounts.models import RefreshToken, User
from accounts.tests.make import make_user


def make_refresh_token(user: User) -> RefreshToken:
    """Make a refresh token of the person's."""
    name = f"of {user.pk}"
    return RefreshToken.objects.create(
        user=user, digest=name, family=name, expires_at=user.created_at
    )


def test_account_with_rights_is_made_by_a_command(db: None) -> None:
    rights: dict[str, Any] = {"is_staff": True, "is_superuser": True}

    user = create_user(email="x@example.org", name="X", password=None, by=None, **rights)

    assert user.is_superuser


@pytest.mark.parametrize("right", ["is_active", "is_superuser"])
def test_last_superuser_keeps_each_right(right: str, olga: User) -> None:
    change: dict[str, Any] = {right: False}

    with pytest.raises(LastSuperuserError):
        update_user(user=olga, by=olga, **change)


def test_superuser_who_is_not_active_is_none_to_keep(db: None) -> None:
    gone = make_user("gone@example.org", is_superuser=True, is_active=False)

    delete_user(user=gone, by=None)

    assert not User.objects.exists()


def test_address_is_changed_in_both_tables_and_for_nobody_else(ann: User, ben: User) -> None:
    change_email(user=ann, email=" Anna@Example.org ", verified=True)

    ann.refresh_from_db()
    assert ann.email == "anna@example.org"
    assert set(EmailAddress.objects.values_list("user", "email", "primary", "verified")) == {
        (ann.pk, "anna@example.org", True, True),
        (ben.pk, "ben@example.org", True, False),
    }


@pytest.mark.parametrize("verified", [True, False])
def test_change_of_a_name_leaves_the_rest(verified: bool, ann: User, olga: User) -> None:
    EmailAddress.objects.filter(user=ann).update(verified=verified)
    token, password = make_refresh_token(ann), ann.password

    update_user(user=ann, by=olga, name="Anna")

    ann.refresh_from_db()
    assert (ann.password, ann.version) == (password, 2)
    assert EmailAddress.objects.get(user=ann).verified is verified
    assert RefreshToken.objects.get() == token


def test_deactivation_ends_nobody_elses_sign_in(ann: User, ben: User, olga: User) -> None:
    make_refresh_token(ann)
    token = make_refresh_token(ben)

    update_user(user=ann, by=olga, is_active=False)

    assert RefreshToken.objects.get() == token


def test_account_that_is_gone_meanwhile_is_not_there(olga: User) -> None:
    gone = make_user("gone@example.org")
    User.objects.filter(pk=gone.pk).delete()

    with pytest.raises(User.DoesNotExist):
        update_user(user=gone, by=olga, name="x")


def test_first_access_stays_though_another_copy_of_the_row_knows_of_none(ann: User) -> None:
    copy, first = User.objects.get(pk=ann.pk), ann.created_at
    ann.note_sign_in(at=first)

    copy.note_sign_in(at=first + timedelta(hours=1))

    assert copy.first_access == first
