"""What a process costs before its first answer, and what it holds while it answers."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.faults.server import ROOT
from benchmarks.speed.cost import memory
from benchmarks.speed.systems import OURS, WORKERS, System, focusflow, run

TIMES = 5
IMPORT_OURS = "import focusflow.wsgi"
IMPORT_PEERS = "import benchmarks.peer.app"


def processor_seconds(code: str, variables: Mapping[str, str]) -> float:
    """Return the processor's time of a process that does nothing but this, the median of five."""
    taken = []
    for _ in range(TIMES):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=dict(variables), check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(taken)


def check_seconds(variables: dict[str, str]) -> float:
    """Return how long `manage.py check` takes, the median of five."""
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        run(variables, "manage.py", "check")
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def seconds_to_answer(folder: Path, url: str, database: int) -> float:
    """Return how long a server takes from its start to its first answer, the median of five."""
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        with focusflow(OURS, folder, url, database):
            taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def worker_bytes(system: System) -> float:
    """Return the memory of one of the processes that answer: those that hold the most."""
    held = sorted(map(memory, system.workers()))
    return statistics.mean(held[-WORKERS:])
