"""Categories."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from accounts.ownership import OwnedModel
from accounts.places import PlacedModel
from focusflow.appearance import Colour, Icon
from tasks.querysets import CategoryQuerySet


class Category(PlacedModel, OwnedModel):
    """A named group of one person's tasks.

    While `archived_at` is set the category is put away: it and its tasks are left out of lists.
    """

    name = models.CharField(max_length=100)
    colour = models.CharField(
        max_length=10, choices=Colour, default=Colour.GREY, db_default=Colour.GREY
    )
    icon = models.CharField(
        max_length=10, choices=Icon, default=Icon.FOLDER, db_default=Icon.FOLDER
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CategoryQuerySet.as_manager()

    class Meta(OwnedModel.Meta):
        db_table = "categories"
        verbose_name_plural = "categories"
        default_related_name = "categories"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OwnedModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "name"],
                name="%(app_label)s_%(class)s_name",
                violation_error_message="You have a category with this name already.",
            ),
            models.CheckConstraint(
                condition=models.Q(colour__in=Colour.values),
                name="%(app_label)s_%(class)s_colour",
                violation_error_message="A category has one of the colours that there are.",
            ),
            models.CheckConstraint(
                condition=models.Q(icon__in=Icon.values),
                name="%(app_label)s_%(class)s_icon",
                violation_error_message="A category has one of the icons that there are.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "name", "id"], name="category_by_name"),
            models.Index(fields=["user", "position", "id"], name="category_by_position"),
            models.Index(fields=["user", "created_at", "id"], name="category_by_created"),
        ]

    def __str__(self) -> str:
        return self.name

    def archive(self, *, at: datetime, expected: int | None = None) -> set[str]:
        """Put the category away with its tasks; one that is away stays as it is."""
        return self.change(archived_at=self.archived_at or at, expected=expected)

    def unarchive(self, *, expected: int | None = None) -> set[str]:
        """Bring the category and its tasks back."""
        return self.change(archived_at=None, expected=expected)
