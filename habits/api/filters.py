"""Filters of the lists of habits, of what is recorded of them, and of what they are sorted by."""

from __future__ import annotations

from focusflow.api.filters import (
    ResourceFilterSet,
    SpanFilterSet,
    TextFilter,
    VisibleRelatedFilter,
    YesNoFilter,
)
from habits.models import CheckIn, Group, Habit, Rest


class HabitFilterSet(ResourceFilterSet):
    """Filters of habits."""

    search = TextFilter("name", "icontains", label="Holds this text in its name")
    group = VisibleRelatedFilter(Group, label="In this group")
    no_group = YesNoFilter("group", "isnull", label="In no group")
    archived = YesNoFilter(
        "archived_at", "isnull", exclude=True, label="Put away, or not, as without this"
    )

    class Meta:
        model = Habit
        fields = ("kind", "frequency")


class GroupFilterSet(ResourceFilterSet):
    """Filters of groups of habits."""

    search = TextFilter("name", "icontains", label="Holds this text in its name")

    class Meta:
        model = Group
        fields = ("name",)


class CheckInFilterSet(SpanFilterSet, ResourceFilterSet):
    """Filters of check-ins."""

    class Meta:
        model = CheckIn
        fields = ()


class RestFilterSet(SpanFilterSet, ResourceFilterSet):
    """Filters of rest; a stretch of days is shown where one of them is asked for."""

    ends_on, starts_on = "last_day", "first_day"

    habit = VisibleRelatedFilter(Habit, label="Of this habit alone")
    of_all = YesNoFilter("habit", "isnull", label="Of all habits")

    class Meta:
        model = Rest
        fields = ("reason",)
