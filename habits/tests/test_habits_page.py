"""The examples of docs/habits.md do what the page says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from accounts.models import User
from habits.models import Habit
from habits.tests.make import START, days_from, make_checkins, make_habit, make_rest

Api = Callable[[User | None], APIClient]

HABITS = "/api/v1/habits/"
PAGE = (settings.BASE_DIR / "docs" / "habits.md").read_text()
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
STRETCH = re.compile(
    r"(?P<rest>rest on )?Nov (?P<first>\d+)(-(?P<last>\d+))?(: (?P<value>[\d.]+))?"
)
CURL = re.compile(
    r"curl -s (?:-X (?P<method>[A-Z]+) )?http://localhost:8000(?P<path>\S+)"
    r".*?-d '(?P<body>[^']*)'",
    re.DOTALL,
)


@pytest.fixture(autouse=True)
def _today(time_machine: Any) -> None:
    time_machine.move_to(NOON, tick=False)


def read_rows() -> Iterator[dict[str, str]]:
    """Give the rows of the page's tables, each cell by its column."""
    header: list[str] = []
    lines = PAGE.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if following.startswith("| ---"):
            header = cells
        elif line.startswith("| `"):
            yield {name: cell.strip("`") for name, cell in zip(header, cells, strict=True)}


ROWS = list(read_rows())


def pick(*columns: str) -> list[tuple[str, ...]]:
    """Return the rows of the table with these columns."""
    return [tuple(row.values()) for row in ROWS if tuple(row) == columns]


def stretches(text: str) -> list[re.Match[str]]:
    """Return what is recorded, and the rest, of a cell."""
    found = [STRETCH.fullmatch(part) for part in text.split(", ") if part]
    assert all(found), text
    return [match for match in found if match]


def make_recorded(owner: User, rule: str, recorded: str) -> Habit:
    """Make a habit with what a row says is recorded of it."""
    columns = json.loads(rule)
    names = columns.pop("weekdays", [])
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    mask = sum(1 << week.index(name) for name in names) or None
    habit = make_habit(owner, start_date=START, weekdays=mask, **columns)
    for match in stretches(recorded):
        first, last = int(match["first"]), int(match["last"] or match["first"])
        days = [date(2026, 11, day) for day in range(first, last + 1)]
        if match["rest"]:
            make_rest(owner, days[0], days[-1], habit=habit)
        else:
            make_checkins(habit, days, match["value"] or 1)
    return habit


def read(client: APIClient, path: str) -> Any:
    """Return what an address answers."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_page_has_examples() -> None:
    columns = set(chain.from_iterable(ROWS))

    assert columns == {
        *("Send", "Schedule", "Counted in", "Place", "Says", "Habit", "Recorded", "State"),
        *("Streak", "Longest", "Explained", "Kept for", "Strength"),
        *("Time zone", "Starts at", "Instant", "Day"),
    }
    assert len(ROWS) > 45
    assert len(CURL.findall(PAGE)) == PAGE.count("curl ") == 4


@pytest.mark.parametrize(("rule", "schedule", "unit"), pick("Send", "Schedule", "Counted in"))
def test_schedule_of_the_page(rule: str, schedule: str, unit: str, ann: User, api: Api) -> None:
    row = api(ann).post(HABITS, {"name": "Read"} | json.loads(rule)).json()

    assert (row["schedule"], row["streak_unit"]) == (schedule, unit)


@pytest.mark.parametrize(("rule", "place", "words"), pick("Send", "Place", "Says"))
def test_refusal_of_the_page(rule: str, place: str, words: str, ann: User, api: Api) -> None:
    answer = api(ann).post(HABITS, {"name": "Read"} | json.loads(rule))

    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["detail"]) == (place, words)


@pytest.mark.parametrize(("rule", "recorded", "state"), pick("Habit", "Recorded", "State"))
def test_state_of_the_page(rule: str, recorded: str, state: str, ann: User, api: Api) -> None:
    habit = make_recorded(ann, rule, recorded)

    assert read(api(ann), f"{HABITS}{habit.pk}/")["recent"][-1]["state"] == state


@pytest.mark.parametrize(
    ("rule", "recorded", "streak", "longest"), pick("Habit", "Recorded", "Streak", "Longest")
)
def test_streak_of_the_page(
    rule: str, recorded: str, streak: str, longest: str, ann: User, api: Api
) -> None:
    habit = make_recorded(ann, rule, recorded)

    row = read(api(ann), f"{HABITS}{habit.pk}/")

    plural = "" if row["streak"] == 1 else "s"
    assert f"{row['streak']} {row['streak_unit']}{plural}" == streak
    assert row["longest_streak"] == int(longest)


@pytest.mark.parametrize(
    ("rule", "recorded", "day", "words"), pick("Habit", "Recorded", "Explained", "Says")
)
def test_reason_of_the_page(
    rule: str, recorded: str, day: str, words: str, ann: User, api: Api
) -> None:
    habit = make_recorded(ann, rule, recorded)

    assert read(api(ann), f"{HABITS}{habit.pk}/explain/?day={day}")["reason"] == words


@pytest.mark.parametrize(("rule", "kept", "strength"), pick("Habit", "Kept for", "Strength"))
def test_strength_of_the_page(rule: str, kept: str, strength: str, ann: User, api: Api) -> None:
    count, unit = kept.split()
    step = 7 if unit.startswith("week") else 1
    last = NOON.date()
    first = last - timedelta(days=step * (int(count) - 1))
    habit = make_habit(ann, start_date=first, **json.loads(rule))
    make_checkins(habit, days_from(first, int(count), step))

    assert read(api(ann), f"{HABITS}{habit.pk}/")["strength"] == float(strength)


@pytest.mark.parametrize(
    ("zone", "starts_at", "at", "day"), pick("Time zone", "Starts at", "Instant", "Day")
)
def test_day_of_the_page(
    zone: str, starts_at: str, at: str, day: str, ann: User, api: Api, time_machine: Any
) -> None:
    time_machine.move_to(datetime.fromisoformat(at), tick=False)
    ann.change(time_zone=zone, day_starts_at=int(starts_at))

    row = api(ann).post(HABITS, {"name": "Read", "frequency": "daily"}).json()

    assert row["start_date"] == day


@pytest.mark.parametrize(("method", "path", "body"), CURL.findall(PAGE))
def test_request_of_the_page(method: str, path: str, body: str, ann: User, api: Api) -> None:
    make_habit(ann, pk=7, start_date=START, kind="at_least", target=8)

    answer = getattr(api(ann), (method or "POST").lower())(path, json.loads(body))

    assert answer.status_code in {200, 201}, answer.content
