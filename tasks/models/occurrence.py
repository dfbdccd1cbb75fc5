"""What was done: each completion of a task, each occurrence of a series completed or skipped."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.ownership import OwnedModel
from tasks.models.task import Task
from tasks.querysets import OccurrenceQuerySet


class Occurrence(OwnedModel):
    """An occurrence of a task that was completed or skipped, and is kept.

    `due_date` and `due_day` say which one it was: when it was due, or NULL for a task that was not
    due at all. `missed` counts the occurrences of the schedule that passed between it and the one
    that came next. `before` holds what undoing it writes back: columns of the task, and of the
    subtasks that went along, by their ids.
    """

    class Status(models.TextChoices):
        """What became of it."""

        COMPLETED = "completed", "completed"
        SKIPPED = "skipped", "skipped"

    task = models.ForeignKey(Task, on_delete=models.DB_CASCADE, db_index=False)
    status = models.CharField(max_length=10, choices=Status)
    at = models.DateTimeField()
    due_date = models.DateTimeField(null=True)
    due_day = models.DateField(null=True)
    missed = models.PositiveSmallIntegerField(default=0, db_default=0)
    before = models.JSONField(default=dict, editable=False)

    # The task's own events say it.
    unrecorded_fields = OwnedModel.unrecorded_fields | {"before"}

    objects = OccurrenceQuerySet.as_manager()

    class Meta(OwnedModel.Meta):
        db_table = "tasks_occurrence"
        default_related_name = "occurrences"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OwnedModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(status__in=["completed", "skipped"]),
                name="%(app_label)s_%(class)s_status",
                violation_error_message="An occurrence is completed or skipped.",
            ),
            models.CheckConstraint(
                condition=models.Q(due_date=None, due_day=None)
                | models.Q(due_date__isnull=False, due_day__isnull=False),
                name="%(app_label)s_%(class)s_due",
                violation_error_message="What is due has a day and an instant.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "at", "id"], name="occurrence_by_at"),
            models.Index(fields=["user", "created_at", "id"], name="occurrence_by_created"),
            # Serves the history of one task, and its removal.
            models.Index(fields=["task", "id"], name="occurrence_by_task"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.get_status_display()}"
