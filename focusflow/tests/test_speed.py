"""How `make bench` reads what it measured, and what it refuses to measure."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from benchmarks.speed.load import LoadError, Request
from benchmarks.speed.rounds import WRITES, Table
from benchmarks.speed.systems import AGAIN, OURS, PEER, System
from benchmarks.speed.workloads import WORKLOADS, Workload
from benchmarks.speed.world import Caller, World

ANN = Caller("ann", 1, 2, [(1, "2026-11-30", 1), (1, "2026-11-29", 0)], [1, 2])
BEN = Caller("ben", 3, 4, [(3, "2026-11-30", 0), (3, "2026-11-29", 1)], [4, 5])
SYSTEMS = (System(OURS, 1, 1, None), System(PEER, 2, 2, None), System(AGAIN, 1, 1, None))


def make_table(workload: Workload, tasks: int = 0) -> Table:
    """Return a table of one workload, in a world of so many open tasks."""
    ann = Caller("ann", 1, 2, [], list(range(tasks)))
    world = World(ann, [ann])
    return Table(SYSTEMS, dict.fromkeys((OURS, PEER, AGAIN), world), [workload], Path(), "")


def find(name: str) -> Workload:
    """Return a workload."""
    return next(one for one in WORKLOADS if one.name == name)


@pytest.mark.parametrize(
    ("rows", "answer", "expected"),
    [
        (2, {"results": [1, 2]}, True),
        (2, {"results": [1]}, False),
        (2, {"results": [1, 2, 3]}, False),
        (2, {"detail": "none"}, False),
        (None, {"results": [1]}, True),
        (None, {"results": []}, False),
        (None, {"id": 1}, True),
        (None, [], True),
    ],
)
def test_answer_is_full_with_all_its_rows(rows: int | None, answer: Any, expected: bool) -> None:
    workload = Workload("list", lambda world, numbers: [], rows=rows)

    assert workload.is_full(answer) is expected


@pytest.mark.parametrize("name", [one.name for one in WORKLOADS if one.writes])
def test_writes_are_never_sent_twice_by_two_turns(name: str) -> None:
    world = World(ANN, [ANN, BEN])

    first, second = (find(name).requests(world, span) for span in (range(2), range(2, 4)))

    sent = [(one.token, one.path, one.body) for one in first + second]
    assert len(set(sent)) == len(sent) > len(first) > 0


def test_rounds_start_only_where_rows_to_write_last_for_all() -> None:
    """Turn 0 is the comparison's; FocusFlow and its double take turns at the same rows."""
    table = make_table(find("complete"), tasks=5 * WRITES - 1)

    table.check_writes(rounds=1)
    with pytest.raises(LoadError, match="turn 4"):
        table.check_writes(rounds=2)
    with pytest.raises(LoadError, match="fewer rounds"):
        next(table.run(2, Random(1)))  # noqa: S311  # an order


def test_peer_is_asked_at_its_own_address() -> None:
    workload = Workload(
        "deep",
        lambda world, numbers: [Request("/ours", "")],
        of_peer=lambda world, numbers: [Request("/theirs", "")],
    )

    table = make_table(workload)

    assert [table.requests_of(workload, one, 0)[0].path for one in SYSTEMS] == [
        "/ours",
        "/theirs",
        "/ours",
    ]


def test_check_ins_change_what_is_recorded() -> None:
    sent = find("check-in").requests(World(ANN, [ANN, BEN]), range(4))

    assert [(one.token, one.path[-11:-1], one.body) for one in sent] == [
        ("ann", "2026-11-30", '{"value": 0}'),
        ("ben", "2026-11-30", '{"value": 1}'),
        ("ann", "2026-11-29", '{"value": 1}'),
        ("ben", "2026-11-29", '{"value": 0}'),
    ]
