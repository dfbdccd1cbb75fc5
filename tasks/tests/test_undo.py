"""Undoing and reopening: all is as it was before, and what came later stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.tests.threads import client_of
from tasks.actions import NothingToUndoError, complete, edit, reopen, restore, skip, trash, undo
from tasks.models import Occurrence, Task
from tasks.tests.make import instant, make_series, make_task, moment

TASKS = "/api/v1/tasks/"
MONDAYS = "FREQ=WEEKLY;BYDAY=MO"
RULES = [
    "FREQ=DAILY",
    "FREQ=DAILY;COUNT=1",
    "FREQ=DAILY;COUNT=2",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
    "FREQ=YEARLY",
    "FREQ=DAILY;UNTIL=20280101",
]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]


def everything() -> list[dict[str, Any]]:
    """Return all that is stored of each task, but what grows with each change."""
    rows = Task.objects.order_by("pk").values()
    return [{k: v for k, v in row.items() if k not in {"version", "updated_at"}} for row in rows]


# --- All is as it was ---------------------------------------------------------------------------

INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@dataclass(frozen=True)
class Node:
    """A subtask: how many of those before it are skipped to its parent, and its state."""

    up: int
    completed_at: datetime | None
    is_trashed: bool


NODES = st.builds(
    Node,
    up=st.integers(0, 3),
    completed_at=st.none() | INSTANTS,
    is_trashed=st.booleans(),
)


@st.composite
def roots(draw: st.DrawFn) -> dict[str, Any]:
    """Return the columns of a task: without a date, due once, or a series of either mode."""
    if not draw(st.booleans()):
        return {"due_date": draw(st.none() | INSTANTS)}
    due = draw(INSTANTS)
    return {
        "due_date": due,
        "start_date": draw(st.none() | st.timedeltas(timedelta(0), timedelta(9)).map(due.__sub__)),
        "all_day": draw(st.booleans()),
        "rrule": draw(st.just("") | st.sampled_from(RULES)),
        "repeat_from": draw(st.sampled_from(["schedule", "completion"])),
    }


def grow(user: User, root: Task, nodes: list[Node]) -> None:
    """Make subtasks of at most four levels below a task."""
    tree = [(root, 1)]
    for node in nodes:
        able = [(task, level) for task, level in tree if level < 5]
        parent, level = able[-1 - node.up % len(able)]
        task = make_task(
            user,
            parent=parent,
            completed=node.completed_at is not None,
            completed_at=node.completed_at,
            deleted_at=datetime(2026, 1, 1, tzinfo=UTC) if node.is_trashed else None,
        )
        tree.append((task, level + 1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    columns=roots(),
    nodes=st.lists(NODES, max_size=7),
    steps=st.lists(st.tuples(st.sampled_from([complete, skip]), INSTANTS), min_size=1, max_size=3),
)
def test_undo_restores_each_field(
    zone: str, columns: dict[str, Any], nodes: list[Node], steps: list[Any], ann: User
) -> None:
    Task.objects.all().delete()
    task = make_task(ann, time_zone=zone, **columns)
    grow(ann, task, nodes)
    before, done = [], 0

    for act, at in steps:
        if not task.completed:
            before.append(everything())
            along = {"cascade": True} if act is complete or not task.rrule else {}
            (complete if along else skip)(task=task, now=moment(ann, at), **along)
            done += 1
            assert everything() != before[-1]
    while before:
        undo(task=task)
        assert everything() == before.pop()

    assert done > 0
    assert not Occurrence.objects.exists()


# --- One by one ---------------------------------------------------------------------------------


def test_undo_gives_back_what_was_undone(ann: User) -> None:
    task = make_series(ann, "2026-11-30", MONDAYS)
    complete(task=task, now=moment(ann, instant("2026-11-30 12:00")))
    second = skip(task=task, now=moment(ann, instant("2026-12-07 12:00")))

    undone = undo(task=task)

    shown = (undone.pk, undone.status, undone.due_day)
    assert shown == (second.pk, second.status, second.due_day)
    assert str(task.due_day) == "2026-12-07"
    assert [str(row.due_day) for row in task.occurrences.all()] == ["2026-11-30"]


def test_undo_of_nothing_is_refused(ann: User) -> None:
    with pytest.raises(NothingToUndoError):
        undo(task=make_task(ann))


def test_undo_leaves_subtasks_that_changed_meanwhile(ann: User) -> None:
    task = make_task(ann)
    reopened, redone, along = (make_task(ann, parent=task) for _ in range(3))
    now = moment(ann, instant("2026-11-30 12:00"))
    complete(task=task, now=now, cascade=True)
    reopen(task=reopened)
    redone.refresh_from_db()
    redone.change(completed_at=instant("2026-12-01"))

    undo(task=task)

    done = dict(Task.objects.values_list("pk", "completed_at"))
    assert done == {
        task.pk: None,
        reopened.pk: None,
        redone.pk: instant("2026-12-01"),
        along.pk: None,
    }
    along.refresh_from_db()
    assert along.version == 3


def test_undo_of_a_series_leaves_subtasks_done_for_the_next(ann: User) -> None:
    task = make_series(ann, "2026-11-30", MONDAYS)
    first = make_task(ann, parent=task, completed=True, completed_at=instant("2026-11-29"))
    second = make_task(ann, parent=task, completed=True, completed_at=instant("2026-11-29"))
    complete(task=task, now=moment(ann, instant("2026-11-30 12:00")))
    second.refresh_from_db()
    complete(task=second, now=moment(ann, instant("2026-12-01 12:00")))

    undo(task=task)

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.completed_at == instant("2026-11-29")
    assert second.completed_at == instant("2026-12-01 12:00")


def test_undo_keeps_a_due_date_given_to_a_completed_task(ann: User) -> None:
    task = make_task(ann, due_date=instant("2026-11-30"))
    complete(task=task, now=moment(ann, instant("2026-11-30 12:00")))
    task.change(due_date=instant("2026-12-24"))

    undo(task=task)

    assert (task.completed, task.due_date) == (False, instant("2026-12-24"))


def test_undo_works_after_the_trash(ann: User) -> None:
    task = make_series(ann, "2026-11-30", MONDAYS)
    make_task(ann, parent=task, completed=True)
    before = everything()
    complete(task=task, now=moment(ann, instant("2026-11-30 12:00")))
    trash(task=task, at=instant("2026-12-01"))
    restore(task=task)

    undo(task=task)

    assert everything() == before


def test_undo_of_a_task_that_goes_is_none(ann: User) -> None:
    task = make_task(ann)
    complete(task=task, now=moment(ann, instant("2026-11-30")))
    trash(task=task, at=instant("2026-12-01"))

    with pytest.raises(Task.DoesNotExist):
        undo(task=task)

    assert Occurrence.objects.exists()


# --- Reopening ----------------------------------------------------------------------------------


def test_reopen_undoes_a_completion_with_its_subtasks(ann: User) -> None:
    task = make_task(ann, due_date=instant("2026-11-30"))
    make_task(ann, parent=task)
    before = everything()
    complete(task=task, now=moment(ann, instant("2026-11-30")), cascade=True)

    reopen(task=task)

    assert everything() == before
    assert not Occurrence.objects.exists()


def test_reopen_of_an_ended_series_takes_its_last_occurrence_back(ann: User) -> None:
    task = make_series(ann, "2026-11-30", "FREQ=DAILY;COUNT=2")
    complete(task=task, now=moment(ann, instant("2026-11-30 12:00")))
    complete(task=task, now=moment(ann, instant("2026-12-01 12:00")))
    assert task.completed

    reopen(task=task)

    assert (task.completed, str(task.due_day)) == (False, "2026-12-01")
    assert task.occurrences.count() == 1


def test_reopen_of_a_completion_that_nobody_knows_opens_the_task_alone(ann: User) -> None:
    task = make_series(ann, "2026-11-30", MONDAYS)
    complete(task=task, now=moment(ann, instant("2026-11-30 12:00")))
    task.change(completed=True)

    reopen(task=task)

    assert (task.completed, str(task.due_day)) == (False, "2026-12-07")
    assert task.occurrences.count() == 1


def test_reopen_of_an_open_task_changes_nothing(ann: User) -> None:
    task = make_series(ann, "2026-11-30", MONDAYS)
    complete(task=task, now=moment(ann, instant("2026-11-30 12:00")))

    reopen(task=task)

    assert (task.version, task.occurrences.count()) == (2, 1)


def test_reopen_reads_the_task_as_it_is_now(ann: User) -> None:
    task = make_task(ann)
    complete(task=Task.objects.get(pk=task.pk), now=moment(ann, instant("2026-11-30 12:00")))

    reopen(task=task)

    assert not Task.objects.get(pk=task.pk).completed
    assert not Occurrence.objects.exists()


def test_reopen_finds_no_task_in_the_trash(ann: User) -> None:
    task = make_task(ann, completed=True)
    trash(task=Task.objects.get(pk=task.pk), at=instant("2026-11-30 12:00"))

    with pytest.raises(Task.DoesNotExist):
        reopen(task=task)

    assert Task.objects.get(pk=task.pk).completed


def test_edit_of_a_due_date_stays_when_it_opens_the_task(ann: User) -> None:
    now = moment(ann, instant("2026-11-30 12:00"))
    task = make_task(ann, due_date=instant("2026-11-29 12:00"))
    complete(task=task, now=now)

    edit(task=task, now=now, due_date=instant("2026-12-03"), completed=False)

    task.refresh_from_db()
    assert (task.completed, task.due_date) == (False, instant("2026-12-03"))
    assert str(task.due_day) == "2026-12-03"


def test_edit_completes_with_what_else_it_writes(ann: User) -> None:
    task, at = make_task(ann, "old"), instant("2026-11-30 12:00")

    edit(task=task, now=moment(ann, at), title="new", completed=True, expected=1)

    task.refresh_from_db()
    assert (task.title, task.completed_at) == ("new", at)
    assert Occurrence.objects.get().task == task


# --- Over the API -------------------------------------------------------------------------------


def test_api_undoes_the_last_and_shows_both(ann: User) -> None:
    task = make_series(ann, "2026-11-30", MONDAYS)
    client = client_of(ann)
    done = client.post(f"{TASKS}{task.pk}/complete/", {}).json()

    answer = client.post(f"{TASKS}{task.pk}/undo/", {})
    again = client.post(f"{TASKS}{task.pk}/undo/", {})

    assert answer.status_code == 200
    assert answer.json()["task"]["due_day"] == "2026-11-30"
    assert answer.json()["occurrence"]["uid"] == done["occurrence"]["uid"]
    assert again.status_code == 409
    assert "Nothing of this task" in again.json()["detail"]


def test_api_opens_a_completed_task_by_a_change(ann: User) -> None:
    task = make_task(ann)
    make_task(ann, parent=task)
    client = client_of(ann)
    client.post(f"{TASKS}{task.pk}/complete/", {"cascade": True})

    answer = client.patch(f"{TASKS}{task.pk}/", {"completed": False})

    assert (answer.status_code, answer.json()["completed_at"]) == (200, None)
    assert not Task.objects.filter(completed=True).exists()


def test_api_shows_what_was_done_the_newest_first(ann: User, mallory: User) -> None:
    task = make_series(ann, "2026-11-30", MONDAYS)
    make_task(ann, "other")
    client = client_of(ann)
    client.post(f"{TASKS}{task.pk}/complete/", {})
    client.post(f"{TASKS}{task.pk}/skip/", {})

    rows = client.get(f"/api/v1/occurrences/?task={task.pk}").json()["results"]

    assert [row["status"] for row in rows] == ["skipped", "completed"]
    assert client_of(mallory).get("/api/v1/occurrences/").json()["results"] == []
    assert client.post("/api/v1/occurrences/", {}).status_code == 405
