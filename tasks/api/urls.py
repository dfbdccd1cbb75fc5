"""The resources that this app brings to /api/v1/."""

from tasks.api.views import (
    CategoryViewSet,
    FilterViewSet,
    OccurrenceViewSet,
    TagViewSet,
    TaskViewSet,
)

resources = {
    "categories": CategoryViewSet,
    "tags": TagViewSet,
    "tasks": TaskViewSet,
    "occurrences": OccurrenceViewSet,
    "filters": FilterViewSet,
}
