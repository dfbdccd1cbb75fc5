"""The API's endpoints of tasks and categories."""

from typing import ClassVar

from focusflow.api.views import ResourceViewSet
from tasks.api.filters import CategoryFilterSet, TaskFilterSet
from tasks.api.serializers import CategorySerializer, TaskSerializer
from tasks.models import Category, Task


class CategoryViewSet(ResourceViewSet):
    """Your categories. A category's name is unique; deleting one leaves its tasks without one."""

    queryset = Category.objects.all()
    serializer_class = CategorySerializer
    filterset_class = CategoryFilterSet
    orderings: ClassVar = {"name": "name", "created_at": "created_at"}
    ordering = "name"


class TaskViewSet(ResourceViewSet):
    """Your tasks, those that are due first at the top and those without a due date last."""

    queryset = Task.objects.all()
    serializer_class = TaskSerializer
    filterset_class = TaskFilterSet
    orderings: ClassVar = {"due_date": "due_order", "title": "title", "created_at": "created_at"}
    ordering = "due_date"
