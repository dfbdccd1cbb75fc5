"""Streaks are kept true by every door through which rows come, change and go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.threads import client_of
from habits import deriving
from habits.actions import rederive
from habits.models import CheckIn, Habit, Rest
from habits.tests.make import (
    START,
    days_from,
    derived_anew,
    make_checkin,
    make_checkins,
    make_habit,
    make_rest,
    stored,
    streaks,
)

DAY = timedelta(days=1)
# The last day but one of the first five: without it the streak is 1, and the longest 3.
GAP = START + 3 * DAY


@pytest.fixture
def habit(ann: User) -> Habit:
    """Return a daily habit of Ann's."""
    return make_habit(ann, start_date=START)


def test_new_habit_has_no_streak(habit: Habit) -> None:
    assert stored(habit) == derived_anew(habit)
    assert streaks(habit) == (0, 0)


def test_streak_has_its_days(habit: Habit) -> None:
    make_checkins(habit, [day for day in days_from(START, 6) if day != GAP])

    row = stored(habit)

    assert {name: value for name, value in row.items() if name != "strength_steps"} == {
        "streak": 2,
        "streak_first_day": START + 4 * DAY,
        "streak_last_day": START + 5 * DAY,
        "streak_holds_until": START + 6 * DAY,
        "longest_streak": 3,
        "longest_first_day": START,
        "longest_last_day": START + 2 * DAY,
    }
    assert row == derived_anew(habit)


# --- Check-ins ----------------------------------------------------------------------------------

Door = Callable[[Habit], object]


def row_of(habit: Habit, day: date, value: int = 1) -> CheckIn:
    """Return a check-in that is not written yet."""
    return CheckIn(user=habit.user, habit=habit, day=day, value=Decimal(value))


MAKE_GAP: dict[str, Door] = {
    "create": lambda habit: make_checkin(habit, GAP),
    "save": lambda habit: row_of(habit, GAP).save(),
    "bulk_create": lambda habit: make_checkins(habit, [GAP]),
    "get_or_create": lambda habit: CheckIn.objects.get_or_create(
        user=habit.user, habit=habit, day=GAP
    ),
    "update_or_create": lambda habit: CheckIn.objects.update_or_create(
        user=habit.user, habit=habit, day=GAP, defaults={"value": 1}
    ),
    "relation": lambda habit: habit.checkins.create(user=habit.user, day=GAP),
}


@pytest.mark.parametrize("door", MAKE_GAP)
def test_check_in_that_comes_counts(door: str, habit: Habit) -> None:
    make_checkins(habit, [day for day in days_from(START, 5) if day != GAP])
    assert streaks(habit) == (1, 3)

    MAKE_GAP[door](habit)

    assert streaks(habit) == (5, 5)
    assert stored(habit) == derived_anew(habit)


def gap_of(habit: Habit) -> CheckIn:
    """Return the check-in of the day that joins the others."""
    return habit.checkins.get(day=GAP)


def set_and_save(of: Habit, **values: Any) -> None:
    """Change the check-in by a save of all its columns."""
    row = gap_of(of)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def bulk_update(of: Habit, **values: Any) -> None:
    """Change the check-in as one of several."""
    row = gap_of(of)
    for name, value in values.items():
        setattr(row, name, value)
    CheckIn.objects.bulk_update([row], values.keys())


CHANGE_GAP: dict[str, Callable[..., object]] = {
    "save": set_and_save,
    "bulk_update": bulk_update,
    "change": lambda of, **values: gap_of(of).change(**values),
    "change expected": lambda of, **values: gap_of(of).change(expected=1, **values),
    "update": lambda of, **values: of.checkins.filter(day=GAP).update(**values),
    "update_or_create": lambda of, **values: CheckIn.objects.update_or_create(
        habit=of, day=GAP, defaults=values
    ),
}


