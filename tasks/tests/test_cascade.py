"""Completing a task that has subtasks: they are asked for, and go along."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from accounts.tests.threads import client_of
from tasks.actions import (
    OpenSubtasksError,
    SeriesError,
    complete,
    edit,
)
from tasks.models import Occurrence, Task
from tasks.tests.make import instant, make_series, make_task, moment

TASKS = "/api/v1/tasks/"
MONDAYS = "FREQ=WEEKLY;BYDAY=MO"


def test_open_subtasks_are_named_by_their_number(ann: User) -> None:
    task = make_task(ann)
    child = make_task(ann, parent=task)
    make_task(ann, parent=child)
    make_task(ann, parent=task, completed=True)
    make_task(ann, parent=task, deleted_at=instant("2026-11-30"))

    with pytest.raises(OpenSubtasksError, match="2 subtasks are open") as caught:
        complete(task=task, now=moment(ann, instant("2026-11-30 12:00")))

    assert caught.value.members == {"open_subtasks": 2}
    assert not Task.objects.get(pk=task.pk).completed
    assert not Occurrence.objects.exists()


def test_cascade_completes_each_level_at_the_same_instant(ann: User) -> None:
    task = make_task(ann)
    child = make_task(ann, parent=task)
    grandchild = make_task(ann, parent=child)
    before = make_task(ann, parent=task, completed=True, completed_at=instant("2026-11-01"))
    trashed = make_task(ann, parent=task, deleted_at=instant("2026-11-02"))
    at = instant("2026-11-30 12:00")

    complete(task=task, now=moment(ann, at), cascade=True)

    done = dict(Task.objects.values_list("pk", "completed_at"))
    assert done == {
        task.pk: at,
        child.pk: at,
        grandchild.pk: at,
        before.pk: instant("2026-11-01"),
        trashed.pk: None,
    }


def test_subtasks_of_a_series_are_open_again_for_the_next(ann: User) -> None:
    task = make_series(ann, "2026-11-30", MONDAYS)
    still_open = make_task(ann, parent=task)
    done = make_task(ann, parent=task, completed=True)
    below = make_task(ann, parent=done, completed=True)

    complete(task=task, now=moment(ann, instant("2026-11-30 12:00")), cascade=True)

    assert not Task.objects.filter(completed=True).exists()
    versions = dict(Task.objects.values_list("pk", "version"))
    assert versions == {task.pk: 2, still_open.pk: 1, done.pk: 2, below.pk: 2}


def test_subtasks_of_a_series_that_ends_are_completed_with_it(ann: User) -> None:
    task = make_series(ann, "2026-11-30", "FREQ=DAILY;COUNT=1")
    subtask = make_task(ann, parent=task)

    complete(task=task, now=moment(ann, instant("2026-11-30 12:00")), cascade=True)

    subtask.refresh_from_db()
    assert (task.completed, subtask.completed) == (True, True)


def test_edit_of_a_series_or_a_parent_writes_nothing_when_it_cannot_complete(ann: User) -> None:
    now = moment(ann, instant("2026-11-30 12:00"))
    series = make_series(ann, "2026-11-30", MONDAYS)
    parent = make_task(ann)
    make_task(ann, parent=parent)

    for task, error in ((series, SeriesError), (parent, OpenSubtasksError)):
        with pytest.raises(error):
            edit(task=task, now=now, title="new", tags=["new"], completed=True)

    assert set(Task.objects.values_list("title", "version")) == {("Water the plants", 1)}
    assert not Occurrence.objects.exists()


# --- Over the API -------------------------------------------------------------------------------


def test_api_names_how_many_subtasks_are_open(ann: User) -> None:
    task = make_task(ann)
    make_task(ann, parent=make_task(ann, parent=task))

    answer = client_of(ann).post(f"{TASKS}{task.pk}/complete/", {})

    assert answer.status_code == 409
    assert answer.json()["open_subtasks"] == 2
    assert "2 subtasks are open" in answer.json()["detail"]
    assert not Occurrence.objects.exists()


def test_api_completes_subtasks_when_asked(ann: User) -> None:
    task = make_task(ann)
    make_task(ann, parent=make_task(ann, parent=task))

    answer = client_of(ann).post(f"{TASKS}{task.pk}/complete/", {"cascade": True})

    assert answer.status_code == 200
    assert Task.objects.filter(completed=True).count() == 3


@pytest.mark.parametrize("body", [{"cascade": "yes"}, {"cascade": None}, {"all": True}])
def test_api_refuses_what_is_no_completion(body: dict[str, Any], ann: User) -> None:
    task = make_task(ann)

    answer = client_of(ann).post(f"{TASKS}{task.pk}/complete/", body)

    assert answer.status_code == 400
    assert not Task.objects.get().completed


@pytest.mark.parametrize("word", ["complete", "skip", "undo"])
def test_api_acts_on_no_task_of_a_stranger_or_in_the_trash(
    word: str, ann: User, mallory: User
) -> None:
    task = make_series(ann, "2026-11-30", MONDAYS)
    gone = make_series(ann, "2026-11-30", MONDAYS, deleted_at=instant("2026-11-30"))

    statuses = [
        client_of(mallory).post(f"{TASKS}{task.pk}/{word}/", {}).status_code,
        client_of(ann).post(f"{TASKS}{gone.pk}/{word}/", {}).status_code,
    ]

    assert statuses == [404, 404]


@pytest.mark.parametrize("word", ["complete", "skip"])
@pytest.mark.parametrize(
    ("due", "status"),
    [
        ("2026-11-30T09:00:00Z", 200),
        ("2026-11-30T10:00:00+01:00", 200),
        ("2026-11-23T09:00:00Z", 409),
        (None, 409),
    ],
)
def test_api_acts_on_the_occurrence_that_is_meant(
    due: str | None, status: int, word: str, ann: User
) -> None:
    task = make_series(ann, "2026-11-30 09:00", MONDAYS)

    answer = client_of(ann).post(f"{TASKS}{task.pk}/{word}/", {"due_date": due})

    assert answer.status_code == status
    assert Occurrence.objects.count() == (status == 200)


@pytest.mark.parametrize("method", ["patch", "put"])
def test_api_completes_a_series_by_no_change(method: str, ann: User) -> None:
    task = make_series(ann, "2026-11-30 09:00", MONDAYS)
    client, path = client_of(ann), f"{TASKS}{task.pk}/"
    body = {"completed": True, "title": "new"}
    row = client.get(path).json() if method == "put" else {}

    answer = getattr(client, method)(path, row | body)

    assert answer.status_code == 409
    assert "series" in answer.json()["detail"]
    assert client.get(path).json()["title"] == "Water the plants"


def test_api_completes_no_parent_of_open_subtasks_by_a_change(ann: User) -> None:
    task = make_task(ann)
    make_task(ann, parent=task)
    body = {"completed": True, "title": "new", "tags": ["new"]}

    answer = client_of(ann).patch(f"{TASKS}{task.pk}/", body)

    assert answer.status_code == 409
    assert answer.json()["open_subtasks"] == 1
    assert Task.objects.get(pk=task.pk).version == 1
    assert not ann.tags.exists()


def test_api_completes_a_series_whose_rule_goes(ann: User) -> None:
    task = make_series(ann, "2026-11-30 09:00", MONDAYS)

    answer = client_of(ann).patch(f"{TASKS}{task.pk}/", {"completed": True, "rrule": ""})

    assert answer.status_code == 200
    assert (answer.json()["completed"], answer.json()["dtstart"]) == (True, "")
