"""The trash: in with the subtasks, out with them, and gone for good after 30 days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Event, User
from accounts.tests.threads import client_of
from accounts.versioning import StaleVersionError
from tasks.actions import NotInTrashError, complete, empty_trash, purge, restore, set_tags, trash
from tasks.models import Occurrence, Task, TaskTag
from tasks.tests.make import instant, make_category, make_task, make_tree, moment

TASKS = "/api/v1/tasks/"
AT = instant("2026-11-30 12:00")
LATER = instant("2026-12-01 12:00")


def trashed() -> set[int]:
    """Return the ids of what is in the trash."""
    return set(Task.objects.trashed().values_list("pk", flat=True))


# --- In and out ---------------------------------------------------------------------------------


def test_trash_takes_the_subtasks_of_every_level_along(ann: User) -> None:
    tree, other = make_tree(ann, 5), make_task(ann)

    trash(task=tree[1], at=AT)

    assert trashed() == {task.pk for task in tree[1:]}
    assert set(Task.objects.trashed().values_list("deleted_at", "version")) == {(AT, 2)}
    assert {tree[0].pk, other.pk} == set(Task.objects.kept().values_list("pk", flat=True))


def test_trash_of_another_version_takes_nothing(ann: User) -> None:
    tree = make_tree(ann, 2)

    with pytest.raises(StaleVersionError):
        trash(task=tree[0], at=AT, expected=7)

    assert not trashed()


def test_trash_is_for_what_is_not_there_yet(ann: User) -> None:
    tree = make_tree(ann, 2)
    trash(task=tree[0], at=AT)

    with pytest.raises(Task.DoesNotExist):
        trash(task=tree[0], at=LATER)

    assert set(Task.objects.values_list("deleted_at", flat=True)) == {AT}


def test_restore_brings_back_what_went_along(ann: User) -> None:
    tree = make_tree(ann, 4)
    before = make_task(ann, parent=tree[1])
    trash(task=before, at=AT - timedelta(days=1))
    trash(task=tree[1], at=AT)

    restore(task=tree[1])

    assert trashed() == {before.pk}
    tree[1].refresh_from_db()
    assert (tree[1].parent, tree[1].version) == (tree[0], 3)


def test_restore_of_a_subtask_alone_makes_it_a_task_without_a_parent(ann: User) -> None:
    tree = make_tree(ann, 4)
    trash(task=tree[0], at=AT)

    restore(task=tree[2])

    assert trashed() == {tree[0].pk, tree[1].pk}
    tree[2].refresh_from_db()
    tree[3].refresh_from_db()
    assert (tree[2].parent, tree[3].parent) == (None, tree[2])


def test_restore_of_what_is_not_in_the_trash_is_refused(ann: User) -> None:
    task = make_task(ann)

    with pytest.raises(NotInTrashError):
        restore(task=task)


def test_restore_brings_back_all_that_a_task_had(ann: User) -> None:
    task = make_task(ann, category=make_category(ann), due_date=AT)
    set_tags(task=task, names=["a"])
    complete(task=task, now=moment(ann, AT))
    before = dict[str, object](Task.objects.values().get())
    trash(task=task, at=AT)

    restore(task=task)

    after = dict[str, object](Task.objects.values().get())
    assert {k for k in after if after[k] != before[k]} == {"version", "updated_at"}
    assert (TaskTag.objects.count(), Occurrence.objects.count()) == (1, 1)


# --- For good -----------------------------------------------------------------------------------


def test_purge_deletes_with_subtasks_and_history_of_occurrences(ann: User) -> None:
    tree = make_tree(ann, 3)
    complete(task=tree[1], now=moment(ann, AT), cascade=True)
    trash(task=tree[0], at=AT)

    purge(task=tree[0])

    assert not Task.objects.exists()
    assert not Occurrence.objects.exists()
    event = Event.objects.filter(kind="task").latest("id")
    assert (event.action, event.row_id, event.counts) == ("deleted", tree[0].pk, {"task": 1})


def test_purge_of_what_is_not_in_the_trash_is_refused(ann: User) -> None:
    task = make_task(ann)

    with pytest.raises(NotInTrashError):
        purge(task=task)

    assert Task.objects.exists()


def test_purge_leaves_a_subtask_that_is_not_in_the_trash(ann: User) -> None:
    """One that came below its parent at the moment at which that went there."""
    tree = make_tree(ann, 2)
    trash(task=tree[0], at=AT)
    late = make_tree(ann, 2)
    Task.objects.filter(pk=late[0].pk).update(parent=tree[1])

    purge(task=tree[0])

    assert list(Task.objects.order_by("pk")) == late
    assert Task.objects.get(pk=late[0].pk).parent is None


def test_empty_trash_deletes_what_was_there_for_thirty_days(ann: User, ben: User) -> None:
    old, just, new = (
        make_task(ann, deleted_at=AT - age)
        for age in (
            timedelta(days=99),
            timedelta(days=30),
            timedelta(days=30) - timedelta(microseconds=1),
        )
    )
    make_task(ben, parent=make_task(ben, deleted_at=old.deleted_at), deleted_at=just.deleted_at)
    kept = make_task(ann, completed=True)

    count = empty_trash(at=AT)

    assert count == 4
    assert set(Task.objects.all()) == {new, kept}
    assert empty_trash(at=AT) == 0


def test_empty_trash_works_in_parts(ann: User, monkeypatch: Any) -> None:
    monkeypatch.setitem(empty_trash.__globals__, "PART", 2)
    for _ in range(5):
        trash(task=make_tree(ann, 2)[0], at=AT)

    assert empty_trash(at=AT + timedelta(days=31)) == 10
    assert not Task.objects.exists()


def test_empty_trash_costs_the_same_for_any_number(
    ann: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (2, 20):
        Task.objects.bulk_create(Task(user=ann, title="x", deleted_at=AT) for _ in range(number))

        with django_assert_max_num_queries(20):
            assert empty_trash(at=AT + timedelta(days=31)) == number


# --- Over the API -------------------------------------------------------------------------------


def test_api_deletes_into_the_trash_and_back(ann: User) -> None:
    tree = make_tree(ann, 2)
    client, path = client_of(ann), f"{TASKS}{tree[0].pk}/"

    statuses = [client.delete(path).status_code, client.delete(path).status_code]
    hidden = [client.get(path).status_code, client.patch(path, {"title": "x"}).status_code]
    in_trash = client.get(f"{TASKS}?list=trash").json()["results"]
    answer = client.post(f"{path}restore/", {})

    assert (statuses, hidden) == ([204, 404], [404, 404])
    assert {row["id"] for row in in_trash} == {task.pk for task in tree}
    assert (answer.status_code, answer.json()["deleted_at"]) == (200, None)
    assert len(client.get(TASKS).json()["results"]) == 2


def test_api_deletes_the_version_that_if_match_names(ann: User) -> None:
    task = make_task(ann)
    task.change(title="theirs")
    client, path = client_of(ann), f"{TASKS}{task.pk}/"

    assert client.delete(path, headers={"If-Match": '"1"'}).status_code == 412
    assert client.delete(path, headers={"If-Match": '"2"'}).status_code == 204


def test_api_purges_from_the_trash_alone(ann: User) -> None:
    task = make_task(ann)
    client, path = client_of(ann), f"{TASKS}{task.pk}/"

    before = client.post(f"{path}purge/", {}).status_code
    client.delete(path)
    answer = client.post(f"{path}purge/", {})

    assert (before, answer.status_code, answer.content) == (404, 204, b"")
    assert not Task.objects.exists()


@pytest.mark.parametrize("word", ["restore", "purge"])
def test_api_shows_a_stranger_no_trash(word: str, ann: User, mallory: User) -> None:
    task = make_task(ann, deleted_at=AT)

    assert client_of(mallory).post(f"{TASKS}{task.pk}/{word}/", {}).status_code == 404
    assert trashed() == {task.pk}


def test_api_refuses_a_parent_in_the_trash(ann: User) -> None:
    parent = make_task(ann, deleted_at=AT)

    answer = client_of(ann).post(TASKS, {"title": "x", "parent": parent.pk})

    assert answer.status_code == 400
    assert "restore it first" in answer.json()["errors"][0]["detail"]