@pytest.mark.parametrize("values", [{"value": 0}, {"day": START - DAY}], ids=str)
@pytest.mark.parametrize("door", CHANGE_GAP)
def test_check_in_that_changes_counts_as_it_is(
    door: str, values: dict[str, Any], habit: Habit
) -> None:
    make_checkins(habit, days_from(START, 5))
    assert streaks(habit) == (5, 5)

    CHANGE_GAP[door](habit, **values)

    assert streaks(habit) == (1, 3)
    assert stored(habit) == derived_anew(habit)


@pytest.mark.parametrize("door", CHANGE_GAP)
def test_check_in_that_moves_leaves_one_habit_for_the_other(door: str, habit: Habit) -> None:
    other = make_habit(habit.user, "Run", start_date=START)
    make_checkins(habit, days_from(START, 5))

    CHANGE_GAP[door](habit, habit=other)

    assert streaks(habit) == (1, 3)
    assert streaks(other) == (1, 1)
    assert stored(other) == derived_anew(other)


DELETE_GAP: dict[str, Door] = {
    "delete": lambda habit: gap_of(habit).delete(),
    "remove": lambda habit: gap_of(habit).remove(),
    "remove expected": lambda habit: gap_of(habit).remove(expected=1),
    "delete of many": lambda habit: CheckIn.objects.filter(day=GAP).delete(),
    "delete of a relation": lambda habit: habit.checkins.filter(day=GAP).delete(),
}


@pytest.mark.parametrize("door", DELETE_GAP)
def test_check_in_that_goes_counts_no_more(door: str, habit: Habit) -> None:
    make_checkins(habit, days_from(START, 5))

    DELETE_GAP[door](habit)

    assert streaks(habit) == (1, 3)
    assert stored(habit) == derived_anew(habit)


def test_check_ins_of_many_habits_count_together(ann: User, ben: User) -> None:
    habits = [
        make_habit(user, f"{number}", start_date=START)
        for number in range(3)
        for user in (ann, ben)
    ]

    CheckIn.objects.bulk_create(
        row_of(habit, day)
        for number, habit in enumerate(habits)
        for day in days_from(START, number)
    )
    assert [streaks(habit)[0] for habit in habits] == [0, 1, 2, 3, 4, 5]

    CheckIn.objects.filter(day__gte=GAP).update(value=0)
    assert [streaks(habit)[0] for habit in habits] == [0, 1, 2, 3, 3, 3]

    deleted = CheckIn.objects.filter(day__gt=START).delete()
    assert [streaks(habit)[0] for habit in habits] == [0, 1, 1, 1, 1, 1]
    assert deleted == (10, {"habits.CheckIn": 10})


def test_update_reads_what_the_queryset_added(habit: Habit) -> None:
    make_checkins(habit, days_from(START, 5))

    rows = CheckIn.objects.annotate(none=F("value") - F("value")).filter(day=GAP)
    changed = rows.update(value=F("none"))

    assert changed == 1
    assert streaks(habit) == (1, 3)


# --- Rest ---------------------------------------------------------------------------------------


def rest_of(habit: Habit, *, of_all: bool) -> Rest:
    """Return rest on the day between the others, not written yet."""
    whose = None if of_all else habit
    return Rest(user=habit.user, habit=whose, first_day=GAP, last_day=GAP)


MAKE_REST: dict[str, Callable[[Rest], Any]] = {
    "save": lambda rest: rest.save(),
    "bulk_create": lambda rest: Rest.objects.bulk_create([rest]),
}
UNDO_REST: dict[str, Callable[[Rest], Any]] = {
    "delete": lambda rest: rest.delete(),
    "delete of many": lambda rest: Rest.objects.all().delete(),
    "change": lambda rest: rest.change(first_day=START, last_day=START),
    "update": lambda rest: Rest.objects.update(first_day=START, last_day=START),
}


