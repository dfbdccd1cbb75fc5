"""The agenda: what is due on each of some days, with the occurrences of series ahead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import Any, cast  # Rows hold values of every type.

from django.utils import timezone
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from focusflow.api.errors import BadParameter
from focusflow.api.fields import DayField, InstantField
from focusflow.api.patterns import DAY
from focusflow.api.serializers import StrictSerializer
from focusflow.api.views import ResourceMixin
from focusflow.instants import FIRST_DAY, LAST_DAY
from tasks.agenda import MOST_DAYS, MOST_ENTRIES, Agenda, Entry, Item, list_agenda, span_of
from tasks.models import Task
from tasks.recurrence import Occurrence

WEEK = 7
# So far that the last of the most days has a date in every time zone.
LAST_FIRST_DAY = LAST_DAY - timedelta(days=MOST_DAYS)


class AgendaQuery(StrictSerializer):
    """What is asked for."""

    days = serializers.IntegerField(
        default=WEEK, min_value=1, max_value=MOST_DAYS, help_text="How many days."
    )

    def get_fields(self) -> dict[str, Any]:
        """Return the fields; the name of one is a word of Python."""
        first = DayField(required=False, help_text="The first day. Without it, today.")
        return {"from": first, **super().get_fields()}


class EntrySerializer(serializers.Serializer[Any]):
    """A task on a day."""

    task = serializers.IntegerField(help_text="Its id.")
    title = serializers.CharField()
    category = serializers.IntegerField(allow_null=True)
    priority = serializers.IntegerField()
    due_date = InstantField()
    due_day = serializers.DateField()
    all_day = serializers.BooleanField()
    recurs = serializers.BooleanField(help_text="Whether it is an occurrence of a series.")
    is_ahead = serializers.BooleanField(
        help_text="Whether an earlier occurrence is open: this one cannot be completed yet."
    )


class DaySerializer(serializers.Serializer[Any]):
    """A day on which something is due."""

    day = serializers.DateField()
    entries = EntrySerializer(many=True)


# Its list is not the answer, but a part of it.
@extend_schema_serializer(many=False)
class AgendaSerializer(serializers.Serializer[Any]):
    """Some days."""

    first_day = serializers.DateField()
    days = serializers.IntegerField()
    is_cut = serializers.BooleanField(
        help_text=f"Whether there is more than the first {MOST_ENTRIES:,} entries."
    )
    results = DaySerializer(many=True)


EXAMPLE = OpenApiExample(
    "A day with a task that is due all day, and an occurrence of a series",
    {
        "first_day": "2026-11-24",
        "days": 1,
        "is_cut": False,
        "results": [
            {
                "day": "2026-11-24",
                "entries": [
                    {
                        "task": 2,
                        "title": "Pay the rent",
                        "category": 1,
                        "priority": 1,
                        "due_date": "2026-11-24T00:00:00Z",
                        "due_day": "2026-11-24",
                        "all_day": True,
                        "recurs": False,
                        "is_ahead": False,
                    },
                    {
                        "task": 1,
                        "title": "Walk the dog",
                        "category": None,
                        "priority": 0,
                        "due_date": "2026-11-24T07:00:00Z",
                        "due_day": "2026-11-24",
                        "all_day": False,
                        "recurs": True,
                        "is_ahead": True,
                    },
                ],
            }
        ],
    },
    response_only=True,
)
PARAMETERS = [
    OpenApiParameter("from", DAY, description="The first day."),
    OpenApiParameter(
        "days",
        {"type": "integer", "minimum": 1, "maximum": MOST_DAYS, "default": WEEK},
        description="How many days.",
    ),
]


class AgendaViewSet(ResourceMixin, viewsets.GenericViewSet[Task]):
    """What is due on each of some days of yours, by your time zone and the start of your day.

    Series are expanded: their later occurrences are listed too, up to 1,000 entries in all. What
    was due before the first day is in `tasks/?list=overdue`.
    """

    name = "Agenda"
    serializer_class = AgendaSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(parameters=PARAMETERS, examples=[EXAMPLE], responses=AgendaSerializer)
    def list(self, request: Request, **_: Any) -> Response:
        """Return the days on which something is due."""
        user = cast(User, request.user)
        asked = self.read_query(AgendaQuery)
        days = asked["days"]
        first_day = asked.get("from") or user.local_date(timezone.now())
        if not FIRST_DAY <= first_day <= LAST_FIRST_DAY:
            raise BadParameter({"from": ["Ask for a day in the years 1900 to 9997."]})
        agenda, tasks = read_agenda(user, first_day, days)
        return Response(
            {
                "first_day": first_day,
                "days": days,
                "is_cut": agenda.is_cut,
                "results": show_days(agenda.entries, tasks),
            }
        )


def read_agenda(user: User, first_day: date, days: int) -> tuple[Agenda, dict[int, Task]]:
    """Return what is due on a person's days, and the tasks by their ids."""
    span = span_of(first_day, days, user.zone, user.day_starts_at)
    rows = Task.objects.visible_to(user).on_agenda(span, limit=MOST_ENTRIES)
    items = [
        Item(task.pk, Occurrence(task.due_date, task.due_day), task.all_day, task.recurrence)
        for task in rows
        if task.due_date and task.due_day
    ]
    agenda = list_agenda(items, span, user.zone, user.day_starts_at, limit=MOST_ENTRIES)
    return agenda, {task.pk: task for task in rows}


def show_days(entries: Iterable[Entry], tasks: dict[int, Task]) -> list[dict[str, Any]]:
    """Return entries by their days."""
    return [
        {"day": day, "entries": [show_entry(entry, tasks[entry.pk]) for entry in group]}
        for day, group in groupby(entries, key=lambda entry: entry.day)
    ]


def show_entry(entry: Entry, task: Task) -> dict[str, Any]:
    """Return an entry."""
    return {
        "task": task.pk,
        "title": task.title,
        "category": task.category_id,
        "priority": task.priority,
        "due_date": entry.at,
        "due_day": entry.due_day,
        "all_day": task.all_day,
        "recurs": bool(task.rrule),
        "is_ahead": entry.is_ahead,
    }
