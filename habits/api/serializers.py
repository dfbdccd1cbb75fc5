"""How habits, what is recorded of them, and what they are sorted by, are shown and written."""

from __future__ import annotations

from typing import Any, ClassVar, cast  # A body holds values of every type.

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.api.places import PlaceSerializer
from accounts.models import User
from focusflow.api.fields import NumberField
from focusflow.api.serializers import ResourceSerializer, StrictSerializer
from habits import actions
from habits.api.fields import (
    RecentField,
    ScheduleField,
    StreakDayField,
    StrengthField,
    UnitField,
    WeekdaysField,
)
from habits.models import CheckIn, Group, Habit, Rest
from habits.models.habit import DIGITS, PLACES
from habits.schedule import LONGEST_SPAN, MOST_TIMES

STAMPS = ("created_at", "updated_at", "version")


@extend_schema_serializer(
    examples=[OpenApiExample("A group", {"name": "Morning"}, request_only=True)]
)
class HabitGroupSerializer(ResourceSerializer):
    """A group of habits."""

    class Meta:
        model = Group
        fields = ("id", "uid", "name", "position", *STAMPS)
        read_only_fields = ("position",)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Three times a week",
            {"name": "Run", "question": "Did you move?", "frequency": "weekly", "times": 3},
            request_only=True,
        ),
        OpenApiExample(
            "Half an hour on chosen weekdays",
            {
                "name": "Practise",
                "frequency": "weekdays",
                "weekdays": ["mon", "wed", "fri"],
                "kind": "at_least",
                "target": 30,
                "unit": "minutes",
                "reminder_at": "18:30",
            },
            request_only=True,
        ),
        OpenApiExample(
            "At most four coffees a week",
            {
                "name": "Coffee",
                "frequency": "weekly",
                "kind": "at_most",
                "target": 4,
                "unit": "cups",
            },
            request_only=True,
        ),
    ]
)
class HabitSerializer(ResourceSerializer):
    """A habit. Streak and strength follow from its rule, its check-ins and its days of rest."""

    weekdays = WeekdaysField(
        required=False, allow_null=True, help_text="For the frequency weekdays alone."
    )
    schedule = ScheduleField(read_only=True, help_text="How often, in English.")
    streak = serializers.IntegerField(
        source="current_streak", read_only=True, help_text="As it reads on your day."
    )
    streak_unit = UnitField(read_only=True, help_text="In what streaks are counted.")
    streak_holds_until = StreakDayField(
        read_only=True, help_text="The last day on which it holds if nothing more is recorded."
    )
    streak_first_day = StreakDayField(read_only=True)
    streak_last_day = StreakDayField(read_only=True)
    strength = StrengthField(read_only=True, help_text="In percent, at the end of your day.")
    recent = RecentField(read_only=True, help_text="The last 30 days up to your day.")

    class Meta:
        model = Habit
        fields = (
            "id",
            "uid",
            "name",
            "question",
            "frequency",
            "times",
            "span",
            "weekdays",
            "schedule",
            "kind",
            "target",
            "unit",
            "start_date",
            "group",
            "colour",
            "icon",
            "reminder_at",
            "position",
            "archived_at",
            "streak",
            "streak_unit",
            "streak_holds_until",
            "streak_first_day",
            "streak_last_day",
            "longest_streak",
            "longest_first_day",
            "longest_last_day",
            "strength",
            "recent",
            *STAMPS,
        )
        read_only_fields = ("position", "archived_at")
        # What the constraints say, for the documentation.
        extra_kwargs: ClassVar = {
            "times": {"min_value": 1, "max_value": max(MOST_TIMES.values())},
            "span": {"min_value": 1, "max_value": LONGEST_SPAN},
        }

    def validate(self, attrs: Any) -> Any:
        """Check the habit as a whole, without what another frequency or kind empties."""
        if self.instance:
            attrs = actions.without_unasked(cast(Habit, self.instance), attrs)
        return super().validate(attrs)

    def create(self, validated_data: Any) -> Any:
        """Write a new habit."""
        return self.read_again(super().create(validated_data))

    def update(self, instance: Any, validated_data: Any) -> Any:
        """Write what differs, and what follows from it."""
        actions.edit(habit=instance, **validated_data)
        return self.read_again(instance)

    def read_again(self, habit: Habit) -> Habit:
        """Return the habit as it is stored now, with what its person's day makes of it."""
        user: User = self.context["request"].user
        return Habit.objects.read_on(user.local_date(timezone.now())).get(pk=habit.pk)


@extend_schema_serializer(
    examples=[
        OpenApiExample("Done", {"value": 1}, request_only=True),
        OpenApiExample("How much", {"value": 10.5, "note": "Round the lake"}, request_only=True),
    ]
)
class CheckInSerializer(ResourceSerializer):
    """What is recorded of a habit on a day."""

    class Meta:
        model = CheckIn
        fields = ("id", "uid", "habit", "day", "value", "note", *STAMPS)
        read_only_fields = ("habit", "day")
        extra_kwargs: ClassVar = {
            "value": {
                "required": True,
                "help_text": "In the habit's unit; of yes or no 1 for done, 0 for not.",
            }
        }

    def validate(self, attrs: Any) -> Any:
        """Leave it to the action to check the day and the value, by the habit as it is then."""
        return attrs


class AmountSerializer(StrictSerializer):
    """What is added."""

    amount = NumberField(
        required=False,
        max_digits=DIGITS,
        decimal_places=PLACES,
        help_text="In the habit's unit; without it 1; a negative one is taken away.",
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A vacation from all habits",
            {"first_day": "2026-12-19", "last_day": "2027-01-03", "reason": "vacation"},
            request_only=True,
        ),
        OpenApiExample(
            "One day of one habit", {"habit": 1, "first_day": "2026-12-24"}, request_only=True
        ),
    ]
)
class RestSerializer(ResourceSerializer):
    """Days, both ends included, on which a habit, or all of them, need not be kept."""

    class Meta:
        model = Rest
        fields = ("id", "uid", "habit", "first_day", "last_day", "reason", "note", *STAMPS)
        extra_kwargs: ClassVar = {
            "last_day": {"required": False, "help_text": "Without it, the first one."}
        }

    def create(self, validated_data: Any) -> Any:
        """Let the habits rest; without a last day, for one."""
        return actions.add_rest(**validated_data, **self.owner())

    def update(self, instance: Any, validated_data: Any) -> Any:
        """Write what differs."""
        actions.change_rest(rest=instance, **validated_data)
        return instance


class HabitPlaceSerializer(PlaceSerializer):
    """The habit beside which this one goes: one of the two, by its id."""

    queryset = Habit.objects.all()


class HabitGroupPlaceSerializer(PlaceSerializer):
    """The group beside which this one goes: one of the two, by its id."""

    queryset = Group.objects.all()
