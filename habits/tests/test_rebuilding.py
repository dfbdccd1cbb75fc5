"""Streaks that are made anew in SQL are those of the rule, whatever was stored before."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from threading import Event
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.tests.make import make_user
from accounts.tests.threads import run_threads
from focusflow.instants import FIRST_DAY, LAST_DAY
from habits.actions import set_checkin
from habits.deriving import deriving
from habits.models import CheckIn, Habit, Rest
from habits.rebuilding import Rebuilt, parts, rebuild
from habits.rebuilding.periods import PERIODS
from habits.rebuilding.statements import STREAKS
from habits.rules import History, Kind, Rule
from habits.schedule import Frequency, Period
from habits.tests.histories import cases
from habits.tests.make import (
    START,
    days_from,
    derived_anew,
    make_checkins,
    make_habit,
    make_rest,
    stored,
)
from habits.tests.test_deriving_properties import in_example, make

DAY = timedelta(days=1)
# What no rule makes of rows.
WRONG: dict[str, Any] = {
    "streak": 77,
    "streak_holds_until": date(2001, 1, 1),
    "streak_first_day": date(2000, 1, 1),
    "streak_last_day": date(2000, 3, 17),
    "longest_streak": 77,
    "longest_first_day": date(2000, 1, 1),
    "longest_last_day": date(2000, 3, 17),
}


def run(**options: Any) -> Rebuilt:
    """Rebuild all habits without a word."""
    return rebuild(Habit.objects.all(), lambda *_: None, **options)


def spoil(**columns: Any) -> None:
    """Store what is wrong, past everything that keeps it true."""
    Habit._base_manager.update(**(columns or WRONG))


def streaks_of(columns: dict[str, Any]) -> dict[str, Any]:
    """Return the columns without the strength."""
    return {name: columns[name] for name in STREAKS}


def write(habit: Habit, history: History, rest_of_all: list[Period]) -> None:
    """Write what is recorded past what derives streaks, which takes long."""
    own = {"user_id": habit.user_id}
    CheckIn._base_manager.bulk_create(
        CheckIn(**own, habit=habit, day=day, value=value) for day, value in history.values.items()
    )
    Rest._base_manager.bulk_create(
        Rest(**own, habit=whose, first_day=rest.first, last_day=rest.last)
        for whose, rests in ((habit, history.rest), (None, rest_of_all))
        for rest in rests
    )


# --- As the rule ---------------------------------------------------------------------------------

DAYS = st.dates(FIRST_DAY, LAST_DAY)
FAR = st.sampled_from([FIRST_DAY, LAST_DAY, date(1999, 12, 31), date(2024, 2, 29)]) | DAYS


@st.composite
def far_rests(draw: st.DrawFn) -> Period:
    """Draw rest anywhere in the calendar that the tables take."""
    return Period(*sorted([draw(FAR), draw(FAR)]))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300
)
@given(
    case=cases([Kind.YES_NO], PERIODS),
    far=st.dictionaries(FAR, st.sampled_from([Decimal(0), Decimal(1)]), max_size=3),
    rest_of_all=st.lists(far_rests(), max_size=1),
)
def test_sql_agrees_with_the_rule(
    case: tuple[Rule, History], far: dict[date, Decimal], rest_of_all: list[Period], ann: User
) -> None:
    def example() -> None:
        rule, history = case
        habit, other = make(ann, rule), make(ann, rule)
        write(habit, History({**far, **history.values}, history.rest), rest_of_all)
        # Rests with all of the owner's, and not with the first one.
        write(other, History(history.values), [])
        spoil()

        rebuilt = run()

        assert rebuilt == Rebuilt(in_sql=2, differing=2)
        for row in (habit, other):
            assert streaks_of(stored(row)) == streaks_of(derived_anew(row))
        assert run() == Rebuilt(in_sql=2)

    in_example(example)


@pytest.mark.parametrize("weekdays", range(1, 128))
def test_sql_agrees_on_all_weekdays(weekdays: int, ann: User) -> None:
    habit = make_habit(ann, frequency="weekdays", weekdays=weekdays, start_date=START)
    make_rest(ann, START + 9 * DAY, START + 15 * DAY)
    make_checkins(habit, [day for day in days_from(START, 45) if day.day % 8])
    spoil()

    run()

    assert streaks_of(stored(habit)) == streaks_of(derived_anew(habit))


@pytest.mark.parametrize("frequency", PERIODS)
def test_sql_agrees_at_the_ends_of_the_calendar(frequency: Frequency, ann: User) -> None:
    weekdays = 0b100_0001 if frequency is Frequency.WEEKDAYS else None
    for start in (FIRST_DAY, LAST_DAY - 60 * DAY):
        habit = make_habit(ann, frequency=frequency.value, weekdays=weekdays, start_date=start)
        make_checkins(habit, days_from(start, 60))
        make_rest(ann, LAST_DAY - 3 * DAY, LAST_DAY, habit=habit)
    spoil()

    assert run() == Rebuilt(in_sql=2, differing=2)

    for habit in Habit.objects.all():
        assert streaks_of(stored(habit)) == streaks_of(derived_anew(habit))


# --- What is looked at ---------------------------------------------------------------------------


@pytest.fixture
def habits(ann: User) -> list[Habit]:
    """Return a habit that SQL derives, and some for the rule, each with a streak of 3."""
    rows = [
        make_habit(ann, start_date=START),
        make_habit(ann, start_date=START, kind="at_least", target=Decimal(1)),
        make_habit(ann, start_date=START, frequency="rolling", span=2),
        make_habit(ann, start_date=START, frequency="interval", span=1),
    ]
    for habit in rows:
        make_checkins(habit, days_from(START, 3))
    return rows


def test_what_is_right_is_written_nowhere(habits: list[Habit]) -> None:
    assert run() == Rebuilt(in_sql=1, by_rule=3)
    assert run(with_strength=True) == Rebuilt(by_rule=4)


@pytest.mark.parametrize("column", STREAKS)
def test_each_column_is_mended(column: str, habits: list[Habit]) -> None:
    wrong = {"streak": 2, "longest_streak": 4}.get(column, START + DAY)
    if column == "streak_holds_until":
        wrong = START + 30 * DAY
    before = [stored(habit) for habit in habits]
    spoil(**{column: wrong})

    assert run().differing == 4

    assert [stored(habit) for habit in habits] == before


def test_strength_of_all_is_mended_where_it_is_asked_for(habits: list[Habit]) -> None:
    before = [stored(habit) for habit in habits]
    spoil(strength_steps=[])

    assert run().differing == 3
    assert stored(habits[0])["strength_steps"] == []
    assert run(with_strength=True).differing == 1

    assert [stored(habit) for habit in habits] == before


def test_no_version_tells_of_it(habits: list[Habit]) -> None:
    spoil()

    run()

    assert {habit.version for habit in Habit.objects.all()} == {1}


def test_each_part_is_counted(ann: User, ben: User) -> None:
    for number in range(5):
        make_habit((ann, ben)[number % 2], f"{number}")
        make_habit((ann, ben)[number % 2], f"{number}", kind="at_most", target=Decimal(1))
    spoil()
    told: list[tuple[str, int]] = []

    with patch.multiple(parts, PART_IN_SQL=2, PART=4):
        rebuilt = rebuild(Habit.objects.all(), lambda *what: told.append(what))

    assert rebuilt == Rebuilt(in_sql=5, by_rule=5, differing=10)
    assert told == [
        ("by SQL", 2),
        ("by SQL", 2),
        ("by SQL", 1),
        ("by the rule", 4),
        ("by the rule", 1),
    ]


def test_habit_that_went_to_another_account_meanwhile_is_left_alone(ann: User, ben: User) -> None:
    habit = make_habit(ann)
    spoil()

    assert parts.rebuild_part([(habit.pk, ben.pk)], parts.derive_in_sql) == 0

    assert streaks_of(stored(habit)) == WRONG


def test_habit_that_asks_for_something_else_meanwhile_is_left_alone(ann: User) -> None:
    habit = make_habit(ann, kind="at_least", target=Decimal(2))
    spoil()

    assert parts.derive_in_sql([habit.pk]) == 0

    assert streaks_of(stored(habit)) == WRONG


# --- While people write --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_check_ins_meanwhile_count() -> None:
    user = make_user("ann@example.org")
    rows = [make_habit(user, f"{number}", start_date=START) for number in range(4)]
    days = days_from(START, 5)

    def act(index: int) -> None:
        if index < 2:
            for _ in days:
                run()
        else:
            for day in days:
                for habit in rows[index - 2 :: 2]:
                    set_checkin(habit=habit, day=day, today=days[-1])

    with patch.multiple(parts, PART_IN_SQL=3):
        run_threads(4, act)

    assert [stored(habit) for habit in rows] == [derived_anew(habit) for habit in rows]
    assert run() == Rebuilt(in_sql=4)


@pytest.mark.django_db(transaction=True)
def test_each_part_is_a_transaction_of_its_own() -> None:
    user = make_user("ann@example.org")
    first, second = make_habit(user), make_habit(user)
    spoil()

    def stop(what: str, count: int) -> None:
        raise InterruptedError

    with patch.multiple(parts, PART_IN_SQL=1), pytest.raises(InterruptedError):
        rebuild(Habit.objects.all(), stop)

    assert streaks_of(stored(first)) == streaks_of(derived_anew(first))
    assert streaks_of(stored(second)) == WRONG


def test_part_that_fails_is_taken_back(ann: User) -> None:
    habit = make_habit(ann)
    spoil()

    def derive(ids: list[int]) -> int:
        assert parts.derive_in_sql(ids) == 1
        raise InterruptedError

    with pytest.raises(InterruptedError):
        parts.rebuild_part([(habit.pk, ann.pk)], derive)

    assert streaks_of(stored(habit)) == WRONG


@pytest.mark.django_db(transaction=True)
def test_who_writes_to_an_account_is_waited_for() -> None:
    user = make_user("ann@example.org")
    habit = make_habit(user, start_date=START)
    spoil()
    is_locked, is_done = Event(), Event()

    def act(index: int) -> bool:
        if index == 0:
            with deriving({user.pk}):
                is_locked.set()
                return is_done.wait(0.3)
        is_locked.wait(10)
        run()
        is_done.set()
        return True

    assert run_threads(2, act) == [False, True]
    assert stored(habit) == derived_anew(habit)


# --- The command ---------------------------------------------------------------------------------


def command(*options: str, **named: Any) -> str:
    """Return what the command prints."""
    printed = StringIO()
    call_command("rebuild_streaks", *options, stdout=printed, **named)
    return printed.getvalue()


def test_command_says_how_many_differed(habits: list[Habit]) -> None:
    words = "Rebuilt 1 habit by SQL and 3 habits by the rule in Python. {} differed"
    spoil()

    assert command().startswith(words.format(4))
    assert command().startswith(words.format(0))
    assert command("--strength").startswith("Rebuilt 0 habits by SQL and 4 habits by the rule")
    assert command(verbosity=0) == ""


def test_command_mends_the_habits_of_one_account(ann: User, ben: User) -> None:
    own, other = make_habit(ann), make_habit(ben)
    spoil()

    assert "Rebuilt 1 habit by SQL" in command("--user", ann.email.upper())

    assert stored(own)["streak"] == 0
    assert stored(other)["streak"] == WRONG["streak"]


@pytest.mark.django_db
def test_command_names_an_account_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="Nobody here has the e-mail address"):
        command("--user", "nobody@example.org")
