"""How tasks, and what they are sorted by, are shown and written."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, cast  # A body holds values of every type.
from zoneinfo import ZoneInfo

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.api.places import PlaceSerializer
from accounts.models import User
from focusflow.api.fields import DayField, InstantField
from focusflow.api.serializers import ResourceSerializer, StrictSerializer
from tasks import actions, due
from tasks.api.fields import TagsField
from tasks.models import Category, Filter, Occurrence, Tag, Task
from tasks.models.task import (
    ESTIMATE_WORDS,
    LONGEST_ESTIMATE,
    LOWEST_PRIORITY,
    PRIORITY_WORDS,
)

STAMPS = ("created_at", "updated_at", "version")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A category", {"name": "Home", "colour": "green", "icon": "house"}, request_only=True
        )
    ]
)
class CategorySerializer(ResourceSerializer):
    """A category."""

    class Meta:
        model = Category
        fields = ("id", "uid", "name", "colour", "icon", "position", "archived_at", *STAMPS)
        read_only_fields = ("position", "archived_at")


@extend_schema_serializer(examples=[OpenApiExample("A tag", {"name": "errand"}, request_only=True)])
class TagSerializer(ResourceSerializer):
    """A tag."""

    class Meta:
        model = Tag
        fields = ("id", "uid", "name", *STAMPS)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A filter", {"name": "Errands", "query": "today & @errand"}, request_only=True
        )
    ]
)
class FilterSerializer(ResourceSerializer):
    """A filter."""

    class Meta:
        model = Filter
        fields = ("id", "uid", "name", "query", "position", *STAMPS)
        read_only_fields = ("position",)


class OccurrenceSerializer(ResourceSerializer):
    """Something that was done, or skipped."""

    class Meta:
        model = Occurrence
        fields = (
            "id",
            "uid",
            "task",
            "status",
            "at",
            "due_date",
            "due_day",
            "missed",
            *STAMPS,
        )
        read_only_fields = fields


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A task for Tuesday morning in Berlin",
            {
                "title": "Call the dentist",
                "description": "Ask for the earliest appointment.",
                "due_date": "2026-12-01T09:00:00+01:00",
                "category": 1,
                "tags": ["phone"],
            },
            request_only=True,
        ),
        OpenApiExample(
            "A series of days: every other Monday",
            {
                "title": "Water the plants",
                "due_day": "2026-12-07",
                "rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
            },
            request_only=True,
        ),
    ]
)
class TaskSerializer(ResourceSerializer):
    """A task.

    A task is due at an instant (`due_date`), or on a day: then send `due_day` alone. With `rrule`
    it is a series, due at its next open occurrence. In another `time_zone` a day stays that day,
    and a series at its time on the clock.
    """

    due_day = DayField(
        required=False,
        allow_null=True,
        help_text="The day of the due date in its time zone. To be due on that day, send it alone.",
    )
    category_name = serializers.CharField(
        source="category.name", read_only=True, allow_null=True, help_text="Of the category."
    )
    tags = TagsField(
        required=False, help_text="Names. Those that are not there yet become tags of yours."
    )

    class Meta:
        model = Task
        fields = (
            "id",
            "uid",
            "title",
            "description",
            "completed",
            "completed_at",
            "priority",
            "estimate_minutes",
            "start_date",
            "due_date",
            "due_day",
            "all_day",
            "time_zone",
            "rrule",
            "dtstart",
            "repeat_from",
            "category",
            "category_name",
            "parent",
            "tags",
            "position",
            "deleted_at",
            *STAMPS,
        )
        read_only_fields = ("completed_at", "position", "deleted_at")
        # What the constraints say, for the documentation.
        extra_kwargs: ClassVar = {
            "priority": {
                "max_value": LOWEST_PRIORITY,
                "error_messages": dict.fromkeys(("min_value", "max_value"), PRIORITY_WORDS),
            },
            "estimate_minutes": {
                "max_value": LONGEST_ESTIMATE,
                "error_messages": dict.fromkeys(("min_value", "max_value"), ESTIMATE_WORDS),
            },
        }

    def validate(self, attrs: Any) -> Any:
        """Check the task as a whole; a new rule without a DTSTART begins when the task is due."""
        self.read_day(attrs)
        if self.instance:
            self.read_rule(attrs)
            attrs = actions.in_zone(self.instance, attrs)
        return super().validate(attrs)

    def read_rule(self, attrs: dict[str, Any]) -> None:
        """Let a changed rule begin when the task is due, and keep a series from losing its date."""
        task: Task = cast(Task, self.instance)
        is_same = attrs.get("rrule", task.rrule) == task.rrule
        if not is_same:
            attrs.setdefault("dtstart", "")
        elif task.rrule and attrs.get("due_date", task.due_date) is None:
            words = "A series needs a due date: take its rule away as well."
            raise serializers.ValidationError({"due_date": words})

    def read_day(self, attrs: dict[str, Any]) -> None:
        """Turn a day on which the task is due, where it is not the stored one, to an instant."""
        stored = self.instance.due_day if self.instance else None
        day = attrs.pop("due_day", stored)
        if day == stored:
            return
        if day is None:
            if not self.names_instant(attrs):
                attrs["due_date"] = None
        elif self.names_instant(attrs):
            self.check_day(day, attrs["due_date"], attrs)
        elif attrs.get("all_day", True):
            start = due.start_of(day, self.zone_of(attrs))
            attrs |= {"due_date": start, "all_day": True}
        else:
            raise serializers.ValidationError(
                {"due_day": "Send all_day as true for a day, or due_date for an instant."}
            )

    def names_instant(self, attrs: dict[str, Any]) -> bool:
        """Say whether an instant comes along, other than the stored one."""
        stored = self.instance.due_date if self.instance else None
        return attrs.get("due_date", stored) != stored

    def check_day(self, day: date, at: datetime | None, attrs: dict[str, Any]) -> None:
        """Refuse a day that is not the one of the instant beside it."""
        if at is None or due.day_of(at, self.zone_of(attrs)) != day:
            raise serializers.ValidationError(
                {"due_day": "It is not the day of due_date: leave one of the two out."}
            )

    def zone_of(self, attrs: dict[str, Any]) -> ZoneInfo:
        """Return the time zone of the due date."""
        stored = self.instance.time_zone if self.instance else ""
        user: User = self.context["request"].user
        return ZoneInfo(attrs.get("time_zone", stored) or user.time_zone)

    def create(self, validated_data: Any) -> Any:
        """Write a new task with its tags."""
        names = validated_data.pop("tags", None)
        task = super().create(validated_data)
        if names:
            actions.set_tags(task=task, names=names)
            task.refresh_from_db(fields=["version", "updated_at"])
        return task

    def update(self, instance: Any, validated_data: Any) -> Any:
        """Write what differs."""
        at = timezone.now()
        now = actions.Moment(at, self.context["request"].user.local_date(at))
        actions.edit(task=instance, now=now, **validated_data)
        return instance


class CompletionSerializer(StrictSerializer):
    """What is completed, and whether its subtasks are."""

    cascade = serializers.BooleanField(
        default=False, help_text="Whether subtasks that are open are completed along."
    )
    due_date = InstantField(
        required=False,
        allow_null=True,
        help_text="Which occurrence is meant: when it is due. Another one is answered with 409.",
    )


class SkipSerializer(StrictSerializer):
    """What is skipped."""

    due_date = InstantField(
        required=False,
        allow_null=True,
        help_text="Which occurrence is meant: when it is due. Another one is answered with 409.",
    )


class OutcomeSerializer(serializers.Serializer[Any]):
    """A task after something of it was completed, skipped or undone, and what that was."""

    task = TaskSerializer()
    occurrence = OccurrenceSerializer()


class TaskPlaceSerializer(PlaceSerializer):
    """The task beside which this one goes: one of the two, by its id."""

    queryset = Task.objects.all()


class CategoryPlaceSerializer(PlaceSerializer):
    """The category beside which this one goes: one of the two, by its id."""

    queryset = Category.objects.all()


class FilterPlaceSerializer(PlaceSerializer):
    """The filter beside which this one goes: one of the two, by its id."""

    queryset = Filter.objects.all()
