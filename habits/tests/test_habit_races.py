"""Several who write to the same habits at once, with real threads: nothing is lost or stale."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from threading import Event
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from accounts.tests.make import make_user
from accounts.tests.threads import run_threads
from habits.actions import add_rest, add_to_checkin, clear_checkin, edit, set_checkin
from habits.models import CheckIn, Habit, Rest
from habits.tests.make import START, days_from, derived_anew, make_checkins, make_habit, stored

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
TODAY = START + 30 * DAY
# Times that each race is run: who comes first is chance.
ROUNDS = 5


@pytest.fixture
def user() -> User:
    """Return the owner of all rows."""
    return make_user("ann@example.org")


def read(habit: Habit) -> Habit:
    """Return a habit as somebody else has read it."""
    return Habit.objects.get(pk=habit.pk)


def test_first_check_ins_at_once_leave_one_row_and_no_error(user: User) -> None:
    for number in range(ROUNDS):
        habit = make_habit(user, f"{number}", start_date=START)
        own = [read(habit) for _ in range(4)]

        def act(index: int, own: list[Habit] = own) -> int:
            return set_checkin(habit=own[index], day=START, today=TODAY).pk

        ids = run_threads(4, act)

        assert len(set(ids)) == 1
        assert habit.checkins.get().version == 1
        assert stored(habit) == derived_anew(habit)


@pytest.mark.parametrize("is_new", [True, False])
def test_twenty_adds_at_once_make_twenty(is_new: bool, user: User) -> None:
    habit = make_habit(user, kind="at_least", target=Decimal(20), start_date=START)
    if not is_new:
        make_checkins(habit, [START], 0)
    own = [read(habit) for _ in range(20)]

    run_threads(20, lambda index: add_to_checkin(habit=own[index], day=START, today=TODAY))

    assert habit.checkins.get().value == 20
    assert stored(habit) == derived_anew(habit)
    assert stored(habit)["streak"] == 1


def test_check_ins_of_days_at_once_all_count(user: User) -> None:
    habit = make_habit(user, start_date=START)
    days = days_from(START, 12)
    doors: list[Callable[[Any], Any]] = [
        lambda day: set_checkin(habit=read(habit), day=day, today=TODAY),
        lambda day: CheckIn.objects.create(user=user, habit=habit, day=day),
        lambda day: make_checkins(habit, [day]),
    ]

    run_threads(12, lambda index: doors[index % 3](days[index]))

    assert stored(habit) == derived_anew(habit)
    assert stored(habit)["streak"] == 12


def test_set_and_clear_at_once_leave_true_numbers(user: User) -> None:
    for number in range(ROUNDS):
        habit = make_habit(user, f"{number}", start_date=START)
        make_checkins(habit, days_from(START, 5))

        def act(index: int, habit: Habit = habit) -> object:
            day = START + 2 * DAY
            if index % 2:
                return clear_checkin(habit=read(habit), day=day)
            return set_checkin(habit=read(habit), day=day, today=TODAY)

        run_threads(4, act)

        assert stored(habit) == derived_anew(habit)


def write_something(index: int, habit: Habit, week_start: int) -> None:
    """Do one of the things by which a weekly habit's streaks change."""
    match index:
        case 0:
            set_checkin(habit=read(habit), day=START + 20 * DAY, today=TODAY)
        case 1:
            edit(habit=read(habit), times=2)
        case 2:
            add_rest(user=habit.user, first_day=START + 10 * DAY, last_day=START + 18 * DAY)
        case 3:
            User.objects.get().change(week_start=week_start)
        case 4:
            User.objects.update(week_start=6)
        case 5:
            CheckIn.objects.filter(habit=habit).update(value=1)
        case _:
            Rest.objects.all().delete()


def test_rule_rest_and_check_ins_that_change_at_once_leave_true_numbers(user: User) -> None:
    """Each of them reads what the others write."""
    for number in range(ROUNDS):
        habit = make_habit(user, f"{number}", frequency="weekly", start_date=START)
        make_checkins(habit, days_from(START + 5 * DAY, 4))
        week_start = (7, 1)[number % 2]

        def act(index: int, habit: Habit = habit, week_start: int = week_start) -> None:
            write_something(index, habit, week_start)

        run_threads(7, act)

        assert stored(habit) == derived_anew(habit)


def meanwhile(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Do something in a transaction, and something else before that ends."""
    inside = Event()

    def act(index: int) -> None:
        if index:
            inside.wait(20)
            second()
            return
        with transaction.atomic():
            first()
            inside.set()
            Event().wait(0.3)

    run_threads(2, act)


def test_rest_of_all_waits_for_a_habit_that_comes_with_check_ins(user: User) -> None:
    """Neither would see what the other writes."""
    days = [day for day in days_from(START, 5) if day != START + 2 * DAY]

    meanwhile(
        lambda: make_checkins(make_habit(user, start_date=START), days),
        lambda: add_rest(user=user, first_day=START + 2 * DAY),
    )

    assert stored(Habit.objects.get()) == derived_anew(Habit.objects.get())
    assert stored(Habit.objects.get())["streak"] == 4


def test_habit_that_comes_with_check_ins_waits_for_rest_of_all(user: User) -> None:
    days = [day for day in days_from(START, 5) if day != START + 2 * DAY]

    meanwhile(
        lambda: add_rest(user=user, first_day=START + 2 * DAY),
        lambda: make_checkins(make_habit(user, start_date=START), days),
    )

    assert stored(Habit.objects.get())["streak"] == 4


@pytest.mark.parametrize("is_together", [False, True])
def test_week_waits_for_a_habit_that_comes_with_check_ins(is_together: bool, user: User) -> None:
    def start_on_sundays() -> None:
        if is_together:
            User.objects.update(week_start=7)
        else:
            User.objects.get().change(week_start=7)

    meanwhile(
        lambda: make_checkins(
            make_habit(user, frequency="weekly", start_date=START), days_from(START + 5 * DAY, 2)
        ),
        start_on_sundays,
    )

    assert stored(Habit.objects.get())["streak"] == 2


@pytest.mark.parametrize("way", ["save", "update", "delete"])
def test_changes_of_one_check_in_wait_for_each_other(way: str, user: User) -> None:
    """Who locked the row first, and then the account, would wait for one who does it as actions."""
    habit = make_habit(user, start_date=START)
    make_checkins(habit, [START])

    def write(index: int) -> None:
        for number in range(10):
            if index:
                set_checkin(habit=read(habit), day=START, today=TODAY, value=Decimal(number % 2))
            elif way == "save":
                for row in CheckIn.objects.filter(day=START):
                    row.change(value=Decimal((number + 1) % 2))
            elif way == "update":
                CheckIn.objects.update(value=number % 2)
            else:
                CheckIn.objects.all().delete()

    run_threads(2, write)

    assert stored(habit) == derived_anew(habit)


def test_habit_that_goes_while_it_is_checked_in_is_gone(user: User) -> None:
    for number in range(ROUNDS):
        habit = make_habit(user, f"{number}", start_date=START)

        def act(index: int, habit: Habit = habit) -> str:
            try:
                if index:
                    Habit.objects.filter(pk=habit.pk).delete()
                else:
                    set_checkin(habit=read(habit), day=START, today=TODAY)
            except Habit.DoesNotExist:
                return "gone"
            return "done"

        checked_in, deleted = run_threads(2, act)

        assert deleted == "done"
        assert checked_in in {"done", "gone"}
        assert not Habit.objects.exists()
        assert not CheckIn.objects.exists()
