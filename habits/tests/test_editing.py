"""Habits and days of rest that are changed by the actions that every interface calls."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import User
from accounts.versioning import StaleVersionError
from habits.actions import add_rest, change_rest, edit, remove_rest, without_unasked
from habits.models import Habit, Rest
from habits.tests.make import START, days_from, make_checkins, make_habit, make_rest, streaks

DAY = timedelta(days=1)
GAP = START + 3 * DAY


@pytest.fixture
def habit(ann: User) -> Habit:
    """Return a daily habit of Ann's with a gap of a day."""
    habit = make_habit(ann, start_date=START)
    make_checkins(habit, [day for day in days_from(START, 5) if day != GAP])
    return habit


@pytest.mark.parametrize(
    ("before", "values", "emptied"),
    [
        ({"frequency": "weekly", "times": 3}, {"frequency": "daily"}, {"times": 1}),
        ({"frequency": "weekly", "times": 3}, {"frequency": "monthly"}, {}),
        ({"frequency": "weekdays", "weekdays": 3}, {"frequency": "weekly"}, {"weekdays": None}),
        ({"frequency": "rolling", "times": 2, "span": 7}, {"frequency": "interval"}, {"times": 1}),
        (
            {"frequency": "rolling", "times": 2, "span": 7},
            {"frequency": "weekdays", "weekdays": 3},
            {"times": 1, "span": None},
        ),
        ({"kind": "at_least", "target": Decimal(2)}, {"kind": "yes_no"}, {"target": None}),
    ],
)
def test_edit_empties_what_is_asked_no_more(
    before: dict[str, Any], values: dict[str, Any], emptied: dict[str, Any], ann: User
) -> None:
    habit = make_habit(ann, **before)

    changed = edit(habit=habit, **values)

    habit.refresh_from_db()
    assert changed == values.keys() | emptied.keys()
    for name, value in (before | values | emptied).items():
        assert getattr(habit, name) == value


def test_edit_drops_nothing_that_was_asked_for(ann: User) -> None:
    habit = make_habit(ann, frequency="weekly", times=3)

    with pytest.raises(IntegrityError):
        edit(habit=habit, frequency="daily", times=2)


def test_edit_of_something_else_empties_nothing(ann: User) -> None:
    habit = make_habit(ann, frequency="weekly", times=3)

    assert without_unasked(habit, {"name": "Run", "frequency": "weekly"}) == {
        "name": "Run",
        "frequency": "weekly",
    }


def test_edit_derives_and_asks_for_the_expected_version(habit: Habit) -> None:
    edit(habit=habit, expected=1, frequency="weekly", times=4)

    assert (habit.streak, streaks(habit)) == (1, (1, 1))
    with pytest.raises(StaleVersionError):
        edit(habit=habit, expected=1, frequency="daily")
    assert streaks(habit) == (1, 1)


@pytest.mark.parametrize("of_all", [False, True])
def test_rest_is_added_changed_and_removed(of_all: bool, habit: Habit) -> None:
    rest = add_rest(user=habit.user, first_day=GAP, habit=None if of_all else habit)
    assert (rest.first_day, rest.last_day, rest.reason) == (GAP, GAP, "skip")
    assert streaks(habit) == (4, 4)

    changed = change_rest(rest=rest, first_day=START, last_day=START + DAY, reason="illness")
    assert changed == {"first_day", "last_day", "reason"}
    assert streaks(habit) == (1, 3)

    change_rest(rest=rest, last_day=GAP)
    assert streaks(habit) == (4, 4)

    remove_rest(rest=rest, expected=3)
    assert streaks(habit) == (1, 3)
    assert not Rest.objects.exists()


def test_rest_that_cannot_be_is_refused(habit: Habit, mallory: User) -> None:
    rest = make_rest(habit.user, GAP)

    with pytest.raises(ValidationError, match="on its first day or after it"):
        add_rest(user=habit.user, first_day=GAP, last_day=GAP - DAY)
    with pytest.raises(ValidationError, match="on its first day or after it"):
        change_rest(rest=rest, last_day=GAP - DAY)
    with pytest.raises(ValidationError, match="another account"):
        add_rest(user=mallory, first_day=GAP, habit=habit)

    assert Rest.objects.get().last_day == rest.last_day == GAP


def test_rest_that_was_changed_meanwhile_stays(habit: Habit) -> None:
    rest = make_rest(habit.user, GAP)
    Rest.objects.update(note="A cold")

    with pytest.raises(StaleVersionError):
        change_rest(rest=rest, expected=1, last_day=GAP + DAY)
    with pytest.raises(StaleVersionError):
        remove_rest(rest=rest, expected=1)

    assert Rest.objects.get().last_day == GAP
    assert streaks(habit) == (4, 4)
