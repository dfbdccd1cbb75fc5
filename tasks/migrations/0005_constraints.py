"""What holds of each task, once the rows of before have been filled."""

import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0004_fill")]

    operations = [
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("start_date", None),
                    (
                        "start_date__range",
                        (
                            datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc),
                            datetime.datetime(9998, 12, 31, 0, 0, tzinfo=datetime.timezone.utc),
                        ),
                    ),
                    _connector="OR",
                ),
                name="tasks_task_start_date",
                violation_error_message="A start date lies in the years 1900 to 9998.",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_date", None), ("due_day", None)),
                    models.Q(("due_date__isnull", False), ("due_day__isnull", False)),
                    _connector="OR",
                ),
                name="tasks_task_due_day",
                violation_error_message="What is due has a day and an instant.",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("start_date", None),
                    ("due_date", None),
                    ("start_date__lte", models.F("due_date")),
                    _connector="OR",
                ),
                name="tasks_task_start_before_due",
                violation_error_message="A task starts before it is due.",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("completed", False), ("completed_at", None)),
                    models.Q(("completed", True), ("completed_at__isnull", False)),
                    _connector="OR",
                ),
                name="tasks_task_completed_at",
                violation_error_message="What is completed was completed at an instant.",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(("priority__range", (0, 9))),
                name="tasks_task_priority",
                violation_error_message="A priority is 1 (highest) to 9 (lowest), or 0 for none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("estimate_minutes", None),
                    ("estimate_minutes__range", (1, 100000)),
                    _connector="OR",
                ),
                name="tasks_task_estimate",
                violation_error_message="An estimate is 1 to 100000 minutes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(("repeat_from__in", ["schedule", "completion"])),
                name="tasks_task_repeat_from",
                violation_error_message="A series repeats from its schedule or from completion.",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dtstart", ""), ("rrule", "")),
                    models.Q(
                        models.Q(("rrule", ""), _negated=True),
                        models.Q(("dtstart", ""), _negated=True),
                        ("due_date__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="tasks_task_series",
                violation_error_message="A series needs a due date. Say when the task is due.",
            ),
        ),
    ]
