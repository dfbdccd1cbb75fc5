"""Rows of plain values: what `insert` of versioned rows does, beside `bulk_create`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any  # Columns hold values of every type.
from uuid import uuid4

import pytest
from django.db import IntegrityError, NotSupportedError, transaction

from accounts.history import Interface, coming_from
from accounts.models import Event, User
from accounts.tests.make import make_user
from focusflow.bulk import take_ids
from habits.models import CheckIn, Habit, Rest
from habits.tests.make import derived_anew, make_habit, stored
from tasks.models import Category, Tag, Task
from tasks.tests.make import make_category, make_task

EAST = timezone(timedelta(hours=2))
TASKS: list[dict[str, Any]] = [
    {"title": "Mow"},
    {"title": "Déjà-vu", "description": "“quoted” \\N\t\n🚀", "priority": 9},
    {"title": "On a day", "due_date": datetime(2026, 3, 29, 5, tzinfo=EAST), "all_day": True},
    {
        "title": "At an instant",
        "start_date": datetime(2026, 3, 28, tzinfo=UTC),
        "due_date": datetime(2026, 3, 29, 1, 30, 0, 120, tzinfo=EAST),
        "time_zone": "Europe/Berlin",
        "estimate_minutes": 5,
    },
    {
        "title": "In a series",
        "due_date": datetime(2026, 3, 29, tzinfo=UTC),
        "rrule": "FREQ=WEEKLY;INTERVAL=1",
        "repeat_from": "completion",
    },
    {"title": "Done", "completed": True, "completed_at": datetime(2026, 3, 29, tzinfo=EAST)},
    {"title": "Gone", "deleted_at": datetime(2026, 3, 29, tzinfo=UTC)},
]
# Rows by COPY, where there is one, and by JSON.
SIZES = pytest.mark.parametrize("batch_rows", [1, 100])


@pytest.fixture(autouse=True)
def batches(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a batch hold as many rows as the test says."""
    if "batch_rows" in request.fixturenames:
        monkeypatch.setattr("focusflow.bulk.BATCH_ROWS", request.getfixturevalue("batch_rows"))


def written(model: Any, ids: Iterable[int]) -> tuple[list[Any], list[Any]]:
    """Return these rows and their events, without what is never the same twice."""
    kind = model._meta.verbose_name.replace("-", "_")
    tables = {"pk": model.objects, "row_id": Event.objects.filter(kind=kind)}
    never = {"id", "row_id", "created_at", "updated_at"}
    rows, events = (
        [
            {name: value for name, value in row.items() if name not in never}
            for row in table.filter(**{f"{key}__in": list(ids)}).order_by("pk").values()
        ]
        for key, table in tables.items()
    )
    return rows, events


def compare(model: Any, rows: list[dict[str, Any]]) -> None:
    """Write rows as instances; then, when they are gone, as values: all has to be the same."""
    with coming_from(Interface.WORKER):
        ids = [row.pk for row in model.objects.bulk_create(model(**row) for row in rows)]
        as_instances = written(model, ids)
        model.objects.filter(pk__in=ids).delete()
        as_values = written(model, model.objects.insert(iter(rows)))

    assert as_values[0] == as_instances[0]
    # The last ones tell of the removal.
    assert as_values[1] == as_instances[1]
    assert len(as_values[0]) == len(as_values[1]) == len(rows)


