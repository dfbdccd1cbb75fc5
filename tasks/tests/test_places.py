"""The order that people give rows by hand: places, moves, and what a move writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.positions import ROOM, STEP, between, place_of, spread, windows
from accounts.tests.threads import client_of
from tasks.actions import place
from tasks.models import Category, Filter, Task
from tasks.tests.make import make_category, make_task

TASKS = "/api/v1/tasks/"
PLACES = st.integers(-(2**62), 2**62)


# --- Numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (10, 20, 15),
        (10, 12, 11),
        (10, 11, None),
        (10, 10, None),
        (-3, 0, -2),
        (None, 10, 10 - STEP),
        (10, None, 10 + STEP),
        (None, None, None),
    ],
)
def test_place_between_two(before: int | None, after: int | None, expected: int | None) -> None:
    assert between(before, after) == expected


@given(low=PLACES, width=st.integers(0, 2**40), count=st.integers(1, 100))
def test_spread_is_ascending_between_its_ends_and_leaves_room(
    low: int, width: int, count: int
) -> None:
    places = spread(low, low + width, count)

    if places is None:
        assert width < ROOM * (count + 1)
        return
    edges = [low, *places, low + width]
    gaps = [after - before for before, after in pairwise(edges)]
    assert len(places) == count
    assert ROOM <= min(gaps) <= max(gaps) <= min(gaps) + 1


def test_spread_asks_for_the_room_that_is_wanted() -> None:
    assert spread(0, 300, 2, room=100) == [100, 200]
    assert spread(0, 300, 2, room=101) is None


def test_place_of_a_new_row_is_after_those_of_before_and_exact_in_json() -> None:
    at = datetime(2255, 1, 1, tzinfo=UTC)

    assert place_of(at - timedelta(microseconds=1)) < place_of(at) < 2**53


def test_new_rows_come_last(ann: User) -> None:
    tasks = [make_task(ann) for _ in range(5)]
    categories = [make_category(ann, f"{number}") for number in range(5)]

    assert list(Task.objects.order_by("position", "pk")) == tasks
    assert list(Category.objects.order_by("position", "pk")) == categories


# --- Moves --------------------------------------------------------------------------------------


def order_of(user: User) -> list[int]:
    """Return the ids of a person's tasks as they are shown."""
    return list(
        Task.objects.visible_to(user).order_by("position", "pk").values_list("pk", flat=True)
    )


MOVES = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.booleans()), max_size=30)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
@given(gaps=st.lists(st.sampled_from([0, 1, 2, 10**6]), min_size=9, max_size=9), moves=MOVES)
def test_moves_order_rows_as_they_would_a_list(
    gaps: list[int], moves: list[tuple[int, int, bool]], ann: User, mallory: User
) -> None:
    Task.objects.all().delete()
    rows = [make_task(ann, position=sum(gaps[:number])) for number in range(9)]
    strangers = make_task(mallory, position=2)
    expected = order_of(ann)

    for moved, beside, before in moves:
        row, neighbour = expected[moved], expected[beside]
        if row != neighbour:
            place(
                row=Task.objects.get(pk=row),
                neighbour=Task.objects.get(pk=neighbour),
                before=before,
            )
            expected.remove(row)
            expected.insert(expected.index(neighbour) + (not before), row)
            assert order_of(ann) == expected

    assert len(expected) == len(rows)
    strangers.refresh_from_db()
    assert strangers.version == 1


def writes_of(user: User) -> int:
    """Return how many rows were written since they were made."""
    return (
        sum(Task.objects.visible_to(user).values_list("version", flat=True)) - Task.objects.count()
    )


@pytest.mark.parametrize("before", [True, False])
def test_move_writes_one_row_where_there_is_room(before: bool, ann: User) -> None:
    rows = [make_task(ann, position=number * 1000) for number in range(9)]

    place(row=rows[0], neighbour=rows[5], before=before)

    assert writes_of(ann) == 1
    rows[0].refresh_from_db()
    assert rows[0].version == 2


def test_move_is_beside_a_row_where_that_is_now(ann: User) -> None:
    rows = [make_task(ann, position=number * 1000) for number in range(4)]
    read_before = Task.objects.get(pk=rows[1].pk)
    place(row=rows[1], neighbour=rows[3], before=False)

    place(row=rows[0], neighbour=read_before, before=False)

    assert order_of(ann) == [rows[number].pk for number in (2, 3, 1, 0)]


def test_move_to_where_it_is_needs_no_room(ann: User) -> None:
    rows = [make_task(ann, position=position) for position in (0, 1, 1000)]

    place(row=rows[1], neighbour=rows[0], before=False)

    assert writes_of(ann) == 1


