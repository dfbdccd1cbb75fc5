"""Groups of habits."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.ownership import OwnedModel
from accounts.places import PlacedModel
from habits.querysets import GroupQuerySet


class Group(PlacedModel, OwnedModel):
    """A named group of one person's habits, such as those of the morning."""

    name = models.CharField(max_length=100)

    objects = GroupQuerySet.as_manager()

    class Meta(OwnedModel.Meta):
        # Groups of accounts have the short names.
        verbose_name = "habit group"
        default_related_name = "habit_groups"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OwnedModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "name"],
                name="%(app_label)s_%(class)s_name",
                violation_error_message="You have a group with this name already.",
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="%(app_label)s_%(class)s_named",
                violation_error_message="A group has a name.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "position", "id"], name="habitgroup_by_position"),
            models.Index(fields=["user", "created_at", "id"], name="habitgroup_by_created"),
        ]

    def __str__(self) -> str:
        return self.name
