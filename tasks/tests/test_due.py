"""When a task is due: days and instants, zones, and series, as the API reads and writes them."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from accounts.tests.threads import client_of
from tasks.models import Task
from tasks.tests.make import instant, make_series, make_task

TASKS = "/api/v1/tasks/"
BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"
MONDAYS = "FREQ=WEEKLY;BYDAY=MO"

DAY = "2026-12-07"
# The start of that day in Berlin, and an instant that is another day in New York.
START = "2026-12-06T23:00:00Z"
AT = "2026-12-08T02:30:00Z"

Shown = tuple[str | None, str | None, bool]


@pytest.fixture(autouse=True)
def _berlin(ann: User) -> None:
    """Let Ann live in Berlin."""
    ann.change(time_zone=BERLIN)


def shown(row: dict[str, Any]) -> Shown:
    """Return when a task is due, of its JSON."""
    return row["due_date"], row["due_day"], row["all_day"]


def pointers(answer: Any) -> list[str]:
    """Return where a body is wrong."""
    assert answer.status_code == 400, answer.content
    return [fault["pointer"] for fault in answer.json()["errors"]]


# --- Of a new task ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (None, None, False)),
        ({"due_date": None, "due_day": None}, (None, None, False)),
        ({"all_day": True}, (None, None, True)),
        ({"due_day": DAY}, (START, DAY, True)),
        ({"due_day": DAY, "all_day": True}, (START, DAY, True)),
        ({"due_day": DAY, "due_date": None}, (START, DAY, True)),
        ({"due_date": AT}, (AT, "2026-12-08", False)),
        ({"due_date": AT, "due_day": None}, (AT, "2026-12-08", False)),
        ({"due_date": AT, "due_day": "2026-12-08"}, (AT, "2026-12-08", False)),
        ({"due_date": AT, "time_zone": NEW_YORK}, (AT, DAY, False)),
        ({"due_date": AT, "due_day": DAY, "time_zone": NEW_YORK}, (AT, DAY, False)),
        ({"due_date": AT, "all_day": True}, ("2026-12-07T23:00:00Z", "2026-12-08", True)),
        ({"due_day": DAY, "time_zone": NEW_YORK}, ("2026-12-07T05:00:00Z", DAY, True)),
        # The zone has no midnight on that day, or not that day at all.
        (
            {"due_day": "2026-04-24", "time_zone": "Africa/Cairo"},
            ("2026-04-23T22:00:00Z", "2026-04-24", True),
        ),
        (
            {"due_day": "2011-12-30", "time_zone": "Pacific/Apia"},
            ("2011-12-30T10:00:00Z", "2011-12-31", True),
        ),
    ],
)
def test_new_task_is_due(body: dict[str, Any], expected: Shown, ann: User) -> None:
    answer = client_of(ann).post(TASKS, {"title": "x"} | body)

    assert answer.status_code == 201, answer.content
    assert shown(answer.json()) == expected
    task = Task.objects.get()
    assert (str(task.due_day) if task.due_day else None) == expected[1]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"due_day": DAY, "all_day": False}, "#/due_day"),
        ({"due_day": DAY, "due_date": AT}, "#/due_day"),
        ({"due_day": "2026-12-08", "due_date": AT, "time_zone": NEW_YORK}, "#/due_day"),
        ({"due_day": "2026-02-30"}, "#/due_day"),
        ({"due_day": "1899-12-31"}, "#/due_day"),
        ({"due_day": "9999-01-01"}, "#/due_day"),
        ({"due_day": AT}, "#/due_day"),
        ({"due_date": AT, "time_zone": "Mars/Olympus"}, "#/time_zone"),
        ({"due_date": AT, "start_date": "2026-12-09T00:00:00Z"}, "#"),
        ({"start_date": "1899-12-31T00:00:00Z"}, "#/start_date"),
        ({"all_day": "yes"}, "#/all_day"),
    ],
)
def test_new_task_is_refused(body: dict[str, Any], where: str, ann: User) -> None:
    assert pointers(client_of(ann).post(TASKS, {"title": "x"} | body)) == [where]
    assert not Task.objects.exists()


# --- Changes ------------------------------------------------------------------------------------

KINDS: dict[str, dict[str, Any]] = {
    "none": {},
    "timed": {"due_date": instant("2026-12-08 02:30")},
    "day": {"due_date": instant("2026-12-07", BERLIN), "all_day": True},
    "series": {"due_date": instant("2026-12-07 09:00", BERLIN), "rrule": MONDAYS},
    "day series": {
        "due_date": instant("2026-12-07", BERLIN),
        "all_day": True,
        "rrule": MONDAYS,
        "start_date": instant("2026-12-05", BERLIN),
    },
}
NINE = "2026-12-07T08:00:00Z"


@pytest.mark.parametrize("method", ["patch", "put"])
@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("none", {"due_day": DAY, "all_day": True}, (START, DAY, True)),
        ("none", {"due_date": AT}, (AT, "2026-12-08", False)),
        ("timed", {"due_day": None}, (None, None, False)),
        ("timed", {"due_date": None}, (None, None, False)),
        ("timed", {"due_day": DAY, "all_day": True}, (START, DAY, True)),
        ("timed", {"all_day": True}, ("2026-12-07T23:00:00Z", "2026-12-08", True)),
        ("timed", {"time_zone": NEW_YORK}, (AT, DAY, False)),
        ("timed", {"due_date": NINE}, (NINE, DAY, False)),
        ("timed", {"due_date": NINE, "due_day": DAY}, (NINE, DAY, False)),
        ("day", {"due_day": None}, (None, None, True)),
        ("day", {"due_date": None}, (None, None, True)),
        ("day", {"due_day": "2026-12-08"}, ("2026-12-07T23:00:00Z", "2026-12-08", True)),
        ("day", {"due_date": AT}, ("2026-12-07T23:00:00Z", "2026-12-08", True)),
        ("day", {"due_date": AT, "all_day": False}, (AT, "2026-12-08", False)),
        ("day", {"all_day": False}, (START, DAY, False)),
        # A day stays that day in another zone, to the west and to the east.
        ("day", {"time_zone": NEW_YORK}, ("2026-12-07T05:00:00Z", DAY, True)),
        ("day", {"time_zone": "Pacific/Kiritimati"}, ("2026-12-06T10:00:00Z", DAY, True)),
        (
            "day",
            {"time_zone": NEW_YORK, "due_day": "2026-12-09"},
            ("2026-12-09T05:00:00Z", "2026-12-09", True),
        ),
        ("day", {"time_zone": NEW_YORK, "all_day": False}, (START, "2026-12-06", False)),
        # A series stays at its time on the clock.
        ("series", {"time_zone": NEW_YORK}, ("2026-12-07T14:00:00Z", DAY, False)),
        ("series", {"time_zone": NEW_YORK, "rrule": ""}, (NINE, DAY, False)),
        ("series", {"time_zone": NEW_YORK, "due_date": AT}, (AT, DAY, False)),
        ("day series", {"time_zone": NEW_YORK}, ("2026-12-07T05:00:00Z", DAY, True)),
        ("day series", {"rrule": "", "due_day": None}, (None, None, True)),
    ],
)
def test_changed_task_is_due(
    kind: str, body: dict[str, Any], expected: Shown, method: str, ann: User
) -> None:
    task = make_task(ann, **KINDS[kind])
    client, path = client_of(ann), f"{TASKS}{task.pk}/"
    if method == "patch":
        answer = client.patch(path, body)
    else:
        answer = client.put(path, client.get(path).json() | body)

    assert answer.status_code == 200, answer.content
    assert shown(answer.json()) == expected
    assert shown(client.get(path).json()) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_put_of_what_get_returned_changes_nothing(kind: str, ann: User) -> None:
    task = make_task(ann, **KINDS[kind])
    client, path = client_of(ann), f"{TASKS}{task.pk}/"
    row = client.get(path).json()

    answer = client.put(path, row)

    assert (answer.status_code, answer.json()) == (200, row)


def test_day_alone_is_due_that_day(ann: User) -> None:
    task = make_task(ann, **KINDS["timed"])

    answer = client_of(ann).patch(f"{TASKS}{task.pk}/", {"due_day": DAY})

    assert shown(answer.json()) == (START, DAY, True)


@pytest.mark.parametrize("kind", ["series", "day series"])
@pytest.mark.parametrize("name", ["due_date", "due_day"])
def test_series_keeps_its_due_date(name: str, kind: str, ann: User) -> None:
    task = make_task(ann, **KINDS[kind])

    answer = client_of(ann).patch(f"{TASKS}{task.pk}/", {name: None})

    assert pointers(answer) == ["#/due_date"]
    assert "take its rule away" in answer.json()["errors"][0]["detail"]


def test_start_date_goes_along_into_another_zone(ann: User) -> None:
    task = make_task(ann, **KINDS["day series"])

    answer = client_of(ann).patch(f"{TASKS}{task.pk}/", {"time_zone": NEW_YORK})

    assert answer.json()["start_date"] == "2026-12-05T05:00:00Z"
    assert answer.json()["dtstart"] == "20261207"


def test_start_date_stays_before_the_due_date_in_another_zone(ann: User) -> None:
    """The other clock skips the start: it would be after the due date."""
    task = make_series(
        ann,
        "2026-03-29 03:00",
        "FREQ=WEEKLY",
        "UTC",
        start_date=instant("2026-03-29 02:15"),
    )

    answer = client_of(ann).patch(f"{TASKS}{task.pk}/", {"time_zone": BERLIN})

    assert answer.status_code == 200, answer.content
    assert answer.json()["start_date"] == answer.json()["due_date"] == "2026-03-29T01:00:00Z"


@pytest.mark.parametrize("method", ["post", "patch"])
def test_zone_left_empty_is_the_owners(method: str, ann: User) -> None:
    path = TASKS if method == "post" else f"{TASKS}{make_task(ann, time_zone=NEW_YORK).pk}/"

    answer = getattr(client_of(ann), method)(path, {"title": "x", "time_zone": ""})

    assert answer.json()["time_zone"] == BERLIN


# --- Series -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"due_day": DAY, "rrule": MONDAYS}, (DAY, "20261207")),
        ({"due_date": NINE, "rrule": MONDAYS}, (DAY, "20261207T090000")),
        # DTSTART says when the first one is due.
        ({"rrule": MONDAYS, "dtstart": "20261207T090000"}, (DAY, "20261207T090000")),
        ({"rrule": MONDAYS, "dtstart": "20261207", "all_day": True}, (DAY, "20261207")),
        # One of another kind follows the task.
        ({"rrule": MONDAYS, "dtstart": "20261130", "due_date": NINE}, (DAY, "20261130T090000")),
        ({"rrule": MONDAYS, "dtstart": "20261130T090000", "due_day": DAY}, (DAY, "20261130")),
        ({"rrule": "", "dtstart": "20261130", "due_day": DAY}, (DAY, "")),
        ({"due_date": "2026-12-07T08:00:00.9Z", "rrule": MONDAYS}, (DAY, "20261207T090000")),
    ],
)
def test_new_series_begins(body: dict[str, Any], expected: tuple[str, str], ann: User) -> None:
    answer = client_of(ann).post(TASKS, {"title": "x"} | body)

    assert answer.status_code == 201, answer.content
    assert (answer.json()["due_day"], answer.json()["dtstart"]) == expected


@pytest.mark.parametrize(
    ("rrule", "words"),
    [
        ("FREQ=SECONDLY", "SECONDLY"),
        ("FREQ=MINUTELY;INTERVAL=5", "MINUTELY"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "No day fits the rule"),
        ("FREQ=YEARLY;INTERVAL=11", "more than ten years"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "Keep one of them"),
        ("FREQ=DAILY;UNTIL=20261206", "UNTIL is before DTSTART"),
        ("FREQ=HOURLY", "all-day series cannot be hourly"),
        ("DAILY", "FREQ"),
        ("FREQ=DAILY;COLOUR=RED", "COLOUR"),
    ],
)
def test_rule_is_refused_with_its_own_words(rrule: str, words: str, ann: User) -> None:
    new = client_of(ann).post(TASKS, {"title": "x", "due_day": DAY, "rrule": rrule})
    task = make_task(ann, **KINDS["day"])
    changed = client_of(ann).patch(f"{TASKS}{task.pk}/", {"rrule": rrule})

    for answer in (new, changed):
        assert pointers(answer) == ["#/rrule"]
        assert words in answer.json()["errors"][0]["detail"]
    assert Task.objects.get().version == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"rrule": MONDAYS}, "A series needs a due date"),
        ({"rrule": MONDAYS, "due_day": DAY, "dtstart": "monday"}, "write 20261231"),
        ({"rrule": MONDAYS, "due_day": DAY, "dtstart": "18000101"}, "1900 to 9998"),
    ],
)
def test_series_without_a_beginning_is_refused(body: dict[str, Any], words: str, ann: User) -> None:
    answer = client_of(ann).post(TASKS, {"title": "x"} | body)

    assert pointers(answer) == ["#/rrule"]
    assert words in answer.json()["errors"][0]["detail"]


def test_other_rule_begins_when_the_task_is_due(ann: User) -> None:
    task = make_series(ann, "2026-11-30", MONDAYS)
    task.change(due_date=instant("2026-12-07"))
    client, path = client_of(ann), f"{TASKS}{task.pk}/"

    same = client.patch(path, {"rrule": MONDAYS}).json()
    other = client.patch(path, {"rrule": "FREQ=DAILY"}).json()
    given = client.patch(path, {"rrule": "FREQ=WEEKLY", "dtstart": "20261201"}).json()

    assert [row["dtstart"] for row in (same, other, given)] == ["20261130", "20261207", "20261201"]
    assert {row["due_day"] for row in (same, other, given)} == {DAY}


def test_rule_that_goes_takes_dtstart_along(ann: User) -> None:
    task = make_series(ann, "2026-11-30", MONDAYS)

    answer = client_of(ann).patch(f"{TASKS}{task.pk}/", {"rrule": ""})

    assert (answer.json()["dtstart"], answer.json()["due_day"]) == ("", "2026-11-30")


def test_rule_is_written_alike_for_every_reader(ann: User) -> None:
    body = {"title": "x", "due_day": "2026-12-16", "rrule": "rrule:freq=yearly;bymonthday=16"}

    answer = client_of(ann).post(TASKS, body)

    assert answer.json()["rrule"] == "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=16"
