"""Rows of FocusFlow itself, which belong to no app."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models

KEY_LENGTH = 255
LIFETIME = timedelta(hours=24)


class IdempotencyKeyQuerySet(models.QuerySet["IdempotencyKey"]):
    """Idempotency keys."""

    def expired(self, at: datetime) -> Self:
        """Keep the keys that are too old to be honoured."""
        return self.filter(created_at__lte=at - LIFETIME)


class IdempotencyKey(models.Model):
    """A POST that was answered, kept for a day so that its repetition changes nothing.

    The row is written in the transaction of the change: neither is there without the other.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, db_index=False, related_name="+"
    )
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=KEY_LENGTH)
    # Of the request: a key that comes with another body is somebody's mistake.
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(default="")
    location = models.CharField(max_length=2000, default="")
    created_at = models.DateTimeField()

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "route", "key"], name="%(app_label)s_%(class)s_key"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Serves the removal of what is too old.
            models.Index(fields=["created_at"], name="idempotencykey_by_created"),
        ]

    def __str__(self) -> str:
        return self.key


class PeriodicRunQuerySet(models.QuerySet["PeriodicRun"]):
    """When periodic work was last begun."""

    def claim(self, name: str, *, every: timedelta, at: datetime) -> bool:
        """Say whether the work is due at `at`, to one of all who ask at once.

        An instant far in the future is due too: the clock was wrong when it was written.
        """
        is_due = models.Q(begun_at__lte=at - every) | models.Q(begun_at__gt=at + every)
        if self.filter(is_due, name=name).update(begun_at=at):
            return True
        _, is_first = self.get_or_create(name=name, defaults={"begun_at": at})
        return is_first


class PeriodicRun(models.Model):
    """Some periodic work (see `focusflow.periodic`), and when it was last begun."""

    name = models.CharField(primary_key=True, max_length=100)
    begun_at = models.DateTimeField()

    objects = PeriodicRunQuerySet.as_manager()

    class Meta:
        db_table = "focusflow_periodic"
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
