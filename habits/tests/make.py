"""Rows for tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any  # Fields of a row hold values of every type.

from django.db.models import Q

from accounts.models import User
from habits.deriving import DERIVED
from habits.models import CheckIn, Group, Habit, Rest
from habits.rules import History, Kind, Rule
from habits.schedule import Frequency, Period, Schedule
from habits.streaks import Run, derive
from habits.strength import steps

# A Monday.
START = date(2026, 11, 2)
NO_RUN: Any = Run(0, None, None)  # type: ignore[arg-type]  # columns of what never was


def make_group(owner: User, name: str = "Morning", **fields: Any) -> Group:
    """Make a group of habits."""
    return Group.objects.create(user=owner, name=name, **fields)


def make_habit(owner: User, name: str = "Read", **fields: Any) -> Habit:
    """Make a daily yes/no habit that starts on the owner's today."""
    return Habit.objects.create(user=owner, name=name, **({"frequency": "daily"} | fields))


def make_checkin(habit: Habit, day: date | None = None, value: Any = 1, **fields: Any) -> CheckIn:
    """Check a habit in on a day; on its first one where none is named."""
    return CheckIn.objects.create(
        user=habit.user, habit=habit, day=day or habit.start_date, value=Decimal(value), **fields
    )


def make_checkins(habit: Habit, days: Iterable[date], value: Any = 1) -> list[CheckIn]:
    """Check a habit in on days."""
    row = {"user": habit.user, "habit": habit, "value": Decimal(value)}
    return CheckIn.objects.bulk_create(CheckIn(day=day, **row) for day in days)


def make_rest(owner: User, first_day: date, last_day: date | None = None, **fields: Any) -> Rest:
    """Let a habit rest from one day to another, or on one; all of the owner's without one."""
    days = {"first_day": first_day, "last_day": last_day or first_day}
    return Rest.objects.create(user=owner, **days, **fields)


def days_from(first: date, count: int, step: int = 1) -> list[date]:
    """Return that many days, each so many after the one before it."""
    return [first + timedelta(days=number * step) for number in range(count)]


def stored(habit: Habit) -> dict[str, Any]:
    """Return the derived columns as they are stored."""
    row: dict[str, Any] = Habit.objects.values(*DERIVED).get(pk=habit.pk)
    return row


def streaks(habit: Habit) -> tuple[int, int]:
    """Return the streak as it is stored, and the longest."""
    row = stored(habit)
    return row["streak"], row["longest_streak"]


def derived_anew(habit: Habit) -> dict[str, Any]:
    """Return what the derived columns must hold, from the rows as they are stored."""
    habit = Habit.objects.get(pk=habit.pk)
    schedule = Schedule(
        frequency=Frequency(habit.frequency),
        start=habit.start_date,
        times=habit.times,
        span=habit.span,
        weekdays=habit.weekdays,
        week_start=habit.user.week_start,
    )
    rule = Rule(schedule=schedule, kind=Kind(habit.kind), target=habit.target)
    rests = Rest.objects.filter(Q(habit=habit) | Q(habit=None), user=habit.user)
    history = History(
        {row.day: row.value for row in CheckIn.objects.filter(habit=habit)},
        [Period(row.first_day, row.last_day) for row in rests],
    )
    found = derive(rule, history)
    current, longest = found.current or NO_RUN, found.longest or NO_RUN
    return {
        "streak": current.length,
        "streak_holds_until": found.holds_until,
        "streak_first_day": current.first_day,
        "streak_last_day": current.last_day,
        "longest_streak": longest.length,
        "longest_first_day": longest.first_day,
        "longest_last_day": longest.last_day,
        "strength_steps": [
            [step.day.isoformat(), step.strength, step.share] for step in steps(rule, history)
        ],
    }
