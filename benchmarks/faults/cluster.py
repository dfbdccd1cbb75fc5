"""A PostgreSQL server of the harness's own, in a scratch folder, that is safe against a crash."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any  # Options of subprocess are of every type.

import psycopg

from benchmarks.faults import processes
from benchmarks.faults.network import FAR, Machine
from focusflow.tests.process import children_of
from focusflow.transfer.tools import find_tool

OLDEST = 15
USER = "faults"
SECONDS_TO_START = 60.0
# fsync and full_page_writes are on by default; named, so that nobody has to know.
OPTIONS = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "unix_socket_directories": "",
    # Small, for a small disk.
    "max_wal_size": "16MB",
    "min_wal_size": "2MB",
}


class Cluster:
    """`initdb` in a folder, and the postmaster that is started on it again and again."""

    def __init__(
        self,
        folder: Path,
        machine: Machine | None = None,
        options: Mapping[str, str] = OPTIONS,
    ) -> None:
        self.folder = folder
        self.machine = machine
        self.options = options
        self.host = FAR if machine else "127.0.0.1"
        self.data = folder / "data"
        self.port = processes.free_port()
        self.password = secrets.token_hex(16)
        self.account = unprivileged()
        self.postmaster: subprocess.Popen[bytes] | None = None

    def create(self) -> None:
        """Make the cluster; PostgreSQL refuses to run as root."""
        self.folder.mkdir()
        secret = self.folder / "password"
        secret.write_text(self.password)
        for path in (self.folder, secret):
            self.give(path)
        options = ["-D", str(self.data), "-U", USER, "-A", "scram-sha-256", "-E", "UTF8"]
        options += ["--locale=C.UTF-8", f"--pwfile={secret}", "--wal-segsize=1"]
        initdb, _ = find_tool("initdb", at_least=OLDEST)
        subprocess.run([initdb, *options], **self.account, check=True, capture_output=True)
        with (self.data / "pg_hba.conf").open("a") as access:
            access.write("host all all samenet scram-sha-256\n")

    def give(self, path: Path) -> None:
        """Let the account under which PostgreSQL runs own this."""
        if "user" in self.account:
            shutil.chown(path, **self.account)

    def start(self) -> None:
        """Start the postmaster and wait until it answers.

        What a killed one left behind keeps the memory that it shared for a moment: then the next
        one refuses to start, and is started again.
        """
        processes.wait_until(self.is_up, SECONDS_TO_START, "PostgreSQL does not start")

    def is_running(self) -> bool:
        """Say whether the postmaster is there, whatever it answers."""
        return self.postmaster is not None and self.postmaster.poll() is None

    def is_up(self) -> bool:
        """Say whether PostgreSQL answers; start it where it does not run."""
        if not self.is_running():
            self.postmaster = self.spawn()
        return self.answers()

    def answers(self) -> bool:
        """Say whether PostgreSQL takes connections."""
        with suppress(psycopg.Error), psycopg.connect(self.url("postgres"), connect_timeout=2):
            return True
        return False

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the postmaster once."""
        postgres, _ = find_tool("postgres", at_least=OLDEST)
        options = [f"--{name}={value}" for name, value in self.options.items()]
        options += ["-D", str(self.data), "-p", str(self.port), f"--listen_addresses={self.host}"]
        before, account = [], self.account
        if self.machine is not None:
            # Only root may go there: the account is changed behind it. None of them forks.
            change = [f"--re{kind[0]}id={name}" for kind, name in self.account.items()]
            before, account = [*self.machine.prefix, "setpriv", *change, "--clear-groups"], {}
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [*before, postgres, *options],
                **account,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgres://{USER}:{self.password}@{self.host}:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        """Run a statement outside of any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as admin:
            admin.execute(statement)

    def vacuum(self, database: str) -> None:
        """Tidy a database up, and look at what is in it, as autovacuum would."""
        with psycopg.connect(self.url(database), autocommit=True) as admin:
            admin.execute("VACUUM ANALYZE")

    def kill_all(self) -> None:
        """Kill the postmaster and all that it started, as a power cut would."""
        assert self.postmaster is not None
        parent = self.postmaster.pid
        children = children_of(parent)
        for child in children:
            processes.kill_child(parent, child)
        self.kill_postmaster()

    def kill_postmaster(self) -> None:
        """Kill the postmaster; what it started ends after the statement that it is at."""
        assert self.postmaster is not None
        self.postmaster.kill()
        self.postmaster.wait()

    def kill_a_session(self) -> None:
        """Kill one session, as a system without memory does; PostgreSQL then ends all others."""
        assert self.postmaster is not None
        parent = self.postmaster.pid
        for child in children_of(parent):
            if f" {USER} " in processes.command_of(child) and processes.kill_child(parent, child):
                return

    def stop(self) -> None:
        """Stop orderly: sessions are ended, what they had begun is undone (`fast`)."""
        if self.postmaster is not None and self.is_running():
            self.postmaster.send_signal(signal.SIGINT)
            try:
                self.postmaster.wait(30)
            except subprocess.TimeoutExpired:
                self.kill_postmaster()


@contextmanager
def running_cluster(
    folder: Path, machine: Machine | None = None, options: Mapping[str, str] = OPTIONS
) -> Iterator[Cluster]:
    """Make a cluster in the folder and start it, here or on a machine; stop it at the end."""
    cluster = Cluster(folder / "postgresql", machine, options)
    cluster.create()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def unprivileged() -> dict[str, Any]:
    """Return the account for a program that refuses to be root; nothing for one's own."""
    if os.getuid():
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": name, "group": account.pw_gid}
    raise RuntimeError("There is neither an account postgres nor nobody to run PostgreSQL.")
