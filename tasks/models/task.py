"""Tasks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar, Final  # Any: a column's value.
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import validate_time_zone
from accounts.ownership import OwnedModel
from accounts.places import PlacedModel
from focusflow.instants import FIRST_INSTANT, LAST_INSTANT
from tasks import due
from tasks.fields import SearchField
from tasks.folding import join_parts
from tasks.models.category import Category
from tasks.querysets import TaskQuerySet
from tasks.recurrence import Mode, Recurrence, RuleError, parse_dtstart
from tasks.searching import SEARCHED

DESCRIPTION_LENGTH: Final = 50_000
RULE_LENGTH: Final = 1_000
# A task, its subtasks, theirs, …: as many levels as a screen has room to indent.
LEVELS: Final = 5
LOWEST_PRIORITY: Final = 9
LONGEST_ESTIMATE: Final = 100_000  # minutes, which are ten weeks by day and night
PRIORITY_WORDS: Final = "A priority is 1 (highest) to 9 (lowest), or 0 for none."
ESTIMATE_WORDS: Final = f"An estimate is 1 to {LONGEST_ESTIMATE} minutes."

# Stand for "no due date" where lists are ordered: they sort after all others.
NO_DUE: Final = datetime(9999, 1, 1, tzinfo=UTC)
NO_DAY: Final = date(9999, 1, 1)

# The columns that say when a task starts, is due and repeats.
SAY_DATES: Final = (
    *("time_zone", "all_day", "start_date", "due_date"),
    *("rrule", "dtstart", "repeat_from"),
)

OPEN: Final = models.Q(completed=False, deleted_at=None)


class Task(PlacedModel, OwnedModel):
    """Something to do, once or in a series.

    `due_date` is an instant; of a task that is due all day, the start of its day in `time_zone`.
    `due_day` is that day, or the one of the instant. Of a series (`rrule`, `dtstart` and
    `repeat_from`, as `tasks.recurrence` reads them) they are those of the next open occurrence.
    A task with `deleted_at` is in the trash.
    """

    class RepeatFrom(models.TextChoices):
        """What the next occurrence of a series counts from."""

        SCHEDULE = Mode.SCHEDULE.value, "schedule"
        COMPLETION = Mode.COMPLETION.value, "completion"

    title = models.CharField(max_length=255)
    description = models.TextField(
        blank=True, default="", db_default="", validators=[MaxLengthValidator(DESCRIPTION_LENGTH)]
    )
    completed = models.BooleanField(default=False, db_default=False)
    completed_at = models.DateTimeField(null=True, editable=False)
    priority = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="1 is the highest, 9 the lowest, 0 none (RFC 5545)."
    )
    estimate_minutes = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    start_date = models.DateTimeField(null=True, blank=True)
    due_date = models.DateTimeField(null=True, blank=True)
    all_day = models.BooleanField(
        default=False, db_default=False, help_text="Due on a day, not at an instant."
    )
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="UTC",
        validators=[validate_time_zone],
        help_text="Of the due date, such as Europe/Berlin. Empty: the owner's.",
    )
    due_day = models.DateField(null=True, editable=False)
    rrule = models.CharField(
        "recurrence rule",
        max_length=RULE_LENGTH,
        blank=True,
        default="",
        db_default="",
        help_text="An RRULE of RFC 5545, such as FREQ=WEEKLY;BYDAY=MO. Empty: it is due once.",
    )
    dtstart = models.CharField(
        "DTSTART",
        max_length=15,
        blank=True,
        default="",
        db_default="",
        help_text="The first occurrence of the series, such as 20261231 or 20261231T180000. "
        "Empty: when the task is due.",
    )
    repeat_from = models.CharField(
        max_length=10,
        choices=RepeatFrom,
        default=RepeatFrom.SCHEDULE,
        db_default=RepeatFrom.SCHEDULE,
        help_text="What the next occurrence counts from.",
    )
    category = models.ForeignKey(Category, on_delete=models.DB_SET_NULL, null=True, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.DB_CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="subtasks",
    )
    deleted_at = models.DateTimeField(null=True, editable=False)
    # What searches read (see `tasks.searching`), with an index that `tasks.indexing` makes.
    search_text = SearchField(default="", db_default="", editable=False)
    # A row comparison, which pages of a list are cut by, is never true beside a NULL.
    due_order = models.GeneratedField(
        expression=Coalesce("due_date", models.Value(NO_DUE)),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    day_order = models.GeneratedField(
        expression=Coalesce("due_day", models.Value(NO_DAY)),
        output_field=models.DateField(),
        db_persist=True,
    )

    derived_fields = frozenset({"due_day", "search_text"})
    derived_from: ClassVar = {
        "completed_at": frozenset({"completed"}),
        "start_date": frozenset({"all_day", "time_zone"}),
        "due_date": frozenset({"all_day", "time_zone", "rrule", "dtstart"}),
        "due_day": frozenset({"due_date", "all_day", "time_zone", "rrule", "dtstart"}),
        "dtstart": frozenset({"rrule", "all_day", "time_zone"}),
        "rrule": frozenset({"dtstart", "all_day", "time_zone", "repeat_from"}),
        "search_text": SEARCHED,
    }

    objects = TaskQuerySet.as_manager()

    class Meta(OwnedModel.Meta):
        db_table = "tasks"
        default_related_name = "tasks"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OwnedModel.Meta.constraints,
            *(
                models.CheckConstraint(
                    condition=models.Q((name, None))
                    | models.Q((f"{name}__range", (FIRST_INSTANT, LAST_INSTANT))),
                    name=f"%(app_label)s_%(class)s_{name}",
                    violation_error_message=f"A {words} lies in the years 1900 to 9998.",
                )
                for name, words in (("due_date", "due date"), ("start_date", "start date"))
            ),
            models.CheckConstraint(
                condition=models.Q(due_date=None, due_day=None)
                | models.Q(due_date__isnull=False, due_day__isnull=False),
                name="%(app_label)s_%(class)s_due_day",
                violation_error_message="What is due has a day and an instant.",
            ),
            models.CheckConstraint(
                condition=models.Q(start_date=None)
                | models.Q(due_date=None)
                | models.Q(start_date__lte=models.F("due_date")),
                name="%(app_label)s_%(class)s_start_before_due",
                violation_error_message="A task starts before it is due.",
            ),
            models.CheckConstraint(
                condition=models.Q(completed=False, completed_at=None)
                | models.Q(completed=True, completed_at__isnull=False),
                name="%(app_label)s_%(class)s_completed_at",
                violation_error_message="What is completed was completed at an instant.",
            ),
            models.CheckConstraint(
                condition=models.Q(priority__range=(0, LOWEST_PRIORITY)),
                name="%(app_label)s_%(class)s_priority",
                violation_error_message=PRIORITY_WORDS,
            ),
            models.CheckConstraint(
                condition=models.Q(estimate_minutes=None)
                | models.Q(estimate_minutes__range=(1, LONGEST_ESTIMATE)),
                name="%(app_label)s_%(class)s_estimate",
                violation_error_message=ESTIMATE_WORDS,
            ),
            models.CheckConstraint(
                condition=models.Q(repeat_from__in=["schedule", "completion"]),
                name="%(app_label)s_%(class)s_repeat_from",
                violation_error_message="A series repeats from its schedule or from completion.",
            ),
            models.CheckConstraint(
                condition=models.Q(rrule="", dtstart="")
                | (~models.Q(rrule="") & ~models.Q(dtstart="") & models.Q(due_date__isnull=False)),
                name="%(app_label)s_%(class)s_series",
                violation_error_message="A series needs a due date. Say when the task is due.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "day_order", "due_order", "id"], name="task_by_due"),
            models.Index(fields=["user", "created_at", "id"], name="task_by_created"),
            models.Index(fields=["user", "title", "id"], name="task_by_title"),
            models.Index(fields=["user", "position", "id"], name="task_by_position"),
            models.Index(
                fields=["user", "category", "day_order", "due_order", "id"],
                name="task_by_category",
            ),
            # Serves the list of a parent, and its removal.
            models.Index(fields=["parent", "position", "id"], name="task_by_parent"),
            # Serve the lists of what is open, in all and without a category.
            models.Index(
                fields=["user", "day_order", "due_order", "id"], condition=OPEN, name="task_open"
            ),
            models.Index(
                fields=["user", "day_order", "due_order", "id"],
                condition=OPEN & models.Q(category=None),
                name="task_inbox",
            ),
            # Serves what was completed, by day.
            models.Index(
                fields=["user", "completed_at", "id"],
                condition=models.Q(completed=True, deleted_at=None),
                name="task_completed",
            ),
            # Serves the trash, and its emptying.
            models.Index(
                fields=["user", "deleted_at", "id"],
                condition=models.Q(deleted_at__isnull=False),
                name="task_trash",
            ),
            # Serves the open series, which the agenda expands.
            models.Index(
                fields=["user", "id"], condition=OPEN & ~models.Q(rrule=""), name="task_series"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def derive(self) -> None:
        """Fill in the zone, the day, DTSTART and when it was completed.

        Raises RuleError for a series that cannot be; `clean` says so to people.
        """
        self.time_zone = self.time_zone or self.user.time_zone
        self.completed_at = (self.completed_at or timezone.now()) if self.completed else None
        dates = due.settle_dates({name: getattr(self, name) for name in SAY_DATES})
        for name, value in dates.items():
            setattr(self, name, value)

    @classmethod
    def complete(cls, row: dict[str, Any]) -> None:
        """Fill in what `derive` does of a new row of plain values, and what is searched of it.

        The zone is not left to the owner.
        """
        row["completed_at"] = (row["completed_at"] or timezone.now()) if row["completed"] else None
        row |= due.settle_dates(row)
        row["search_text"] = join_parts(row["title"], (), row["description"])

    def clean(self) -> None:
        """Refuse rows of somebody else, too many levels, and a series that cannot be."""
        super().clean()
        if self.user_id is None:
            # A form says that the owner is missing; all else depends on whose it is.
            return
        if self.category is not None and self.category.user_id != self.user_id:
            raise ValidationError({"category": "The category belongs to another account."})
        if self.parent is not None:
            self.check_parent(self.parent)
        try:
            self.derive()
        except RuleError as error:
            raise ValidationError({"rrule": str(error)}) from error

    def check_parent(self, parent: Task) -> None:
        """Refuse a parent that this cannot be a subtask of."""
        if parent.user_id != self.user_id:
            raise ValidationError({"parent": "The parent belongs to another account."})
        if parent.deleted_at is not None:
            raise ValidationError({"parent": "The parent is in the trash: restore it first."})
        above = Task.objects.list_above(parent.pk)
        if self.pk in above:
            raise ValidationError({"parent": "A task cannot be below itself."})
        below = Task.objects.count_levels_below(self.pk) if self.pk else 0
        if len(above) + 1 + below > LEVELS:
            raise ValidationError({"parent": f"There are at most {LEVELS} levels of subtasks."})

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the due date."""
        return ZoneInfo(self.time_zone)

    @property
    def recurrence(self) -> Recurrence | None:
        """The series; None for a task that is due once."""
        if not self.rrule:
            return None
        dtstart = parse_dtstart(self.dtstart)
        return Recurrence(self.rrule, dtstart, self.zone, Mode(self.repeat_from))
