"""The command line: what is measured, how often, on how many rows.

make bench                                  all of it, in less than twenty minutes
python -m benchmarks.speed --scale small    one round on few rows, in three minutes
python -m benchmarks.speed --only list
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from benchmarks.faults.cluster import OPTIONS, Cluster, running_cluster
from benchmarks.speed import growth, limits, start
from benchmarks.speed.goals import GOALS
from benchmarks.speed.load import Request, send
from benchmarks.speed.markdown import replace_run
from benchmarks.speed.report import Numbers
from benchmarks.speed.rounds import Table
from benchmarks.speed.systems import (
    AGAIN,
    EMBEDDED,
    OURS,
    System,
    focusflow,
    peer,
    prepare,
    production,
    run,
)
from benchmarks.speed.workloads import DEEP, PAGE, TASKS, WORKLOADS
from benchmarks.speed.world import World

# Accounts, tasks of all, tasks of the first; on PostgreSQL, then on SQLite.
SCALES = {
    "full": ((1000, 1_000_000, 50_000), (100, 145_000, 50_000)),
    "small": ((40, 60_000, 21_000), (40, 60_000, 21_000)),
}
# Few rows last for two rounds of writes.
ROUNDS = {"full": 7, "small": 1}
# Tasks that are imported, habits whose streaks are rebuilt, and numbers of tasks between which a
# page's cost is compared.
IMPORTED = {"full": 100_000, "small": 10_000}
REBUILT = {"full": 2_000, "small": 200}
GROWTH = {"full": (10_000, 100_000, 1_000_000, 5_000_000), "small": (10_000, 100_000)}
# What pip does not install, and the packages of Debian that bring it.
TOOLS = {"wrk": "wrk", "pgbench": "postgresql-contrib"}
# Durable, as PostgreSQL is where nobody sets anything else.
DURABLE = {name: value for name, value in OPTIONS.items() if "wal_size" not in name} | {
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "shared_preload_libraries": "pg_stat_statements",
}


def main() -> int:
    """Measure, and print what came of it."""
    arguments = read_arguments()
    if not install_tools():
        print(f"Install {', '.join(TOOLS)}. On Debian: apt install {' '.join(TOOLS.values())}")
        return 2
    numbers = Numbers(arguments.rounds, arguments.seconds, arguments.seed)
    with tempfile.TemporaryDirectory(prefix="focusflow-speed-") as made, ExitStack() as opened:
        folder = Path(made)
        folder.chmod(0o755)
        cluster = opened.enter_context(running_cluster(folder, options=DURABLE))
        measure(arguments, folder, cluster, numbers, opened)
    goals = [goal.row(numbers) for goal in GOALS]
    numbers.show(goals, arguments.json)
    if arguments.page is not None:
        replace_run(arguments.page, numbers, goals)
    return 0


def install_tools() -> bool:
    """Install what is missing, where that is ours to do, as the gate does; say whether all is."""
    missing = [package for name, package in TOOLS.items() if shutil.which(name) is None]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"installing {', '.join(missing)}")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
            subprocess.run(
                ["apt-get", "-qq", *words], env=quiet, stdout=subprocess.DEVNULL, check=True
            )
    return all(shutil.which(name) for name in TOOLS)


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, help="default: 7; on few rows 1")
    parser.add_argument("--seconds", type=int, default=1, help="of each turn (default: 1)")
    parser.add_argument("--scale", choices=SCALES, default="full")
    parser.add_argument("--only", nargs="+", help="workloads whose name holds one of these texts")
    parser.add_argument("--seed", type=int, default=1, help="of the order of turns")
    parser.add_argument("--json", type=Path, help="file for all numbers")
    parser.add_argument("--page", type=Path, help="page of Markdown whose newest run is replaced")
    arguments = parser.parse_args()
    arguments.rounds = arguments.rounds or ROUNDS[arguments.scale]
    return arguments


def measure(
    arguments: argparse.Namespace,
    folder: Path,
    cluster: Cluster,
    numbers: Numbers,
    opened: ExitStack,
) -> None:
    """Make rows and systems, and let them take turns."""
    on_postgresql, on_sqlite = SCALES[arguments.scale]
    cluster.execute("CREATE DATABASE planner")
    cluster.execute("CREATE EXTENSION pg_stat_statements")
    url = cluster.url("planner")
    assert cluster.postmaster is not None
    database = cluster.postmaster.pid
    say(f"making {on_postgresql[1]:,} tasks on PostgreSQL")
    world = World.read(prepare(folder, url, *on_postgresql))
    cluster.vacuum("planner")
    say(f"making {on_sqlite[1]:,} tasks on SQLite")
    own = folder / "sqlite"
    own.mkdir()
    embedded = World.read(prepare(own, "", *on_sqlite))
    systems = [
        opened.enter_context(focusflow(OURS, folder, url, database)),
        opened.enter_context(peer(folder, url, database)),
        opened.enter_context(focusflow(EMBEDDED, own, "", None)),
    ]
    again = replace(systems[0], name=AGAIN)
    worlds = {one.name: find_deep(world, systems[0]) for one in (*systems, again)}
    worlds[EMBEDDED] = find_deep(embedded, systems[2])
    chosen = [
        one
        for one in WORKLOADS
        if not arguments.only or any(text in one.name for text in arguments.only)
    ]
    statistics = cluster.url("postgres")
    table = Table([*systems, again], worlds, chosen, folder, statistics, arguments.seconds)
    table.compare()
    chance = random.Random(arguments.seed)  # noqa: S311  # an order
    for turn in table.run(arguments.rounds, chance):
        numbers.turns.append(turn)
        say(f"{turn.round} {turn.workload} {turn.system} {turn.load.per_second:,.0f}/s")
    ours, theirs = (start.worker_bytes(system) for system in systems[:2])
    numbers.others |= {"memory": ours / theirs, "bytes of ours": ours, "bytes of peer": theirs}
    measure_limits(numbers, world, folder, url, systems[0])
    measure_start(numbers, folder, url, database)
    measure_bulk(numbers, folder, cluster, arguments.scale)
    measure_growth(numbers, folder, cluster, arguments)


def measure_limits(numbers: Numbers, world: World, folder: Path, url: str, system: System) -> None:
    """Measure what the list is held against."""
    seconds = 3 * numbers.seconds
    variables = production(folder, url)
    token = world.callers[0].token
    found = json.loads(run(variables, "-m", "benchmarks.speed.limits", token))
    page = limits.Page(**found)
    numbers.others["pgbench, /s"] = limits.pgbench(page, url, seconds, folder)
    numbers.others["psycopg and orjson, /s"] = limits.loop(page, url, seconds)
    empty = send("GET", [Request("/healthz", token)], system.port, seconds, folder)
    numbers.others["empty view, /s"] = empty.per_second


def measure_start(numbers: Numbers, folder: Path, url: str, database: int) -> None:
    """Measure what it costs to import either application, and how soon ours answers."""
    variables = production(folder, url)
    imports = (start.IMPORT_OURS, start.IMPORT_PEERS)
    ours, theirs = (start.processor_seconds(code, variables) for code in imports)
    numbers.others |= {
        "start": ours / theirs,
        "start of ours, s": ours,
        "start of peer, s": theirs,
        "manage.py check, s": start.check_seconds(variables),
        "first answer of a new server, s": start.seconds_to_answer(folder, url, database),
    }


def measure_bulk(numbers: Numbers, folder: Path, cluster: Cluster, scale: str) -> None:
    """Measure an import beside Django's two ways to make many rows, and a rebuild of streaks."""
    cluster.execute("CREATE DATABASE bulk")
    variables = production(folder, cluster.url("bulk"))
    run(variables, "manage.py", "migrate", "--verbosity", "0")
    say(f"importing {IMPORTED[scale]:,} tasks")
    found = json.loads(run(variables, "-m", "benchmarks.speed.bulk", str(IMPORTED[scale])))
    for name, speed in found.items():
        numbers.others[f"{name}, tasks/s"] = speed
        if name != "import":
            numbers.others[f"import / {name}"] = found["import"] / speed
    say(f"rebuilding streaks of {REBUILT[scale]:,} habits")
    found = json.loads(run(variables, "-m", "benchmarks.speed.rebuild", str(REBUILT[scale])))
    for name, speed in found.items():
        numbers.others[f"streaks by {name}, check-ins/s"] = speed
    numbers.others["streaks by SQL / rule"] = found["sql"] / found["rule"]


