"""The lists of tasks, by people in any zone whose day starts when they like."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.tests.make import make_user
from accounts.tests.threads import client_of
from tasks.actions import complete, set_tags
from tasks.models import Task
from tasks.tests.make import instant, make_category, make_series, make_task, moment

TASKS = "/api/v1/tasks/"
# Noon of a Monday, in UTC.
NOW = instant("2026-11-30 12:00")
FAR_WEST = "Etc/GMT+12"
FAR_EAST = "Pacific/Kiritimati"
# What a list of tasks costs beside the session and the person: the page, and the tags of its tasks.
QUERIES = 2 + 2


def titles(user: User, query: str) -> list[str]:
    """Return the titles of a list, in its order."""
    answer = client_of(user).get(f"{TASKS}?{query}")
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["results"]]


# --- Due, by one person -------------------------------------------------------------------------


READINGS = [
    "11-29 23:59",
    "11-30 12:59",
    "11-30 13:00",
    "11-30 23:59",
    "12-01 00:00",
    "12-06 23:59",
    "12-07 00:00",
]


@pytest.fixture
def dated(ann: User, time_machine: Any) -> User:
    """Return somebody in Berlin who has tasks around now, which is 13:00 there."""
    time_machine.move_to(NOW, tick=False)
    ann.change(time_zone="Europe/Berlin")
    for day in ("29", "30"):
        make_task(
            ann, f"day {day}", due_date=instant(f"2026-11-{day}", "Europe/Berlin"), all_day=True
        )
    for day in ("01", "06", "07"):
        make_task(
            ann, f"day {day}", due_date=instant(f"2026-12-{day}", "Europe/Berlin"), all_day=True
        )
    for reading in ("11-29 23:59", "11-30 12:59", "11-30 13:00", "11-30 23:59", "12-01 00:00"):
        make_task(ann, reading, due_date=instant(f"2026-{reading}", "Europe/Berlin"))
    for reading in ("12-06 23:59", "12-07 00:00"):
        make_task(ann, reading, due_date=instant(f"2026-{reading}", "Europe/Berlin"))
    make_task(ann, "some day")
    done = {"completed": True, "completed_at": NOW}
    make_task(ann, "done", due_date=NOW - timedelta(hours=1), **done)
    make_task(ann, "gone", due_date=NOW - timedelta(hours=1), deleted_at=NOW)
    away = make_category(ann, "Away", archived_at=NOW)
    make_task(ann, "away", due_date=NOW - timedelta(hours=1), category=away)
    make_task(ann, "away and done", category=away, **done)
    return ann


OVERDUE = ["day 29", "11-29 23:59", "11-30 12:59"]
REST_OF_TODAY = ["day 30", "11-30 13:00", "11-30 23:59"]
LATER = ["day 01", "12-01 00:00", "day 06", "12-06 23:59"]
BEYOND = ["day 07", "12-07 00:00", "some day"]
OPEN = [*OVERDUE[:2], "day 30", "11-30 12:59", *REST_OF_TODAY[1:], *LATER, *BEYOND]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("list=overdue", OVERDUE),
        ("list=today", OPEN[:6]),
        ("list=upcoming", [*OPEN[2:6], *LATER]),
        ("list=open", OPEN),
        ("list=inbox", OPEN),
        ("list=completed", ["done"]),
        ("list=trash", ["gone"]),
        ("list=today&completed=true", []),
    ],
)
def test_list_holds(query: str, expected: list[str], dated: User) -> None:
    assert titles(dated, query) == expected


def test_list_of_everything_leaves_out_trash_and_what_was_put_away(dated: User) -> None:
    assert sorted(titles(dated, "")) == sorted([*OPEN, "done"])


def test_list_names_a_category_that_was_put_away(dated: User) -> None:
    away = dated.categories.get()

    assert sorted(titles(dated, f"category={away.pk}")) == ["away", "away and done"]
    client_of(dated).post(f"/api/v1/categories/{away.pk}/unarchive/", {})
    assert "away" in titles(dated, "list=today")


def test_inbox_holds_no_task_of_a_category(ann: User) -> None:
    make_task(ann, "in", category=make_category(ann))
    make_task(ann, "out")

    assert titles(ann, "list=inbox") == ["out"]
    assert titles(ann, "list=open") == ["in", "out"]


@pytest.mark.parametrize("priority", ["0.5", "-1", "10", "high"])
def test_priority_that_is_none_is_refused(priority: str, ann: User) -> None:
    answer = client_of(ann).get(f"{TASKS}?priority={priority}")

    assert answer.status_code == 400
    assert [fault["parameter"] for fault in answer.json()["errors"]] == ["priority"]


@pytest.mark.parametrize("name", ["yesterday", "Today", "trash,open"])
def test_list_that_is_none_is_refused(name: str, ann: User) -> None:
    answer = client_of(ann).get(f"{TASKS}?list={name}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "list"


@pytest.mark.parametrize("name", ["completed", "trash"])
def test_list_of_what_is_over_shows_the_last_first(name: str, ann: User, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    column = {"completed": "completed_at", "trash": "deleted_at"}[name]
    for day in (2, 3, 1):
        at = instant(f"2026-11-0{day}")
        make_task(ann, f"{day}", completed=True, **({"completed_at": NOW} | {column: at}))

    assert titles(ann, f"list={name}") == ["3", "2", "1"]
    assert titles(ann, f"list={name}&ordering={column}") == ["1", "2", "3"]
    assert client_of(ann).get(f"{TASKS}?ordering={column}").status_code == 400


def test_list_shows_no_stranger_anything(dated: User, mallory: User) -> None:
    for name in ("today", "upcoming", "overdue", "inbox", "open", "completed", "trash"):
        assert titles(mallory, f"list={name}") == []


def test_series_is_in_the_list_of_its_next_occurrence(ann: User, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    task = make_series(ann, "2026-11-30", "FREQ=DAILY")
    assert titles(ann, "list=today") == [task.title]

    complete(task=task, now=moment(ann, NOW))

    assert titles(ann, "list=today") == []
    assert titles(ann, "list=upcoming&recurs=true") == [task.title]
    assert titles(ann, "recurs=false") == []


# --- By people everywhere -----------------------------------------------------------------------

ZONES = [FAR_WEST, "America/St_Johns", "UTC", "Europe/Berlin", "Asia/Kathmandu", FAR_EAST]


def names_by_hand(tasks: list[Task], user: User, at: datetime) -> dict[str, set[str]]:
    """Return what each list holds, asked of one task after the other."""
    today = user.local_date(at)
    week = today + timedelta(days=6)
    lists: dict[str, set[str]] = {"overdue": set(), "today": set(), "upcoming": set()}
    for task in tasks:
        assert task.due_date is not None
        assert task.due_day is not None
        day: date = task.due_day if task.all_day else user.local_date(task.due_date)
        if day < today if task.all_day else task.due_date < at:
            lists["overdue"].add(task.title)
        if day <= today:
            lists["today"].add(task.title)
        if today <= day <= week:
            lists["upcoming"].add(task.title)
    return lists


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
@given(
    zone=st.sampled_from(ZONES),
    day_starts_at=st.integers(0, 6),
    hour=st.integers(0, 23),
    dues=st.lists(
        st.tuples(st.integers(-60, 240), st.booleans(), st.sampled_from(ZONES)),
        min_size=1,
        max_size=12,
    ),
)
def test_lists_are_those_of_the_persons_day(
    zone: str,
    day_starts_at: int,
    hour: int,
    dues: list[tuple[int, bool, str]],
    ann: User,
    time_machine: Any,
) -> None:
    Task.objects.all().delete()
    ann.change(time_zone=zone, day_starts_at=day_starts_at)
    at = instant(f"2026-11-30 {hour:02}:30")
    tasks = [
        make_task(
            ann,
            f"{number}",
            due_date=at + timedelta(hours=hours),
            all_day=all_day,
            time_zone=of_task,
        )
        for number, (hours, all_day, of_task) in enumerate(dues)
    ]
    time_machine.move_to(at, tick=False)

    expected = names_by_hand(tasks, ann, at)

    for name, found in expected.items():
        assert set(titles(ann, f"list={name}")) == found, name


@pytest.mark.parametrize(
    ("zone", "day_starts_at", "expected"),
    [
        # It is Monday noon in UTC: still Monday in the west, early on Tuesday in the east.
        (FAR_WEST, 0, "2026-11-30"),
        (FAR_WEST, 6, "2026-11-29"),
        ("UTC", 6, "2026-11-30"),
        (FAR_EAST, 0, "2026-12-01"),
        (FAR_EAST, 3, "2026-11-30"),
    ],
)
def test_day_of_a_person(
    zone: str, day_starts_at: int, expected: str, time_machine: Any, db: None
) -> None:
    time_machine.move_to(NOW, tick=False)
    user = make_user("far@example.org", time_zone=zone, day_starts_at=day_starts_at)
    for day in ("2026-11-28", "2026-11-29", "2026-11-30", "2026-12-01", "2026-12-02"):
        make_task(user, day, due_date=instant(day, zone), all_day=True)

    assert titles(user, "list=today")[-1] == expected


# --- What a list costs --------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "list=open", "list=today", "list=inbox", "tag=t1"])
def test_page_costs_the_same_whatever_its_tasks_have(
    query: str, ann: User, api: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = api(ann)
    for number in range(60):
        category = None if query == "list=inbox" else make_category(ann, f"{number}")
        task = make_task(ann, category=category, due_date=NOW - timedelta(days=9))
        make_task(ann, parent=task)
        if number % 2 or query:
            set_tags(task=task, names=[f"t{tag}" for tag in range(number % 4 + 2)])

    with django_assert_num_queries(QUERIES):
        rows = client.get(f"{TASKS}?{query}").json()["results"]

    assert len(rows) == 50
    assert max(len(row["tags"]) for row in rows) == 5
