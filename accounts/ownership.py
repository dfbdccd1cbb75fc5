"""Rows that belong to one person: the base of every access rule.

An app whose rows can be shared overrides `OwnedQuerySet.visible_to` and `editable_by` in its own
querysets.py, and nowhere else.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models.functions import UUID4

from accounts.versioning import VersionedModel, VersionedQuerySet, recorded_models

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

Row = TypeVar("Row", bound=models.Model)


class OwnedQuerySet(VersionedQuerySet[Row]):
    """Rows with an owner in `user`."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the rows that `user` may read: their own. None for somebody not signed in."""
        return self.filter(user_id=user.pk)

    def editable_by(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the rows that `user` may change: their own. None for somebody not signed in."""
        return self.filter(user_id=user.pk)


class OwnedModel(VersionedModel):
    """A row of one owner that other programs may sync.

    `uid` names it across programs and is unique for its owner.
    """

    # No index of its own: each table's indexes of lists start with it.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DB_CASCADE,
        db_index=False,
        verbose_name="owner",
    )
    uid = models.UUIDField("UID", default=uuid.uuid4, db_default=UUID4(), editable=False)

    unrecorded_fields = VersionedModel.unrecorded_fields | {"user", "uid"}
    # Columns of the owner's account that derived columns of the row are made of.
    derived_from_owner: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "uid"],
                name="%(app_label)s_%(class)s_uid",
                violation_error_message="You have another row with this UID.",
            ),
        ]

    @classmethod
    def follow_owners(cls, owners: Collection[int]) -> None:
        """Derive anew what is made of the accounts of these owners, which were just changed.

        For models that name a column of theirs in `derived_from_owner`.
        """


def followers_of(fields: Iterable[str] | None) -> list[type[OwnedModel]]:
    """Return the models that derive something from one of these columns of accounts; None: all."""
    owned = (model for model in recorded_models() if issubclass(model, OwnedModel))
    return [
        model
        for model in owned
        if model.derived_from_owner
        and (fields is None or not model.derived_from_owner.isdisjoint(fields))
    ]
