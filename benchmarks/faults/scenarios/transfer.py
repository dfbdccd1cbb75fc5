"""`kill -9` in the middle of backup, restore and move_database, and the same command once more."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.places import Place, Rows, beside, on_sqlite
from benchmarks.faults.processes import wait_until
from benchmarks.faults.report import Result
from benchmarks.faults.server import ROOT, manage, variables_of

DEMO = ("demo", "--users", "2", "--tasks", "2000", "--verbosity", "0")
CHANGE = "UPDATE tasks SET title = 'Changed since'"
SECONDS_TO_END = 120.0


@dataclass(frozen=True)
class Victim:
    """A command that is killed: what comes before it, and what has to hold after it.

    `check` returns what is wrong after a kill and after the command was repeated. At least one kill
    has to come while the command says `middle`.
    """

    name: str
    variables: dict[str, str]
    command: Callable[[int], tuple[str, ...]]
    prepare: Callable[[], object]
    check: Callable[[int], list[str]]
    middle: str = ""
    # One more kill, in these parts of the time to the first step.
    early: float | None = None


def run(result: Result, place: Place, *, faults: int, clients: int, seed: int) -> None:
    """Kill each command as often, at moments that are spread over its work."""
    variables = variables_of(place.folder, place.url)
    manage(variables, "manage.py", "migrate", "--verbosity", "0")
    manage(variables, "manage.py", *DEMO)
    whole = place.rows()
    result.notes.append(f"{sum(map(len, whole.values()))} rows")
    with ExitStack() as opened:
        target = opened.enter_context(beside(place))
        kill(result, backup(place, whole), faults)
        kill(result, restore(place, target, whole), faults)
        if place.cluster is None:
            kill(result, move(place, target, whole, compared=True), faults)
            return
        # Into the other kind, where rows are not written alike, and back.
        other = on_sqlite(place.folder, name="moved")
        kill(result, move(place, other, whole), faults)
        kill(result, move(other, target, whole, compared=True), faults)


def backup(place: Place, whole: Rows) -> Victim:
    """Back up: a file has its name when it is whole, and not before."""
    variables = variables_of(place.folder, place.url)

    def file(moment: int) -> Path:
        return place.folder / f"{moment}.zip"

    def check(moment: int) -> list[str]:
        if not file(moment).exists():
            manage(variables, "manage.py", "backup", str(file(moment)))
        manage(variables, "manage.py", "restore", "--check", str(file(moment)))
        return [] if place.rows() == whole else ["a backup changed its source"]

    return Victim("backup", variables, lambda moment: ("backup", str(file(moment))), str, check)


def restore(place: Place, target: Place, whole: Rows) -> Victim:
    """Restore: the database holds all the old rows or all the new ones."""
    variables = variables_of(place.folder, target.url)
    command = ("restore", str(place.folder / "0.zip"), "--replace")
    before: list[Rows] = []

    def prepare() -> None:
        if not target.rows():
            manage(variables, "manage.py", *command)
        target.change(CHANGE)
        before[:] = [target.rows()]

    def check(moment: int) -> list[str]:
        wrong = []
        if target.rows() not in (*before, whole):
            wrong.append("a restore that was killed left other rows")
        manage(variables, "manage.py", *command)
        if target.rows() != whole:
            wrong.append("a repeated restore left other rows")
        return wrong

    return Victim("restore", variables, lambda _: command, prepare, check, "filling the database")


def move(source: Place, target: Place, whole: Rows, *, compared: bool = False) -> Victim:
    """Move: the target holds no task, or all of them."""
    variables = variables_of(source.folder, source.url)
    command = ("move_database", "--to", target.url)

    def check(moment: int) -> list[str]:
        wrong, found = [], target.rows()
        if len(found.get("tasks", ())) not in {0, len(whole["tasks"])}:
            wrong.append("a move that was killed left a part")
        if not found.get("tasks"):
            manage(variables, "manage.py", *command)
        moved = target.rows()
        same = moved == whole if compared else sizes(moved) == sizes(whole)
        return wrong if same else [*wrong, "a repeated move left other rows"]

    return Victim("move", variables, lambda _: command, target.clear, check, early=0.8)


def sizes(rows: Rows) -> dict[str, int]:
    """Return how many rows each table holds."""
    return {name: len(found) for name, found in rows.items()}


def kill(result: Result, victim: Victim, faults: int) -> None:
    """Measure the command, then kill it at moments that are spread over the same time."""
    victim.prepare()
    first, work = measure(victim)
    wrong, steps = victim.check(0), []
    delays = [work * (number + 0.5) / faults for number in range(faults)]
    if victim.early is not None:
        delays.insert(0, first * (victim.early - 1))
    for moment, delay in enumerate(delays, start=1):
        victim.prepare()
        steps.append(run_and_kill(victim, moment, first, delay))
        result.faults += 1
        wrong += victim.check(moment)
    result.notes.append(f"{victim.name} of {first + work:.1f} s, killed at: {', '.join(steps)}")
    if not any(victim.middle in step for step in steps if not step.startswith("(")):
        wrong.append("no kill came in the middle")
    result.wrong += [f"{victim.name}: {fault}" for fault in wrong]


def measure(victim: Victim) -> tuple[float, float]:
    """Run the command to its end; return the seconds to its first step, and from there to its last.

    Python itself takes longer to end than the last step, after which there is nothing to break.
    """
    with started(victim, 0) as (process, said):
        began, lines = time.monotonic(), [""]
        times = []
        while process.poll() is None and time.monotonic() < began + SECONDS_TO_END:
            if last_line(said) != lines[-1]:
                lines.append(last_line(said))
                times.append(time.monotonic() - began)
            time.sleep(0.01)
        if process.wait(1) or not times:
            raise RuntimeError(f"{victim.name} failed: {said.read_text()}")
    return times[0], times[-1] - times[0]


def run_and_kill(victim: Victim, moment: int, first: float, delay: float) -> str:
    """Kill the command so many seconds after its first step, or before it; return its last step."""
    with started(victim, moment) as (process, said):
        if delay < 0:
            time.sleep(first + delay)
        else:
            wait_until(lambda: last_line(said), SECONDS_TO_END, f"{victim.name} says nothing")
            time.sleep(delay)
        process.kill()
        ended = process.wait() >= 0
    return "(its end)" if ended else shortened(last_line(said)) or "(its start)"


def shortened(line: str) -> str:
    """Return a step as it is told: what a command says at its end is longer."""
    return "(its last words)" if len(line) > 40 else line


@contextmanager
def started(victim: Victim, moment: int) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Start the command; give its process and the file that holds what it says."""
    said = Path(victim.variables["DATA_DIR"]) / "said"
    with said.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *victim.command(moment), "-v2"],
            cwd=ROOT,
            env=victim.variables | {"PYTHONUNBUFFERED": "1"},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process, said
    finally:
        process.kill()
        process.wait()


def last_line(said: Path) -> str:
    """Return the last thing that a command said."""
    return (said.read_text().splitlines() or [""])[-1]
