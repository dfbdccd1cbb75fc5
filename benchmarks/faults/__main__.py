"""The command line: which faults, how many, on which database."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.faults import network
from benchmarks.faults.cluster import Cluster, running_cluster
from benchmarks.faults.places import Place, on_postgresql, on_sqlite
from benchmarks.faults.report import Result, show
from benchmarks.faults.scenarios import disk, postgresql, transfer, workers, writers

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True)
class Scenario:
    """What can be run, on which databases, and how many faults it has unless told otherwise."""

    run: Callable[..., None]
    databases: tuple[str, ...]
    faults: int
    on_small_disk: bool = False
    on_another_machine: bool = False
    unavailable: Callable[[], str] = str


SCENARIOS = {
    "workers": Scenario(workers.run, (SQLITE, POSTGRESQL), 20),
    "killed": Scenario(postgresql.run_killed, (POSTGRESQL,), 8),
    "restarted": Scenario(postgresql.run_restarted, (POSTGRESQL,), 5),
    "vanished": Scenario(
        postgresql.run_vanished,
        (POSTGRESQL,),
        2,
        on_another_machine=True,
        unavailable=network.unavailable,
    ),
    "disk": Scenario(
        disk.run, (SQLITE, POSTGRESQL), 3, on_small_disk=True, unavailable=disk.unavailable
    ),
    "transfer": Scenario(transfer.run, (SQLITE, POSTGRESQL), 2),
    "writers": Scenario(writers.run, (SQLITE,), 8),
}


class Bench:
    """A scratch folder, and a PostgreSQL that is made when the first scenario needs it."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder = folder
        self.opened = opened

    @cached_property
    def cluster(self) -> Cluster:
        """A cluster for all scenarios, each with a database of its own."""
        return self.opened.enter_context(running_cluster(self.folder))

    @contextmanager
    def place(self, name: str, database: str) -> Iterator[Place]:
        """Give an empty database and a folder for the server."""
        scenario = SCENARIOS[name]
        folder = self.folder / f"{name}-{database}"
        folder.mkdir()
        with ExitStack() as opened:
            small = None
            if scenario.on_small_disk:
                small = opened.enter_context(disk.small_disk(folder / "disk"))
            if database == SQLITE:
                yield on_sqlite(folder, small)
                return
            if small is not None:
                cluster = opened.enter_context(running_cluster(small))
            elif scenario.on_another_machine:
                machine = opened.enter_context(network.another_machine())
                cluster = opened.enter_context(running_cluster(folder, machine))
            else:
                cluster = self.cluster
            yield opened.enter_context(on_postgresql(folder, cluster, small))


@contextmanager
def bench(*, keep: bool) -> Iterator[Bench]:
    """Make a scratch folder and remove it at the end, with all that was started in it."""
    folder = Path(tempfile.mkdtemp(prefix="focusflow-faults-"))
    folder.chmod(0o711)  # PostgreSQL's account has to pass.
    try:
        with ExitStack() as opened:
            yield Bench(folder, opened)
    finally:
        if keep:
            print(f"Kept {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder)


def run(bench: Bench, name: str, database: str, options: argparse.Namespace) -> Result:
    """Run one scenario; what stops it is wrong too."""
    scenario = SCENARIOS[name]
    result = Result(name, database, skipped=scenario.unavailable())
    if result.skipped:
        return result
    began = time.monotonic()
    print(f"{name} on {database} ...", file=sys.stderr, flush=True)
    faults = options.kills or scenario.faults
    try:
        with bench.place(name, database) as place:
            scenario.run(result, place, faults=faults, clients=options.clients, seed=options.seed)
    except Exception as error:
        result.wrong.append(f"{type(error).__name__}: {error}")
    result.seconds = time.monotonic() - began
    return result


def chosen(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Yield each scenario with each database on which it is to be run."""
    for name, scenario in SCENARIOS.items():
        for database in scenario.databases:
            if name in options.only and database in options.database:
                yield name, database


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    add = parser.add_argument
    add("--only", nargs="+", choices=SCENARIOS, default=list(SCENARIOS), help="default: all")
    add(
        "--database",
        nargs="+",
        choices=(SQLITE, POSTGRESQL),
        default=[SQLITE, POSTGRESQL],
        help="default: both",
    )
    add("--kills", type=int, help="faults in each scenario, instead of its own number")
    add("--clients", type=int, default=6, help="that write at once (default: 6)")
    add("--seed", type=int, default=1, help="another number chooses other moments and processes")
    add("--json", type=Path, help="write the results to this file too")
    add("--keep", action="store_true", help="keep databases and logs, and say where")
    return parser.parse_args(arguments)


def main() -> int:
    """Run what was chosen, print the table, and return 1 when anything is wrong."""
    options = parse(sys.argv[1:])
    # Told to stop, end what was started, as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with bench(keep=options.keep) as opened:
        results = [run(opened, *pair, options) for pair in chosen(options)]
    show(results, options.json)
    return int(any(result.wrong for result in results))


if __name__ == "__main__":
    sys.exit(main())
