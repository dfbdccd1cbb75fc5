"""What a process costs before its first answer, and what it holds while it answers."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
from collections.abc import Mapping

from benchmarks.faults.server import ROOT
from benchmarks.speed.cost import memory
from benchmarks.speed.systems import WORKERS, System

TIMES = 5
OURS = "import focusflow.wsgi"
PEERS = "import benchmarks.peer.app"


def processor_seconds(code: str, variables: Mapping[str, str]) -> float:
    """Return the processor's time of a process that does nothing but this, the median of five."""
    taken = []
    for _ in range(TIMES):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=dict(variables), check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(taken)


def worker_bytes(system: System) -> float:
    """Return the memory of one of the processes that answer: those that hold the most."""
    held = sorted(map(memory, system.workers()))
    return statistics.mean(held[-WORKERS:])
