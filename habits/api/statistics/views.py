"""The API's endpoints of statistics."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, cast  # Rows hold values of every type.

from django.db.models import F
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from focusflow.api.patterns import DAY
from focusflow.api.views import ResourceMixin
from habits.api.days import today_of
from habits.api.statistics.examples import ALL_HABITS, EXPLANATION, ONE_HABIT
from habits.api.statistics.serializers import (
    FIRST_YEAR,
    LAST_YEAR,
    DayQuery,
    ExplanationSerializer,
    HabitStatisticsSerializer,
    StatisticsSerializer,
    YearQuery,
)
from habits.api.statistics.showing import show_all, show_explanation, show_statistics
from habits.deriving import read_histories, rule_of
from habits.models import Habit
from habits.querysets import HabitQuerySet
from habits.statistics import Review

YEAR: Final = OpenApiParameter(
    "year",
    {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR},
    description="Without it, that of your day.",
)


class StatisticsMixin:
    """What can be asked about one habit."""

    @extend_schema(parameters=[YEAR], responses=HabitStatisticsSerializer, examples=[ONE_HABIT])
    @action(detail=True)
    def statistics(self, request: Request, **_: Any) -> Response:
        """Return a year of the habit."""
        habit, review = self.review()
        year = cast(Any, self).read_query(YearQuery).get("year", review.today.year)
        return Response(show_statistics(habit, review, year))

    @extend_schema(
        parameters=[OpenApiParameter("day", DAY, description="Without it, your own.")],
        responses=ExplanationSerializer,
        examples=[EXPLANATION],
    )
    @action(detail=True)
    def explain(self, request: Request, **_: Any) -> Response:
        """Return why a day is what it is."""
        habit, review = self.review()
        day = cast(Any, self).read_query(DayQuery).get("day", review.today)
        return Response(show_explanation(habit, review, day))

    def review(self) -> tuple[Habit, Review]:
        """Return the habit of the address, and what became of it; raises Http404."""
        view = cast(Any, self)
        rows = view.get_queryset().filter(pk=view.kwargs["pk"])
        found = review_all(rows, today_of(view.request))
        if not found:
            raise Http404
        return found[0]


class StatisticsViewSet(ResourceMixin, viewsets.GenericViewSet[Habit]):
    """A year of all your habits, but for those that were put away."""

    name = "Statistics of habits"
    queryset = Habit.objects.all()
    serializer_class = StatisticsSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(parameters=[YEAR], responses=StatisticsSerializer, examples=[ALL_HABITS])
    def list(self, request: Request, **_: Any) -> Response:
        """Return the year."""
        today = today_of(request)
        year = self.read_query(YearQuery).get("year", today.year)
        rows = cast(HabitQuerySet, self.get_queryset()).visible_to(request.user).unarchived()
        reviews = [review for _, review in review_all(rows, today)]
        return Response(show_all(reviews, year))


def review_all(rows: HabitQuerySet, today: date) -> list[tuple[Habit, Review]]:
    """Return habits, and what became of each by a day and its owner's week; by three queries."""
    habits: list[Any] = list(rows.annotate(week_start=F("user__week_start")).order_by("pk"))
    histories = read_histories(habits)
    return [
        (habit, Review(rule_of(habit, habit.week_start), histories[habit.pk], today))
        for habit in habits
    ]
