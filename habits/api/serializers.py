"""How habits are shown and written."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

from focusflow.api.serializers import ResourceSerializer
from habits.models import Habit


@extend_schema_serializer(
    examples=[OpenApiExample("A habit", {"name": "Read", "frequency": "daily"}, request_only=True)]
)
class HabitSerializer(ResourceSerializer):
    """A habit; its streak is computed."""

    class Meta:
        model = Habit
        fields = (
            "id",
            "uid",
            "name",
            "frequency",
            "streak",
            "created_at",
            "updated_at",
            "version",
        )
