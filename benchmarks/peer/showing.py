"""What is shown of a habit beyond its columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from benchmarks.peer.models import Habit
from habits.rules import History, Kind, Rule
from habits.schedule import Frequency, Period, Schedule
from habits.statistics import Square, strip
from habits.strength import decay_of, load_steps, strength_on

RECENT_DAYS = 30
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ShownHabit:
    """A habit as it reads on a day, with what is recorded of the last days."""

    def __init__(self, habit: Habit, today: date, history: History) -> None:
        self.habit = habit
        self.today = today
        self.history = history

    def __getattr__(self, name: str) -> Any:
        return getattr(self.habit, name)

    @cached_property
    def rule(self) -> Rule:
        """What is asked for."""
        habit = self.habit
        schedule = Schedule(
            frequency=Frequency(habit.frequency),
            times=habit.times,
            span=habit.span,
            weekdays=habit.weekdays,
            start=habit.start_date,
        )
        return Rule(schedule=schedule, kind=Kind(habit.kind), target=habit.target)

    @property
    def weekdays(self) -> list[str] | None:
        """The names of the weekdays, where the schedule names some."""
        mask = self.habit.weekdays
        if mask is None:
            return None
        return [name for weekday, name in enumerate(WEEKDAYS) if mask >> weekday & 1]

    @property
    def schedule(self) -> str:
        """How often, in English."""
        return self.rule.schedule.describe()

    @property
    def holds(self) -> bool:
        """Whether the streak still runs."""
        until = self.habit.streak_holds_until
        return until is not None and until >= self.today

    @property
    def streak(self) -> int:
        """The streak as it reads on the day."""
        return self.habit.streak if self.holds else 0

    @property
    def streak_unit(self) -> str:
        """In what it is counted."""
        return self.rule.schedule.unit

    @property
    def streak_holds_until(self) -> date | None:
        """The last day on which it holds if nothing more is recorded."""
        return self.habit.streak_holds_until if self.holds else None

    @property
    def streak_first_day(self) -> date | None:
        """The first day of the streak."""
        return self.habit.streak_first_day if self.holds else None

    @property
    def streak_last_day(self) -> date | None:
        """The last day of the streak."""
        return self.habit.streak_last_day if self.holds else None

    @property
    def strength(self) -> float:
        """The strength at the end of the day, in percent."""
        steps = load_steps(self.habit.strength_steps)
        return round(100 * strength_on(steps, decay_of(self.rule), self.today), 1)

    @property
    def recent(self) -> Iterator[Square]:
        """The last days."""
        days = Period(self.today - timedelta(days=RECENT_DAYS - 1), self.today)
        return strip(self.rule, self.history, days)
