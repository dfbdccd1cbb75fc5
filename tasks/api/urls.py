"""The resources that this app brings to /api/v1/."""

from tasks.api.views import CategoryViewSet, TaskViewSet

resources = {"categories": CategoryViewSet, "tasks": TaskViewSet}