def measure_growth(
    numbers: Numbers, folder: Path, cluster: Cluster, arguments: argparse.Namespace
) -> None:
    """Measure the lists of somebody with every twentieth task, of more and more tasks."""
    cluster.execute("CREATE DATABASE growth")
    url = cluster.url("growth")
    variables = production(folder, url)
    run(variables, "manage.py", "migrate", "--verbosity", "0")
    assert cluster.postmaster is not None
    made, touched = 0, []
    for size in GROWTH[arguments.scale]:
        say(f"growing to {size:,} tasks")
        program = ("-m", "benchmarks.speed.growth")
        token = run(variables, *program, "fill", str(made + 1), str(size)).strip()
        cluster.vacuum("growth")
        made = size
        touched.append(json.loads(run(variables, *program, "read", token)))
        for name, buffers in touched[-1].items():
            numbers.others[f"buffers, {name} at {size:,}"] = buffers
        with focusflow("growth", folder, url, cluster.postmaster.pid) as system:
            for name, path in growth.LISTS.items():
                requests = [Request(path, token)]
                load = send("GET", requests, system.port, 2 * arguments.seconds, folder)
                numbers.others[f"p50 ms, {name} at {size:,}"] = load.p50
    numbers.others["buffers, growth"] = touched[-1]["list"] / touched[0]["list"]


def find_deep(world: World, system: System) -> World:
    """Return the world with the address of a deep page, found by walking there."""
    path = f"{TASKS}?page_size={PAGE}"
    for _ in range(DEEP - 1):
        request = urllib.request.Request(
            f"http://127.0.0.1:{system.port}{path}",
            headers={"Authorization": f"Bearer {world.heavy.token}"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            following = json.loads(answer.read())["next"]
        path = "/api/v1/" + following.partition("/api/v1/")[2]
    return replace(world, deep=path)


def say(words: str) -> None:
    """Tell what is going on."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