@pytest.mark.parametrize("of_all", [False, True])
@pytest.mark.parametrize("made", MAKE_REST)
@pytest.mark.parametrize("undone", UNDO_REST)
def test_rest_joins_what_it_lies_between_for_as_long_as_it_is_there(
    made: str, undone: str, of_all: bool, habit: Habit, ben: User
) -> None:
    own, theirs = make_habit(habit.user, start_date=START), make_habit(ben, start_date=START)
    for one in (habit, own, theirs):
        make_checkins(one, [day for day in days_from(START, 5) if day != GAP])
    rest = rest_of(habit, of_all=of_all)

    MAKE_REST[made](rest)
    assert [streaks(one) for one in (habit, own, theirs)] == [
        (4, 4), (4, 4) if of_all else (1, 3), (1, 3)
    ]  # fmt: skip
    assert stored(habit) == derived_anew(habit)

    UNDO_REST[undone](rest)
    assert {streaks(one) for one in (habit, own, theirs)} == {(1, 3)}
    assert stored(habit) == derived_anew(habit)


@pytest.mark.parametrize("to_all", [False, True])
def test_rest_that_moves_leaves_one_habit_for_others(to_all: bool, habit: Habit) -> None:
    other = make_habit(habit.user, start_date=START)
    for one in (habit, other):
        make_checkins(one, [day for day in days_from(START, 5) if day != GAP])
    rest = make_rest(habit.user, GAP, habit=None if to_all else other)

    rest.change(habit=habit)

    assert [streaks(one) for one in (habit, other)] == [(4, 4), (1, 3)]
    rest.change(habit=None)
    assert [streaks(one) for one in (habit, other)] == [(4, 4), (4, 4)]


def test_rest_of_all_holds_for_a_habit_that_comes_later(ann: User) -> None:
    make_rest(ann, GAP)
    habit = make_habit(ann, start_date=START)

    make_checkins(habit, [day for day in days_from(START, 5) if day != GAP])

    assert streaks(habit) == (4, 4)


# --- What is asked for --------------------------------------------------------------------------

# What is changed of a daily habit with eight days of values 5, and the longest streak after it.
EDITS: list[tuple[dict[str, Any], int]] = [
    ({"frequency": "weekly"}, 2),
    ({"frequency": "weekly", "times": 7}, 1),
    ({"frequency": "weekdays", "weekdays": 0b0001100}, 2),
    ({"frequency": "interval", "span": 3}, 3),
    ({"frequency": "rolling", "span": 2, "times": 2}, 8),
    ({"kind": "at_least", "target": Decimal(6)}, 0),
    ({"kind": "at_most", "target": Decimal(5)}, 8),
    ({"start_date": START + 2 * DAY}, 6),
]


def save_all(habit: Habit, **values: Any) -> None:
    for name, value in values.items():
        setattr(habit, name, value)
    habit.save()


def bulk_update_habit(habit: Habit, **values: Any) -> None:
    for name, value in values.items():
        setattr(habit, name, value)
    Habit.objects.bulk_update([habit], values.keys())


EDIT: dict[str, Callable[..., Any]] = {
    "save": save_all,
    "change": lambda habit, **values: habit.change(**values),
    "update": lambda habit, **values: Habit.objects.filter(pk=habit.pk).update(**values),
    "bulk_update": bulk_update_habit,
}


@pytest.mark.parametrize(("values", "longest"), EDITS, ids=str)
@pytest.mark.parametrize("door", EDIT)
def test_habit_that_asks_for_something_else_has_another_streak(
    door: str, values: dict[str, Any], longest: int, habit: Habit
) -> None:
    make_checkins(habit, days_from(START, 8), 5)
    assert streaks(habit)[1] == 8

    EDIT[door](habit, **values)

    assert streaks(habit)[1] == longest
    assert stored(habit) == derived_anew(habit)


def test_habit_in_memory_has_the_numbers_of_its_change(habit: Habit) -> None:
    make_checkins(habit, days_from(START, 8))

    habit.change(start_date=START + DAY)

    assert habit.longest_streak == 7


def test_save_of_all_columns_takes_no_number_back(habit: Habit) -> None:
    read_before = Habit.objects.get(pk=habit.pk)
    make_checkins(habit, days_from(START, 3))

    read_before.name = "Write"
    read_before.save()

    assert streaks(habit) == (3, 3)
    assert read_before.streak == 3


