"""The API of check-ins and of rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import Event, User
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
from habits.tests.test_api import SIGN_IN, faults

Api = Callable[[User | None], APIClient]

TODAY = date(2026, 11, 19)
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
RESTS = "/api/v1/rests/"
STRANGE_DAYS = ("0000-00-00", "2026-02-30", "2026-13-01", "x", "1e9", "²", "2026-11-19T00:00")
NUMERIC = {"kind": "at_least", "target": 8}


@pytest.fixture(autouse=True)
def _today(time_machine: Any) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def habit(ann: User) -> Habit:
    """Return a yes/no habit of Ann's that started on a Monday."""
    return make_habit(ann, start_date=START)


@pytest.fixture
def glasses(ann: User) -> Habit:
    """Return a habit of Ann's that counts."""
    return make_habit(ann, "Water", start_date=START, **NUMERIC)


def path_of(habit: Habit, day: object = TODAY) -> str:
    """Return the address of a day of a habit."""
    return f"/api/v1/habits/{habit.pk}/checkins/{day}/"


# --- Set ------------------------------------------------------------------------------------------


def test_put_makes_a_checkin_and_repeats_nothing(habit: Habit, ann: User, api: Api) -> None:
    client, path = api(ann), path_of(habit)

    first = client.put(path, {"value": 1})
    traces = Event.objects.count()
    second = client.put(path, {"value": 1})

    assert (first.status_code, second.status_code) == (201, 200)
    assert (first.headers["Location"], first.headers["ETag"]) == (path, '"1"')
    assert first.json() == second.json() == client.get(path).json()
    assert Event.objects.count() == traces
    assert streaks(habit) == (1, 1)
    assert stored(habit) == derived_anew(habit)


def test_put_on_another_day_makes_another_checkin(habit: Habit, ann: User, api: Api) -> None:
    client, path = api(ann), path_of(habit)
    client.put(path, {"value": 1})
    yesterday = f"/api/v1/habits/{habit.pk}/checkins/{TODAY - timedelta(days=1)}/"

    made = client.put(yesterday, {"value": 1})

    assert (made.status_code, made.headers["Location"]) == (201, yesterday)
    again = client.put(path, {"value": 0}, headers={"If-Match": '"1"'})
    assert (again.status_code, "Location" in again.headers) == (200, False)


def test_put_shows_what_is_recorded(glasses: Habit, ann: User, api: Api) -> None:
    row = api(ann).put(path_of(glasses), {"value": 7.125, "note": "Tea"}).json()

    assert (row["habit"], row["day"]) == (glasses.pk, str(TODAY))
    assert (row["value"], row["note"], row["version"]) == (7.125, "Tea", 1)


def test_put_without_a_note_leaves_it(glasses: Habit, ann: User, api: Api) -> None:
    client, path = api(ann), path_of(glasses)
    client.put(path, {"value": 1, "note": "Tea"})

    assert client.put(path, {"value": 2}).json()["note"] == "Tea"
    assert client.put(path, {"value": 2, "note": ""}).json()["note"] == ""


