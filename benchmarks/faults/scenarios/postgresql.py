"""PostgreSQL killed, and PostgreSQL restarted orderly, while clients write."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import cycle, islice

from benchmarks.faults import verdict
from benchmarks.faults.load import BREAKAGE, OUTAGE, Load
from benchmarks.faults.observation import observed
from benchmarks.faults.places import Place
from benchmarks.faults.processes import wait_until
from benchmarks.faults.report import Result

SECONDS_BEFORE = 2.0
# How long PostgreSQL is away after a kill: not at all, longer than a client of it waits, and long
# enough for whoever tries again ever more rarely.
PAUSES = (0.0, 2.0, 6.0, 0.0, 12.0)
# How long the cable is out.
CUTS = (6.0, 15.0)
SECONDS_TO_HEAL = 30.0


def run_killed(result: Result, place: Place, *, faults: int, clients: int, seed: int) -> None:
    """Kill PostgreSQL in three ways in turn, and start it again where it does not do so itself."""
    assert place.cluster is not None
    cluster = place.cluster
    ways = cycle([cluster.kill_postmaster, cluster.kill_all, cluster.kill_a_session])
    break_it(result, place, clients, BREAKAGE, islice(zip(ways, cycle(PAUSES)), faults))


def run_restarted(result: Result, place: Place, *, faults: int, clients: int, seed: int) -> None:
    """Restart PostgreSQL orderly, sessions being ended: `pg_ctl restart -m fast`."""
    assert place.cluster is not None
    break_it(result, place, clients, OUTAGE, [(place.cluster.stop, 0.0)] * faults)


def run_vanished(result: Result, place: Place, *, faults: int, clients: int, seed: int) -> None:
    """Pull the cable to PostgreSQL's machine, which goes on running, and put it in again."""
    assert place.cluster is not None
    assert place.cluster.machine is not None
    machine = place.cluster.machine
    cuts = [(machine.cut, pause) for pause in islice(cycle(CUTS), faults)]
    break_it(result, place, clients, OUTAGE, cuts, machine.mend)


def break_it(
    result: Result,
    place: Place,
    clients: int,
    allowed: frozenset[str],
    faults: Iterable[tuple[Callable[[], None], float]],
    bring_back: Callable[[], None] | None = None,
) -> None:
    """Take PostgreSQL away each time, and measure from its return to the next written task."""
    outages = []
    assert place.cluster is not None
    with observed(result, place, clients, allowed) as (_, load):
        for take_away, pause in faults:
            time.sleep(SECONDS_BEFORE)
            gone = time.monotonic()
            take_away()
            result.faults += 1
            time.sleep(pause)
            (bring_back or place.cluster.start)()
            back = time.monotonic()
            result.healed.append(seconds_to_a_write(load, back))
            outages.append((gone, back))
        time.sleep(SECONDS_BEFORE)
    result.wrong += verdict.not_healed(load, outages)


def seconds_to_a_write(load: Load, since: float) -> float:
    """Wait for the first acknowledged write since then; return how long it took."""
    wait_until(lambda: load.last_written > since, SECONDS_TO_HEAL, "nothing is written any more")
    return load.last_written - since
