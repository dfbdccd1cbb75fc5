"""Serializer fields of habits: what is read of their columns, for a whole page at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Final, NamedTuple, cast  # Columns hold values of every type.

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from focusflow.api.fields import number_of
from focusflow.api.rows import MadeField
from habits.deriving import read_histories, rule_of
from habits.rules import Rule
from habits.schedule import UNITS, Frequency, Period
from habits.statistics import Mark, strip
from habits.strength import decay_of, load_steps, strength_on

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RECENT_DAYS: Final = 30

RULE: Final = ("frequency", "times", "span", "weekdays", "start_date", "kind", "target")


class RuleColumns(NamedTuple):
    """The columns that say what is asked of a habit."""

    frequency: str
    times: int
    span: int | None
    weekdays: int | None
    start_date: date
    kind: str
    target: Any


class HabitColumns(NamedTuple):
    """The columns that what is recorded of a habit is read by."""

    pk: int
    user_id: int


def read_rule(columns: Iterable[Any]) -> Rule:
    """Return what is asked of a habit whose columns these are.

    In weeks that start on another day the schedule reads the same, and so does a single day.
    """
    return rule_of(cast(Any, RuleColumns(*columns)), week_start=1)


class WeekdaysField(MadeField, serializers.ListField):
    """The names of weekdays, from Monday on; null where the schedule asks for none."""

    columns = ("weekdays",)
    default_error_messages: ClassVar = {"empty": "Choose at least one weekday."}

    def __init__(self, **kwargs: Any) -> None:
        child = serializers.ChoiceField(choices=WEEKDAYS)
        super().__init__(child=child, allow_empty=False, **kwargs)

    def make(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[list[str] | None]:
        """Return the names."""
        return [None if mask is None else names_in(mask) for (mask,) in rows]

    def to_internal_value(self, data: Any) -> int:
        """Return the sum that the column holds."""
        names = super().to_internal_value(data)
        return sum(1 << WEEKDAYS.index(name) for name in set(names))


def names_in(mask: int) -> list[str]:
    """Return the names of the weekdays of a sum."""
    return [name for weekday, name in enumerate(WEEKDAYS) if mask >> weekday & 1]


@extend_schema_field({"type": "string"})
class ScheduleField(MadeField):
    """How often the habit is asked for, in English."""

    columns = RULE

    def make(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[str]:
        """Return the words."""
        return [read_rule(row).schedule.describe() for row in rows]


class UnitField(MadeField, serializers.ChoiceField):
    """In what the streak is counted."""

    columns = ("frequency",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=sorted(set(UNITS.values())), **kwargs)

    def make(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[str]:
        """Return the words."""
        return [UNITS[Frequency(frequency)] for (frequency,) in rows]


class StreakDayField(MadeField, serializers.DateField):
    """A day of the streak that runs; null where none does."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def bind(self, field_name: str, parent: Any) -> None:
        """Learn the name, and with it the column."""
        super().bind(field_name, parent)
        self.columns = (str(self.source), "current_streak")

    def make(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[str | None]:
        """Return the days."""
        return [day.isoformat() if day and streak else None for day, streak in rows]


@extend_schema_field({"type": "number", "minimum": 0, "maximum": 100})
class StrengthField(MadeField):
    """The strength at the end of the reader's day if nothing more is done, in percent."""

    columns = ("strength_steps", "today", *RULE)

    def make(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[float]:
        """Return the numbers, to the tenth; nothing is recomputed."""
        return [
            percent(strength_on(load_steps(steps), decay_of(read_rule(rule)), today))
            for steps, today, *rule in rows
        ]


def shown(value: Decimal | None) -> float | None:
    """Return a recorded value as a number of JSON; None where nothing is."""
    return None if value is None else number_of(value)


def percent(share: float) -> float:
    """Return a share of 1 in percent, to the tenth."""
    return round(100 * share, 1)


@extend_schema_field(
    {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "day": {"type": "string", "format": "date"},
                "state": {"type": "string", "enum": [mark.value for mark in Mark]},
                "value": {"type": ["number", "null"]},
            },
            "required": ["day", "state", "value"],
        },
    }
)
class RecentField(MadeField):
    """The last days up to the reader's, each with what is recorded."""

    columns = ("id", "user_id", "today", *RULE)
    # The check-ins, and the days of rest.
    queries = 2

    def make(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[list[dict[str, Any]]]:
        """Return the days of each habit."""
        if not rows:
            return []
        today = rows[0][2]
        days = Period(today - timedelta(days=RECENT_DAYS - 1), today)
        habits = cast(Any, [HabitColumns(*row[:2]) for row in rows])
        histories = read_histories(habits, days)
        return [
            [
                {
                    "day": square.day.isoformat(),
                    "state": square.mark.value,
                    "value": shown(square.value),
                }
                for square in strip(read_rule(row[3:]), histories[row[0]], days)
            ]
            for row in rows
        ]