def test_checkin_as_it_was_read_can_be_put(glasses: Habit, ann: User, api: Api) -> None:
    make_checkin(glasses, TODAY, "10.5")
    client, path = api(ann), path_of(glasses)
    row = client.get(path).json()

    answer = client.put(path, row)

    assert (answer.status_code, answer.json()) == (200, row)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/value"),
        ({"value": None}, "#/value"),
        ({"value": "1"}, "#/value"),
        ({"value": True}, "#/value"),
        ({"value": 2}, "#/value"),
        ({"value": 0.5}, "#/value"),
        ({"value": -1}, "#/value"),
        ({"value": 1e300}, "#/value"),
        ({"value": 0.0001}, "#/value"),
        ({"value": 1, "note": "x" * 10_001}, "#/note"),
        ({"value": 1, "note": None}, "#/note"),
        ({"value": 1, "day": "2026-11-18"}, "#/day"),
        ({"value": 1, "habit": 1}, "#/habit"),
        ({"value": 1, "amount": 1}, "#/amount"),
    ],
)
def test_put_of_what_cannot_be_is_refused_at_its_place(
    body: dict[str, Any], pointer: str, habit: Habit, ann: User, api: Api
) -> None:
    assert faults(api(ann).put(path_of(habit), body)).keys() == {pointer}
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e400", "1" * 2000])
@pytest.mark.parametrize("method", ["put", "post"])
def test_number_that_is_none_is_refused_in_a_form(
    method: str, text: str, glasses: Habit, ann: User, api: Api
) -> None:
    path = path_of(glasses) + ("add/" if method == "post" else "")
    name = "amount" if method == "post" else "value"

    answer = getattr(api(ann), method)(path, {name: text}, format="multipart")

    assert faults(answer).keys() == {f"#/{name}"}


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-20", "future"),
        ("9998-12-29", "future"),
        ("9999-12-31", "1900 to 9998"),
        ("1900-01-01", "1900 to 9998"),
        ("1900-01-02", "starts on 2026-11-02"),
        ("2026-11-01", "starts on 2026-11-02"),
        *((day, "wrong format") for day in STRANGE_DAYS),
    ],
)
def test_day_that_cannot_be_is_refused(
    day: str, words: str, glasses: Habit, ann: User, api: Api
) -> None:
    client, path = api(ann), path_of(glasses, day)

    for answer in (client.put(path, {"value": 1}), client.post(f"{path}add/", {})):
        assert words in faults(answer)["day"]
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("day", [*STRANGE_DAYS, "9999-12-31"])
@pytest.mark.parametrize("method", ["get", "delete"])
def test_day_that_is_none_has_no_checkin(
    method: str, day: str, habit: Habit, ann: User, api: Api
) -> None:
    assert faults(getattr(api(ann), method)(path_of(habit, day))).keys() == {"day"}


@pytest.mark.parametrize(
    ("zone", "day_starts_at", "last"),
    [
        ("Pacific/Kiritimati", 0, "2026-11-20"),
        ("Pacific/Kiritimati", 3, "2026-11-19"),
        ("Etc/GMT+12", 1, "2026-11-18"),
    ],
)
def test_last_day_is_that_of_the_person(
    zone: str, day_starts_at: int, last: str, habit: Habit, ann: User, api: Api
) -> None:
    ann.change(time_zone=zone, day_starts_at=day_starts_at)
    client = api(ann)
    after = date.fromisoformat(last) + timedelta(days=1)

    assert client.put(path_of(habit, last), {"value": 1}).status_code == 201
    assert client.put(path_of(habit, after), {"value": 1}).status_code == 400


# --- Under several hands --------------------------------------------------------------------------


def test_if_match_holds_for_put_and_delete(glasses: Habit, ann: User, api: Api) -> None:
    client, path = api(ann), path_of(glasses)
    tag = client.put(path, {"value": 1}).headers["ETag"]
    changed = client.put(path, {"value": 2}, headers={"If-Match": tag})

    for answer in (
        client.put(path, {"value": 3}, headers={"If-Match": tag}),
        client.delete(path, headers={"If-Match": tag}),
    ):
        assert (answer.status_code, answer.json()["version"]) == (412, 2)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert client.delete(path, headers={"If-Match": '"2"'}).status_code == 204


@pytest.mark.parametrize("tag", ["*", '"1"'])
def test_if_match_names_no_version_of_what_is_not_there(
    tag: str, habit: Habit, ann: User, api: Api
) -> None:
    answer = api(ann).put(path_of(habit), {"value": 1}, headers={"If-Match": tag})

    assert answer.status_code == 412
    assert not CheckIn.objects.exists()


