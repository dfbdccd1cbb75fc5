"""Rounds in which every workload is asked of every system, in an order that is shuffled anew."""

from __future__ import annotations

import json
import random
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # An answer is any JSON.
from urllib.error import HTTPError

import psycopg

from benchmarks.speed.cost import processor_seconds
from benchmarks.speed.load import CONNECTIONS, Load, LoadError, Request, send
from benchmarks.speed.systems import AGAIN, OURS, PEER, System
from benchmarks.speed.workloads import Workload
from benchmarks.speed.world import World

# As many different requests are made up of a write for each second of a turn, more than are
# answered in it.
WRITES = 2000


@dataclass(frozen=True)
class Turn:
    """What came of one workload at one system in one round; processor's time in milliseconds."""

    workload: str
    system: str
    round: int
    load: Load
    server_ms: float
    database_ms: float
    # Statements that PostgreSQL ran for each request; None on SQLite.
    statements: float | None


@dataclass(frozen=True)
class Table:
    """Who is measured: systems with the world that each has, and what is asked of them."""

    systems: Sequence[System]
    worlds: Mapping[str, World]
    workloads: Sequence[Workload]
    folder: Path
    # Where PostgreSQL counts its statements.
    statistics: str
    # Of each turn.
    seconds: int = 1

    def pairs(self) -> list[tuple[Workload, System]]:
        """Return what is asked of whom: the peer is asked what it knows."""
        return [
            (workload, system)
            for workload in self.workloads
            for system in self.systems
            if system.is_ours or workload.shown is not None
        ]

    def requests_of(self, workload: Workload, system: System, turn: int) -> list[Request]:
        """Return what is sent to a system in a turn; raises LoadError for too few writes."""
        make = workload.requests
        if system.name == PEER and workload.of_peer is not None:
            make = workload.of_peer
        size = WRITES * self.seconds
        made = make(self.worlds[system.name], range(turn * size, (turn + 1) * size))
        if workload.writes and len(made) < size:
            raise LoadError(
                f"{workload.name}: {system.name} has no rows for turn {turn}: "
                "ask for fewer rounds or seconds"
            )
        return made

    def compare(self) -> None:
        """Ask each system once for everything; raises LoadError where answers differ.

        Those of the same rows are compared, FocusFlow's and the peer's; of the others status and
        size alone are looked at.
        """
        for workload in self.workloads:
            asked = [system for one, system in self.pairs() if one is workload]
            answers = {
                system.name: self.ask(workload, system) for system in asked if system.name != AGAIN
            }
            if workload.shown is None or PEER not in answers:
                continue
            ours, theirs = (workload.shown(answers[name]) for name in (OURS, PEER))
            if ours != theirs:
                raise LoadError(
                    f"{workload.name}: FocusFlow answers {str(ours)[:900]}\n"
                    f"and the peer {str(theirs)[:900]}"
                )

    def ask(self, workload: Workload, system: System) -> Any:
        """Return one answer; raises LoadError for a bad status or a page that is not full."""
        request, *_ = self.requests_of(workload, system, 0)
        sent = urllib.request.Request(
            f"http://127.0.0.1:{system.port}{request.path}",
            data=request.body.encode() or None,
            headers={
                "Authorization": f"Bearer {request.token}",
                "Content-Type": "application/json",
            },
            method=workload.method,
        )
        try:
            with urllib.request.urlopen(sent, timeout=30) as answer:
                found = json.loads(answer.read())
        except HTTPError as error:
            raise LoadError(f"{workload.name}: {system.name}: {error.read()[:900]!r}") from error
        if not workload.is_full(found):
            raise LoadError(f"{workload.name}: {system.name} lacks rows: {str(found)[:900]}")
        return found

    def run(self, rounds: int, chance: random.Random) -> Iterator[Turn]:
        """Yield what comes of each turn."""
        self.check_writes(rounds)
        turns: Counter[tuple[str, str]] = Counter()
        for number in range(rounds):
            pairs = self.pairs()
            chance.shuffle(pairs)
            for workload, system in pairs:
                # Systems that share rows share the numbers, so that none completes a task again.
                rows = OURS if system.name == AGAIN else system.name
                turns[workload.name, rows] += 1
                yield self.take(workload, system, number, turns[workload.name, rows])

    def check_writes(self, rounds: int) -> None:
        """Raise LoadError where the rows do not last until the end, before the first turn."""
        shared = Counter(OURS if one.name == AGAIN else one.name for one in self.systems)
        for workload, system in self.pairs():
            if system.name in shared:
                self.requests_of(workload, system, rounds * shared[system.name])

    def take(self, workload: Workload, system: System, number: int, turn: int) -> Turn:
        """Measure one turn."""
        requests = self.requests_of(workload, system, turn)
        before = self.costs(system)
        load = send(workload.method, requests, system.port, self.seconds, self.folder)
        if workload.writes and load.requests > len(requests) - CONNECTIONS:
            raise LoadError(f"{workload.name}: {system.name} was sent some requests again")
        server, database, statements = (
            after - start for after, start in zip(self.costs(system), before, strict=True)
        )
        return Turn(
            workload=workload.name,
            system=system.name,
            round=number,
            load=load,
            server_ms=1000 * server / load.requests,
            database_ms=1000 * database / load.requests,
            statements=statements / load.requests if system.database else None,
        )

    def costs(self, system: System) -> tuple[float, float, float]:
        """Return the processor's seconds of the server and of PostgreSQL, and its statements."""
        if system.database is None:
            return processor_seconds(system.pid), 0.0, 0.0
        with psycopg.connect(self.statistics) as connection:
            row = connection.execute("SELECT sum(calls) FROM pg_stat_statements").fetchone()
        assert row is not None
        return processor_seconds(system.pid), processor_seconds(system.database), float(row[0])
