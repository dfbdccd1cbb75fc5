"""How tasks and categories are shown and written."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

from focusflow.api.serializers import ResourceSerializer
from tasks.models import Category, Task


@extend_schema_serializer(
    examples=[OpenApiExample("A category", {"name": "Home"}, request_only=True)]
)
class CategorySerializer(ResourceSerializer):
    """A category."""

    class Meta:
        model = Category
        fields = ("id", "uid", "name", "created_at", "updated_at", "version")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A task for Tuesday morning in Berlin",
            {
                "title": "Call the dentist",
                "description": "Ask for the earliest appointment.",
                "due_date": "2026-12-01T09:00:00+01:00",
                "category": 1,
            },
            request_only=True,
        )
    ]
)
class TaskSerializer(ResourceSerializer):
    """A task."""

    class Meta:
        model = Task
        fields = (
            "id",
            "uid",
            "title",
            "description",
            "completed",
            "due_date",
            "category",
            "created_at",
            "updated_at",
            "version",
        )