@SIZES
@pytest.mark.parametrize("part", [2, 100])
def test_tasks_of_values_are_those_of_instances(
    batch_rows: int, part: int, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.versioning.LARGEST_PART", part)
    category, parent = make_category(ann), make_task(ann, "Above")
    common = {"user_id": ann.pk, "category_id": category.pk, "parent_id": parent.pk}
    rows = [
        common | {"time_zone": "UTC", "uid": uuid4(), "position": place} | row
        for place, row in enumerate(TASKS)
    ]

    compare(Task, rows)


@SIZES
def test_check_ins_and_rests_of_values_are_those_of_instances(batch_rows: int, ann: User) -> None:
    habit = make_habit(ann)
    days = [habit.start_date + timedelta(days=number) for number in range(3)]
    common = {"user_id": ann.pk, "habit_id": habit.pk}

    values: list[dict[str, Any]] = [
        {},
        {"value": Decimal("1.50"), "note": "x"},
        {"value": Decimal(0)},
    ]
    compare(
        CheckIn,
        [
            common | {"uid": uuid4(), "day": day} | row
            for day, row in zip(days, values, strict=True)
        ],
    )
    compare(Rest, [common | {"uid": uuid4(), "first_day": days[0], "last_day": days[2]}])


@SIZES
def test_check_ins_of_values_keep_streaks_true(batch_rows: int, ann: User) -> None:
    habit = make_habit(ann)

    CheckIn.objects.insert(
        {"user_id": ann.pk, "habit_id": habit.pk, "day": habit.start_date + timedelta(days=number)}
        for number in range(3)
    )

    assert stored(habit)["streak"] == 3
    assert stored(habit) == derived_anew(habit)


@SIZES
def test_insert_gives_ids_in_the_order_of_the_rows(batch_rows: int, ann: User) -> None:
    ids = Category.objects.insert({"user_id": ann.pk, "name": name} for name in "cab")

    names = dict(Category.objects.values_list("pk", "name"))
    assert [names[pk] for pk in ids] == ["c", "a", "b"]
    assert len(set(Category.objects.values_list("uid", flat=True))) == 3
    assert Category.objects.create(user=ann, name="d").pk not in ids


@SIZES
@pytest.mark.parametrize("part", [1, 100])
def test_insert_takes_rows_that_refer_to_each_other(
    batch_rows: int, part: int, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.versioning.LARGEST_PART", part)
    taken = list(take_ids(Task, 3))
    rows = [
        {"id": pk, "user_id": ann.pk, "title": f"{pk}", "time_zone": "UTC", "parent_id": parent}
        for pk, parent in zip(taken, [None, *taken], strict=False)
    ]

    ids = Task.objects.insert(rows)

    assert ids == taken
    assert list(Task.objects.order_by("pk").values_list("pk", "parent_id")) == [
        (row["id"], row["parent_id"]) for row in rows
    ]
    events = Event.objects.filter(kind="task").order_by("pk").values_list("row_id", "after__parent")
    assert list(events) == [(row["id"], row["parent_id"]) for row in rows]


@SIZES
def test_insert_leaves_nothing_where_a_row_is_refused(batch_rows: int, ann: User) -> None:
    strange = make_category(make_user("mallory@example.org"))
    events = Event.objects.count()
    common = {"user_id": ann.pk, "title": "x", "time_zone": "UTC"}

    with pytest.raises(IntegrityError, match="one owner"), transaction.atomic():
        Task.objects.insert([common, common | {"category_id": strange.pk}])

    assert not Task.objects.exists()
    assert Event.objects.count() == events


@SIZES
def test_insert_leaves_nothing_where_the_rows_break_off(
    batch_rows: int, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.versioning.LARGEST_PART", 1)

    def rows() -> Iterator[dict[str, Any]]:
        yield {"user_id": ann.pk, "name": "Home"}
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"), transaction.atomic():
        Category.objects.insert(rows())

    assert not Category.objects.exists()
    assert not Event.objects.filter(kind="category").exists()


def test_insert_of_nothing_is_nothing(ann: User) -> None:
    assert Task.objects.insert([]) == []


@pytest.mark.parametrize(
    ("model", "row"), [(Tag, {"name": "x"}), (Habit, {"name": "x", "frequency": "daily"})]
)
def test_insert_refuses_what_only_instances_derive(
    model: Any, row: dict[str, Any], ann: User
) -> None:
    with pytest.raises(NotSupportedError, match="alone"), transaction.atomic():
        model.objects.insert([{"user_id": ann.pk, **row}])

    assert not model.objects.exists()
