"""Changes of accounts that touch more than one row, from every interface."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import RefreshToken, User

logger = logging.getLogger("focusflow.accounts")


class LastSuperuserError(Exception):
    """The change would leave nobody who may do everything."""

    def __init__(self) -> None:
        super().__init__("This is the last active superuser: make another one first.")


class ForeignRightsError(PermissionDenied):
    """Somebody who is no superuser tried to change one, or staff."""

    def __init__(self) -> None:
        super().__init__("Only a superuser changes the accounts of staff and superusers.")


@transaction.atomic
def create_user(
    *, email: str, name: str, password: str | None, by: User | None, **fields: Any
) -> User:
    """Make an account and its sign-in address.

    `by` is None for a command of the operator. Raises IntegrityError where the address is taken.
    """
    if (
        by is not None
        and not by.is_superuser
        and (fields.get("is_staff") or fields.get("is_superuser"))
    ):
        raise ForeignRightsError
    return User.objects.create_user(email, password, name=name, **fields)


@transaction.atomic
def change_email(*, user: User, email: str, verified: bool) -> None:
    """Change the address with which somebody signs in, here and in allauth's table.

    `verified` says that the address is known to be theirs. Their other addresses there go:
    none of them would open the account.
    """
    user.change(email=email.strip().lower())
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)


@transaction.atomic
def update_user(*, user: User, by: User | None, expected: int | None = None, **fields: Any) -> User:
    """Change an account's fields; `password` is set as one, `email` in allauth's table too.

    Raises ForeignRightsError, LastSuperuserError where the last one would lose their rights, and
    StaleVersionError where the account does not have the expected version.
    """
    user = lock_user(user, by=by)
    if fields.get("is_active") is False or fields.get("is_superuser") is False:
        keep_a_superuser(user)
    password = fields.pop("password", None)
    if "email" in fields:
        fields["email"] = fields["email"].strip().lower()
    if password is not None:
        user.set_password(password)
    changed = user.assign(**fields)
    credentials = {"password", "password_is_temporary"} if password is not None else set()
    user.write(changed | credentials, expected=expected)
    if "email" in changed:
        change_email(user=user, email=user.email, verified=False)
    if not user.is_active:
        RefreshToken.objects.filter(user=user).delete()
    return user


@transaction.atomic
def delete_user(*, user: User, by: User | None, expected: int | None = None) -> None:
    """Delete an account with all its rows.

    Raises ForeignRightsError, LastSuperuserError for the last one, and StaleVersionError where the
    account does not have the expected version.
    """
    user = lock_user(user, by=by)
    keep_a_superuser(user)
    if expected is not None:
        user.check_version(expected)
    # Its history goes with it.
    words = "Account %s was deleted by %s.", user.pk, by.pk if by else "a command"
    user.delete()
    transaction.on_commit(lambda: logger.info(*words))


def lock_user(user: User, *, by: User | None) -> User:
    """Return the row as it is now, locked until the transaction ends, if `by` may change it.

    Locks all superusers with it, always in one order: two who delete each other at once would
    otherwise both find the other still there, or wait for each other for ever.
    """
    wanted = Q(pk=user.pk) | Q(is_superuser=True)
    rows = User.objects.select_for_update().filter(wanted).order_by("pk")
    locked: dict[int, User] = {row.pk: row for row in rows}
    if user.pk not in locked:
        raise User.DoesNotExist
    if by is not None and not User.objects.editable_by(by).filter(pk=user.pk).exists():
        raise ForeignRightsError
    return locked[user.pk]


def keep_a_superuser(user: User) -> None:
    """Refuse when the locked `user` is the last active superuser."""
    if user.is_superuser and user.is_active and not superusers_beside([user]).exists():
        raise LastSuperuserError


def superusers_beside(users: Iterable[User]) -> QuerySet[User]:
    """Return the active superusers who are none of these."""
    active = User.objects.active().filter(is_superuser=True)
    return active.exclude(pk__in=[user.pk for user in users])
