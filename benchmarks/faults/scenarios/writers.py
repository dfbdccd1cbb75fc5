"""SQLite under many writers at once, each a process that reads and then writes.

Eight processes of the server, asked by clients that write new tasks and by clients that count one
up with If-Match; and as many processes that count another one up by the models, as commands do.
"""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from benchmarks.faults.load import TASKS, Client, Load
from benchmarks.faults.observation import observed
from benchmarks.faults.places import Place
from benchmarks.faults.report import Result
from benchmarks.faults.server import ROOT, Server

TIMES = 40
SECONDS_TO_COUNT = 120.0
# Neither 503 nor 409, which would say that SQLite let somebody wait for too long.
WRITTEN = frozenset({"201"})


def run(result: Result, place: Place, *, faults: int, clients: int, seed: int) -> None:
    """Let as many processes write at once; look for a count that was lost, and for an error."""
    with observed(result, place, clients, WRITTEN, workers=faults) as (server, load):
        by_models, by_api = make_row(server, load), make_row(server, load)
        writers = [start_writer(server, by_models) for _ in range(faults)]
        result.faults = faults
        with ThreadPoolExecutor(faults) as threads:
            seen = threads.map(lambda _: count_up(server, by_api), range(faults))
            result.wrong += chain.from_iterable(seen)
        result.wrong += chain.from_iterable(map(end_of, writers))
    counts = dict(place.query("SELECT id, description FROM tasks WHERE description <> ''"))
    for name, row in (("the models", by_models), ("the API", by_api)):
        if counts[row] != str(faults * TIMES):
            result.wrong.append(f"by {name}: counted to {counts[row]}, not {faults * TIMES}")
    result.notes.append(f"{2 * faults * TIMES} counts, {faults} processes each way")


def make_row(server: Server, load: Load) -> int:
    """Make a task to count up and return its id."""
    client, key = Client(server.port, server.token), str(uuid.uuid4())
    load.note(key, client.write(key))
    row = load.written[key]
    client.send("PATCH", f"{TASKS}{row}/", {"description": "0"})
    return row


def start_writer(server: Server, row: int) -> subprocess.Popen[str]:
    """Start a process that counts up by the models."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.faults.count_up", str(row), str(TIMES)],
        cwd=ROOT,
        env=server.variables,
        stderr=subprocess.PIPE,
        text=True,
    )


def end_of(writer: subprocess.Popen[str]) -> list[str]:
    """Wait for the end of a writer; return what it failed by."""
    try:
        _, said = writer.communicate(timeout=SECONDS_TO_COUNT)
    except subprocess.TimeoutExpired:
        writer.kill()
        writer.communicate()
        return ["a writer did not end in time"]
    return [f"a writer failed: {said[-300:]}"] if writer.returncode else []


def count_up(server: Server, row: int) -> list[str]:
    """Count up by the API, again where another came first; return what is no answer to that."""
    client = Client(server.port, server.token)
    counted, wrong = 0, list[str]()
    while counted < TIMES and len(wrong) < 3:
        read = client.send("GET", f"{TASKS}{row}/")
        count = int(json.loads(read.body)["description"]) + 1
        changed = {"description": str(count)}
        written = client.send("PATCH", f"{TASKS}{row}/", changed, If_Match=read.headers["etag"])
        counted += written.name == "200"
        if written.name not in {"200", "412"}:
            wrong.append(f"not allowed: {written}")
    return wrong
