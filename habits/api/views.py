"""The API's endpoints of habits, of rest, and of what habits are sorted by."""

from __future__ import annotations

from typing import Any, ClassVar, Final, cast  # Rows hold values of every type.

from django.db.models import DateField
from drf_spectacular.utils import extend_schema, extend_schema_view

from accounts.api.archive import ArchivedMixin
from accounts.api.places import PlacedMixin
from focusflow.api.views import ResourceViewSet
from focusflow.statements import Slot
from habits import actions
from habits.api.days import today_of
from habits.api.filters import GroupFilterSet, HabitFilterSet, RestFilterSet
from habits.api.serializers import (
    HabitGroupPlaceSerializer,
    HabitGroupSerializer,
    HabitPlaceSerializer,
    HabitSerializer,
    RestSerializer,
)
from habits.api.statistics import StatisticsMixin
from habits.models import Group, Habit, Rest
from habits.querysets import HabitQuerySet

TODAY: Final = Slot("today", DateField())


@extend_schema_view(place=extend_schema(request=HabitPlaceSerializer))
class HabitViewSet(StatisticsMixin, PlacedMixin, ArchivedMixin, ResourceViewSet):
    """Your habits, in your order. Those that were put away are in `?archived=true` alone.

    Streak and strength are what they are on your day; `habits/{id}/checkins/` records what was
    done, and `rests/` when nothing needs to be. docs/habits.md explains the rules.
    """

    queryset = Habit.objects.all()
    serializer_class = HabitSerializer
    place_serializer = HabitPlaceSerializer
    filterset_class = HabitFilterSet
    is_prepared = True
    orderings: ClassVar = {
        "position": "position",
        "name": "name",
        "created_at": "created_at",
        "streak": "current_streak",
    }
    ordering = "position"

    def get_queryset(self) -> Any:
        """Return the habits as they read on the person's day; a list, those not put away."""
        rows = cast(HabitQuerySet, super().get_queryset())
        rows = rows.read_on(TODAY if self.is_for_all else today_of(self.request))
        is_list = self.action == "list"
        return rows.unarchived() if is_list and not self.asks_for_archived() else rows

    def given(self) -> dict[str, Any]:
        """Return what the queryset depends on besides the address."""
        return super().given() | {"today": today_of(self.request)}

    def asks_for_archived(self) -> bool:
        """Whether the filter decides which are listed."""
        return bool(self.request.query_params.get("archived"))


@extend_schema_view(place=extend_schema(request=HabitGroupPlaceSerializer))
class HabitGroupViewSet(PlacedMixin, ResourceViewSet):
    """Your groups of habits, in your order. Deleting one leaves its habits without a group."""

    queryset = Group.objects.all()
    serializer_class = HabitGroupSerializer
    place_serializer = HabitGroupPlaceSerializer
    filterset_class = GroupFilterSet
    orderings: ClassVar = {"position": "position", "name": "name", "created_at": "created_at"}
    ordering = "position"


class RestViewSet(ResourceViewSet):
    """Days of rest of one habit, or of all of yours and of those to come where `habit` is null.

    Rest excuses and takes nothing away: what is checked in on such a day counts.
    """

    queryset = Rest.objects.all()
    serializer_class = RestSerializer
    filterset_class = RestFilterSet
    orderings: ClassVar = {"first_day": "first_day", "created_at": "created_at"}
    ordering = "-first_day"

    def perform_destroy(self, instance: Any) -> None:
        """Take the rest away, from what followed from it too."""
        actions.remove_rest(rest=instance, expected=self.expected(instance))