def test_target_that_is_changed_by_the_api_is_counted(habit: Habit) -> None:
    make_checkins(habit, days_from(START, 8))

    answer = client_of(habit.user).patch(f"/api/v1/habits/{habit.pk}/", {"frequency": "weekly"})

    assert answer.json()["longest_streak"] == 2
    assert streaks(habit) == (2, 2)


# --- The owner's week ---------------------------------------------------------------------------


def by_api(user: User, week_start: int, client: Client) -> None:
    answer = client_of(user).patch("/api/v1/users/me/", {"week_start": week_start})
    assert answer.status_code == 200, answer.content


def by_admin(user: User, week_start: int, client: Client) -> None:
    operator = User.objects.create_superuser("op@example.org", "x", name="Op")
    client.force_login(operator)
    address = reverse("admin:accounts_user_change", args=[user.pk])
    kept = {"email": user.email, "name": user.name, "time_zone": "UTC", "day_starts_at": 0}
    form = kept | {"language": "en", "is_active": "on", "week_start": week_start}
    assert client.post(address, form).status_code == 302


def by_save(user: User, week_start: int, client: Client) -> None:
    user.week_start = week_start
    user.save()


def by_change(user: User, week_start: int, client: Client) -> None:
    user.change(week_start=week_start)


def by_update(user: User, week_start: int, client: Client) -> None:
    User.objects.filter(week_start=1).update(week_start=week_start)


def by_bulk_update(user: User, week_start: int, client: Client) -> None:
    user.week_start = week_start
    User.objects.bulk_update([user], ["week_start"])


WEEK = pytest.mark.parametrize(
    "door", [by_api, by_admin, by_save, by_change, by_update, by_bulk_update]
)


@WEEK
def test_week_that_starts_on_another_day_has_other_streaks(
    door: Callable[[User, int, Client], None], ann: User, client: Client
) -> None:
    weekly = make_habit(ann, frequency="weekly", start_date=START)
    daily = make_habit(ann, start_date=START)
    for habit in (weekly, daily):
        # A Saturday and the Sunday after it.
        make_checkins(habit, days_from(START + 5 * DAY, 2))
    assert (streaks(weekly), streaks(daily)) == ((1, 1), (2, 2))

    door(ann, 7, client)

    assert (streaks(weekly), streaks(daily)) == ((2, 2), (2, 2))
    assert stored(weekly) == derived_anew(weekly)


def test_weeks_of_several_people_change_together(ann: User, ben: User, mallory: User) -> None:
    mallory.change(week_start=7)
    habits = [make_habit(user, frequency="weekly", start_date=START) for user in (ann, ben)]
    for habit in habits:
        make_checkins(habit, days_from(START + 5 * DAY, 2))

    changed = User.objects.filter(week_start=1).update(week_start=7)

    assert changed == 2
    assert [streaks(habit) for habit in habits] == [(2, 2), (2, 2)]


