"""Quick add as people use it: by the API and by the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import User
from tasks import actions
from tasks.models import Category, Tag, Task
from tasks.tests.make import make_category

Api = Callable[[User | None], APIClient]

QUICK_ADD = "/api/v1/quick-add/"
PREVIEW = "/api/v1/quick-add/preview/"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LINE = "Water the plants every other monday at 9am #garden p2 @home ~20m // not the cactus"

at_nine = time_machine.travel(NOW, tick=False)


@at_nine
def test_line_becomes_a_task_with_all_it_says(ann: User, api: Api) -> None:
    ann.change(time_zone="Europe/Berlin")
    garden = make_category(ann, "Garden")

    answer = api(ann).post(QUICK_ADD, {"text": LINE})

    assert answer.status_code == 201
    task = Task.objects.get()
    assert answer.headers["Location"] == f"/api/v1/tasks/{task.pk}/"
    assert answer.json()["task"]["tags"] == ["home"]
    assert answer.json()["task"]["version"] == task.version
    assert (task.title, task.description) == ("Water the plants", "not the cactus")
    assert (task.category, task.priority, task.estimate_minutes) == (garden, 5, 20)
    assert (task.due_date, task.all_day) == (datetime(2026, 11, 30, 8, tzinfo=UTC), False)
    assert (task.rrule, task.dtstart) == ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "20261130T090000")
    assert task.time_zone == "Europe/Berlin"


@at_nine
def test_line_is_read_by_the_persons_clock_and_week(ann: User, api: Api) -> None:
    ann.change(time_zone="Pacific/Auckland", day_starts_at=4)

    api(ann).post(QUICK_ADD, {"text": "Call Ben today"})

    task = Task.objects.get()
    assert str(task.due_day) == "2026-11-24"
    assert task.due_date == datetime(2026, 11, 23, 11, tzinfo=UTC)


@at_nine
def test_preview_says_the_same_and_makes_nothing(ann: User, api: Api) -> None:
    answer = api(ann).post(PREVIEW, {"text": LINE, "create_category": True})

    said = answer.json()
    assert answer.status_code == 200
    assert (said["title"], said["due_day"]) == ("Water the plants", "2026-11-30")
    assert said["repeats"] == "every 2 weeks on Monday at 09:00"
    assert (said["category"], said["new_category"]) == (None, "garden")
    assert [LINE[span["start"] : span["end"]] for span in said["spans"]] == [
        "every other monday at 9am",
        "#garden",
        "p2",
        "@home",
        "~20m",
        "// not the cactus",
    ]
    assert not Task.objects.exists()
    assert not Category.objects.exists()
    assert not Tag.objects.exists()


def test_category_that_is_not_there_stays_in_the_title_and_is_reported(
    ann: User, mallory: User, api: Api
) -> None:
    make_category(mallory, "Garden")

    answer = api(ann).post(QUICK_ADD, {"text": "Dig #Garden p1"})

    assert answer.json()["task"]["title"] == "Dig #Garden"
    assert answer.json()["reports"] == [
        {
            "problem": "no_such_category",
            "start": 4,
            "end": 11,
            "detail": "You have no category “#Garden”: it stays in the title.",
        }
    ]


def test_category_is_made_when_asked_for(ann: User, api: Api) -> None:
    api(ann).post(QUICK_ADD, {"text": 'Dig #"Back yard"', "create_category": True})

    assert Task.objects.get().category == Category.objects.get(user=ann, name="Back yard")


def test_name_that_is_too_long_stays_in_the_title(ann: User, api: Api) -> None:
    text = f"Dig @{'a' * 51} @b"

    answer = api(ann).post(QUICK_ADD, {"text": text})

    assert answer.json()["task"]["title"] == f"Dig @{'a' * 51}"
    assert answer.json()["task"]["tags"] == ["b"]
    assert [report["problem"] for report in answer.json()["reports"]] == ["name_too_long"]


@at_nine
def test_span_that_is_given_back_stays_in_the_title(ann: User, api: Api) -> None:
    text = "Plan the party tomorrow"

    answer = api(ann).post(QUICK_ADD, {"text": text, "ignore": [[15, 23]]})

    assert (answer.json()["task"]["title"], answer.json()["task"]["due_date"]) == (text, None)


@at_nine
def test_spans_count_from_the_very_beginning(ann: User, api: Api) -> None:
    text = "  Plan the party tomorrow"

    answer = api(ann).post(PREVIEW, {"text": text})

    (span,) = answer.json()["spans"]
    assert text[span["start"] : span["end"]] == "tomorrow"


@at_nine
def test_date_that_does_not_exist_is_reported(ann: User, api: Api) -> None:
    answer = api(ann).post(QUICK_ADD, {"text": "Dentist 31 feb"})

    assert answer.json()["task"]["title"] == "Dentist 31 feb"
    assert answer.json()["reports"][0]["problem"] == "no_such_date"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"text": "tomorrow"}, "#/text"),
        ({"text": " "}, "#/text"),
        ({"text": ""}, "#/text"),
        ({"text": "a" * 256}, "#/text"),
        ({"text": "a" * 2001}, "#/text"),
        ({}, "#/text"),
        ({"text": "Dig", "ignore": [[1]]}, "#/ignore/0"),
        ({"text": "Dig", "ignore": [[1, -1]]}, "#/ignore/0/1"),
        ({"text": "Dig", "due": "tomorrow"}, "#/due"),
    ],
)
def test_what_makes_no_task_is_refused(
    body: dict[str, Any], pointer: str, ann: User, api: Api
) -> None:
    answer = api(ann).post(QUICK_ADD, body)

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert not Task.objects.exists()


def test_more_tags_than_any_task_has_are_refused_and_nothing_is_written(
    ann: User, api: Api
) -> None:
    text = "Dig " + " ".join(f"@t{number}" for number in range(51))

    answer = api(ann).post(QUICK_ADD, {"text": text})

    assert answer.status_code == 409
    assert not Task.objects.exists()
    assert not Tag.objects.exists()


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    words=st.lists(
        st.sampled_from(
            ["Dig", "tomorrow", "#a", '#"b c"', "@d", "every day", "31 feb", "p1", "//", "~5m", "“"]
        )
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=9),
        max_size=12,
    ),
    make=st.booleans(),
)
def test_any_line_is_a_task_or_a_clear_error(words: list[str], make: bool, ann: User) -> None:
    said = None

    with suppress(actions.QuickAddError):
        said = actions.read(user=ann, text=" ".join(words), at=NOW, make_category=make)

    # Ann has no categories.
    assert said is None or (said.said.category or "") == said.new_category
    assert said is None or said.said.title


# --- The command ----------------------------------------------------------------------------------


@at_nine
def test_command_adds_and_says_what_it_read(ann: User) -> None:
    ann.change(time_zone="Europe/Berlin")
    out, err = StringIO(), StringIO()
    line = "Call Ben tomorrow at 5pm p1 @phone 31 feb"

    call_command("add_task", ann.email, line, stdout=out, stderr=err)

    task = Task.objects.get()
    assert out.getvalue().splitlines() == [
        f"id: {task.pk}",
        "title: Call Ben 31 feb",
        "due: 2026-11-25 17:00 Europe/Berlin",
        "priority: 1",
        "tags: phone",
    ]
    assert "31 feb" in err.getvalue()


def test_command_reports_a_category_that_is_not_there(ann: User) -> None:
    err = StringIO()

    call_command("add_task", ann.email, "Dig #Garden", stdout=StringIO(), stderr=err)

    assert err.getvalue() == "You have no category “#Garden”: it stays in the title.\n"


@at_nine
def test_command_prints_json(ann: User) -> None:
    out = StringIO()

    call_command(
        "add_task", ann.email, "Dig every day #Garden", "--create-category", "--json", stdout=out
    )

    assert json.loads(out.getvalue()) == {
        "id": Task.objects.get().pk,
        "title": "Dig",
        "due": "2026-11-24",
        "repeats": "every day",
        "priority": 0,
        "category": "Garden",
        "tags": [],
        "minutes": 0,
        "description": "",
    }


@pytest.mark.parametrize("text", ["tomorrow", "a" * 2001, "a\x00b", "a" * 300])
def test_command_refuses_what_makes_no_task(text: str, ann: User) -> None:
    with pytest.raises(CommandError):
        call_command("add_task", ann.email, text)

    assert not Task.objects.exists()
