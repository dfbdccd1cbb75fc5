"""The API of habits."""

from __future__ import annotations

from collections.abc import Callable

from rest_framework.test import APIClient

from accounts.models import User
from habits.models import Habit
from habits.tests.make import make_habit

Api = Callable[[User | None], APIClient]

HABITS = "/api/v1/habits/"


def test_habit_create_returns_the_row(ann: User, api: Api) -> None:
    answer = api(ann).post(HABITS, {"name": "Read", "frequency": "daily"})

    assert answer.status_code == 201
    assert answer.json()["streak"] == 0
    assert Habit.objects.get().user == ann


def test_habit_of_another_frequency_is_refused(ann: User, api: Api) -> None:
    answer = api(ann).post(HABITS, {"name": "Read", "frequency": "hourly"})

    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["#/frequency"]


def test_habit_that_asks_for_what_is_not_said_is_refused(ann: User, api: Api) -> None:
    habit = make_habit(ann)
    bodies = ({"name": "Read", "frequency": "rolling"}, {"frequency": "weekdays"})

    answers = [api(ann).post(HABITS, bodies[0]), api(ann).patch(f"{HABITS}{habit.pk}/", bodies[1])]

    for answer in answers:
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == "#/frequency"
        assert "Say what the frequency asks for" in answer.json()["errors"][0]["detail"]


def test_habit_streak_is_not_written(ann: User, api: Api) -> None:
    habit = make_habit(ann)

    answer = api(ann).patch(f"{HABITS}{habit.pk}/", {"streak": 100})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/streak"


def test_habit_list_filters(ann: User, api: Api) -> None:
    make_habit(ann, "Read")
    make_habit(ann, "Run", frequency="weekly")
    client = api(ann)

    weekly = client.get(f"{HABITS}?frequency=weekly").json()["results"]
    found = client.get(f"{HABITS}?search=REA").json()["results"]

    assert [row["name"] for row in weekly] == ["Run"]
    assert [row["name"] for row in found] == ["Read"]


def test_habit_is_deleted(ann: User, api: Api) -> None:
    habit = make_habit(ann)

    assert api(ann).delete(f"{HABITS}{habit.pk}/").status_code == 204
    assert not Habit.objects.exists()
