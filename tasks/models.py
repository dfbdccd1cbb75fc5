"""Tasks, and the categories that hold them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.functions import Coalesce

from accounts.ownership import OwnedModel
from focusflow.instants import FIRST_INSTANT, LAST_INSTANT
from tasks.querysets import CategoryQuerySet, TaskQuerySet

DESCRIPTION_LENGTH = 50_000

# Stands for "no due date" where lists are ordered: it sorts after all others.
NO_DUE = datetime(9999, 1, 1, tzinfo=UTC)


class Category(OwnedModel):
    """A named group of one person's tasks."""

    name = models.CharField(max_length=100)

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
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "name", "id"], name="category_by_name"),
            models.Index(fields=["user", "created_at", "id"], name="category_by_created"),
        ]

    def __str__(self) -> str:
        return self.name


class Task(OwnedModel):
    """Something to do."""

    title = models.CharField(max_length=255)
    description = models.TextField(
        blank=True, default="", db_default="", validators=[MaxLengthValidator(DESCRIPTION_LENGTH)]
    )
    completed = models.BooleanField(default=False, db_default=False)
    due_date = models.DateTimeField(null=True, blank=True)
    # A row comparison, which pages of a list are cut by, is never true beside a NULL.
    due_order = models.GeneratedField(
        expression=Coalesce("due_date", models.Value(NO_DUE)),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    category = models.ForeignKey(Category, on_delete=models.DB_SET_NULL, null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta(OwnedModel.Meta):
        db_table = "tasks"
        default_related_name = "tasks"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OwnedModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(due_date=None)
                | models.Q(due_date__range=(FIRST_INSTANT, LAST_INSTANT)),
                name="%(app_label)s_%(class)s_due_date",
                violation_error_message="A due date lies in the years 1900 to 9998.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "due_order", "id"], name="task_by_due"),
            models.Index(fields=["user", "created_at", "id"], name="task_by_created"),
            models.Index(fields=["user", "title", "id"], name="task_by_title"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a category of somebody else."""
        super().clean()
        if self.category is not None and self.category.user_id != self.user_id:
            raise ValidationError({"category": "The category belongs to another account."})