def test_key_adds_once(glasses: Habit, ann: User, api: Api) -> None:
    client, path = api(ann), f"{path_of(glasses)}add/"

    answers = [client.post(path, {}, headers={"Idempotency-Key": "k"}) for _ in range(3)]

    assert [answer.json()["value"] for answer in answers] == [1, 1, 1]
    assert client.post(path, {}).json()["value"] == 2


# --- Added to, cleared ----------------------------------------------------------------------------


def test_add_adds_and_takes_away(glasses: Habit, ann: User, api: Api) -> None:
    client, path = api(ann), f"{path_of(glasses)}add/"

    values = [client.post(path, body).json()["value"] for body in ({}, {"amount": 7.5})]
    taken = client.post(path, {"amount": -8.5})

    assert values == [1, 8.5]
    assert (taken.status_code, taken.json()["value"]) == (200, 0)
    assert stored(glasses) == derived_anew(glasses)


@pytest.mark.parametrize("amount", [-0.001, 1e9, 0.0001, "1", None, True])
def test_add_of_what_cannot_be_is_refused(amount: Any, glasses: Habit, ann: User, api: Api) -> None:
    answer = api(ann).post(f"{path_of(glasses)}add/", {"amount": amount})

    assert faults(answer).keys() == {"#/amount"}
    assert not CheckIn.objects.exists()


def test_add_beyond_the_largest_number_is_refused(glasses: Habit, ann: User, api: Api) -> None:
    make_checkin(glasses, TODAY, "999999999.999")

    answer = api(ann).post(f"{path_of(glasses)}add/", {"amount": 0.001})

    assert faults(answer).keys() == {"#/amount"}


def test_add_to_yes_is_refused(habit: Habit, ann: User, api: Api) -> None:
    make_checkin(habit, TODAY)

    found = faults(api(ann).post(f"{path_of(habit)}add/", {}))

    assert found == {"#/amount": "Say 1 for yes or 0 for no."}


def test_delete_clears_what_is_there(habit: Habit, ann: User, api: Api) -> None:
    make_checkins(habit, days_from(START, 18))
    client, path = api(ann), path_of(habit)

    first, second = client.delete(path), client.delete(path)

    assert (first.status_code, second.status_code) == (204, 404)
    assert client.get(path).status_code == 404
    assert client.get(f"/api/v1/habits/{habit.pk}/").json()["streak"] == 17


# --- Listed ---------------------------------------------------------------------------------------


def days_of(client: APIClient, habit: Habit, query: str = "") -> list[str]:
    """Return the days of a list of check-ins."""
    answer = client.get(f"/api/v1/habits/{habit.pk}/checkins/?{query}")
    assert answer.status_code == 200, answer.content
    return [row["day"] for row in answer.json()["results"]]


def test_list_shows_days_of_the_habit_from_one_to_another(
    habit: Habit, glasses: Habit, ann: User, api: Api
) -> None:
    make_checkins(habit, days_from(START, 5))
    make_checkin(glasses, START)
    client = api(ann)

    assert days_of(client, habit) == [f"2026-11-0{day}" for day in (6, 5, 4, 3, 2)]
    assert days_of(client, habit, "from=2026-11-03&to=2026-11-05&ordering=day") == [
        f"2026-11-0{day}" for day in (3, 4, 5)
    ]
    assert days_of(client, habit, "from=2026-11-07") == []


