"""Several who change the same tasks at once, with real threads: nothing is lost or done twice."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from django.db import IntegrityError

from accounts.models import User
from accounts.tests.make import make_user
from accounts.tests.threads import client_of, run_threads
from tasks.actions import (
    DoneAlreadyError,
    NothingToUndoError,
    complete,
    completion,
    place,
    purge,
    restore,
    set_tags,
    skip,
    trash,
    undo,
)
from tasks.models import Occurrence, Tag, Task, TaskTag
from tasks.tests.make import instant, make_series, make_task, moment

pytestmark = pytest.mark.django_db(transaction=True)

TASKS = "/api/v1/tasks/"
MONDAYS = "FREQ=WEEKLY;BYDAY=MO"
AT = instant("2026-11-30 12:00")
# Times that each race is run: who comes first is chance.
ROUNDS = 5


@pytest.fixture
def user() -> User:
    """Return the owner of all rows."""
    return make_user("ann@example.org")


def outcome(act: Callable[[], Any], *errors: type[Exception]) -> str:
    """Do something; return the name of the error that it ended with, "" for none."""
    try:
        act()
    except errors as error:
        return type(error).__name__
    return ""


# --- Completing ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rrule", ["", MONDAYS, "FREQ=DAILY;COUNT=2"])
def test_of_those_who_complete_an_occurrence_one_does(rrule: str, user: User) -> None:
    for _ in range(ROUNDS):
        task = make_series(user, "2026-11-30", rrule)
        make_task(user, parent=task)
        now = moment(user, AT)
        read = [Task.objects.get(pk=task.pk) for _ in range(4)]

        def act(index: int, read: list[Task] = read, now: Any = now) -> str:
            done = complete if index % 2 or not read[index].rrule else skip
            options = {"cascade": True} if done is complete else {}
            return outcome(lambda: done(task=read[index], now=now, **options), DoneAlreadyError)

        ends = run_threads(4, act)

        assert sorted(ends) == ["", *["DoneAlreadyError"] * 3]
        assert task.occurrences.count() == 1


def test_of_requests_that_name_an_occurrence_one_completes_it(user: User) -> None:
    task = make_series(user, "2026-11-30", MONDAYS)
    due = client_of(user).get(f"{TASKS}{task.pk}/").json()["due_date"]

    answers = run_threads(
        4, lambda _: client_of(user).post(f"{TASKS}{task.pk}/complete/", {"due_date": due})
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert Occurrence.objects.count() == 1


def test_completion_waits_for_one_that_began_before(user: User, monkeypatch: Any) -> None:
    task = make_series(user, "2026-11-30", MONDAYS)
    now = moment(user, AT)
    first, second = (Task.objects.get(pk=task.pk) for _ in range(2))
    inside, advanced = Event(), completion.advanced

    def advance_slowly(*args: Any, **kwargs: Any) -> Any:
        if not inside.is_set():
            inside.set()
            Event().wait(0.3)
        return advanced(*args, **kwargs)

    def act(index: int) -> str:
        if index == 0:
            return outcome(lambda: complete(task=first, now=now), DoneAlreadyError)
        inside.wait(20)
        return outcome(lambda: complete(task=second, now=now), DoneAlreadyError)

    monkeypatch.setattr(completion, "advanced", advance_slowly)

    assert run_threads(2, act) == ["", "DoneAlreadyError"]
    assert Occurrence.objects.count() == 1


def test_completion_and_undo_at_once_leave_one_of_the_two(user: User) -> None:
    for _ in range(ROUNDS):
        task = make_series(user, "2026-11-30", MONDAYS)
        now = moment(user, AT)
        complete(task=task, now=now)
        read = [Task.objects.get(pk=task.pk) for _ in range(2)]

        def act(index: int, read: list[Task] = read, now: Any = now) -> str:
            if index:
                return outcome(lambda: undo(task=read[1]), NothingToUndoError)
            return outcome(lambda: complete(task=read[0], now=now), DoneAlreadyError)

        completed, undone = run_threads(2, act)

        task.refresh_from_db()
        assert undone == ""
        # Undone after the completion, it takes that one back; before it, the other is refused.
        left = {"": "2026-12-07", "DoneAlreadyError": "2026-11-30"}[completed]
        assert str(task.due_day) == left
        assert task.occurrences.count() == (completed == "")


def test_undo_twice_at_once_takes_each_occurrence_back_once(user: User) -> None:
    task = make_series(user, "2026-11-30", MONDAYS)
    for _ in range(2):
        complete(task=task, now=moment(user, AT))

    run_threads(2, lambda _: undo(task=Task.objects.get(pk=task.pk)))

    task.refresh_from_db()
    assert str(task.due_day) == "2026-11-30"
    assert not Occurrence.objects.exists()


# --- The trash ----------------------------------------------------------------------------------


def test_trash_and_completion_at_once_lose_nothing(user: User) -> None:
    for _ in range(ROUNDS):
        task = make_task(user)
        child = make_task(user, parent=make_task(user, parent=task))
        now = moment(user, AT)
        read = [Task.objects.get(pk=task.pk) for _ in range(2)]

        def act(index: int, read: list[Task] = read, now: Any = now) -> str:
            if index:
                return outcome(lambda: trash(task=read[1], at=now.at))
            return outcome(lambda: complete(task=read[0], now=now, cascade=True), Task.DoesNotExist)

        completed, trashed = run_threads(2, act)

        task.refresh_from_db()
        child.refresh_from_db()
        assert trashed == ""
        assert task.deleted_at == child.deleted_at == now.at
        assert task.completed is child.completed is (completed == "")
        assert task.occurrences.count() == (completed == "")


def test_of_those_who_trash_a_task_one_does_with_all_its_subtasks(user: User) -> None:
    task = make_task(user)
    for _ in range(5):
        make_task(user, parent=task)
    read = [Task.objects.get(pk=task.pk) for _ in range(4)]

    ends = run_threads(
        4,
        lambda index: outcome(
            lambda: trash(task=read[index], at=instant(f"2026-11-30 12:0{index}")),
            Task.DoesNotExist,
        ),
    )

    assert sorted(ends) == ["", *["DoesNotExist"] * 3]
    restore(task=task)
    assert Task.objects.kept().count() == 6


def test_subtask_that_comes_while_its_parent_goes_for_good_is_not_lost(user: User) -> None:
    """It may come below a task that went into the trash while its form was checked."""
    for _ in range(ROUNDS):
        task = make_task(user)
        trash(task=task, at=AT)

        def act(index: int, task: Task = task) -> str:
            if index:
                return outcome(lambda: purge(task=task))
            return outcome(lambda: make_task(user, "new", parent_id=task.pk), IntegrityError)

        made, purged = run_threads(2, act)

        assert purged == ""
        assert Task.objects.filter(title="new").count() == (made == "")
        Task.objects.all().delete()


# --- Places, trees, tags ------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [1, 10**6])
def test_moves_at_once_leave_one_order_and_lose_none(gap: int, user: User) -> None:
    rows = [make_task(user, position=number * gap) for number in range(24)]
    middle = rows[12]

    def act(index: int) -> None:
        for row in rows[index * 3 : index * 3 + 3]:
            if row != middle:
                place(row=row, neighbour=Task.objects.get(pk=middle.pk), before=index % 2 == 0)

    run_threads(8, act)

    order = list(Task.objects.order_by("position", "pk").values_list("pk", "position"))
    places = [position for _, position in order]
    ids = [pk for pk, _ in order]
    assert len(set(places)) == 24
    assert set(ids) == {row.pk for row in rows}
    # Those that were put before the middle are before it: of 12, one was the middle itself.
    assert ids.index(middle.pk) == 11


def test_moves_and_new_tags_of_the_same_tasks_do_not_wait_for_each_other(user: User) -> None:
    rows = [make_task(user, position=number * 10**6) for number in range(2)]

    def act(index: int) -> None:
        for turn in range(20):
            if index:
                place(row=rows[0], neighbour=Task.objects.get(pk=rows[1].pk), before=turn % 2 == 0)
            else:
                set_tags(task=Task.objects.get(pk=rows[0].pk), names=[f"{turn}"])

    run_threads(2, act)

    assert list(TaskTag.objects.values_list("tag__name", flat=True)) == ["19"]


def test_of_two_moves_that_make_a_cycle_together_one_is_refused(user: User) -> None:
    for _ in range(ROUNDS):
        tasks = [make_task(user) for _ in range(2)]

        def act(index: int, tasks: list[Task] = tasks) -> str:
            return outcome(lambda: tasks[index].change(parent=tasks[1 - index]), IntegrityError)

        ends = run_threads(2, act)

        assert sorted(ends) == ["", "IntegrityError"]
        assert Task.objects.filter(pk__in=[t.pk for t in tasks], parent=None).count() == 1


def test_of_two_moves_that_make_six_levels_together_one_is_refused(user: User) -> None:
    for _ in range(ROUNDS):
        chains = []
        for _chain in range(3):
            top = make_task(user)
            chains.append((top, make_task(user, parent=top)))

        def act(index: int, chains: list[Any] = chains) -> str:
            return outcome(
                lambda: chains[index + 1][0].change(parent=chains[index][1]), IntegrityError
            )

        assert sorted(run_threads(2, act)) == ["", "IntegrityError"]


def test_tag_that_two_make_at_once_is_one(user: User) -> None:
    for turn in range(ROUNDS):
        tasks = [make_task(user) for _ in range(4)]
        names = [f"New{turn}", f"NEW{turn}", f"new{turn}", f"nEW{turn}"]

        def act(index: int, tasks: list[Task] = tasks, names: list[str] = names) -> None:
            set_tags(task=tasks[index], names=[names[index], "other"])

        run_threads(4, act)

        tag = Tag.objects.get(key=f"new{turn}")
        assert tag.task_tags.count() == 4
    assert Tag.objects.count() == ROUNDS + 1


def test_tags_that_two_give_a_task_at_once_are_those_of_one(user: User) -> None:
    task = make_task(user)

    run_threads(
        4,
        lambda index: set_tags(task=Task.objects.get(pk=task.pk), names=[f"{index}", "all"]),
    )

    names = {row.tag.name for row in task.task_tags.select_related("tag")}
    task.refresh_from_db()
    assert len(names) == 2
    assert "all" in names
    assert task.version == 5


def test_tag_renamed_while_tasks_get_it_breaks_no_request(user: User) -> None:
    tasks = [make_task(user) for _ in range(3)]
    set_tags(task=tasks[0], names=["errand"])
    tag = Tag.objects.get()

    def act(index: int) -> list[int]:
        client = client_of(user)
        if index == 0:
            path = f"/api/v1/tags/{tag.pk}/"
            return [client.patch(path, {"name": f"{n}"}).status_code for n in range(8)]
        path = f"{TASKS}{tasks[index].pk}/"
        return [client.patch(path, {"tags": names}).status_code for names in [["errand"], []] * 4]

    statuses = {status for answers in run_threads(3, act) for status in answers}

    assert statuses <= {200, 400}
