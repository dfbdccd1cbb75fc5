"""FocusFlow as `manage.py serve` runs it, in a folder of its own."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.faults import processes
from focusflow.tests.process import ENVIRONMENT, children_of

ROOT = Path(__file__).resolve().parent.parent.parent
WORKERS = 2
SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 30.0
SECONDS_TO_REPLACE = 10.0
METRICS_TOKEN = "token-of-the-fault-harness"  # noqa: S105  # opens nothing else

ACCOUNT = """
import django
django.setup()
from accounts.tests.make import make_token, make_user
print(make_token(make_user("ann@example.org"))[1])
"""


def variables_of(folder: Path, url: str) -> dict[str, str]:
    """Return the environment of a FocusFlow with this database, in which no limit is met."""
    return (
        os.environ
        | ENVIRONMENT
        | {
            "DJANGO_SETTINGS_MODULE": "benchmarks.faults.settings",
            "PUBLIC_URL": "http://localhost:8000",
            "DATA_DIR": str(folder),
            "DATABASE_URL": url,
            "API_RATE_PER_PERSON": "1000000000",
            "API_RATE_PER_ADDRESS": "1000000000",
            "METRICS_TOKEN": METRICS_TOKEN,
        }
    )


def manage(variables: dict[str, str], *command: str) -> str:
    """Run a program of FocusFlow to its end and return what it prints."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr[-2000:]}")
    return done.stdout


class Server:
    """A server with an account whose token is `token`."""

    def __init__(self, folder: Path, url: str, workers: int = WORKERS) -> None:
        self.variables = variables_of(folder, url)
        self.workers = workers
        self.port = processes.free_port()
        self.log = folder / "serve.log"
        manage(self.variables, "manage.py", "migrate", "--verbosity", "0")
        self.token = manage(self.variables, "-c", ACCOUNT).strip()
        self.wrong: list[str] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Serve meanwhile; what goes wrong with the server itself is added to `wrong`."""
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "--workers", str(self.workers)],
                cwd=ROOT,
                env=self.variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
            try:
                processes.wait_until(self.is_ready, SECONDS_TO_START, "the server is not ready")
                yield
                self.look_back()
            finally:
                processes.end(self.process, SECONDS_TO_STOP)

    def is_ready(self) -> bool:
        """Say whether a worker answers, and the database behind it."""
        return self.get("/readyz") is not None

    def get(self, path: str, **headers: str) -> bytes | None:
        """Return what the server answers to its operator; None for no answer or a bad one."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return bytes(answer.read())
        except OSError:
            return None

    def look_back(self) -> None:
        """Note what a server that has been running well would not show."""
        if self.process.poll() is not None:
            self.wrong.append(f"the server ended with {self.process.returncode}")
        elif not self.is_ready():
            self.wrong.append("/readyz says that the server is not ready")
        elif self.get("/metrics", Authorization=f"Bearer {METRICS_TOKEN}") is None:
            self.wrong.append("/metrics does not answer")
        bugs = list(self.bugs())
        if bugs:
            self.wrong.append(f"{len(bugs)} answers of 500 in the log, the first: {bugs[0]}")

    def bugs(self) -> Iterator[str]:
        """Yield the lines of the log that tell of an answer of 500."""
        for line in self.log.read_text(errors="replace").splitlines():
            if line.startswith("{") and json.loads(line).get("status") == 500:
                yield line

    def web_workers(self) -> list[int]:
        """Return the ids of the processes that answer; they are forked, and have its name."""
        return [
            pid for pid in children_of(self.process.pid) if " serve " in processes.command_of(pid)
        ]

    def kill_a_worker(self, chance: random.Random) -> int:
        """Kill one of the processes that answer, at once, and return its id."""
        pid = chance.choice(processes.wait_until(self.web_workers, 10, "no worker is there"))
        processes.kill_child(self.process.pid, pid)
        return pid

    def wait_until_whole_without(self, killed: int) -> None:
        """Wait until as many processes answer as should, this one not among them."""

        def is_whole() -> bool:
            workers = self.web_workers()
            return len(workers) == self.workers and killed not in workers

        processes.wait_until(is_whole, SECONDS_TO_REPLACE, "no other worker was started")
