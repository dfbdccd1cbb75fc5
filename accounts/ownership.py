"""Rows that belong to one person: the base of every access rule.

An app whose rows can be shared overrides `OwnedQuerySet.visible_to` and `editable_by` in its own
querysets.py, and nowhere else.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models.functions import UUID4

from focusflow.sqlite.functions import Now

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

Row = TypeVar("Row", bound=models.Model)

STAMPS = ("version", "updated_at")


class OwnedQuerySet(models.QuerySet[Row]):
    """Rows with an owner in `user` and a version."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the rows that `user` may read: their own. None for somebody not signed in."""
        return self.filter(user_id=user.pk)

    def editable_by(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the rows that `user` may change: their own. None for somebody not signed in."""
        return self.filter(user_id=user.pk)

    def update(self, **values: Any) -> int:
        """Change rows in one statement, as Django's `update`; `bulk_update` comes through here.

        A change of derived columns alone leaves version and `updated_at` as they are.
        """
        if not self.model.is_derived(values):  # type: ignore[attr-defined]  # see OwnedModel
            values = {"version": models.F("version") + 1, "updated_at": Now()} | values
        return super().update(**values)


class OwnedModel(models.Model):
    """A row of one owner that other programs may sync.

    `uid` names it across programs and is unique for its owner; `version` starts at 1 and grows
    with each change of more than derived columns; `created_at` and `updated_at` are UTC instants
    of the database's clock.
    """

    # Columns that the app computes from others: writing them is nobody's change.
    derived_fields: ClassVar[frozenset[str]] = frozenset()

    # No index of its own: each table's indexes of lists start with it.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DB_CASCADE,
        db_index=False,
        verbose_name="owner",
    )
    uid = models.UUIDField("UID", default=uuid.uuid4, db_default=UUID4(), editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    version = models.IntegerField(db_default=1, editable=False)

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "uid"],
                name="%(app_label)s_%(class)s_uid",
                violation_error_message="You have another row with this UID.",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; a change of an existing one raises its version."""
        fields = kwargs.get("update_fields")
        if not self._state.adding and not (fields is not None and self.is_derived(fields)):
            # Read back after the save, by RETURNING.
            self.version = models.F("version") + 1
            self.updated_at = Now()
            if fields is not None:
                kwargs["update_fields"] = {*fields, *STAMPS}
        super().save(*args, **kwargs)

    def change(self, **values: Any) -> set[str]:
        """Set fields and write those that differ, so that a concurrent change of others stays.

        Returns the names of the fields written; writes nothing when all are as they were.
        """
        changed = {name for name, value in values.items() if getattr(self, name) != value}
        for name in changed:
            setattr(self, name, values[name])
        if changed:
            self.save(update_fields=changed)
        return changed

    @classmethod
    def is_derived(cls, fields: Any) -> bool:
        """Say whether all of these field names, at least one, are of derived columns."""
        return bool(fields) and cls.derived_fields.issuperset(fields)
