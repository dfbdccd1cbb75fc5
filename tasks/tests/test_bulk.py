"""The same change of many tasks at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import Event, User
from tasks import actions
from tasks.actions import Action, Change, Moment
from tasks.models import Occurrence, Tag, Task, TaskTag
from tasks.tests.make import make_category, make_task, make_trashed

Api = Callable[[User | None], APIClient]

BULK = "/api/v1/tasks/bulk/"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
MOMENT = Moment(NOW, NOW.date())


def change(owner: User, tasks: list[Task], action: Action, **values: Any) -> list[int]:
    """Change tasks and read them again."""
    changed = actions.change_many(
        user=owner,
        ids=[task.pk for task in tasks],
        change=Change(action=action, **values),
        now=MOMENT,
    )
    for task in tasks:
        task.refresh_from_db()
    return changed


def test_complete_closes_those_that_are_open(ann: User) -> None:
    done = make_task(ann, completed=True, completed_at=NOW - timedelta(days=1))
    tasks = [make_task(ann), done]

    changed = change(ann, tasks, Action.COMPLETE)

    assert changed == [tasks[0].pk]
    assert [task.completed_at for task in tasks] == [NOW, NOW - timedelta(days=1)]
    assert Occurrence.objects.get().task == tasks[0]


def test_complete_moves_series(ann: User) -> None:
    once = make_task(ann, due_date=NOW)
    series = make_task(ann, due_date=NOW - timedelta(days=3), rrule="FREQ=DAILY")

    change(ann, [once, series], Action.COMPLETE)

    assert (once.completed, series.completed) == (True, False)
    assert series.due_date == NOW + timedelta(days=1)
    assert series.occurrences.get().missed == 3


def test_complete_of_a_parent_with_open_subtasks_is_refused(ann: User) -> None:
    parent = make_task(ann)
    make_task(ann, parent=parent)

    with pytest.raises(actions.OpenSubtasksError) as refused:
        change(ann, [parent, make_task(ann)], Action.COMPLETE)

    assert refused.value.members == {"open_subtasks": 1}
    assert not Task.objects.filter(completed=True).exists()


@pytest.mark.parametrize("cascade", [False, True])
def test_complete_with_all_subtasks_named_needs_no_cascade(cascade: bool, ann: User) -> None:
    parent = make_task(ann)
    child = make_task(ann, parent=parent)
    tasks = [parent, child, make_task(ann, parent=child)]

    change(ann, tasks, Action.COMPLETE, cascade=cascade)

    assert [task.completed for task in tasks] == [True] * 3
    assert Occurrence.objects.count() == 3


def test_complete_asks_for_no_cascade_where_subtasks_are_done_or_in_the_trash(ann: User) -> None:
    parent = make_task(ann)
    make_task(ann, parent=parent, completed=True)
    make_trashed(make_task(ann, parent=parent))

    assert change(ann, [parent], Action.COMPLETE) == [parent.pk]


def test_complete_with_cascade_leaves_subtasks_that_were_done(ann: User) -> None:
    parent = make_task(ann)
    before = NOW - timedelta(days=1)
    done = make_task(ann, parent=parent, completed=True, completed_at=before)

    change(ann, [parent], Action.COMPLETE, cascade=True)

    done.refresh_from_db()
    assert (done.completed_at, done.version) == (before, 1)
    assert Occurrence.objects.get().before.keys() == {str(parent.pk)}


def test_complete_counts_a_subtask_that_is_named_as_itself(ann: User) -> None:
    parent = make_task(ann)
    child = make_task(ann, parent=parent)

    change(ann, [parent, child], Action.COMPLETE, cascade=True)

    assert {frozenset(row.before) for row in Occurrence.objects.all()} == {
        frozenset({str(parent.pk)}),
        frozenset({str(child.pk)}),
    }


def test_reopen_leaves_a_subtask_that_was_completed_anew(ann: User) -> None:
    parent = make_task(ann)
    child = make_task(ann, parent=parent)
    change(ann, [parent], Action.COMPLETE, cascade=True)
    later = NOW + timedelta(hours=1)
    Task.objects.filter(pk=child.pk).update(completed_at=later)

    change(ann, [parent], Action.REOPEN)

    child.refresh_from_db()
    assert (parent.completed, child.completed_at) == (False, later)


def test_reopen_knows_of_subtasks_that_are_gone(ann: User) -> None:
    parent = make_task(ann)
    child = make_task(ann, parent=parent)
    change(ann, [parent], Action.COMPLETE, cascade=True)
    child.delete()

    assert change(ann, [parent], Action.REOPEN) == [parent.pk]


def test_complete_with_cascade_closes_subtasks_along(ann: User) -> None:
    parent = make_task(ann)
    child = make_task(ann, parent=make_task(ann, parent=parent))

    change(ann, [parent], Action.COMPLETE, cascade=True)

    child.refresh_from_db()
    assert child.completed_at == NOW
    assert Occurrence.objects.get().before.keys() == {
        str(pk) for pk in Task.objects.values_list("pk", flat=True)
    }


STATES = st.lists(
    st.tuples(
        st.integers(-1, 4),  # which one before it is its parent
        st.booleans(),  # completed
        st.booleans(),  # a series
        st.booleans(),  # named in the request
    ),
    min_size=1,
    max_size=6,
)


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(states=STATES)
def test_complete_many_is_complete_one_by_one_and_undone_by_undo(
    states: list[tuple[int, bool, bool, bool]], ann: User
) -> None:
    Task.objects.all().delete()
    tasks: list[Task] = []
    for parent, completed, repeats, _ in states:
        series: dict[str, Any] = {}
        if repeats:
            series = {"due_date": NOW, "rrule": "FREQ=DAILY", "start_date": NOW}
        above = tasks[parent] if 0 <= parent < len(tasks) and not tasks[parent].parent else None
        tasks.append(make_task(ann, completed=completed, parent=above, **series))
    before = snapshot()
    named = [task for task, (*_, is_named) in zip(tasks, states, strict=True) if is_named]

    change(ann, named, Action.COMPLETE, cascade=True)
    together = snapshot()
    for row in Occurrence.objects.order_by("-pk"):
        actions.undo(task=row.task)

    assert snapshot() == before
    assert not Occurrence.objects.exists()
    # One by one, those without subtasks among the named come to the same.
    alone = [task for task in named if not task.subtasks.exists() and not task.parent]
    for task in alone:
        task.refresh_from_db()
        if not task.completed:
            actions.complete(task=task, now=MOMENT, cascade=True)
    ids = {task.pk for task in alone}
    assert {pk: row for pk, row in snapshot().items() if pk in ids} == {
        pk: row for pk, row in together.items() if pk in ids
    }


def snapshot() -> dict[int, tuple[Any, ...]]:
    """Return what completing changes, of all tasks."""
    names = ("completed", "completed_at", "due_date", "due_day", "start_date", "rrule", "dtstart")
    return {pk: tuple(row) for pk, *row in Task.objects.values_list("pk", *names)}


def test_reopen_undoes_completions_with_their_subtasks(ann: User) -> None:
    parent = make_task(ann)
    child = make_task(ann, parent=parent)
    unknown = make_task(ann, completed=True)
    change(ann, [parent], Action.COMPLETE, cascade=True)

    changed = change(ann, [parent, unknown, make_task(ann)], Action.REOPEN)

    child.refresh_from_db()
    assert changed == [parent.pk, unknown.pk]
    assert not Task.objects.filter(completed=True).exists()
    assert not Occurrence.objects.exists()


def test_move_puts_tasks_into_a_category_or_out_of_all(ann: User) -> None:
    category = make_category(ann)
    tasks = [make_task(ann), make_task(ann, category=category)]

    assert change(ann, tasks, Action.MOVE, category=category) == [tasks[0].pk]
    assert change(ann, tasks, Action.MOVE, category=None) == [task.pk for task in tasks]
    assert [task.category for task in tasks] == [None, None]


def test_set_due_to_a_day_is_the_day_of_each_tasks_zone(ann: User) -> None:
    zones = ["Europe/Berlin", "Pacific/Auckland"]
    tasks = [make_task(ann, time_zone=zone, due_date=NOW) for zone in zones]

    change(ann, tasks, Action.SET_DUE, due_day=date(2026, 12, 24))

    assert [task.due_day for task in tasks] == [date(2026, 12, 24)] * 2
    assert [task.due_date for task in tasks] == [
        datetime(2026, 12, 23, 23, tzinfo=UTC),
        datetime(2026, 12, 23, 11, tzinfo=UTC),
    ]
    assert all(task.all_day for task in tasks)


def test_set_due_leaves_a_start_that_is_not_later(ann: User) -> None:
    early, late = NOW - timedelta(days=9), NOW + timedelta(days=9)
    before = make_task(ann, due_date=late, start_date=early)
    between = make_task(ann, due_date=late, start_date=NOW + timedelta(days=1))
    without = make_task(ann)

    change(ann, [before, between, without], Action.SET_DUE, due_date=NOW)

    assert [task.start_date for task in (before, between, without)] == [early, None, None]


def test_set_due_to_none_leaves_the_start(ann: User) -> None:
    task = make_task(ann, due_date=NOW, start_date=NOW - timedelta(days=1))

    change(ann, [task], Action.SET_DUE)

    assert (task.due_date, task.start_date) == (None, NOW - timedelta(days=1))


def test_set_due_of_a_series_to_an_instant_is_taken(ann: User) -> None:
    task = make_task(ann, due_date=NOW, rrule="FREQ=DAILY")

    assert change(ann, [task], Action.SET_DUE, due_date=NOW + timedelta(days=1)) == [task.pk]


def test_set_due_to_what_it_is_changes_nothing(ann: User) -> None:
    task = make_task(ann, due_date=NOW)

    assert change(ann, [task], Action.SET_DUE, due_date=NOW) == []
    assert task.version == 1


def test_reopen_takes_back_no_completion_but_the_last(ann: User) -> None:
    task = make_task(ann)
    change(ann, [task], Action.COMPLETE)
    # Completed anew by something that keeps no occurrence.
    Task.objects.filter(pk=task.pk).update(completed_at=NOW + timedelta(hours=1))

    change(ann, [task], Action.REOPEN)

    assert not task.completed
    assert Occurrence.objects.count() == 1


def test_untag_takes_no_other_tag(ann: User) -> None:
    task = make_task(ann)
    change(ann, [task], Action.TAG, tags=("errand", "home"))

    change(ann, [task], Action.UNTAG, tags=("home",))

    assert [row.tag.name for row in TaskTag.objects.select_related("tag")] == ["errand"]


@pytest.mark.parametrize(("count", "words"), [(1, "1 subtask is open"), (2, "2 subtasks are open")])
def test_open_subtasks_are_named_by_their_number(count: int, words: str, ann: User) -> None:
    parent = make_task(ann)
    for _ in range(count):
        make_task(ann, parent=parent)

    with pytest.raises(actions.OpenSubtasksError, match=words):
        change(ann, [parent], Action.COMPLETE)


def test_set_due_turns_the_start_of_a_series_to_days(ann: User) -> None:
    task = make_task(ann, due_date=NOW, rrule="FREQ=WEEKLY;BYDAY=TU", start_date=NOW)

    change(ann, [task], Action.SET_DUE, due_day=date(2026, 11, 20))

    assert (task.dtstart, task.start_date) == ("20261124", None)


def test_set_due_to_none_is_refused_for_a_series(ann: User) -> None:
    series = make_task(ann, due_date=NOW, rrule="FREQ=DAILY")
    tasks = [make_task(ann, due_date=NOW), series]

    with pytest.raises(actions.NeedsDueDateError) as refused:
        change(ann, tasks, Action.SET_DUE)

    assert refused.value.members == {"series": [series.pk]}
    assert Task.objects.filter(due_date=None).count() == 0


def test_set_priority(ann: User) -> None:
    tasks = [make_task(ann, priority=1), make_task(ann)]

    assert change(ann, tasks, Action.SET_PRIORITY, priority=1) == [tasks[1].pk]


def test_tag_and_untag_count_letters_of_any_case_as_one(ann: User) -> None:
    tasks = [make_task(ann), make_task(ann)]
    change(ann, tasks[:1], Action.TAG, tags=("Errand",))
    versions = [task.version for task in tasks]

    changed = change(ann, tasks, Action.TAG, tags=("errand", "home"))

    assert changed == [task.pk for task in tasks]
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["Errand", "home"]
    assert TaskTag.objects.count() == 4
    assert [task.version for task in tasks] == [version + 1 for version in versions]
    event = Event.objects.filter(kind="task", row_id=tasks[0].pk).latest("pk")
    assert (event.before, event.after) == ({"tags": ["Errand"]}, {"tags": ["Errand", "home"]})

    assert change(ann, tasks, Action.UNTAG, tags=("HOME",)) == [task.pk for task in tasks]
    assert change(ann, tasks, Action.UNTAG, tags=("home",)) == []
    assert TaskTag.objects.count() == 2


def test_tag_beyond_the_most_is_refused(ann: User) -> None:
    task = make_task(ann)
    change(ann, [task], Action.TAG, tags=tuple(f"t{number}" for number in range(50)))

    with pytest.raises(actions.TooManyTagsError):
        change(ann, [task], Action.TAG, tags=("one",))

    assert not Tag.objects.filter(name="one").exists()


def test_delete_puts_subtasks_into_the_trash_along(ann: User) -> None:
    parent = make_task(ann)
    make_task(ann, parent=make_task(ann, parent=parent))
    stays = make_task(ann)

    change(ann, [parent], Action.DELETE)

    assert Task.objects.kept().get() == stays
    assert Task.objects.filter(deleted_at=NOW).count() == 3


CHANGES = [
    Change(action=Action.COMPLETE, cascade=True),
    Change(action=Action.REOPEN),
    Change(action=Action.SET_DUE, due_date=NOW + timedelta(days=1)),
    Change(action=Action.SET_DUE, due_day=date(2026, 12, 24)),
    Change(action=Action.SET_PRIORITY, priority=3),
    Change(action=Action.MOVE),
    Change(action=Action.TAG, tags=("a", "b")),
    Change(action=Action.UNTAG, tags=("has",)),
    Change(action=Action.DELETE),
]


@pytest.mark.parametrize("wanted", CHANGES, ids=lambda wanted: wanted.action.value)
def test_change_takes_as_many_statements_for_many_as_for_few(wanted: Change, ann: User) -> None:
    def count(number: int) -> int:
        category = make_category(ann, f"Category {number}")
        parent = make_task(ann, "Parent", category=category)
        tasks = [parent]
        for position in range(number):
            completed = wanted.action is Action.REOPEN
            series = {} if position % 2 or completed else {"rrule": "FREQ=DAILY"}
            tasks.append(
                make_task(ann, due_date=NOW, category=category, completed=completed, **series)
            )
            tasks.append(make_task(ann, parent=parent, category=category))
        change(ann, tasks, Action.TAG, tags=("has",))
        chosen = [task.pk for task in tasks if task.parent is None]
        with CaptureQueriesContext(connection) as queries:
            actions.change_many(user=ann, ids=chosen, change=wanted, now=MOMENT)
        return len(queries)

    for name in wanted.tags:
        Tag.objects.get_or_create(user=ann, key=name, defaults={"name": name})
    # The tag that the tasks have is made along with the first of them.
    count(1)

    assert count(3) == count(60)


# --- The endpoint ---------------------------------------------------------------------------------


@time_machine.travel(NOW, tick=False)
def test_endpoint_changes_all_and_says_which(ann: User, api: Api) -> None:
    tasks = [make_task(ann), make_task(ann, priority=2)]
    ids = [task.pk for task in tasks]

    answer = api(ann).post(BULK, {"ids": [*ids, ids[0]], "action": "set_priority", "priority": 2})

    assert answer.status_code == 200
    assert answer.json() == {"changed": ids[:1]}


def test_ids_that_are_not_there_fail_the_whole_request(ann: User, mallory: User, api: Api) -> None:
    own, deleted = make_task(ann), make_task(ann, deleted_at=NOW)
    hers = make_task(mallory)
    ids = [own.pk, hers.pk, deleted.pk, 10**9]

    answer = api(ann).post(BULK, {"ids": ids, "action": "complete"})

    assert answer.status_code == 409
    assert answer.json()["unseen"] == sorted([hers.pk, deleted.pk, 10**9])
    assert not Task.objects.filter(completed=True).exists()


def test_open_subtasks_are_counted_in_the_answer(ann: User, api: Api) -> None:
    parent = make_task(ann)
    make_task(ann, parent=parent)

    answer = api(ann).post(BULK, {"ids": [parent.pk], "action": "complete"})

    assert (answer.status_code, answer.json()["open_subtasks"]) == (409, 1)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"action": "complete", "priority": 1}, {"#/priority"}),
        ({"action": "set_priority"}, {"#/priority"}),
        ({"action": "move"}, {"#/category"}),
        ({"action": "set_due"}, {"#/due_date"}),
        (
            {"action": "set_due", "due_day": "2026-12-24", "due_date": "2026-12-24T10:00:00Z"},
            {"#/due_date"},
        ),
        ({"action": "tag", "tags": []}, {"#/tags"}),
        ({"action": "vanish"}, {"#/action"}),
        ({"action": "reopen", "ids": []}, {"#/ids"}),
        ({"action": "reopen", "ids": list(range(1, 502))}, {"#/ids"}),
        ({"action": "reopen", "ids": [0]}, {"#/ids/0"}),
        ({"action": "reopen", "owner": 1}, {"#/owner"}),
    ],
)
def test_body_that_says_something_else_is_refused(
    body: dict[str, Any], pointers: set[str], ann: User, api: Api
) -> None:
    answer = api(ann).post(BULK, {"ids": [make_task(ann).pk]} | body)

    assert answer.status_code == 400
    assert {fault["pointer"] for fault in answer.json()["errors"]} == pointers


def test_category_of_another_is_no_place_to_move_to(ann: User, mallory: User, api: Api) -> None:
    category = make_category(mallory)

    answer = api(ann).post(
        BULK, {"ids": [make_task(ann).pk], "action": "move", "category": category.pk}
    )

    assert answer.status_code == 400
