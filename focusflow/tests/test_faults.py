"""The harness of docs/faults.md: that it runs, and that it sees what it looks for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from benchmarks.faults.load import BREAKAGE, OUTAGE, Answer, Load, judge
from benchmarks.faults.places import Place, on_sqlite
from benchmarks.faults.verdict import compare, not_healed, refused_though_written

RETRY = {"retry-after": "5"}


@pytest.mark.faults
@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="the harness needs Linux")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="runs once, on SQLite")
def test_harness_kills_processes_and_finds_nothing_lost(tmp_path: Path) -> None:
    options = ["--only", "workers", "--database", "sqlite", "--kills", "2", "--clients", "3"]
    report = tmp_path / "report.json"

    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.faults", *options, "--json", str(report)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout
    (result,) = json.loads(report.read_text())
    assert (result["faults"], result["wrong"]) == (2, [])
    assert result["acknowledged"] > 0


def answer(name: str, seconds: float = 0.1, **headers: str) -> Answer:
    return Answer(name, 0.0, seconds, b'{"id": 1}', headers | (RETRY if not headers else {}))


@pytest.mark.parametrize(
    ("given", "allowed", "fault"),
    [
        (answer("201"), OUTAGE, ""),
        (answer("503", 5.0), OUTAGE, ""),
        (answer("409"), OUTAGE, ""),
        (answer("broken"), BREAKAGE, ""),
        (answer("broken"), OUTAGE, "not allowed"),
        (answer("silence", 15.0), BREAKAGE, "not allowed"),
        (answer("500"), BREAKAGE, "not allowed"),
        (answer("503", 5.1), OUTAGE, "too late"),
        (answer("503", server="x"), OUTAGE, "without Retry-After"),
        (answer("409", server="x"), OUTAGE, "without Retry-After"),
    ],
)
def test_answer_is_judged(given: Answer, allowed: frozenset[str], fault: str) -> None:
    assert judge(given, allowed).startswith(fault)
    assert bool(judge(given, allowed)) is bool(fault)


@pytest.fixture
def load() -> Load:
    """Return a load of which two writes were acknowledged."""
    load = Load(0, "", 0, OUTAGE)
    for row, key in enumerate(("first", "second"), start=1):
        load.note(key, Answer("201", 0.0, 0.1, json.dumps({"id": row}).encode()))
    return load


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a database that holds these two, with their keys and events."""
    place = on_sqlite(tmp_path)
    place.change(
        "CREATE TABLE tasks (id, title, created_at)",
        "CREATE TABLE focusflow_idempotencykey (key, status)",
        "CREATE TABLE history (row_id, kind, action)",
        "INSERT INTO tasks VALUES (1, 'first', '2026-01-01'), (2, 'second', '2026-01-01')",
        "INSERT INTO focusflow_idempotencykey VALUES ('first', 201), ('second', 201)",
        "INSERT INTO history VALUES (1, 'task', 'created'), (2, 'task', 'created')",
    )
    return place


def test_verdict_on_rows_that_are_right(load: Load, place: Place) -> None:
    assert compare(load, place) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("DELETE FROM tasks WHERE id = 2", "acknowledged and not there"),
        ("UPDATE tasks SET id = 7 WHERE id = 2", "acknowledged and not there"),
        ("INSERT INTO tasks VALUES (3, 'second', '')", "written twice by one key"),
        ("INSERT INTO tasks VALUES (3, 'third', '')", "there and never sent"),
        ("DELETE FROM focusflow_idempotencykey WHERE key = 'first'", "a task without its key"),
        ("INSERT INTO focusflow_idempotencykey VALUES ('third', 201)", "a task without its key"),
        ("DELETE FROM history WHERE row_id = 1", "a task without its event"),
        ("INSERT INTO history VALUES (1, 'task', 'created')", "a task without its event"),
    ],
)
def test_verdict_names_what_is_wrong(change: str, fault: str, load: Load, place: Place) -> None:
    place.change(change)

    assert any(found.startswith(fault) for found in compare(load, place))


def test_verdict_names_what_was_never_acknowledged(load: Load, place: Place) -> None:
    load.note("third", answer("503"))

    assert compare(load, place) == [
        "sent again and again, and never acknowledged: ['third']",
    ]


@pytest.mark.parametrize(("began", "fault"), [(104.0, False), (106.0, True), (210.0, False)])
def test_verdict_names_refusals_long_after_an_outage(began: float, fault: bool, load: Load) -> None:
    load.refused.append(began)

    assert bool(not_healed(load, [(90.0, 100.0), (200.0, 208.0)])) is fault


def test_writes_that_were_refused_and_there_are_counted(load: Load, place: Place) -> None:
    load.refused_at["first"] = 4e9

    assert refused_though_written(load, place) == 1


def test_rows_of_a_place_are_those_of_all_tables(place: Place) -> None:
    found = {name: len(rows) for name, rows in place.rows().items()}

    assert found == {"tasks": 2, "focusflow_idempotencykey": 2, "history": 2}
