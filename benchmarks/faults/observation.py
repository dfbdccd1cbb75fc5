"""A server under load, watched from its start to the comparison at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.faults import verdict
from benchmarks.faults.load import Client, Load
from benchmarks.faults.places import Place
from benchmarks.faults.report import Result
from benchmarks.faults.server import WORKERS, Server


@contextmanager
def observed(
    result: Result,
    place: Place,
    clients: int,
    allowed: frozenset[str],
    workers: int = WORKERS,
) -> Iterator[tuple[Server, Load]]:
    """Serve and write meanwhile; what the clients saw, and what is wrong, goes into the result."""
    server = Server(place.folder, place.url, workers)
    load = Load(server.port, server.token, clients, allowed)
    try:
        with server.running():
            with load.running():
                yield server, load
            result.wrong += verdict.replay(load, Client(server.port, server.token))
    finally:
        result.acknowledged = len(load.written)
        result.answers, result.slowest = dict(load.answers), dict(load.slowest)
        result.wrong += server.wrong + load.wrong
    result.wrong += verdict.compare(load, place)
    early = verdict.refused_though_written(load, place)
    if early:
        result.notes.append(f"{early} answers of 503 though the task was written, as repeats found")
