"""Habits."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Final  # Options of a save are of every type.

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from accounts.ownership import OwnedModel
from accounts.places import PlacedModel
from focusflow.appearance import Colour, Icon
from focusflow.instants import DAY_OUT_OF_RANGE, FIRST_DAY, LAST_DAY
from focusflow.sqlite.functions import Today
from habits.deriving import DERIVED, RULE_FIELDS, deriving, rederive, refuse_rule, rule_of
from habits.models.group import Group
from habits.querysets import HabitQuerySet
from habits.rules import LEAST_TARGET
from habits.schedule import LONGEST_SPAN, MOST_TIMES
from habits.strength import decay_of, load_steps, strength_on

# What habits count: below a billion, to the thousandth.
DIGITS: Final = 12
PLACES: Final = 3
LARGEST: Final = Decimal("999999999.999")

# A CHECK lets NULL pass: each comparison asks first whether there is a value.
DAILY: Final = models.Q(frequency="daily", times=1, span=None, weekdays=None)
WEEKDAYS: Final = models.Q(
    frequency="weekdays", times=1, span=None, weekdays__isnull=False, weekdays__range=(1, 127)
)
CALENDAR: Final = models.Q(
    *(
        models.Q(frequency=frequency.value, times__range=(1, most))
        for frequency, most in MOST_TIMES.items()
    ),
    _connector=models.Q.OR,
) & models.Q(span=None, weekdays=None)
SPAN: Final = models.Q(span__isnull=False, span__range=(1, LONGEST_SPAN), weekdays=None)
ROLLING: Final = SPAN & models.Q(frequency="rolling", times__range=(1, models.F("span")))
INTERVAL: Final = SPAN & models.Q(frequency="interval", times=1)


class CheckInError(ValidationError):
    """The habit cannot have this check-in."""


class Habit(PlacedModel, OwnedModel):
    """Something to do, or to keep below a limit, again and again.

    `frequency`, `times`, `span` and `weekdays` say how often, as `habits.schedule` reads them;
    `kind` and `target` how much, as `habits.rules` does. Streak and strength follow from these,
    from check-ins, days of rest and the owner's first day of the week: `habits.deriving` keeps
    them. `streak` holds until the day `streak_holds_until` and is 0 after it (`with_streak`).
    """

    class Frequency(models.TextChoices):
        """How often the habit is asked for."""

        DAILY = "daily", "daily"
        WEEKDAYS = "weekdays", "on some days of the week"
        WEEKLY = "weekly", "weekly"
        MONTHLY = "monthly", "monthly"
        YEARLY = "yearly", "yearly"
        ROLLING = "rolling", "in any number of days"
        INTERVAL = "interval", "every number of days"

    class Kind(models.TextChoices):
        """What a check-in says."""

        YES_NO = "yes_no", "yes or no"
        AT_LEAST = "at_least", "at least"
        AT_MOST = "at_most", "at most"

    name = models.CharField(max_length=100)
    question = models.CharField(
        max_length=255, blank=True, default="", db_default="", help_text="Did you move today?"
    )
    frequency = models.CharField(max_length=50, choices=Frequency)
    times = models.PositiveSmallIntegerField(
        default=1,
        db_default=1,
        validators=[MinValueValidator(1)],
        help_text="In a week, a month, a year, or the span of a rolling schedule.",
    )
    span = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Days of a rolling schedule, or from one time to the next."
    )
    weekdays = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="A sum: Monday is 1, Tuesday 2, Wednesday 4 and so on to Sunday, 64.",
    )
    kind = models.CharField(
        max_length=10, choices=Kind, default=Kind.YES_NO, db_default=Kind.YES_NO
    )
    target = models.DecimalField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="What is to be reached, or not to be passed. Empty for yes or no.",
        max_digits=DIGITS,
        decimal_places=PLACES,
    )
    unit = models.CharField(
        max_length=30, blank=True, default="", db_default="", help_text="Such as km."
    )
    start_date = models.DateField(
        blank=True,
        default=None,
        db_default=Today(),
        help_text="The first day that counts. Empty: the owner's today.",
    )
    group = models.ForeignKey(Group, on_delete=models.DB_SET_NULL, null=True, blank=True)
    colour = models.CharField(
        max_length=10, choices=Colour, default=Colour.GREY, db_default=Colour.GREY
    )
    icon = models.CharField(max_length=10, choices=Icon, default=Icon.STAR, db_default=Icon.STAR)
    reminder_at = models.TimeField(
        null=True, blank=True, help_text="By the owner's clock on the wall."
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    streak = models.IntegerField(default=0, db_default=0, editable=False)
    streak_holds_until = models.DateField(null=True, editable=False)
    streak_first_day = models.DateField(null=True, editable=False)
    streak_last_day = models.DateField(null=True, editable=False)
    longest_streak = models.IntegerField(default=0, db_default=0, editable=False)
    longest_first_day = models.DateField(null=True, editable=False)
    longest_last_day = models.DateField(null=True, editable=False)
    strength_steps = models.JSONField(default=list, db_default=[], editable=False)

    derived_fields = frozenset(DERIVED)
    counted_fields = RULE_FIELDS
    derived_from_owner = frozenset({"week_start"})

    objects = HabitQuerySet.as_manager()

    class Meta(OwnedModel.Meta):
        db_table = "habits"
        default_related_name = "habits"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OwnedModel.Meta.constraints,
            models.CheckConstraint(
                condition=DAILY | WEEKDAYS | CALENDAR | ROLLING | INTERVAL,
                name="%(app_label)s_%(class)s_frequency",
                violation_error_message="Say what the frequency asks for, and nothing else: "
                "weekdays (1 to 127), times (weekly 7, monthly 28, yearly 365, rolling as many as "
                f"its days at most; else once), a span of 1 to {LONGEST_SPAN} days (rolling, "
                "interval).",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="yes_no", target=None)
                | models.Q(
                    kind="at_least", target__isnull=False, target__range=(LEAST_TARGET, LARGEST)
                )
                | models.Q(
                    kind="at_most", target__isnull=False, target__range=(0, LARGEST), times=1
                ),
                name="%(app_label)s_%(class)s_kind",
                violation_error_message="A habit is yes or no without a target, at least a target "
                "above 0, or at most a target of 0 or more, once in its period.",
            ),
            models.CheckConstraint(
                condition=models.Q(start_date__range=(FIRST_DAY, LAST_DAY)),
                name="%(app_label)s_%(class)s_start_date",
                violation_error_message=DAY_OUT_OF_RANGE,
            ),
            models.CheckConstraint(
                condition=models.Q(colour__in=Colour.values),
                name="%(app_label)s_%(class)s_colour",
                violation_error_message="A habit has one of the colours that there are.",
            ),
            models.CheckConstraint(
                condition=models.Q(icon__in=Icon.values),
                name="%(app_label)s_%(class)s_icon",
                violation_error_message="A habit has one of the icons that there are.",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    streak=0, streak_holds_until=None, streak_first_day=None, streak_last_day=None
                )
                | models.Q(
                    streak__gte=1,
                    streak_first_day__isnull=False,
                    streak_last_day__isnull=False,
                    streak_holds_until__isnull=False,
                    streak_holds_until__gte=models.F("streak_last_day"),
                    streak_last_day__gte=models.F("streak_first_day"),
                ),
                name="%(app_label)s_%(class)s_streak",
                violation_error_message="A streak is 0, or holds from its first day on.",
            ),
            models.CheckConstraint(
                condition=models.Q(longest_streak=0, longest_first_day=None, longest_last_day=None)
                | models.Q(
                    longest_streak__gte=1,
                    longest_first_day__isnull=False,
                    longest_last_day__isnull=False,
                    longest_last_day__gte=models.F("longest_first_day"),
                ),
                name="%(app_label)s_%(class)s_longest",
                violation_error_message="The longest streak is 0, or has a first and a last day.",
            ),
            models.CheckConstraint(
                condition=models.Q(longest_streak__gte=models.F("streak")),
                name="%(app_label)s_%(class)s_longer",
                violation_error_message="No streak is longer than the longest.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "name", "id"], name="habit_by_name"),
            models.Index(fields=["user", "position", "id"], name="habit_by_position"),
            models.Index(fields=["user", "created_at", "id"], name="habit_by_created"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; what follows from its rule follows."""
        fields = kwargs.get("update_fields")
        if self._state.adding or (fields is not None and RULE_FIELDS.isdisjoint(fields)):
            super().save(*args, **kwargs)
            return
        with deriving({self.user_id}) as habits:
            super().save(*args, **kwargs)
            habits.add(self.pk)
        self.refresh_from_db(fields=DERIVED)

    def derive(self) -> None:
        """Fill in the first day that counts; nothing is recorded yet of a habit that is new."""
        if self.start_date is None:
            self.start_date = self.user.local_date(timezone.now())
        if self._state.adding:
            for column in self._meta.concrete_fields:
                if column.name in DERIVED:
                    setattr(self, column.name, column.get_default())

    def clean(self) -> None:
        """Refuse a group of somebody else, and fill in what is left out."""
        super().clean()
        if self.user_id is None:
            # A form says that the owner is missing; all else depends on whose it is.
            return
        if self.group is not None and self.group.user_id != self.user_id:
            raise ValidationError({"group": "The group belongs to another account."})
        self.derive()
        refuse_rule(self)

    def archive(self, *, at: datetime, expected: int | None = None) -> set[str]:
        """Put the habit away; one that is away stays as it is."""
        return self.change(archived_at=self.archived_at or at, expected=expected)

    def unarchive(self, *, expected: int | None = None) -> set[str]:
        """Bring the habit back."""
        return self.change(archived_at=None, expected=expected)

    @classmethod
    def follow_owners(cls, owners: Any) -> None:
        """Derive anew the streaks that are counted in weeks."""
        rows = cls.objects.filter(user__in=owners, frequency=cls.Frequency.WEEKLY)
        rederive(rows.values_list("pk", flat=True))

    def refuse_stranger(self, user_id: int) -> None:
        """Refuse to belong to a row of another owner."""
        if self.user_id != user_id:
            raise ValidationError({"habit": "The habit belongs to another account."})

    def refuse_day(self, day: date, today: date) -> None:
        """Refuse a day that the habit has no check-in on."""
        if day > today:
            raise CheckInError({"day": "The day lies in the future."})
        if day < self.start_date:
            raise CheckInError({"day": f"The habit starts on {self.start_date}."})

    def refuse_value(self, value: Decimal) -> None:
        """Refuse a number that is neither yes nor no where one is asked for."""
        if self.kind == self.Kind.YES_NO and value not in (0, 1):
            raise CheckInError({"value": "Say 1 for yes or 0 for no."})

    def streak_on(self, day: date) -> int:
        """Return the streak as it reads on a day of the owner, as `with_streak` does."""
        return self.streak if self.streak_holds_until and day <= self.streak_holds_until else 0

    def strength_on(self, day: date) -> float:
        """Return the strength, 0 to 1, at the end of a day of the owner, if nothing more is done.

        It is read from `strength_steps`: nothing is recomputed.
        """
        # In weeks that start on another day there are as many days.
        decay = decay_of(rule_of(self, week_start=1))
        return strength_on(load_steps(self.strength_steps), decay, day)
