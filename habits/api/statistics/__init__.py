"""The API's statistics of habits: a year of one, a year of all, and why a day is what it is.

- `views` has the endpoints, `showing` makes their answers;
- `serializers` and `examples` describe them for the documentation.
"""

from habits.api.statistics.views import StatisticsMixin, StatisticsViewSet

__all__ = ["StatisticsMixin", "StatisticsViewSet"]
