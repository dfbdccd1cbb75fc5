"""What Prometheus reads at /metrics: requests, their time and queries, and the processes.

Several workers answer: each keeps its numbers in files of its own in one folder, and the one that
is asked adds them up. prometheus_client decides that when it is imported, by a variable that
`serve` sets for its workers; so it is imported by who counts first, and never by `serve` itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram
    from prometheus_client.metrics_core import Metric

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
making = Lock()


@dataclass(frozen=True)
class Instruments:
    """What counts in this process."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram
    queries: Counter


def share_between_processes(folder: str) -> None:
    """Let the processes that are started from now on keep their numbers in this folder."""
    os.environ[FOLDER] = folder


@cache
def make_instruments() -> Instruments:
    """Return the one set of this process."""
    from prometheus_client import CollectorRegistry, Counter, Histogram

    registry = CollectorRegistry()
    return Instruments(
        registry=registry,
        requests=Counter(
            "focusflow_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=registry,
        ),
        seconds=Histogram(
            "focusflow_request_seconds",
            "Time to answer a request.",
            ["method", "route"],
            buckets=BUCKETS,
            registry=registry,
        ),
        queries=Counter(
            "focusflow_queries",
            "Database queries of requests.",
            ["method", "route"],
            registry=registry,
        ),
    )


def instruments() -> Instruments:
    """Return the one set of this process, though two threads ask at once."""
    with making:
        return make_instruments()


def observe(method: str, route: str, status: int, seconds: float, queries: int) -> None:
    """Count one request."""
    count = instruments()
    count.requests.labels(method, route, str(status)).inc()
    count.seconds.labels(method, route).observe(seconds)
    count.queries.labels(method, route).inc(queries)


def render() -> bytes:
    """Return the numbers of all processes in Prometheus' text format."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    folder = os.environ.get(FOLDER)
    if folder is None:
        requests, pids = instruments().registry, {os.getpid()}
    else:
        requests = CollectorRegistry()
        MultiProcessCollector(requests, path=folder)  # type: ignore[no-untyped-call]
        # A file's name ends with the number of its process.
        pids = {int(path.stem.rpartition("_")[2]) for path in Path(folder).glob("*_*.db")}
    processes = CollectorRegistry()
    processes.register(Processes(sorted(pids)))
    return generate_latest(requests) + generate_latest(processes)


class Processes:
    """Memory, processor time and open files of each process, where the system tells (Linux)."""

    def __init__(self, pids: list[int]) -> None:
        self.pids = pids

    def collect(self) -> Iterator[Metric]:
        """Yield each measure once, with a sample for each process that lives."""
        from prometheus_client import ProcessCollector

        measures: dict[str, Metric] = {}
        for pid in self.pids:
            for metric in ProcessCollector(pid=partial(int, pid), registry=None).collect():
                kept = measures.setdefault(metric.name, metric)
                samples = [
                    sample._replace(labels={**sample.labels, "pid": str(pid)})
                    for sample in metric.samples
                ]
                kept.samples = samples if kept is metric else [*kept.samples, *samples]
        yield from measures.values()
