"""What the database itself refuses of habits and of what belongs to them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models import CheckConstraint

from accounts.models import User
from focusflow.appearance import Colour, Icon
from focusflow.bulk import insert
from habits import rules, schedule
from habits.deriving import rule_of
from habits.models import CheckIn, Group, Habit, Rest
from habits.tests.make import START, make_checkin, make_group, make_habit

EARLY, LATE = date(1900, 1, 1), date(9998, 12, 30)
LONGEST = {"longest_streak": 2, "longest_first_day": START, "longest_last_day": START}
STREAK = LONGEST | {
    "streak": 2,
    "streak_first_day": START,
    "streak_last_day": START,
    "streak_holds_until": START,
}

# The model, the constraint, and columns that it refuses.
REFUSED: list[tuple[type[models.Model], str, dict[str, Any]]] = [
    (Habit, "frequency", {"frequency": "hourly"}),
    (Habit, "frequency", {"frequency": "daily", "times": 2}),
    (Habit, "frequency", {"frequency": "daily", "span": 2}),
    (Habit, "frequency", {"frequency": "daily", "weekdays": 1}),
    (Habit, "frequency", {"frequency": "weekdays"}),
    (Habit, "frequency", {"frequency": "weekdays", "weekdays": 0}),
    (Habit, "frequency", {"frequency": "weekdays", "weekdays": 128}),
    (Habit, "frequency", {"frequency": "weekly", "times": 0}),
    (Habit, "frequency", {"frequency": "weekly", "times": 8}),
    (Habit, "frequency", {"frequency": "weekly", "span": 7}),
    (Habit, "frequency", {"frequency": "weekly", "weekdays": 1}),
    (Habit, "frequency", {"frequency": "monthly", "times": 29}),
    (Habit, "frequency", {"frequency": "yearly", "times": 366}),
    (Habit, "frequency", {"frequency": "rolling"}),
    (Habit, "frequency", {"frequency": "rolling", "span": 7, "times": 8}),
    (Habit, "frequency", {"frequency": "rolling", "span": 3661}),
    (Habit, "frequency", {"frequency": "interval"}),
    (Habit, "frequency", {"frequency": "interval", "span": 0}),
    (Habit, "frequency", {"frequency": "interval", "span": 3, "times": 2}),
    (Habit, "kind", {"kind": "perhaps"}),
    (Habit, "kind", {"kind": "yes_no", "target": 1}),
    (Habit, "kind", {"kind": "at_least"}),
    (Habit, "kind", {"kind": "at_least", "target": 0}),
    (Habit, "kind", {"kind": "at_most"}),
    (Habit, "kind", {"kind": "at_most", "target": -1}),
    (Habit, "kind", {"kind": "at_most", "target": 4, "frequency": "weekly", "times": 2}),
    (Habit, "start_date", {"start_date": EARLY}),
    (Habit, "start_date", {"start_date": LATE}),
    (Habit, "colour", {"colour": "mauve"}),
    (Habit, "icon", {"icon": "skull"}),
    (Habit, "streak", {"streak": -1}),
    (Habit, "streak", {"streak": 2} | LONGEST),
    (Habit, "streak", STREAK | {"streak": 0}),
    (Habit, "streak", STREAK | {"streak_holds_until": None}),
    (Habit, "streak", STREAK | {"streak_holds_until": date(2026, 11, 1)}),
    (Habit, "streak", STREAK | {"streak_first_day": None}),
    (Habit, "streak", STREAK | {"streak_last_day": None}),
    (Habit, "streak", STREAK | {"streak_first_day": date(2026, 11, 3)}),
    (Habit, "longest", STREAK | {"longest_last_day": date(2026, 11, 1)}),
    (Habit, "longest", STREAK | {"longest_last_day": None}),
    (Habit, "longest", STREAK | {"longest_first_day": None}),
    (Habit, "longest", {"longest_first_day": START, "longest_last_day": START}),
    (Habit, "longer", STREAK | {"longest_streak": 1}),
    (CheckIn, "value", {"value": -0.001}),
    (CheckIn, "day_range", {"day": EARLY}),
    (CheckIn, "day_range", {"day": LATE}),
    (Group, "named", {"name": ""}),
    (Rest, "days", {"first_day": date(2026, 11, 3)}),
    (Rest, "day_range", {"first_day": EARLY}),
    (Rest, "day_range", {"last_day": LATE}),
    (Rest, "reason", {"reason": "whim"}),
]
# At the edge, and taken.
TAKEN: list[tuple[type[models.Model], dict[str, Any]]] = [
    (Habit, {"frequency": "weekdays", "weekdays": 127}),
    (Habit, {"frequency": "weekly", "times": 7}),
    (Habit, {"frequency": "monthly", "times": 28}),
    (Habit, {"frequency": "yearly", "times": 365}),
    (Habit, {"frequency": "rolling", "span": 3660, "times": 3660}),
    (Habit, {"frequency": "interval", "span": 3660}),
    (Habit, {"kind": "at_least", "target": 0.001}),
    (Habit, {"kind": "at_most", "target": 0}),
    (Habit, {"start_date": date(1900, 1, 2)}),
    (Habit, {"start_date": date(9998, 12, 29)}),
    (Habit, STREAK),
    (CheckIn, {"value": 0}),
    (CheckIn, {"value": 999999999.999}),
    (CheckIn, {"day": date(9998, 12, 29)}),
    (Rest, {"last_day": date(9998, 12, 29), "reason": "illness"}),
]


def write(model: type[models.Model], columns: dict[str, Any], owner: User) -> None:
    """Write a row as the columns say, past the model."""
    needed: dict[str, Any] = {"user_id": owner.pk}
    if model is Habit:
        needed |= {"name": "x", "frequency": "daily"}
    elif model is CheckIn:
        needed |= {"habit_id": make_habit(owner).pk, "day": START}
    elif model is Rest:
        needed |= {"first_day": START, "last_day": START}
    insert(model, [needed | columns])


@pytest.mark.parametrize(("model", "name", "columns"), REFUSED)
def test_database_refuses(
    model: type[models.Model], name: str, columns: dict[str, Any], ann: User
) -> None:
    with pytest.raises(IntegrityError, match=rf"habits_{model.__name__.lower()}_{name}\b"):
        write(model, columns, ann)


@pytest.mark.parametrize(("model", "columns"), TAKEN)
def test_database_takes_the_edge(
    model: type[models.Model], columns: dict[str, Any], ann: User
) -> None:
    write(model, columns, ann)

    assert model._default_manager.filter(**columns).count() == 1


def test_every_check_is_tried() -> None:
    tried = {(model, f"habits_{model.__name__.lower()}_{name}") for model, name, _ in REFUSED}

    there = {
        (model, constraint.name)
        for model in (Habit, CheckIn, Rest, Group)
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint)
    }

    assert there == tried


def is_a_rule(habit: Habit) -> bool:
    """Say whether the pure rules take what a habit asks for."""
    try:
        rule_of(habit, 1)
    except (schedule.ScheduleError, rules.RuleError):
        return False
    return True


def is_taken(habit: Habit) -> bool:
    """Say whether the database takes a habit."""
    try:
        with transaction.atomic():
            habit.save()
    except IntegrityError:
        return False
    return True


@pytest.mark.parametrize("frequency", Habit.Frequency.values)
def test_database_takes_what_the_rules_take(frequency: str, ann: User) -> None:
    """So that no habit that is stored has streaks that cannot be derived."""
    columns = {
        "times": (0, 1, 7, 8, 28, 29, 365, 366),
        "span": (None, 0, 1, 8, 3660, 3661),
        "weekdays": (None, 0, 1, 127, 128),
    }
    targets = product(Habit.Kind.values, (None, Decimal(0), Decimal("0.001")))
    schedules = [dict(zip(columns, row, strict=True)) for row in product(*columns.values())]
    rows = [
        Habit(user=ann, name="x", frequency=frequency, kind="yes_no", start_date=START, **columns)
        for columns in schedules
    ]
    asked = next(row for row in rows if is_a_rule(row))
    for kind, target in targets:
        for times in (1, 2):
            row = Habit(user=ann, name="x", frequency=frequency, kind=kind, start_date=START)
            row.times, row.span, row.weekdays = times, asked.span, asked.weekdays
            if frequency == "rolling":
                row.span = 8
            row.target = target
            rows.append(row)

    assert [is_a_rule(row) for row in rows] == [is_taken(row) for row in rows]
    assert any(map(is_a_rule, rows))


def test_choices_are_those_that_the_database_and_the_rules_take(ann: User) -> None:
    for colour in Colour:
        make_habit(ann, colour=colour)
    for icon in Icon:
        make_habit(ann, icon=icon)

    assert Habit.objects.count() == len(Colour) + len(Icon)
    assert set(Habit.Frequency.values) == set(schedule.Frequency)
    assert set(Habit.Kind.values) == set(rules.Kind)


def test_habit_has_one_check_in_a_day(ann: User) -> None:
    habit = make_habit(ann)
    make_checkin(habit)
    make_checkin(make_habit(ann, "Run"))

    with pytest.raises(IntegrityError):
        make_checkin(habit)


def test_group_with_a_used_name_is_refused(ann: User, ben: User) -> None:
    for owner in (ann, ben):
        make_group(owner)

    with pytest.raises(IntegrityError):
        make_group(ann)
