"""The resources that this app brings to /api/v1/."""

from habits.api.views import HabitViewSet

resources = {"habits": HabitViewSet}
