"""The API of habits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from habits.deriving import read_histories
from habits.models import CheckIn, Habit
from habits.schedule import Period
from habits.tests.make import (
    START,
    days_from,
    derived_anew,
    make_checkin,
    make_checkins,
    make_group,
    make_habit,
    make_rest,
    stored,
)

Api = Callable[[User | None], APIClient]

HABITS = "/api/v1/habits/"
# Thursday of the third week after START.
TODAY = date(2026, 11, 19)
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
# The session and the person, by which every request is signed in.
SIGN_IN = 2


@pytest.fixture(autouse=True)
def _today(time_machine: Any) -> None:
    time_machine.move_to(NOON, tick=False)


def faults(answer: Any) -> dict[str, str]:
    """Return what an answer finds wrong, by its place."""
    assert answer.status_code == 400, answer.content
    return {
        fault.get("pointer", fault.get("parameter")): fault["detail"]
        for fault in answer.json()["errors"]
    }


def names(client: APIClient, query: str = "") -> list[str]:
    """Return the names of a list, in its order."""
    answer = client.get(f"{HABITS}?{query}")
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


# --- Written --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "schedule", "unit"),
    [
        ({"frequency": "daily"}, "every day", "day"),
        (
            {"frequency": "weekdays", "weekdays": ["fri", "mon", "wed", "mon"]},
            "every Mon, Wed, Fri",
            "day",
        ),
        ({"frequency": "weekly", "times": 3}, "3 times a week", "week"),
        ({"frequency": "monthly"}, "once a month", "month"),
        ({"frequency": "yearly", "times": 365}, "365 times a year", "year"),
        ({"frequency": "rolling", "times": 2, "span": 7}, "2 times in any 7 days", "time"),
        ({"frequency": "interval", "span": 3}, "every 3 days", "time"),
    ],
)
def test_schedule_is_written_and_said(
    rule: dict[str, Any], schedule: str, unit: str, ann: User, api: Api
) -> None:
    answer = api(ann).post(HABITS, {"name": "Read"} | rule)

    row = answer.json()
    assert answer.status_code == 201, row
    assert (row["schedule"], row["streak_unit"]) == (schedule, unit)
    expected = {"times": 1, "span": None, "weekdays": None} | rule
    if rule.get("weekdays"):
        expected["weekdays"] = ["mon", "wed", "fri"]
    assert {name: row[name] for name in expected} == expected
    assert api(ann).get(answer.headers["Location"]).json() == row


def test_new_habit_has_nothing_yet(ann: User, api: Api) -> None:
    row = api(ann).post(HABITS, {"name": "Read", "frequency": "daily"}).json()

    assert row["start_date"] == str(TODAY)
    assert (row["streak"], row["longest_streak"], row["strength"]) == (0, 0, 0)
    days = ("streak_holds_until", "streak_first_day", "longest_last_day", "reminder_at", "target")
    assert {row[name] for name in days} == {None}
    assert [square["state"] for square in row["recent"]] == ["not_asked"] * 29 + ["empty"]


@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Kiritimati", "2026-11-20"), ("Etc/GMT+12", "2026-11-19")]
)
def test_new_habit_starts_on_its_owners_day(zone: str, day: str, ann: User, api: Api) -> None:
    ann.change(time_zone=zone)

    row = api(ann).post(HABITS, {"name": "Read", "frequency": "daily"}).json()

    assert (row["start_date"], row["recent"][-1]["day"]) == (day, day)


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ({"frequency": "hourly"}, "#/frequency", "not a valid choice"),
        ({"times": 2}, "#/times", "once"),
        ({"frequency": "weekly", "times": 8}, "#/times", "between 1 and 7"),
        ({"frequency": "monthly", "times": 29}, "#/times", "between 1 and 28"),
        ({"frequency": "yearly", "times": 366}, "#/times", "less than or equal to 365"),
        ({"frequency": "weekly", "times": 0}, "#/times", "greater than or equal to 1"),
        ({"times": None}, "#/times", "null"),
        ({"frequency": "rolling", "times": 8, "span": 7}, "#/times", "between 1 and 7"),
        ({"frequency": "rolling"}, "#/span", "between 1 and 3660"),
        ({"frequency": "interval", "span": 3661}, "#/span", "3660"),
        ({"frequency": "interval", "span": 0}, "#/span", "greater than or equal to 1"),
        ({"span": 3}, "#/span", "Only a habit in any days"),
        ({"frequency": "weekdays"}, "#/weekdays", "at least one"),
        ({"frequency": "weekdays", "weekdays": []}, "#/weekdays", "at least one"),
        ({"frequency": "weekdays", "weekdays": 21}, "#/weekdays", "a list"),
        ({"frequency": "weekdays", "weekdays": [1]}, "#/weekdays", "a string as each item"),
        ({"frequency": "weekdays", "weekdays": ["Mon"]}, "#/weekdays/0", "not a valid choice"),
        ({"weekdays": ["mon"]}, "#/weekdays", "Only a habit on chosen weekdays"),
        ({"kind": "at_least"}, "#/target", "0.001 or more"),
        ({"kind": "at_least", "target": 0}, "#/target", "0.001 or more"),
        ({"kind": "at_least", "target": -1}, "#/target", "greater than or equal to 0"),
        ({"kind": "at_least", "target": 0.0001}, "#/target", "decimal places"),
        ({"kind": "at_least", "target": 1e9}, "#/target", "digits"),
        ({"kind": "at_least", "target": 1e300}, "#/target", "digits"),
        ({"kind": "at_least", "target": "8"}, "#/target", "Send a number."),
        ({"kind": "at_least", "target": True}, "#/target", "Send a number."),
        ({"kind": "yes_no", "target": 1}, "#/target", "no target"),
        ({"frequency": "weekly", "kind": "at_most", "target": 4, "times": 2}, "#/times", "whole"),
        ({"start_date": "1900-01-01"}, "#/start_date", "1900 to 9998"),
        ({"start_date": "9999-12-31"}, "#/start_date", "1900 to 9998"),
        ({"start_date": "0000-00-00"}, "#/start_date", "wrong format"),
        ({"start_date": None}, "#/start_date", "null"),
        ({"reminder_at": "24:00"}, "#/reminder_at", "wrong format"),
        ({"reminder_at": "07:30Z"}, "#/reminder_at", "wrong format"),
        ({"colour": "mauve"}, "#/colour", "not a valid choice"),
        ({"icon": "skull"}, "#/icon", "not a valid choice"),
        ({"group": 2**63 - 1}, "#/group", "does not exist"),
    ],
)
def test_habit_that_cannot_be_is_refused_at_its_place(
    body: dict[str, Any], pointer: str, words: str, ann: User, api: Api
) -> None:
    found = faults(api(ann).post(HABITS, {"name": "Read", "frequency": "daily"} | body))

    assert found.keys() == {pointer}
    assert words in found[pointer]
    assert not Habit.objects.exists()


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_target_that_is_no_number_is_refused_in_a_form(text: str, ann: User, api: Api) -> None:
    body = {"name": "Read", "frequency": "daily", "kind": "at_least", "target": text}

    assert "#/target" in faults(api(ann).post(HABITS, body, format="multipart"))


def test_number_comes_back_as_it_was_sent(ann: User, api: Api) -> None:
    body = {"name": "Run", "frequency": "daily", "kind": "at_least"}

    for target in (8, 10.5, 0.001, 999_999_999.999, 0.1):
        assert api(ann).post(HABITS, body | {"target": target}).json()["target"] == target
    assert b'"target":8,' in api(ann).post(HABITS, body | {"target": 8.0}).content


@pytest.mark.parametrize(
    "name", ["streak", "streak_holds_until", "longest_streak", "strength", "schedule", "recent"]
)
def test_what_follows_is_not_written(name: str, ann: User, api: Api) -> None:
    habit = make_habit(ann)

    assert faults(api(ann).patch(f"{HABITS}{habit.pk}/", {name: 100})).keys() == {f"#/{name}"}


def test_habit_as_it_was_read_can_be_put(ann: User, api: Api) -> None:
    habit = make_habit(ann, start_date=START, kind="at_least", target=8, reminder_at="07:30")
    make_checkins(habit, days_from(START, 18), 9)
    client, path = api(ann), f"{HABITS}{habit.pk}/"
    row = client.get(path).json()

    answer = client.put(path, row)

    assert (answer.status_code, answer.json()) == (200, row)
    assert (row["streak"], row["version"], row["reminder_at"]) == (18, 1, "07:30:00")


def test_change_of_the_rule_is_answered_with_what_follows(ann: User, api: Api) -> None:
    habit = make_habit(ann, start_date=START)
    make_checkins(habit, days_from(START, 18))

    row = api(ann).patch(f"{HABITS}{habit.pk}/", {"frequency": "weekly", "times": 4}).json()

    assert (row["streak"], row["streak_unit"], row["schedule"]) == (3, "week", "4 times a week")
    assert (row["streak_first_day"], row["streak_last_day"]) == (str(START), str(TODAY))
    assert stored(habit) == derived_anew(habit)


def test_change_of_the_frequency_empties_what_it_does_not_ask_for(ann: User, api: Api) -> None:
    habit = make_habit(ann, frequency="weekdays", weekdays=1)
    client, path = api(ann), f"{HABITS}{habit.pk}/"

    row = client.patch(path, {"frequency": "rolling", "times": 2, "span": 9}).json()
    refused = client.patch(path, {"frequency": "daily", "weekdays": ["mon"]})
    daily = client.patch(path, {"frequency": "daily"}).json()

    assert (row["weekdays"], row["times"], row["span"]) == (None, 2, 9)
    assert faults(refused).keys() == {"#/weekdays"}
    assert (daily["times"], daily["span"]) == (1, None)


def test_habit_is_deleted(ann: User, api: Api) -> None:
    habit = make_habit(ann)

    assert api(ann).delete(f"{HABITS}{habit.pk}/").status_code == 204
    assert not Habit.objects.exists()


def test_history_is_read_on_some_days_alone(ann: User) -> None:
    habit = make_habit(ann, start_date=START)
    make_checkins(habit, days_from(START, 9))
    for day in (START, START + timedelta(days=4), START + timedelta(days=9)):
        make_rest(ann, day)

    days = Period(START + timedelta(days=2), START + timedelta(days=5))
    (history,) = read_histories([habit], days).values()

    assert list(history.days) == days_from(days.first, 4)
    assert history.rests == (Period(START + timedelta(days=4), START + timedelta(days=4)),)


# --- Read -----------------------------------------------------------------------------------------


def test_streak_reads_as_nothing_after_the_day_it_holds_until(
    ann: User, api: Api, time_machine: Any
) -> None:
    habit = make_habit(ann, start_date=START)
    make_checkins(habit, days_from(START, 18))
    names_of = ("streak", "streak_first_day", "streak_last_day", "streak_holds_until")

    def read(at: datetime) -> list[list[Any]]:
        time_machine.move_to(at, tick=False)
        client = api(ann)
        row = client.get(f"{HABITS}{habit.pk}/").json()
        (listed,) = client.get(HABITS).json()["results"]
        assert (row["longest_streak"], row["longest_last_day"]) == (18, str(TODAY))
        return [[shown[name] for name in names_of] for shown in (row, listed)]

    holding = read(datetime(2026, 11, 20, 23, 59, tzinfo=UTC))
    over = read(datetime(2026, 11, 21, tzinfo=UTC))

    assert holding == [[18, str(START), str(TODAY), "2026-11-20"]] * 2
    assert over == [[0, None, None, None]] * 2


def test_streak_is_read_on_the_day_of_its_owner(ann: User, api: Api, time_machine: Any) -> None:
    habit = make_habit(ann, start_date=START)
    make_checkins(habit, days_from(START, 18))
    time_machine.move_to(datetime(2026, 11, 21, 1, tzinfo=UTC), tick=False)

    assert api(ann).get(f"{HABITS}{habit.pk}/").json()["streak"] == 0
    ann.change(day_starts_at=3)
    assert api(ann).get(f"{HABITS}{habit.pk}/").json()["streak"] == 18


def test_order_by_streak_is_that_of_the_day(ann: User, api: Api) -> None:
    for name, first, count in (("over", START, 10), ("long", START, 18), ("new", TODAY, 1)):
        make_checkins(make_habit(ann, name, start_date=START), days_from(first, count))
    client = api(ann)

    assert names(client, "ordering=-streak") == ["long", "new", "over"]
    assert names(client, "ordering=streak") == ["over", "new", "long"]


def test_strength_is_in_percent_to_the_tenth(ann: User, api: Api) -> None:
    habit = make_habit(ann, start_date=START)
    make_checkins(habit, days_from(START, 10))

    row = api(ann).get(f"{HABITS}{habit.pk}/").json()

    habit.refresh_from_db()
    assert row["strength"] == round(100 * habit.strength_on(TODAY), 1)
    # Ten days with, then eight of nine without by today, by Loop's formula.
    decay = 0.5 ** (1 / 13)
    assert row["strength"] == round(100 * (1 - decay**10) * decay**8, 1)


@pytest.mark.parametrize(
    ("fields", "value", "state"),
    [
        ({}, 1, "done"),
        ({}, 0, "not_done"),
        ({}, None, "empty"),
        ({"kind": "at_least", "target": 8}, 8, "done"),
        ({"kind": "at_least", "target": 8}, 7.5, "not_done"),
        ({"kind": "at_least", "target": 8, "frequency": "weekly"}, 0.5, "done"),
        ({"kind": "at_least", "target": 8, "frequency": "weekly", "times": 2}, 7, "not_done"),
        ({"kind": "at_most", "target": 2}, 2, "done"),
        ({"kind": "at_most", "target": 2}, 3, "not_done"),
        ({"frequency": "weekdays", "weekdays": 1}, None, "not_asked"),
        ({"frequency": "weekdays", "weekdays": 1}, 1, "done"),
        ({"frequency": "interval", "span": 4}, None, "not_asked"),
        ({"rest": True}, None, "rest"),
        ({"rest": True}, 0, "rest"),
        ({"rest": True}, 1, "done"),
        ({"start_date": TODAY + timedelta(1)}, None, "not_asked"),
    ],
)
def test_recent_day_has_its_state(
    fields: dict[str, Any], value: Any, state: str, ann: User, api: Api
) -> None:
    rests = fields.get("rest")
    columns = {name: fields[name] for name in fields.keys() - {"rest"}}
    habit = make_habit(ann, **({"start_date": START} | columns))
    make_checkin(make_habit(ann, "Another", start_date=START), TODAY, 1)
    if value is not None:
        make_checkin(habit, TODAY, value)
    if rests:
        make_rest(ann, TODAY, habit=habit)

    recent = api(ann).get(f"{HABITS}{habit.pk}/").json()["recent"]

    assert recent[-1] == {"day": str(TODAY), "state": state, "value": value}
    assert [square["day"] for square in recent] == [
        str(TODAY - timedelta(days=ago)) for ago in range(29, -1, -1)
    ]


def test_recent_days_hold_the_rest_of_all_habits_and_no_others(
    ann: User, mallory: User, api: Api
) -> None:
    habit = make_habit(ann, start_date=START)
    make_rest(ann, TODAY - timedelta(days=1), TODAY + timedelta(days=1))
    make_rest(mallory, START, TODAY)
    make_rest(ann, START, TODAY, habit=make_habit(ann, "Another"))

    recent = api(ann).get(f"{HABITS}{habit.pk}/").json()["recent"]

    assert [square["state"] for square in recent[-3:]] == ["empty", "rest", "rest"]


RULES: tuple[dict[str, Any], ...] = (
    {},
    {"frequency": "weekly", "times": 3},
    {"frequency": "rolling", "times": 2, "span": 7},
    {"frequency": "weekdays", "weekdays": 31, "kind": "at_least", "target": 2},
    {"frequency": "monthly", "kind": "at_most", "target": 60},
)


def test_list_of_a_hundred_habits_costs_three_queries_and_derives_nothing(
    ann: User, api: Api, monkeypatch: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(100):
        rule = RULES[number % len(RULES)]
        habit = make_habit(ann, f"{number}", start_date=START, **rule)
        make_checkins(habit, days_from(START, 18), 2 if "kind" in rule else 1)
        make_rest(ann, TODAY, habit=habit)
    make_rest(ann, START)
    client = api(ann)
    expected = {habit.pk: habit.strength_on(TODAY) for habit in Habit.objects.all()}

    def refuse(*_: Any) -> None:
        raise AssertionError("Derived.")

    for name in ("derive", "steps", "columns_of"):
        monkeypatch.setattr(f"habits.deriving.{name}", refuse)
    monkeypatch.setattr("habits.strength.course", refuse)
    monkeypatch.setattr("habits.streaks.derivation.chain_of", refuse)

    asked: list[Any] = []

    def note(execute: Any, sql: str, params: Any, *context: Any) -> Any:
        asked.append(params)
        return execute(sql, params, *context)

    with connection.execute_wrapper(note), django_assert_num_queries(SIGN_IN + 3):
        rows = client.get(f"{HABITS}?page_size=200").json()["results"]

    assert len(rows) == 100
    # What is older is not read.
    first = str(TODAY - timedelta(days=29))
    assert all(first in map(str, params) for params in asked[-2:])
    assert all(len(row["recent"]) == 30 and row["longest_streak"] for row in rows)
    assert {row["id"]: row["strength"] for row in rows} == {
        pk: round(100 * strength, 1) for pk, strength in expected.items()
    }


def test_list_filters(ann: User, api: Api) -> None:
    group = make_group(ann)
    make_habit(ann, "Read", group=group)
    make_habit(ann, "Run", frequency="weekly")
    make_habit(ann, "Smoke", kind="at_most", target=0)
    client = api(ann)

    assert names(client) == ["Read", "Run", "Smoke"]
    assert names(client, "frequency=weekly") == ["Run"]
    assert names(client, "kind=at_most") == ["Smoke"]
    assert names(client, f"group={group.pk}") == ["Read"]
    assert names(client, "no_group=true") == ["Run", "Smoke"]
    assert names(client, "search=REA") == ["Read"]
    assert faults(client.get(f"{HABITS}?kind=maybe")).keys() == {"kind"}


def test_habit_that_is_put_away_is_in_no_list_that_does_not_ask(ann: User, api: Api) -> None:
    habit = make_habit(ann, "Read")
    make_habit(ann, "Run")
    client, path = api(ann), f"{HABITS}{habit.pk}/"

    away = client.post(f"{path}archive/", {}).json()

    assert away["archived_at"] == "2026-11-19T12:00:00Z"
    assert names(client) == names(client, "archived=false") == names(client, "archived=") == ["Run"]
    assert names(client, "archived=true") == ["Read"]
    assert client.get(path).json() == away
    assert client.post(f"{path}unarchive/", {}).json()["archived_at"] is None
    assert names(client) == ["Read", "Run"]


def test_habit_is_put_beside_another(ann: User, api: Api) -> None:
    first, _, third = (make_habit(ann, name, position=at) for at, name in enumerate("abc"))
    client = api(ann)

    answer = client.post(f"{HABITS}{third.pk}/place/", {"before": first.pk})

    assert answer.status_code == 200
    assert names(client) == ["c", "a", "b"]


def test_group_outlives_nothing_of_its_habits(ann: User, api: Api) -> None:
    group = make_group(ann)
    habit = make_habit(ann, group=group)
    make_checkin(habit)
    client = api(ann)

    assert client.delete(f"/api/v1/habit-groups/{group.pk}/").status_code == 204

    row = client.get(f"{HABITS}{habit.pk}/").json()
    assert (row["group"], row["version"], CheckIn.objects.count()) == (None, 2, 1)


def test_group_has_a_name_of_its_own(ann: User, ben: User, api: Api) -> None:
    make_group(ann)

    for user, status in ((ann, 400), (ben, 201)):
        answer = api(user).post("/api/v1/habit-groups/", {"name": "Morning"})
        assert answer.status_code == status
