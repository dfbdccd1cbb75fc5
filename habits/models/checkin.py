"""Check-ins."""

from __future__ import annotations

from typing import ClassVar, Final

from django.core.validators import MaxLengthValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from accounts.ownership import OwnedModel
from focusflow.instants import DAY_OUT_OF_RANGE, FIRST_DAY, LAST_DAY
from habits.models.counted import CountedModel
from habits.models.habit import DIGITS, LARGEST, PLACES, CheckInError, Habit
from habits.querysets import CheckInQuerySet

NOTE_LENGTH: Final = 10_000


class CheckIn(CountedModel, OwnedModel):
    """What is recorded of a habit on a day of its owner, once a day.

    `value` is a number in the habit's unit; of a yes/no habit 1 for done, and 0 for a "no" that was
    said.
    """

    habit = models.ForeignKey(Habit, on_delete=models.DB_CASCADE, db_index=False)
    day = models.DateField()
    value = models.DecimalField(
        default=1,
        db_default=1,
        validators=[MinValueValidator(0)],
        max_digits=DIGITS,
        decimal_places=PLACES,
    )
    note = models.TextField(
        blank=True, default="", db_default="", validators=[MaxLengthValidator(NOTE_LENGTH)]
    )

    counted_fields = frozenset({"habit", "habit_id", "day", "value"})

    objects = CheckInQuerySet.as_manager()

    class Meta(OwnedModel.Meta):
        verbose_name = "check-in"
        default_related_name = "checkins"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OwnedModel.Meta.constraints,
            # Its index also serves the check-ins of a habit, by day.
            models.UniqueConstraint(
                fields=["habit", "day"],
                name="%(app_label)s_%(class)s_day",
                violation_error_message="The habit has a check-in on this day already.",
            ),
            models.CheckConstraint(
                condition=models.Q(value__range=(0, LARGEST)),
                name="%(app_label)s_%(class)s_value",
                violation_error_message="A check-in's value is 0 to 999,999,999.999.",
            ),
            models.CheckConstraint(
                condition=models.Q(day__range=(FIRST_DAY, LAST_DAY)),
                name="%(app_label)s_%(class)s_day_range",
                violation_error_message=DAY_OUT_OF_RANGE,
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Serves what was done on some days, of all habits.
            models.Index(fields=["user", "day", "id"], name="checkin_by_day"),
            models.Index(fields=["user", "created_at", "id"], name="checkin_by_created"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.value}"

    def habit_ids(self) -> set[int]:
        """Return the id of the habit."""
        return {self.habit_id}

    def clean(self) -> None:
        """Refuse a habit of somebody else, and a day or a value that the habit cannot have.

        What is recorded already stays, whatever the habit asked for when it was.
        """
        super().clean()
        if None in (self.user_id, self.habit_id, self.day, self.value):
            # The form says what is missing; all else depends on it.
            return
        self.habit.refuse_stranger(self.user_id)
        try:
            self.habit.refuse_day(self.day, self.user.local_date(timezone.now()))
            self.habit.refuse_value(self.value)
        except CheckInError:
            same = {"habit": self.habit_id, "day": self.day, "value": self.value}
            if not self.stored().filter(**same).exists():
                raise
