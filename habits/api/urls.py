"""The resources that this app brings to /api/v1/."""

from habits.api.checkins import CheckInViewSet
from habits.api.statistics import StatisticsViewSet
from habits.api.views import HabitGroupViewSet, HabitViewSet, RestViewSet

resources = {
    "habits/statistics": StatisticsViewSet,
    "habits": HabitViewSet,
    "habits/<int:pk>/checkins": CheckInViewSet,
    "habit-groups": HabitGroupViewSet,
    "rests": RestViewSet,
}
