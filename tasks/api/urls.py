"""The resources that this app brings to /api/v1/."""

from tasks.api.agenda import AgendaViewSet
from tasks.api.bulk import BulkViewSet
from tasks.api.quick_add import QuickAddViewSet
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
    "tasks/bulk": BulkViewSet,
    "tasks": TaskViewSet,
    "quick-add": QuickAddViewSet,
    "agenda": AgendaViewSet,
    "occurrences": OccurrenceViewSet,
    "filters": FilterViewSet,
}
