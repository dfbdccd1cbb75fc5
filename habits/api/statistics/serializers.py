"""What statistics answer, and what is asked of them."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from focusflow.api.fields import DayField
from focusflow.api.serializers import StrictSerializer
from focusflow.instants import FIRST_DAY, LAST_DAY
from habits.api.fields import WEEKDAYS
from habits.rules import State

FIRST_YEAR, LAST_YEAR = FIRST_DAY.year, LAST_DAY.year
STATES: Final = [state.value for state in State]


class YearQuery(StrictSerializer):
    """Which year."""

    year = serializers.IntegerField(required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)


class DayQuery(StrictSerializer):
    """Which day."""

    day = DayField(required=False)


class RateSerializer(serializers.Serializer[Any]):
    """How often something was kept; what is open, rest or partial counts neither way."""

    kept = serializers.IntegerField()
    asked = serializers.IntegerField()
    percent = serializers.FloatField(allow_null=True, help_text="Null where nothing was asked.")


class WeekdayRateSerializer(RateSerializer):
    """The rate of a weekday."""

    weekday = serializers.ChoiceField(choices=WEEKDAYS)


class MonthRateSerializer(RateSerializer):
    """The rate of a month: a period counts in the one in which it ends."""

    month = serializers.CharField(help_text="Such as 2026-11.")


class CellSerializer(serializers.Serializer[Any]):
    """A day of the year."""

    day = serializers.DateField()
    state = serializers.ChoiceField(choices=STATES, help_text="Of the period of the day.")
    value = serializers.FloatField(allow_null=True)
    is_rest = serializers.BooleanField()


class BestDaySerializer(serializers.Serializer[Any]):
    """The day with the most, of a limit the least; of equals the latest."""

    day = serializers.DateField()
    value = serializers.FloatField()


class TotalsSerializer(serializers.Serializer[Any]):
    """What is recorded in the year, on days that are not asked for too."""

    days = serializers.IntegerField(help_text="With a record.")
    done = serializers.IntegerField(help_text="Of them, those that are done.")
    total = serializers.FloatField(help_text="In the habit's unit.")
    average = serializers.FloatField(allow_null=True, help_text="Of the days with a record.")
    best_day = BestDaySerializer(allow_null=True)


class StreakSerializer(serializers.Serializer[Any]):
    """A streak."""

    length = serializers.IntegerField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()


class HabitStatisticsSerializer(serializers.Serializer[Any]):
    """A year of a habit, and its best streaks of all time."""

    habit = serializers.IntegerField(help_text="Its id.")
    year = serializers.IntegerField()
    unit = serializers.CharField()
    streak_unit = serializers.CharField()
    rate = RateSerializer(help_text="Of the periods that the habit is asked for in.")
    by_weekday = WeekdayRateSerializer(many=True)
    by_month = MonthRateSerializer(many=True)
    totals = TotalsSerializer()
    best_streaks = StreakSerializer(many=True, help_text="Ten at most, the longest first.")
    days = CellSerializer(many=True)


class CrowdSerializer(serializers.Serializer[Any]):
    """A day of the year."""

    day = serializers.DateField()
    done = serializers.IntegerField(help_text="How many habits were.")
    asked = serializers.IntegerField(help_text="How many were asked for, and had no rest.")


class BusiestDaySerializer(serializers.Serializer[Any]):
    """The day on which the most habits were done; of equals the latest."""

    day = serializers.DateField()
    done = serializers.IntegerField()


# Its lists are not the answer, but parts of it.
@extend_schema_serializer(many=False)
class StatisticsSerializer(serializers.Serializer[Any]):
    """A year of all habits that are not put away."""

    year = serializers.IntegerField()
    habits = serializers.IntegerField(help_text="How many.")
    rate = RateSerializer()
    by_weekday = WeekdayRateSerializer(many=True)
    by_month = MonthRateSerializer(many=True)
    best_day = BusiestDaySerializer(allow_null=True)
    days = CrowdSerializer(many=True)


class PeriodSerializer(serializers.Serializer[Any]):
    """A stretch of days, both ends included."""

    first_day = serializers.DateField()
    last_day = serializers.DateField()


class ExplanationSerializer(serializers.Serializer[Any]):
    """Why a day's period is what it is."""

    habit = serializers.IntegerField(help_text="Its id.")
    day = serializers.DateField()
    state = serializers.ChoiceField(choices=STATES)
    period = PeriodSerializer(allow_null=True, help_text="Null where the day belongs to none.")
    total = serializers.FloatField(allow_null=True, help_text="What is counted in the period.")
    need = serializers.FloatField(help_text="What it is compared with.")
    is_so_far = serializers.BooleanField(help_text="Whether the period is not over.")
    reason = serializers.CharField(help_text="In English.")
