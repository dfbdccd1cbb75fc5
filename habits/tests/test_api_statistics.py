"""The API's statistics of habits, and why a day is what it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from habits.models import Habit
from habits.tests.make import START, days_from, make_checkin, make_checkins, make_habit, make_rest
from habits.tests.test_api import HABITS, SIGN_IN, faults

Api = Callable[[User | None], APIClient]

TODAY = date(2026, 11, 19)
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
ALL = f"{HABITS}statistics/"


@pytest.fixture(autouse=True)
def _today(time_machine: Any) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def glasses(ann: User) -> Habit:
    """Return a habit that was kept on 8 of its 18 days, with a day of rest and today open."""
    fields = {"kind": "at_least", "target": 8, "unit": "glasses", "start_date": START}
    habit = make_habit(ann, "Water", **fields)
    make_checkins(habit, days_from(START, 7), 8)
    make_checkin(habit, START + timedelta(days=7), "10.5")
    make_checkin(habit, START + timedelta(days=8), "7.25")
    make_rest(ann, START + timedelta(days=9), habit=habit)
    return habit


def read(client: APIClient, path: str) -> Any:
    """Return what an address answers."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_year_of_a_habit(glasses: Habit, ann: User, api: Api) -> None:
    shown = read(api(ann), f"{HABITS}{glasses.pk}/statistics/")

    assert (shown["habit"], shown["year"]) == (glasses.pk, 2026)
    assert (shown["unit"], shown["streak_unit"]) == ("glasses", "day")
    # Of 18 days one is rest and today is open.
    assert shown["rate"] == {"kept": 8, "asked": 16, "percent": 50.0}
    assert shown["by_weekday"][0] == {"weekday": "mon", "kept": 2, "asked": 3, "percent": 66.7}
    assert [one["weekday"] for one in shown["by_weekday"]][-1] == "sun"
    assert shown["by_month"] == [{"month": "2026-11", "kept": 8, "asked": 16, "percent": 50.0}]
    assert shown["totals"] == {
        "days": 9,
        "done": 8,
        "total": 73.75,
        "average": 8.194,
        "best_day": {"day": "2026-11-09", "value": 10.5},
    }
    assert shown["best_streaks"] == [
        {"length": 8, "first_day": "2026-11-02", "last_day": "2026-11-09"}
    ]


def test_heatmap_has_every_day_of_the_year(glasses: Habit, ann: User, api: Api) -> None:
    days = read(api(ann), f"{HABITS}{glasses.pk}/statistics/")["days"]

    assert [cell["day"] for cell in days] == [str(day) for day in days_from(date(2026, 1, 1), 365)]
    by_day = {cell["day"]: (cell["state"], cell["value"], cell["is_rest"]) for cell in days}
    assert by_day["2026-11-01"] == ("not_asked", None, False)
    assert by_day["2026-11-09"] == ("met", 10.5, False)
    assert by_day["2026-11-10"] == ("missed", 7.25, False)
    assert by_day["2026-11-11"] == ("rest", None, True)
    assert by_day["2026-11-19"] == ("open", None, False)


@pytest.mark.parametrize(("year", "days"), [(1900, 365), (2024, 366), (2027, 365), (9998, 365)])
@pytest.mark.parametrize("path", ["statistics/", "{}/statistics/"])
def test_year_may_be_any(
    path: str, year: int, days: int, glasses: Habit, ann: User, api: Api
) -> None:
    shown = read(api(ann), f"{HABITS}{path.format(glasses.pk)}?year={year}")

    assert (shown["year"], len(shown["days"])) == (year, days)
    assert shown["rate"] == {"kept": 0, "asked": 0, "percent": None}


def test_year_is_that_of_the_persons_day(
    glasses: Habit, ann: User, api: Api, time_machine: Any
) -> None:
    time_machine.move_to(datetime(2026, 12, 31, 12, tzinfo=UTC), tick=False)
    ann.change(time_zone="Pacific/Kiritimati")

    assert read(api(ann), f"{HABITS}{glasses.pk}/statistics/")["year"] == 2027
    assert read(api(ann), ALL)["year"] == 2027


@pytest.mark.parametrize(
    "year", ["1899", "9999", "-1", "x", "2026.5", "", "9" * 5000, "2026&year=1"]
)
@pytest.mark.parametrize("path", ["statistics/", "{}/statistics/"])
def test_year_that_is_none_is_refused(
    path: str, year: str, glasses: Habit, ann: User, api: Api
) -> None:
    answer = api(ann).get(f"{HABITS}{path.format(glasses.pk)}?year={year}")

    assert faults(answer).keys() == {"year"}


def test_year_of_all_habits_adds_them_up(
    glasses: Habit, ann: User, mallory: User, api: Api
) -> None:
    read_habit = make_habit(ann, "Read", frequency="weekly", times=2, start_date=START)
    make_checkins(read_habit, days_from(START, 3))
    make_checkin(read_habit, date(2026, 11, 10))
    make_habit(ann, "Away", start_date=START, archived_at=NOON)
    make_checkin(make_habit(mallory, start_date=START))

    shown = read(api(ann), ALL)

    assert shown["habits"] == 2
    # A week that is met and one that is not; the third is open.
    assert shown["rate"] == {"kept": 9, "asked": 18, "percent": 50.0}
    assert shown["best_day"] == {"day": "2026-11-04", "done": 2}
    by_day = {cell["day"]: (cell["done"], cell["asked"]) for cell in shown["days"]}
    assert (by_day["2026-11-01"], by_day["2026-11-02"]) == ((0, 0), (2, 2))
    assert by_day["2026-11-11"] == (0, 1)


