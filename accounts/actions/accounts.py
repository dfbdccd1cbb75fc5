"""Accounts as a whole: how they are made, changed and deleted, and by whom."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Cast

from accounts import history
from accounts.actions.addresses import change_email
from accounts.actions.sign_ins import end_sign_ins
from accounts.models import User
from accounts.versioning import recorded_models

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
    """Make an account and its sign-in address, for which whoever makes it vouches.

    `by` is None for a command of the operator. Raises IntegrityError where the address is taken.
    """
    if (
        by is not None
        and not by.is_superuser
        and (fields.get("is_staff") or fields.get("is_superuser"))
    ):
        raise ForeignRightsError
    return User.objects.create_user(email, password, name=name, verified=True, **fields)


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
    changed = user.assign(**fields)
    if password is not None:
        user.set_password(password)
        changed |= {"password", "password_is_temporary"}
    user.write(changed, expected=expected)
    if "email" in changed:
        change_email(user=user, email=user.email, verified=True)
    if not user.is_active:
        end_sign_ins(user)
    return user


def count_rows(user: User) -> dict[str, int]:
    """Return how many rows of each kind go with the account; what only links two is none."""
    counts = history.count_related(User, [user.pk]).get(user.pk, {})
    kinds = {history.kind_of(model) for model in recorded_models()}
    return {kind: count for kind, count in counts.items() if kind in kinds}


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
    end_sign_ins(user)
    forget_in_admin_log(user)
    words = "Account %s was deleted by %s.", user.pk, by.pk if by else "a command"
    user.delete()
    transaction.on_commit(lambda: logger.info(*words))


def forget_in_admin_log(user: User) -> None:
    """Remove what the admin's log says of the account and its rows: it quotes their names."""
    for model in recorded_models():
        ids = model._base_manager.filter(**{model.owner_column: user.pk}).values(
            text=Cast("pk", models.TextField())
        )
        kind = ContentType.objects.get_for_model(model)
        LogEntry.objects.filter(content_type=kind, object_id__in=ids).delete()


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
