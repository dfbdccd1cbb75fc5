"""Check-ins, days of rest, groups, and what habits have with them."""

import accounts.places
import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.uuid
import focusflow.sqlite.functions
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("habits", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CheckIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=focusflow.sqlite.functions.Now(), editable=False
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=focusflow.sqlite.functions.Now(), editable=False
                    ),
                ),
                ("version", models.IntegerField(db_default=1, editable=False)),
                (
                    "uid",
                    models.UUIDField(
                        db_default=django.db.models.functions.uuid.UUID4(),
                        default=uuid.uuid4,
                        editable=False,
                        verbose_name="UID",
                    ),
                ),
                ("day", models.DateField()),
                (
                    "value",
                    models.DecimalField(
                        db_default=1,
                        decimal_places=3,
                        default=1,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        db_default="",
                        default="",
                        validators=[django.core.validators.MaxLengthValidator(10000)],
                    ),
                ),
            ],
            options={
                "verbose_name": "check-in",
                "abstract": False,
                "default_related_name": "checkins",
            },
        ),
        migrations.CreateModel(
            name="Group",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=focusflow.sqlite.functions.Now(), editable=False
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=focusflow.sqlite.functions.Now(), editable=False
                    ),
                ),
                ("version", models.IntegerField(db_default=1, editable=False)),
                (
                    "uid",
                    models.UUIDField(
                        db_default=django.db.models.functions.uuid.UUID4(),
                        default=uuid.uuid4,
                        editable=False,
                        verbose_name="UID",
                    ),
                ),
                (
                    "position",
                    models.BigIntegerField(
                        db_default=0, default=accounts.places.next_place, editable=False
                    ),
                ),
                ("name", models.CharField(max_length=100)),
            ],
            options={
                "verbose_name": "habit group",
                "abstract": False,
                "default_related_name": "habit_groups",
            },
        ),
        migrations.CreateModel(
            name="Rest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=focusflow.sqlite.functions.Now(), editable=False
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=focusflow.sqlite.functions.Now(), editable=False
                    ),
                ),
                ("version", models.IntegerField(db_default=1, editable=False)),
                (
                    "uid",
                    models.UUIDField(
                        db_default=django.db.models.functions.uuid.UUID4(),
                        default=uuid.uuid4,
                        editable=False,
                        verbose_name="UID",
                    ),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("skip", "skip"),
                            ("vacation", "vacation"),
                            ("illness", "illness"),
                            ("other", "other"),
                        ],
                        db_default="skip",
                        default="skip",
                        max_length=10,
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        db_default="",
                        default="",
                        validators=[django.core.validators.MaxLengthValidator(10000)],
                    ),
                ),
            ],
            options={
                "verbose_name": "rest",
                "verbose_name_plural": "rest",
                "abstract": False,
                "default_related_name": "rests",
            },
        ),
        migrations.RemoveConstraint(
            model_name="habit",
            name="habits_habit_frequency",
        ),
        migrations.RemoveConstraint(
            model_name="habit",
            name="habits_habit_streak",
        ),
        migrations.AddField(
            model_name="habit",
            name="archived_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="habit",
            name="colour",
            field=models.CharField(
                choices=[
                    ("grey", "grey"),
                    ("red", "red"),
                    ("orange", "orange"),
                    ("yellow", "yellow"),
                    ("green", "green"),
                    ("teal", "teal"),
                    ("blue", "blue"),
                    ("purple", "purple"),
                    ("pink", "pink"),
                    ("brown", "brown"),
                ],
                db_default="grey",
                default="grey",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="habit",
            name="icon",
            field=models.CharField(
                choices=[
                    ("folder", "folder"),
                    ("bicycle", "bicycle"),
                    ("book", "book"),
                    ("car", "car"),
                    ("cart", "shopping cart"),
                    ("computer", "computer"),
                    ("heart", "heart"),
                    ("house", "house"),
                    ("leaf", "leaf"),
                    ("money", "money"),
                    ("music", "music"),
                    ("pan", "pan"),
                    ("paw", "paw"),
                    ("people", "people"),
                    ("plane", "plane"),
                    ("school", "school"),
                    ("sports", "sports"),
                    ("star", "star"),
                    ("tools", "tools"),
                    ("work", "work"),
                ],
                db_default="star",
                default="star",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="habit",
            name="kind",
            field=models.CharField(
                choices=[("yes_no", "yes or no"), ("at_least", "at least"), ("at_most", "at most")],
                db_default="yes_no",
                default="yes_no",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="habit",
            name="longest_first_day",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="habit",
            name="longest_last_day",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="habit",
            name="longest_streak",
            field=models.IntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="habit",
            name="position",
            field=models.BigIntegerField(
                db_default=0, default=accounts.places.next_place, editable=False
            ),
        ),
        migrations.AddField(
            model_name="habit",
            name="question",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Did you move today?",
                max_length=255,
            ),
        ),
        migrations.AddField(
            model_name="habit",
            name="reminder_at",
            field=models.TimeField(
                blank=True, help_text="By the owner's clock on the wall.", null=True
            ),
        ),
        migrations.AddField(
            model_name="habit",
            name="span",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Days of a rolling schedule, or from one time to the next.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="habit",
            name="start_date",
            field=models.DateField(
                blank=True,
                db_default=focusflow.sqlite.functions.Today(),
                default=None,
                help_text="The first day that counts. Empty: the owner's today.",
            ),
        ),
        migrations.AddField(
            model_name="habit",
            name="streak_first_day",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="habit",
            name="streak_holds_until",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="habit",
            name="streak_last_day",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="habit",
            name="strength_steps",
            field=models.JSONField(db_default=[], default=list, editable=False),
        ),
        migrations.AddField(
            model_name="habit",
            name="target",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                help_text="What is to be reached, or not to be passed. Empty for yes or no.",
                max_digits=12,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="habit",
            name="times",
            field=models.PositiveSmallIntegerField(
                db_default=1,
                default=1,
                help_text="In a week, a month, a year, or the span of a rolling schedule.",
                validators=[django.core.validators.MinValueValidator(1)],
            ),
        ),
        migrations.AddField(
            model_name="habit",
            name="unit",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="Such as km.", max_length=30
            ),
        ),
        migrations.AddField(
            model_name="habit",
            name="weekdays",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="A sum: Monday is 1, Tuesday 2, Wednesday 4 and so on to Sunday, 64.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="habit",
            name="frequency",
            field=models.CharField(
                choices=[
                    ("daily", "daily"),
                    ("weekdays", "on some days of the week"),
                    ("weekly", "weekly"),
                    ("monthly", "monthly"),
                    ("yearly", "yearly"),
                    ("rolling", "in any number of days"),
                    ("interval", "every number of days"),
                ],
                max_length=50,
            ),
        ),
        migrations.AddField(
            model_name="checkin",
            name="habit",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, to="habits.habit"
            ),
        ),
        migrations.AddField(
            model_name="checkin",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.DB_CASCADE,
                to=settings.AUTH_USER_MODEL,
                verbose_name="owner",
            ),
        ),
        migrations.AddField(
            model_name="group",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.DB_CASCADE,
                to=settings.AUTH_USER_MODEL,
                verbose_name="owner",
            ),
        ),
        migrations.AddField(
            model_name="habit",
            name="group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.DB_SET_NULL,
                to="habits.group",
            ),
        ),
        migrations.AddIndex(
            model_name="habit",
            index=models.Index(fields=["user", "position", "id"], name="habit_by_position"),
        ),
        migrations.AddField(
            model_name="rest",
            name="habit",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: all habits, also those that are made later.",
                null=True,
                on_delete=django.db.models.deletion.DB_CASCADE,
                to="habits.habit",
            ),
        ),
        migrations.AddField(
            model_name="rest",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.DB_CASCADE,
                to=settings.AUTH_USER_MODEL,
                verbose_name="owner",
            ),
        ),
        migrations.AddIndex(
            model_name="checkin",
            index=models.Index(fields=["user", "day", "id"], name="checkin_by_day"),
        ),
        migrations.AddIndex(
            model_name="checkin",
            index=models.Index(fields=["user", "created_at", "id"], name="checkin_by_created"),
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.UniqueConstraint(
                fields=("user", "uid"),
                name="habits_checkin_uid",
                violation_error_message="You have another row with this UID.",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.UniqueConstraint(
                fields=("habit", "day"),
                name="habits_checkin_day",
                violation_error_message="The habit has a check-in on this day already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__range", (0, Decimal("999999999.999")))),
                name="habits_checkin_value",
                violation_error_message="A check-in's value is 0 to 999,999,999.999.",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("day__range", (datetime.date(1900, 1, 2), datetime.date(9998, 12, 29)))
                ),
                name="habits_checkin_day_range",
                violation_error_message="The day lies outside the years 1900 to 9998.",
            ),
        ),
        migrations.AddIndex(
            model_name="group",
            index=models.Index(fields=["user", "position", "id"], name="habitgroup_by_position"),
        ),
        migrations.AddIndex(
            model_name="group",
            index=models.Index(fields=["user", "created_at", "id"], name="habitgroup_by_created"),
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.UniqueConstraint(
                fields=("user", "uid"),
                name="habits_group_uid",
                violation_error_message="You have another row with this UID.",
            ),
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.UniqueConstraint(
                fields=("user", "name"),
                name="habits_group_name",
                violation_error_message="You have a group with this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="habits_group_named",
                violation_error_message="A group has a name.",
            ),
        ),
        migrations.AddIndex(
            model_name="rest",
            index=models.Index(fields=["user", "first_day", "id"], name="rest_by_first_day"),
        ),
        migrations.AddIndex(
            model_name="rest",
            index=models.Index(fields=["user", "created_at", "id"], name="rest_by_created"),
        ),
        migrations.AddConstraint(
            model_name="rest",
            constraint=models.UniqueConstraint(
                fields=("user", "uid"),
                name="habits_rest_uid",
                violation_error_message="You have another row with this UID.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rest",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_day__lte", models.F("last_day"))),
                name="habits_rest_days",
                violation_error_message="Rest ends on its first day or after it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_day__gte", datetime.date(1900, 1, 2)),
                    ("last_day__lte", datetime.date(9998, 12, 29)),
                ),
                name="habits_rest_day_range",
                violation_error_message="The day lies outside the years 1900 to 9998.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rest",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["skip", "vacation", "illness", "other"])),
                name="habits_rest_reason",
                violation_error_message="The reason for rest is skip, vacation, illness or other.",
            ),
        ),
    ]
