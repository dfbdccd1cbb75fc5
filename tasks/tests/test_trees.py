"""Subtasks, tags and occurrences: one owner, five levels, no cycle, by whatever door they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from accounts.models import User
from accounts.tests.threads import client_of
from focusflow.bulk import insert
from tasks.models import LEVELS, Occurrence, Tag, Task, TaskTag
from tasks.tests.make import instant, make_tag, make_task, make_tree

TASKS = "/api/v1/tasks/"
AT = instant("2026-11-30 12:00")
TREE = "a task and its parent have one owner, at most 5 levels and no cycle"
OWNERS = "have one owner"
NEW_TREES = 12
DEFER = {
    "sqlite": "PRAGMA defer_foreign_keys = ON",
    "postgresql": "SET CONSTRAINTS ALL DEFERRED",
}

# --- New subtasks -------------------------------------------------------------------------------

New = Callable[[User, Task], Any]


def by_create(user: User, parent: Task) -> None:
    make_task(user, parent=parent)


def by_bulk_create(user: User, parent: Task) -> None:
    Task.objects.bulk_create([Task(user=user, title="x", parent=parent)])


def by_insert(user: User, parent: Task) -> None:
    insert(Task, [{"user_id": user.pk, "title": "x", "parent_id": parent.pk}])


NEW = pytest.mark.parametrize("door", [by_create, by_bulk_create, by_insert])


@NEW
def test_new_task_takes_the_fifth_level_and_no_sixth(door: New, ann: User) -> None:
    tree = make_tree(ann, LEVELS - 1)
    door(ann, tree[-1])
    fifth = Task.objects.latest("id")

    with pytest.raises(IntegrityError, match=TREE):
        door(ann, fifth)


@NEW
def test_new_task_is_no_subtask_of_a_strangers(door: New, ann: User, mallory: User) -> None:
    theirs = make_task(ann)

    with pytest.raises(IntegrityError, match=TREE):
        door(mallory, theirs)


def test_new_task_is_not_below_itself(ann: User) -> None:
    with pytest.raises(IntegrityError, match=TREE):
        insert(Task, [{"id": 10**6, "user_id": ann.pk, "title": "x", "parent_id": 10**6}])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no plans.")
def test_new_tasks_are_looked_at_with_little_though_the_table_seemed_empty(ann: User) -> None:
    """By such statistics a join of six levels once read rows to the power of six."""
    with connection.cursor() as cursor:
        with transaction.atomic():
            Task.objects.bulk_create([Task(user=ann, title="a") for _ in range(300)])
            transaction.set_rollback(True)
        # Sees pages, and no row in them.
        cursor.execute("ANALYZE tasks")
        before = count_reads(cursor)
        for _ in range(NEW_TREES):
            make_tree(ann, LEVELS)
        tasks = NEW_TREES * LEVELS

        # Each check, of ours and of the foreign key, reads the table at most once.
        assert count_reads(cursor) - before < 2 * (LEVELS + 2) * tasks * tasks


def count_reads(cursor: Any) -> int:
    """Count the rows of tasks that this transaction has read so far."""
    cursor.execute(
        "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables "
        "WHERE relid = 'tasks'::regclass"
    )
    return int(cursor.fetchone()[0])


# --- Moves --------------------------------------------------------------------------------------

Move = Callable[[Task, Task], Any]


def by_save(task: Task, parent: Task) -> None:
    task.parent = parent
    task.save()


def by_save_of_a_field(task: Task, parent: Task) -> None:
    task.parent = parent
    task.save(update_fields=["parent"])


def by_change(task: Task, parent: Task) -> None:
    task.change(parent=parent)


def by_update(task: Task, parent: Task) -> None:
    Task.objects.filter(pk=task.pk).update(parent=parent)


def by_bulk_update(task: Task, parent: Task) -> None:
    task.parent = parent
    Task.objects.bulk_update([task], ["parent"])


MOVES = pytest.mark.parametrize(
    "door", [by_save, by_save_of_a_field, by_change, by_update, by_bulk_update]
)


@MOVES
def test_move_to_the_last_level_is_taken(door: Move, ann: User) -> None:
    above, below = make_tree(ann, 3), make_tree(ann, 2)

    door(below[0], above[-1])

    assert Task.objects.list_above(below[-1].pk) == [t.pk for t in reversed(above + below)]


@MOVES
def test_move_of_more_levels_than_there_are_left_is_refused(door: Move, ann: User) -> None:
    above, below = make_tree(ann, 3), make_tree(ann, 3)

    with pytest.raises(IntegrityError, match=TREE):
        door(below[0], above[-1])


@MOVES
@pytest.mark.parametrize("level", range(LEVELS))
def test_move_below_itself_is_refused(level: int, door: Move, ann: User) -> None:
    tree = make_tree(ann, level + 1)

    with pytest.raises(IntegrityError, match=TREE):
        door(tree[0], tree[level])


@MOVES
def test_move_below_a_strangers_is_refused(door: Move, ann: User, mallory: User) -> None:
    theirs, own = make_task(ann), make_task(mallory)

    with pytest.raises(IntegrityError, match=TREE):
        door(own, theirs)


def test_two_moves_of_one_statement_make_no_cycle(ann: User) -> None:
    one, two = make_task(ann), make_task(ann)
    one.parent, two.parent = two, one

    with pytest.raises(IntegrityError, match=TREE):
        Task.objects.bulk_update([one, two], ["parent"])


def test_parent_that_is_deleted_takes_its_subtasks_along(ann: User) -> None:
    tree = make_tree(ann, 3)

    tree[1].delete()

    assert list(Task.objects.all()) == [tree[0]]


# --- In good words ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda ann, mallory: (make_task(mallory), make_task(ann)), "another account"),
        (lambda ann, _: (make_task(ann), make_task(ann, deleted_at=AT)), "in the trash"),
        (lambda ann, _: make_tree(ann, 2), "below itself"),
        (lambda ann, _: (make_tree(ann, 2)[0], make_tree(ann, 4)[-1]), "at most 5 levels"),
        (lambda ann, _: (Task(user=ann, title="x"), make_tree(ann, 5)[-1]), "at most 5 levels"),
    ],
)
def test_clean_says_what_is_wrong_with_a_parent(
    make: Any, words: str, ann: User, mallory: User
) -> None:
    task, parent = make(ann, mallory)
    task.parent = parent

    with pytest.raises(ValidationError, match=words) as caught:
        task.full_clean()

    assert list(caught.value.message_dict) == ["parent"]


def by_post(user: User, task: Task, parent: Task) -> Any:
    return client_of(user).post(TASKS, {"title": "x", "parent": parent.pk})


def by_patch(user: User, task: Task, parent: Task) -> Any:
    return client_of(user).patch(f"{TASKS}{task.pk}/", {"parent": parent.pk})


def by_put(user: User, task: Task, parent: Task) -> Any:
    client, path = client_of(user), f"{TASKS}{task.pk}/"
    return client.put(path, client.get(path).json() | {"parent": parent.pk})


API = pytest.mark.parametrize("door", [by_post, by_patch, by_put])


@API
def test_api_takes_five_levels(door: Any, ann: User) -> None:
    answer = door(ann, make_task(ann), make_tree(ann, 4)[-1])

    assert answer.status_code in {200, 201}


@API
def test_api_refuses_a_sixth_level(door: Any, ann: User) -> None:
    answer = door(ann, make_task(ann), make_tree(ann, 5)[-1])

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/parent"


@API
def test_api_knows_no_parent_of_a_stranger(door: Any, ann: User, mallory: User) -> None:
    theirs = make_task(ann)

    answer = door(mallory, make_task(mallory), theirs)

    assert answer.status_code == 400
    assert "does not exist" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("door", [by_patch, by_put])
@pytest.mark.parametrize("level", [0, 1, 4])
def test_api_refuses_a_cycle(level: int, door: Any, ann: User) -> None:
    tree = make_tree(ann, 5)

    answer = door(ann, tree[0], tree[level])

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["detail"] == "A task cannot be below itself."


# --- Tags and occurrences -----------------------------------------------------------------------


def columns_of(model: Any, user: User, task: Task, tag: Tag) -> dict[str, Any]:
    """Return the columns of a row that refers to a task, and in its case to a tag."""
    if model is TaskTag:
        return {"user_id": user.pk, "task_id": task.pk, "tag_id": tag.pk}
    return {"user_id": user.pk, "task_id": task.pk, "status": "skipped", "at": AT}


def write_by_create(model: Any, columns: dict[str, Any], own: dict[str, Any]) -> None:
    model.objects.create(**columns)


def write_by_bulk_create(model: Any, columns: dict[str, Any], own: dict[str, Any]) -> None:
    model.objects.bulk_create([model(**columns)])


def write_by_insert(model: Any, columns: dict[str, Any], own: dict[str, Any]) -> None:
    insert(model, [columns | ({"before": {}} if model is Occurrence else {})])


def write_by_save(model: Any, columns: dict[str, Any], own: dict[str, Any]) -> None:
    row = model.objects.create(**own)
    for name, value in columns.items():
        setattr(row, name, value)
    row.save()


def write_by_update(model: Any, columns: dict[str, Any], own: dict[str, Any]) -> None:
    row = model.objects.create(**own)
    models.QuerySet(model).filter(pk=row.pk).update(**columns)


def write_by_bulk_update(model: Any, columns: dict[str, Any], own: dict[str, Any]) -> None:
    row = model.objects.create(**own)
    row.task_id = columns["task_id"]
    row.tag_id = columns.get("tag_id")
    models.QuerySet(model).bulk_update([row], ["task", "tag"] if model is TaskTag else ["task"])


# Changes of many go past the querysets, of which that of a task's tags knows none.
@pytest.mark.parametrize(
    "write",
    [
        write_by_create,
        write_by_bulk_create,
        write_by_insert,
        write_by_save,
        write_by_update,
        write_by_bulk_update,
    ],
)
@pytest.mark.parametrize(
    ("model", "theirs"), [(TaskTag, "task"), (TaskTag, "tag"), (Occurrence, "task")]
)
def test_part_of_a_strangers_row_is_refused(
    model: Any, theirs: str, write: Any, ann: User, mallory: User
) -> None:
    task, tag = make_task(mallory), make_tag(mallory)
    own = columns_of(model, mallory, task, tag)
    strange = {"task": (make_task(ann), tag), "tag": (task, make_tag(ann))}[theirs]

    with pytest.raises(IntegrityError, match=OWNERS):
        write(model, columns_of(model, mallory, *strange), own)


@pytest.mark.parametrize("part", ["parent", "child", "tag", "occurrence", "tag itself"])
def test_task_changes_hands_with_nothing_that_stays(part: str, ann: User, mallory: User) -> None:
    task: Any = make_task(ann)
    other = make_task(ann, parent=task) if part in {"parent", "child"} else None
    tag = make_tag(ann)
    if part.startswith("tag"):
        TaskTag.objects.create(user=ann, task=task, tag=tag)
    if part == "occurrence":
        Occurrence.objects.create(user=ann, task=task, status="skipped", at=AT)
    row: Any = {"child": other, "tag itself": tag}.get(part) or task

    with pytest.raises(IntegrityError, match=OWNERS):
        type(row).objects.filter(pk=row.pk).update(user=mallory)


def test_task_with_nothing_may_change_hands(ann: User, ben: User) -> None:
    task = make_task(ann)

    task.change(user=ben)

    assert Task.objects.get().user == ben


@pytest.mark.parametrize("part", ["child", "occurrence", "task of tag", "tag"])
def test_row_that_comes_after_what_refers_to_it_has_one_owner_too(
    part: str, ann: User, mallory: User
) -> None:
    """As while a database is moved."""
    late = Tag(pk=10**6, user=ann, name="x") if part == "tag" else Task(pk=10**6, user=ann)
    late.derive()

    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute(DEFER[connection.vendor])
        if part == "child":
            make_task(mallory, parent_id=late.pk)
        elif part == "occurrence":
            Occurrence.objects.create(user=mallory, task_id=late.pk, status="skipped", at=AT)
        else:
            task_id = make_task(mallory).pk if part == "tag" else late.pk
            tag_id = late.pk if part == "tag" else make_tag(mallory).pk
            TaskTag.objects.create(user=mallory, task_id=task_id, tag_id=tag_id)
        late.save(force_insert=True)
        connection.check_constraints()

    with pytest.raises(IntegrityError, match=OWNERS):
        write()