def test_account_that_changes_otherwise_derives_nothing(
    ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_habit(ann, frequency="weekly")
    monkeypatch.setattr(deriving, "derive_part", refuse)

    ann.change(name="Anna", time_zone="Europe/Berlin")
    User.objects.update(name="Ann")


# --- What derives nothing -----------------------------------------------------------------------


def refuse(*_: object) -> None:
    """Stand for what must not be done."""
    raise AssertionError


@pytest.mark.parametrize("what", ["user", "habit", "habits", "group"])
def test_what_goes_with_its_rows_derives_nothing(
    what: str, habit: Habit, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_checkins(habit, days_from(START, 3))
    make_rest(habit.user, GAP, habit=habit)
    make_rest(habit.user, GAP)
    group = habit.user.habit_groups.create(name="Morning")
    habit.change(group=group)
    monkeypatch.setattr(deriving, "derive_part", refuse)

    if what == "user":
        habit.user.delete()
    elif what == "habit":
        habit.delete()
    elif what == "habits":
        Habit.objects.all().delete()
    else:
        group.delete()

    assert CheckIn.objects.exists() == (what == "group")


def test_words_alone_derive_nothing(habit: Habit, monkeypatch: pytest.MonkeyPatch) -> None:
    checkin, rest = make_checkin(habit), make_rest(habit.user, GAP)
    monkeypatch.setattr(deriving, "derive_part", refuse)

    habit.change(name="Write", question="Did you?")
    checkin.change(note="A little")
    rest.change(reason="illness", note="A cold")
    Habit.objects.update(colour="red")
    CheckIn.objects.update(note="More")
    Rest.objects.update(note="Better")


def test_only_what_follows_is_derived(
    ann: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily, weekly = make_habit(ann), make_habit(ann, frequency="weekly")
    make_habit(ben, frequency="weekly")
    derived: list[set[int]] = []
    monkeypatch.setattr(deriving, "derive_part", lambda ids: derived.append(set(ids)))

    make_checkin(daily)
    make_rest(ann, GAP, habit=weekly)
    make_rest(ann, GAP)
    ann.change(week_start=7)

    assert derived == [{daily.pk}, {weekly.pk}, {daily.pk, weekly.pk}, {weekly.pk}]


def test_numbers_that_follow_are_nobodys_change(habit: Habit) -> None:
    make_checkins(habit, days_from(START, 3))

    habit.refresh_from_db()

    assert (habit.streak, habit.version) == (3, 1)


def test_numbers_that_were_spoilt_are_derived_anew(habit: Habit, ann: User) -> None:
    others = [make_habit(ann, f"{number}", start_date=START) for number in range(250)]
    CheckIn.objects.bulk_create(row_of(one, START) for one in others)
    Habit.objects.update(strength_steps=[1], longest_streak=9, longest_first_day=START,
                         longest_last_day=START)  # fmt: skip

    rederive(one.pk for one in others)

    assert {streaks(one) for one in others} == {(1, 1)}
    # The one that nobody asked for is as it was.
    assert streaks(habit) == (0, 9)
    Habit.objects.filter(pk=habit.pk).rederive()
    assert streaks(habit) == (0, 0)


def test_check_in_costs_few_queries_and_none_for_each_day(
    habit: Habit, django_assert_max_num_queries: Any
) -> None:
    make_checkins(habit, days_from(START, 400))

    # Account, row, event, habit, check-ins, rest, numbers.
    with django_assert_max_num_queries(8):
        make_checkin(habit, START + 400 * DAY)


# --- Reading ------------------------------------------------------------------------------------


def test_streak_reads_as_0_after_the_day_until_which_it_holds(habit: Habit) -> None:
    make_checkins(habit, days_from(START, 3))
    none = make_habit(habit.user, "Nothing", start_date=START)
    holds_until = START + 3 * DAY

    def read(day: date) -> dict[str, int]:
        rows: Any = Habit.objects.with_streak(day)
        return dict(rows.values_list("name", "current_streak"))

    assert read(holds_until) == {"Read": 3, "Nothing": 0}
    assert read(holds_until + DAY) == {"Read": 0, "Nothing": 0}
    habit.refresh_from_db()
    assert [habit.streak_on(day) for day in (holds_until, holds_until + DAY)] == [3, 0]
    assert none.streak_on(START) == 0


def test_strength_reads_from_what_is_stored(habit: Habit, django_assert_num_queries: Any) -> None:
    make_checkins(habit, days_from(START, 87))
    last_day = START + 86 * DAY
    habit.refresh_from_db()

    with django_assert_num_queries(0):
        read = [habit.strength_on(day) for day in (START, last_day, last_day + 13 * DAY)]

    # Half of it is left after thirteen days without.
    assert read[1] == pytest.approx(1 - 0.5 ** (87 / 13))
    assert read[2] == pytest.approx(read[1] / 2)
    assert make_habit(habit.user).strength_on(START) == 0


def test_streaks_order_and_filter(ann: User) -> None:
    old, new, none = (make_habit(ann, name, start_date=START) for name in ("old", "new", "none"))
    make_checkins(old, days_from(START, 9))
    make_checkins(new, days_from(START + 10 * DAY, 2))
    rows: Any = Habit.objects.with_streak(START + 12 * DAY)

    assert list(rows.order_by("-current_streak", "pk")) == [new, old, none]
    assert list(rows.filter(current_streak__gte=1)) == [new]
