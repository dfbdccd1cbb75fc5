"""`kill -9` of the processes that answer, one at a time, while clients write."""

from __future__ import annotations

import random
import time

from benchmarks.faults.load import BREAKAGE
from benchmarks.faults.observation import observed
from benchmarks.faults.places import Place
from benchmarks.faults.report import Result

# From the return of all processes to the next kill: now and then it hits one that has just begun,
# and now and then the same one twice in a row.
SHORTEST, LONGEST = 0.2, 2.0


def run(result: Result, place: Place, *, faults: int, clients: int, seed: int) -> None:
    """Kill as many of the processes, and wait each time until another one is there."""
    chance = random.Random(seed)  # noqa: S311  # the same choices for the same seed
    with observed(result, place, clients, BREAKAGE) as (server, _):
        for _ in range(faults):
            time.sleep(chance.uniform(SHORTEST, LONGEST))
            killed = server.kill_a_worker(chance)
            result.faults += 1
            began = time.monotonic()
            server.wait_until_whole_without(killed)
            result.healed.append(time.monotonic() - began)