def test_list_is_read_by_keyset(
    habit: Habit, ann: User, api: Api, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_checkins(habit, days_from(START, 18))
    client = api(ann)
    page = client.get(f"/api/v1/habits/{habit.pk}/checkins/?page_size=7").json()
    seen = [row["day"] for row in page["results"]]

    while page["next"]:
        with django_assert_num_queries(SIGN_IN + 2):
            page = client.get(page["next"]).json()
        seen += [row["day"] for row in page["results"]]

    assert seen == [str(day) for day in reversed(days_from(START, 18))]


@pytest.mark.parametrize("day", [*STRANGE_DAYS, "9999-12-31", "1900-01-01"])
@pytest.mark.parametrize("name", ["from", "to"])
def test_list_from_no_day_is_refused(
    name: str, day: str, habit: Habit, ann: User, api: Api
) -> None:
    answer = api(ann).get(f"/api/v1/habits/{habit.pk}/checkins/", {name: day})

    assert faults(answer).keys() == {name}


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_checkin_of_another_reads_as_one_that_is_not_there(
    method: str, habit: Habit, mallory: User, api: Api
) -> None:
    make_checkin(habit, TODAY)
    nobodys = Habit(pk=2**63 - 1)
    client = api(mallory)

    for day in (TODAY, START, "9999-12-31", "x"):
        theirs, none = (
            getattr(client, method)(path_of(one, day), {"value": 1}) for one in (habit, nobodys)
        )
        assert (theirs.status_code, theirs.json()) == (404, none.json())
    assert client.post(f"{path_of(habit)}add/", {}).status_code == 404
    assert client.get(f"/api/v1/habits/{habit.pk}/checkins/").status_code == 404
    assert CheckIn.objects.get().version == 1


# --- Rest -----------------------------------------------------------------------------------------


def test_rest_excuses_and_its_change_and_end_are_counted(habit: Habit, ann: User, api: Api) -> None:
    make_checkins(habit, [day for day in days_from(START, 18) if day.day != 9])
    client = api(ann)
    assert streaks(habit) == (10, 10)

    made = client.post(RESTS, {"habit": habit.pk, "first_day": "2026-11-09"}).json()
    assert (made["last_day"], made["reason"]) == ("2026-11-09", "skip")
    assert streaks(habit) == (17, 17)

    client.patch(f"{RESTS}{made['id']}/", {"first_day": "2026-11-08", "last_day": "2026-11-08"})
    assert streaks(habit) == (10, 10)

    client.patch(f"{RESTS}{made['id']}/", {"last_day": "2026-11-12", "habit": None})
    assert streaks(habit) == (17, 17)

    assert client.delete(f"{RESTS}{made['id']}/").status_code == 204
    assert streaks(habit) == (10, 10)
    assert stored(habit) == derived_anew(habit)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/first_day"),
        ({"first_day": "2026-11-09", "last_day": "2026-11-08"}, "#/first_day"),
        ({"first_day": "9999-12-31"}, "#/first_day"),
        ({"first_day": "2026-11-09", "last_day": "0000-00-00"}, "#/last_day"),
        ({"first_day": "2026-11-09", "last_day": None}, "#/last_day"),
        ({"first_day": "2026-11-09", "reason": "laziness"}, "#/reason"),
        ({"first_day": "2026-11-09", "habit": 2**63 - 1}, "#/habit"),
    ],
)
def test_rest_that_cannot_be_is_refused(
    body: dict[str, Any], pointer: str, ann: User, api: Api
) -> None:
    assert faults(api(ann).post(RESTS, body)).keys() == {pointer}
    assert not Rest.objects.exists()


def test_rest_is_listed_by_habit_reason_and_days(habit: Habit, ann: User, api: Api) -> None:
    make_rest(ann, START, START + timedelta(days=6), reason="illness")
    make_rest(ann, TODAY, habit=habit)
    client = api(ann)

    def first_days(query: str) -> list[str]:
        rows = client.get(f"{RESTS}?{query}").json()["results"]
        return [row["first_day"] for row in rows]

    whole, single = str(START), str(TODAY)
    assert first_days("") == [single, whole]
    assert first_days(f"habit={habit.pk}") == first_days("of_all=false") == [single]
    assert first_days("of_all=true") == first_days("reason=illness") == [whole]
    # What touches the days, at either end.
    assert first_days("from=2026-11-08&to=2026-11-18") == [whole]
    assert first_days("from=2026-11-09&to=2026-11-18") == []
    assert first_days("to=2026-11-01") == []
