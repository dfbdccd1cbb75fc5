"""Days of rest."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models

from accounts.ownership import OwnedModel
from focusflow.instants import DAY_OUT_OF_RANGE, FIRST_DAY, LAST_DAY
from habits.models.checkin import NOTE_LENGTH
from habits.models.counted import CountedModel
from habits.models.habit import Habit
from habits.querysets import RestQuerySet


class Rest(CountedModel, OwnedModel):
    """Days, both ends included, on which a habit need not be kept; all of a person's without one.

    Rest excuses and never takes away: what is checked in on such a day counts.
    """

    class Reason(models.TextChoices):
        """Why there is rest."""

        SKIP = "skip", "skip"
        VACATION = "vacation", "vacation"
        ILLNESS = "illness", "illness"
        OTHER = "other", "other"

    habit = models.ForeignKey(
        Habit,
        on_delete=models.DB_CASCADE,
        null=True,
        blank=True,
        help_text="Empty: all habits, also those that are made later.",
    )
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(
        max_length=10, choices=Reason, default=Reason.SKIP, db_default=Reason.SKIP
    )
    note = models.TextField(
        blank=True, default="", db_default="", validators=[MaxLengthValidator(NOTE_LENGTH)]
    )

    counted_fields = frozenset({"habit", "habit_id", "first_day", "last_day"})

    objects = RestQuerySet.as_manager()

    class Meta(OwnedModel.Meta):
        verbose_name = "rest"
        verbose_name_plural = "rest"
        default_related_name = "rests"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OwnedModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(first_day__lte=models.F("last_day")),
                name="%(app_label)s_%(class)s_days",
                violation_error_message="Rest ends on its first day or after it.",
            ),
            models.CheckConstraint(
                condition=models.Q(first_day__gte=FIRST_DAY, last_day__lte=LAST_DAY),
                name="%(app_label)s_%(class)s_day_range",
                violation_error_message=DAY_OUT_OF_RANGE,
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=["skip", "vacation", "illness", "other"]),
                name="%(app_label)s_%(class)s_reason",
                violation_error_message="The reason for rest is skip, vacation, illness or other.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "first_day", "id"], name="rest_by_first_day"),
            models.Index(fields=["user", "created_at", "id"], name="rest_by_created"),
        ]

    def __str__(self) -> str:
        if self.first_day == self.last_day:
            return f"{self.get_reason_display()} {self.first_day}"
        return f"{self.get_reason_display()} {self.first_day} to {self.last_day}"

    def clean(self) -> None:
        """Refuse a habit of somebody else."""
        super().clean()
        if self.user_id is not None and self.habit is not None:
            self.habit.refuse_stranger(self.user_id)
