"""The API's endpoints of habits."""

from typing import ClassVar

from focusflow.api.views import ResourceViewSet
from habits.api.filters import HabitFilterSet
from habits.api.serializers import HabitSerializer
from habits.models import Habit


class HabitViewSet(ResourceViewSet):
    """Your habits, by name."""

    queryset = Habit.objects.all()
    serializer_class = HabitSerializer
    filterset_class = HabitFilterSet
    orderings: ClassVar = {"name": "name", "created_at": "created_at"}
    ordering = "name"
