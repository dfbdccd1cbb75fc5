"""How `make bench` reads what it measured, and what it refuses to measure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from benchmarks.speed.goals import Goal, against_peer
from benchmarks.speed.load import Load, LoadError, Request
from benchmarks.speed.markdown import HEADING, replace_run
from benchmarks.speed.report import Numbers
from benchmarks.speed.rounds import WRITES, Table, Turn
from benchmarks.speed.systems import AGAIN, OURS, PEER, System
from benchmarks.speed.workloads import WORKLOADS, Workload
from benchmarks.speed.world import Caller, World

ANN = Caller("ann", 1, 2, [(1, "2026-11-30", 1), (1, "2026-11-29", 0)], [1, 2])
BEN = Caller("ben", 3, 4, [(3, "2026-11-30", 0), (3, "2026-11-29", 1)], [4, 5])
SYSTEMS = (System(OURS, 1, 1, None), System(PEER, 2, 2, None), System(AGAIN, 1, 1, None))


def make_turn(workload: str, system: str, number: int, speed: float) -> Turn:
    """Return a turn in which so many requests a second were answered."""
    return Turn(workload, system, number, Load(1, speed, 1.0, 1.0, 1.0), 1.0, 1.0, None)


def make_numbers(ours: Sequence[float], theirs: Sequence[float]) -> Numbers:
    """Return a run of lists, with these requests a second by the round."""
    numbers = Numbers(rounds=len(ours), seconds=1, seed=1)
    for system, speeds in ((OURS, ours), (PEER, theirs)):
        numbers.turns += [make_turn("list", system, *found) for found in enumerate(speeds)]
    return numbers


def make_table(workload: Workload, tasks: int = 0) -> Table:
    """Return a table of one workload, in a world of so many open tasks."""
    ann = Caller("ann", 1, 2, [], list(range(tasks)))
    world = World(ann, [ann])
    return Table(SYSTEMS, dict.fromkeys((OURS, PEER, AGAIN), world), [workload], Path(), "")


def find(name: str) -> Workload:
    """Return a workload."""
    return next(one for one in WORKLOADS if one.name == name)


def test_ratio_is_the_median_of_each_rounds_ratio() -> None:
    numbers = make_numbers([300, 100, 900], [100, 100, 100])

    assert numbers.ratio(("list", OURS), ("list", PEER)) == 3


def test_ratio_is_none_where_one_side_was_not_measured() -> None:
    numbers = make_numbers([300, 100, 900], [])

    assert numbers.ratio(("list", OURS), ("list", PEER)) is None


@pytest.mark.parametrize(
    ("bound", "is_least", "verdict"),
    [(3.0, True, "met"), (3.1, True, "missed"), (3.0, False, "met"), (2.9, False, "missed")],
)
def test_goal_is_held_against_the_ratio(bound: float, is_least: bool, verdict: str) -> None:
    goal = Goal("list", bound, against_peer("list"), is_least)

    assert goal.row(make_numbers([300], [100]))[3] == verdict


def test_goal_that_was_not_measured_is_not_met() -> None:
    goal = Goal("list", 3.0, against_peer("list"))

    assert goal.row(make_numbers([], []))[3] == "not measured"


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


def test_page_has_the_newest_run_in_place_of_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Speed\n\n{HEADING}an older run\n\n## After\nwords\n")

    replace_run(page, make_numbers([300], [100]), [("list", "≥ 3", "3.00", "met")])

    text = page.read_text()
    assert "an older run" not in text
    assert "| list | ≥ 3 | 3.00 | met |" in text
    assert "1 rounds, turns of 1 s, their order by seed 1" in text
    assert text.endswith("\n\n## After\nwords\n")


def test_check_ins_change_what_is_recorded() -> None:
    sent = find("check-in").requests(World(ANN, [ANN, BEN]), range(4))

    assert [(one.token, one.path[-11:-1], one.body) for one in sent] == [
        ("ann", "2026-11-30", '{"value": 0}'),
        ("ben", "2026-11-30", '{"value": 1}'),
        ("ann", "2026-11-29", '{"value": 1}'),
        ("ben", "2026-11-29", '{"value": 0}'),
    ]


def test_numbers_are_shown_to_three_digits_or_to_the_unit() -> None:
    numbers = make_numbers([], [])
    numbers.others = {"large": 12345.6, "small": 0.012345, "none": 0.0}

    assert numbers.beside() == [("large", "12,346"), ("small", "0.0123"), ("none", "0")]
