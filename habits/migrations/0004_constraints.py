"""What holds of each habit, once the rows of before have been filled."""

import datetime
from decimal import Decimal

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("habits", "0003_fill")]

    operations = [
        migrations.AddConstraint(
            model_name="habit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("frequency", "daily"), ("span", None), ("times", 1), ("weekdays", None)
                    ),
                    models.Q(
                        ("frequency", "weekdays"),
                        ("span", None),
                        ("times", 1),
                        ("weekdays__isnull", False),
                        ("weekdays__range", (1, 127)),
                    ),
                    models.Q(
                        models.Q(
                            models.Q(("frequency", "weekly"), ("times__range", (1, 7))),
                            models.Q(("frequency", "monthly"), ("times__range", (1, 28))),
                            models.Q(("frequency", "yearly"), ("times__range", (1, 365))),
                            _connector="OR",
                        ),
                        ("span", None),
                        ("weekdays", None),
                    ),
                    models.Q(
                        ("span__isnull", False),
                        ("span__range", (1, 3660)),
                        ("weekdays", None),
                        ("frequency", "rolling"),
                        ("times__range", (1, models.F("span"))),
                    ),
                    models.Q(
                        ("span__isnull", False),
                        ("span__range", (1, 3660)),
                        ("weekdays", None),
                        ("frequency", "interval"),
                        ("times", 1),
                    ),
                    _connector="OR",
                ),
                name="habits_habit_frequency",
                violation_error_message="Say what the frequency asks for, and nothing else: weekdays (1 to 127), times (weekly 7, monthly 28, yearly 365, rolling as many as its days at most; else once), a span of 1 to 3660 days (rolling, interval).",
            ),
        ),
        migrations.AddConstraint(
            model_name="habit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "yes_no"), ("target", None)),
                    models.Q(
                        ("kind", "at_least"),
                        ("target__isnull", False),
                        ("target__range", (Decimal("0.001"), Decimal("999999999.999"))),
                    ),
                    models.Q(
                        ("kind", "at_most"),
                        ("target__isnull", False),
                        ("target__range", (0, Decimal("999999999.999"))),
                        ("times", 1),
                    ),
                    _connector="OR",
                ),
                name="habits_habit_kind",
                violation_error_message="A habit is yes or no without a target, at least a target above 0, or at most a target of 0 or more, once in its period.",
            ),
        ),
        migrations.AddConstraint(
            model_name="habit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("start_date__range", (datetime.date(1900, 1, 2), datetime.date(9998, 12, 29)))
                ),
                name="habits_habit_start_date",
                violation_error_message="The day lies outside the years 1900 to 9998.",
            ),
        ),
        migrations.AddConstraint(
            model_name="habit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "colour__in",
                        [
                            "grey",
                            "red",
                            "orange",
                            "yellow",
                            "green",
                            "teal",
                            "blue",
                            "purple",
                            "pink",
                            "brown",
                        ],
                    )
                ),
                name="habits_habit_colour",
                violation_error_message="A habit has one of the colours that there are.",
            ),
        ),
        migrations.AddConstraint(
            model_name="habit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "icon__in",
                        [
                            "folder",
                            "bicycle",
                            "book",
                            "car",
                            "cart",
                            "computer",
                            "heart",
                            "house",
                            "leaf",
                            "money",
                            "music",
                            "pan",
                            "paw",
                            "people",
                            "plane",
                            "school",
                            "sports",
                            "star",
                            "tools",
                            "work",
                        ],
                    )
                ),
                name="habits_habit_icon",
                violation_error_message="A habit has one of the icons that there are.",
            ),
        ),
        migrations.AddConstraint(
            model_name="habit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("streak", 0),
                        ("streak_first_day", None),
                        ("streak_holds_until", None),
                        ("streak_last_day", None),
                    ),
                    models.Q(
                        ("streak__gte", 1),
                        ("streak_first_day__isnull", False),
                        ("streak_holds_until__gte", models.F("streak_last_day")),
                        ("streak_holds_until__isnull", False),
                        ("streak_last_day__gte", models.F("streak_first_day")),
                        ("streak_last_day__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="habits_habit_streak",
                violation_error_message="A streak is 0, or holds from its first day on.",
            ),
        ),
        migrations.AddConstraint(
            model_name="habit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("longest_first_day", None),
                        ("longest_last_day", None),
                        ("longest_streak", 0),
                    ),
                    models.Q(
                        ("longest_first_day__isnull", False),
                        ("longest_last_day__gte", models.F("longest_first_day")),
                        ("longest_last_day__isnull", False),
                        ("longest_streak__gte", 1),
                    ),
                    _connector="OR",
                ),
                name="habits_habit_longest",
                violation_error_message="The longest streak is 0, or has a first and a last day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="habit",
            constraint=models.CheckConstraint(
                condition=models.Q(("longest_streak__gte", models.F("streak"))),
                name="habits_habit_longer",
                violation_error_message="No streak is longer than the longest.",
            ),
        ),
    ]
