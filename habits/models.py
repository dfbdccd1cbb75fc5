"""Habits."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.ownership import OwnedModel
from habits.querysets import HabitQuerySet


class Habit(OwnedModel):
    """Something to do again and again."""

    class Frequency(models.TextChoices):
        """How often the habit is asked for."""

        DAILY = "daily", "daily"
        WEEKLY = "weekly", "weekly"

    name = models.CharField(max_length=100)
    frequency = models.CharField(max_length=50, choices=Frequency)
    streak = models.IntegerField(default=0, db_default=0, editable=False)

    derived_fields = frozenset({"streak"})

    objects = HabitQuerySet.as_manager()

    class Meta(OwnedModel.Meta):
        db_table = "habits"
        default_related_name = "habits"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OwnedModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(frequency__in=["daily", "weekly"]),
                name="%(app_label)s_%(class)s_frequency",
                violation_error_message="A habit's frequency is daily or weekly.",
            ),
            models.CheckConstraint(
                condition=models.Q(streak__gte=0),
                name="%(app_label)s_%(class)s_streak",
                violation_error_message="A streak is not negative.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "name", "id"], name="habit_by_name"),
            models.Index(fields=["user", "created_at", "id"], name="habit_by_created"),
        ]

    def __str__(self) -> str:
        return self.name