def test_year_of_no_habit_has_no_best_day(ann: User, api: Api) -> None:
    shown = read(api(ann), ALL)

    assert (shown["habits"], shown["best_day"], shown["by_month"]) == (0, None, [])


def test_week_is_that_of_the_person(ann: User, api: Api) -> None:
    habit = make_habit(ann, frequency="weekly", start_date=START)
    path = f"{HABITS}{habit.pk}/explain/"
    client = api(ann)

    monday = read(client, path)["period"]
    ann.change(week_start=6)
    saturday = read(client, path)["period"]

    assert monday == {"first_day": "2026-11-16", "last_day": "2026-11-22"}
    assert saturday == {"first_day": "2026-11-14", "last_day": "2026-11-20"}


@pytest.mark.parametrize(
    ("day", "state", "reason"),
    [
        ("2026-11-09", "met", "10.5 of 8 glasses on 2026-11-09: kept."),
        ("2026-11-10", "missed", "7.25 of 8 glasses on 2026-11-10: missed."),
        ("2026-11-11", "rest", "0 of 8 glasses on 2026-11-11: excused by rest."),
        ("2026-11-19", "open", "0 of 8 glasses on 2026-11-19: open until the end of 2026-11-19."),
        ("2026-11-01", "not_asked", "The habit starts on 2026-11-02."),
    ],
)
def test_day_is_explained(
    day: str, state: str, reason: str, glasses: Habit, ann: User, api: Api
) -> None:
    shown = read(api(ann), f"{HABITS}{glasses.pk}/explain/?day={day}")

    assert (shown["day"], shown["state"], shown["reason"]) == (day, state, reason)
    assert shown["need"] == 8
    assert shown["is_so_far"] is (state == "open")


def test_day_that_is_explained_is_by_itself_the_persons(
    glasses: Habit, ann: User, api: Api
) -> None:
    ann.change(time_zone="Pacific/Kiritimati")

    assert read(api(ann), f"{HABITS}{glasses.pk}/explain/")["day"] == "2026-11-20"


@pytest.mark.parametrize("day", ["0000-00-00", "9999-12-31", "1900-01-01", "x", ""])
def test_day_that_is_none_is_not_explained(day: str, glasses: Habit, ann: User, api: Api) -> None:
    answer = api(ann).get(f"{HABITS}{glasses.pk}/explain/?day={day}")

    assert faults(answer).keys() == {"day"}


@pytest.mark.parametrize(
    "path", ["{}/statistics/?nothing=1", "{}/explain/?nothing=1", "statistics/?nothing=1"]
)
def test_parameter_that_is_none_is_refused(path: str, glasses: Habit, ann: User, api: Api) -> None:
    assert faults(api(ann).get(HABITS + path.format(glasses.pk))).keys() == {"nothing"}


@pytest.mark.parametrize("name", ["statistics", "explain"])
def test_habit_of_another_has_no_statistics(
    name: str, glasses: Habit, mallory: User, api: Api
) -> None:
    client = api(mallory)

    theirs, nobodys = (client.get(f"{HABITS}{pk}/{name}/?year=x") for pk in (glasses.pk, 2**63 - 1))

    assert (theirs.status_code, theirs.json()) == (404, nobodys.json())


@pytest.mark.parametrize("path", ["statistics/", "{}/statistics/", "{}/explain/"])
def test_statistics_take_three_queries(
    path: str,
    glasses: Habit,
    ann: User,
    api: Api,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(9):
        make_checkin(make_habit(ann, f"{number}", start_date=START))
    client = api(ann)

    with django_assert_num_queries(SIGN_IN + 3):
        read(client, HABITS + path.format(glasses.pk))


@pytest.mark.parametrize(
    "rule",
    [
        {"frequency": "rolling", "times": 2, "span": 3_660},
        {"frequency": "interval", "span": 3_660},
        {"frequency": "yearly", "times": 365},
        {"frequency": "weekly", "kind": "at_most", "target": 0},
    ],
)
def test_rule_at_the_end_of_the_calendar_is_shown(
    rule: dict[str, Any], ann: User, api: Api
) -> None:
    habit = make_habit(ann, start_date=date(1900, 1, 2), **rule)
    make_checkins(habit, [date(1900, 1, 2), date(9998, 12, 29)], 0)
    make_rest(ann, date(1900, 1, 2), date(9998, 12, 29))
    client = api(ann)

    for year in (1900, 2026, 9998):
        read(client, f"{HABITS}{habit.pk}/statistics/?year={year}")
    for day in ("1900-01-02", "2026-11-19", "9998-12-29"):
        read(client, f"{HABITS}{habit.pk}/explain/?day={day}")