@pytest.mark.parametrize("before", [True, False])
def test_move_into_no_room_writes_a_few_neighbours(before: bool, ann: User) -> None:
    """Of a thousand rows that were made a second apart, where ten are crowded."""
    places = [second * 10**6 for second in range(1000)]
    places[500:510] = [places[500] + number for number in range(10)]
    Task.objects.bulk_create(Task(user=ann, title="x", position=at) for at in places)
    rows = list(Task.objects.order_by("position"))

    place(row=rows[0], neighbour=rows[505], before=before)

    assert 1 < writes_of(ann) <= 1 + 9
    moved = [row.pk for row in rows]
    moved.insert(moved.index(rows[505].pk) + (not before), moved[0])
    assert order_of(ann) == moved[1:]


def test_rows_in_one_place_are_parted(ann: User) -> None:
    """As those are that plain SQL made."""
    rows = [make_task(ann, position=0) for _ in range(30)]

    place(row=rows[29], neighbour=rows[9], before=False)

    ids = [row.pk for row in rows]
    assert order_of(ann) == [*ids[:10], ids[29], *ids[10:29]]


def test_moves_to_one_spot_write_few_rows(ann: User) -> None:
    """The last of 200 rows, made a minute apart, again and again to the middle."""
    Task.objects.bulk_create(
        Task(user=ann, title="x", position=minute * 60 * 10**6) for minute in range(200)
    )
    middle = Task.objects.order_by("position")[100]
    most = 0

    for _ in range(400):
        before = writes_of(ann)
        place(row=Task.objects.latest("position"), neighbour=middle, before=False)
        most = max(most, writes_of(ann) - before)

    assert most <= 1 + 2 * 16 + 1
    assert writes_of(ann) < 3 * 400


def test_ten_thousand_moves_to_one_spot_write_few_rows() -> None:
    """As above, by numbers alone, of 5,000 rows that were made a second apart."""
    places = [second * 10**6 for second in range(5000)]
    written = most = 0

    for _ in range(10_000):
        places.pop()
        if places[2501] - places[2500] < 2:
            for size, room in windows():
                low, high = 2500 - size, 2500 + size + 1
                if new := spread(places[low - 1], places[high], high - low, room):
                    places[low:high] = new
                    written, most = written + len(new), max(most, len(new))
                    break
        places.insert(2501, (places[2500] + places[2501]) // 2)

    assert places == sorted(set(places))
    assert most <= 257
    assert written < 2 * 10_000


# --- Over the API -------------------------------------------------------------------------------


@pytest.mark.parametrize(("side", "expected"), [("after", "bca"), ("before", "bac")])
def test_api_puts_a_row_beside_another(side: str, expected: str, ann: User) -> None:
    a, _, c = (make_task(ann, title) for title in "abc")
    client = client_of(ann)

    answer = client.post(f"{TASKS}{a.pk}/place/", {side: c.pk})

    rows = client.get(f"{TASKS}?ordering=position").json()["results"]
    assert answer.status_code == 200
    assert answer.json()["version"] == 2
    assert "".join(row["title"] for row in rows) == expected


def test_api_puts_categories_and_filters_too(ann: User) -> None:
    client = client_of(ann)
    filters = [Filter.objects.create(user=ann, name=f"{n}", query="today") for n in range(2)]
    categories = [make_category(ann, f"{number}") for number in range(2)]

    for name, (one, two) in (("filters", filters), ("categories", categories)):
        answer = client.post(f"/api/v1/{name}/{one.pk}/place/", {"after": two.pk})
        rows = client.get(f"/api/v1/{name}/?ordering=position").json()["results"]
        assert answer.status_code == 200
        assert [row["name"] for row in rows] == ["1", "0"]


def test_api_leaves_a_row_beside_itself(ann: User) -> None:
    task = make_task(ann)

    answer = client_of(ann).post(f"{TASKS}{task.pk}/place/", {"after": task.pk})

    assert (answer.status_code, answer.json()["version"]) == (200, 1)


@pytest.mark.parametrize("body", ["none", "both", "strange", "missing"])
def test_api_refuses_what_is_no_place(body: str, ann: User, mallory: User) -> None:
    task, other, theirs = make_task(ann), make_task(ann), make_task(mallory)
    bodies: dict[str, Any] = {
        "none": {},
        "both": {"before": other.pk, "after": other.pk},
        "strange": {"after": theirs.pk},
        "missing": {"after": 10**9},
    }

    answer = client_of(ann).post(f"{TASKS}{task.pk}/place/", bodies[body])

    assert answer.status_code == 400
    assert client_of(mallory).post(f"{TASKS}{task.pk}/place/", {}).status_code == 404


@pytest.mark.parametrize("name", ["tasks", "categories"])
def test_api_writes_no_position(name: str, ann: User) -> None:
    row = {"tasks": make_task, "categories": make_category}[name](ann)

    answer = client_of(ann).patch(f"/api/v1/{name}/{row.pk}/", {"position": 1})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/position"
