"""A disk that is full: a small tmpfs under the database, and a file that takes what is left."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.faults import verdict
from benchmarks.faults.load import FULL_DISK, TASKS, Client, Load
from benchmarks.faults.observation import observed
from benchmarks.faults.places import Place
from benchmarks.faults.processes import wait_until
from benchmarks.faults.report import Result
from benchmarks.faults.scenarios.postgresql import seconds_to_a_write
from benchmarks.faults.server import Server

SIZE_MB = 100
SECONDS_BEFORE = 2.0
# What PostgreSQL has allocated ahead of need is written first.
SECONDS_TO_FILL = 30.0
SECONDS_FULL = 3.0
REFUSALS = 20


def unavailable() -> str:
    """Return why no disk can be mounted here; empty where one can."""
    return "mounting a tmpfs needs root" if os.getuid() else ""


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a small tmpfs."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        # Lazily: what a failed scenario left open must not keep it.
        subprocess.run(["umount", "--lazy", folder], check=True)


def run(result: Result, place: Place, *, faults: int, clients: int, seed: int) -> None:
    """Fill the disk again and again until writes are refused, and make room again."""
    assert place.disk is not None
    filler = place.disk / "filler"
    outages = []
    with observed(result, place, clients, FULL_DISK) as (server, load):
        for _ in range(faults):
            time.sleep(SECONDS_BEFORE)
            gone = time.monotonic()
            fill(filler, place.disk)
            result.faults += 1
            wait_for_refusals(load)
            result.wrong += read(server, place)
            time.sleep(SECONDS_FULL)
            filler.unlink()
            if place.cluster is not None and not place.cluster.is_running():
                result.notes.append("PostgreSQL ended on the full disk and was started again")
                place.cluster.start()
            back = time.monotonic()
            result.healed.append(seconds_to_a_write(load, back))
            outages.append((gone, back))
        time.sleep(SECONDS_BEFORE)
    result.wrong += verdict.not_healed(load, outages)


def wait_for_refusals(load: Load) -> None:
    """Wait until some more writes are refused."""
    before = len(load.refused)
    wait_until(
        lambda: len(load.refused) >= before + REFUSALS, SECONDS_TO_FILL, "writes are not refused"
    )


def fill(filler: Path, disk: Path) -> None:
    """Take all the room that is left."""
    block = b"\0" * os.statvfs(disk).f_frsize
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(block):
            pass


def read(server: Server, place: Place) -> list[str]:
    """Return what is wrong with a list that is read meanwhile.

    PostgreSQL itself ends where it has no room for its log: then nobody can read.
    """
    answer = Client(server.port, server.token).send("GET", TASKS)
    is_away = place.cluster is not None and not place.cluster.answers()
    if answer.name == "200" or (answer.name == "503" and is_away):
        return []
    return [f"a list on the full disk: {answer}"]
