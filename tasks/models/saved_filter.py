"""Filters that people keep."""

from __future__ import annotations

from typing import ClassVar, Final

from django.core.exceptions import ValidationError
from django.db import models

from accounts.ownership import OwnedModel
from accounts.places import PlacedModel
from tasks.filters import FilterError, parse
from tasks.querysets import FilterQuerySet

QUERY_LENGTH: Final = 2_000


class Filter(PlacedModel, OwnedModel):
    """A question to the list of tasks that has a name, in the language of docs/filters.md."""

    name = models.CharField(max_length=100)
    query = models.CharField(max_length=QUERY_LENGTH)

    objects = FilterQuerySet.as_manager()

    class Meta(OwnedModel.Meta):
        default_related_name = "filters"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OwnedModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "name"],
                name="%(app_label)s_%(class)s_name",
                violation_error_message="You have a filter with this name already.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "position", "id"], name="filter_by_position"),
            models.Index(fields=["user", "created_at", "id"], name="filter_by_created"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse what is no filter."""
        super().clean()
        try:
            parse(self.query)
        except FilterError as error:
            raise ValidationError({"query": str(error)}) from error
