"""Filters of the list of habits."""

from focusflow.api.filters import ResourceFilterSet, TextFilter
from habits.models import Habit


class HabitFilterSet(ResourceFilterSet):
    """Filters of habits."""

    search = TextFilter("name", "icontains", label="Holds this text in its name")

    class Meta:
        model = Habit
        fields = ("frequency",)
