"""Reads of accounts, sign-ins and tokens."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self  # Any: a column's value

from django.db import models, transaction

from accounts.ownership import OwnedQuerySet, followers_of
from accounts.versioning import VersionedQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import ApiToken, Limit, RefreshToken, User


class UserQuerySet(VersionedQuerySet["User"]):
    """Accounts."""

    def update(self, **values: Any) -> int:
        """Change accounts as `VersionedQuerySet.update` does, and what their rows make of it."""
        followers = followers_of(values)
        if not followers:
            return super().update(**values)
        with transaction.atomic(savepoint=False):
            # By id: who comes to fit the filter meanwhile would not be followed.
            ids = sorted(self.values_list("pk", flat=True))
            parts: Any = self.parts(ids)
            changed: int = sum(VersionedQuerySet.update(part, **values) for part in parts)
            for model in followers:
                model.follow_owners(ids)
        return changed

    update.alters_data = True  # type: ignore[attr-defined]  # read by templates

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the accounts that `user` may read: their own, and all of them for staff."""
        if getattr(user, "is_staff", False):
            return self.all()
        return self.filter(pk=user.pk)

    def editable_by(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the accounts that `user` may change.

        A superuser changes all; staff those of neither staff nor superusers, beside their own;
        everybody else their own.
        """
        if getattr(user, "is_superuser", False):
            return self.all()
        if getattr(user, "is_staff", False):
            return self.filter(models.Q(is_staff=False, is_superuser=False) | models.Q(pk=user.pk))
        return self.filter(pk=user.pk)

    def active(self) -> Self:
        """Keep the accounts that may sign in."""
        return self.filter(is_active=True)

    def with_email(self, email: str) -> Self:
        """Keep the one account with this address, whatever the case of its letters."""
        return self.filter(email=email.strip().lower())

    def search(self, text: str) -> Self:
        """Keep the accounts that hold the text in address or name, in letters of any case."""
        return self.filter(models.Q(email__icontains=text) | models.Q(name__icontains=text))


class RefreshTokenQuerySet(models.QuerySet["RefreshToken"]):
    """Refresh tokens."""

    def of_family(self, family: str) -> Self:
        """Keep the tokens that descend from one sign-in."""
        return self.filter(family=family)


class LimitQuerySet(models.QuerySet["Limit"]):
    """Counts against limits."""

    def expired(self, at: datetime) -> Self:
        """Keep the counts that no longer hold."""
        return self.filter(expires_at__lte=at)

    def holding(self, at: datetime) -> Self:
        """Keep the counts that hold."""
        return self.filter(expires_at__gt=at)


class ApiTokenQuerySet(OwnedQuerySet["ApiToken"]):
    """Personal API tokens."""

    def usable(self, at: datetime) -> Self:
        """Keep the tokens that open the API at `at`: not expired, their owner active."""
        alive = models.Q(expires_at=None) | models.Q(expires_at__gt=at)
        return self.filter(alive, user__is_active=True)
