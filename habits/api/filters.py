"""Filters of the list of habits."""

from django_filters import rest_framework as filters

from focusflow.api.filters import ResourceFilterSet
from habits.models import Habit


class HabitFilterSet(ResourceFilterSet):
    """Filters of habits."""

    search = filters.CharFilter("name", "icontains", label="Holds this text in its name")

    class Meta:
        model = Habit
        fields = ("frequency",)
