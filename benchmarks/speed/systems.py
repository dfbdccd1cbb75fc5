"""What is measured: servers that answer the same requests, each with two processes."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults import processes
from benchmarks.faults.server import ROOT, variables_of
from benchmarks.speed.cost import tree_of

WORKERS = 2
SECONDS_TO_START = 60.0
OURS, AGAIN, PEER, EMBEDDED = "focusflow", "again", "peer", "sqlite"


@dataclass(frozen=True)
class System:
    """A running server: its port, its process, and PostgreSQL's (None on SQLite)."""

    name: str
    port: int
    pid: int
    database: int | None

    @property
    def is_ours(self) -> bool:
        """Whether it is FocusFlow."""
        return self.name != PEER

    def workers(self) -> list[int]:
        """Return the processes that answer: those below the first one."""
        return list(tree_of(self.pid))[1:]


def production(folder: Path, url: str) -> dict[str, str]:
    """Return the environment of a FocusFlow in production, which writes a line for each request."""
    return variables_of(folder, url) | {"LOG_LEVEL": "info", "METRICS_TOKEN": ""}


def prepare(folder: Path, url: str, *sizes: int) -> str:
    """Make FocusFlow's tables and rows; return the world as JSON."""
    variables = production(folder, url)
    run(variables, "manage.py", "migrate", "--verbosity", "0")
    return run(variables, "-m", "benchmarks.speed.world", *map(str, sizes))


def run(variables: dict[str, str], *command: str) -> str:
    """Run a program to its end, and return what it prints."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr[-2000:]}")
    return done.stdout


@contextmanager
def focusflow(name: str, folder: Path, url: str, database: int | None) -> Iterator[System]:
    """Serve FocusFlow meanwhile, as `serve` does."""
    port = processes.free_port()
    command = ["manage.py", "serve", "--no-worker", "--port", str(port), "--workers", str(WORKERS)]
    variables = production(folder, url)
    with serving(name, command, variables, port, "/readyz", folder) as pid:
        yield System(name, port, pid, database)


@contextmanager
def peer(folder: Path, url: str, database: int) -> Iterator[System]:
    """Serve the peer meanwhile, with its tables made anew."""
    port = processes.free_port()
    variables = os.environ | {"DATABASE_URL": url}
    run(variables, "-m", "benchmarks.peer.tables")
    command = ["-m", "uvicorn", "benchmarks.peer.app:app", "--port", str(port)]
    command += ["--workers", str(WORKERS), "--no-access-log", "--log-level", "warning"]
    with serving(PEER, command, variables, port, "/openapi.json", folder) as pid:
        yield System(PEER, port, pid, database)


@contextmanager
def serving(
    name: str, command: list[str], variables: dict[str, str], port: int, path: str, folder: Path
) -> Iterator[int]:
    """Run a server until the end; give its process once it answers."""

    def answers() -> bool:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended: {log.read_text(errors='replace')[-2000:]}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    log = folder / f"{name}.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    try:
        processes.wait_until(answers, SECONDS_TO_START, f"{name} does not answer")
        yield process.pid
    finally:
        processes.end(process, 30.0)
