"""FocusFlow in a server process, on an empty database beside the tests' own."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any  # JSON

import psycopg
from django.db import connection

from focusflow.sqlite import load_library
from focusflow.tests.process import run, start


@contextmanager
def empty_database(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the variables of an empty database, on the same kind of server as the tests'."""
    if connection.vendor == "sqlite":
        yield {"DATA_DIR": str(folder)}
        return
    name = f"server_{uuid.uuid4().hex}"
    at = connection.settings_dict
    server = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield {"DATA_DIR": str(folder), "DATABASE_URL": f"{server}/{name}"}
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class Server:
    """FocusFlow in processes of its own, on a database that outlives them."""

    def __init__(self, variables: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        self.url = f"http://localhost:{port}"
        self.variables = variables | {"DEBUG": "true", "PUBLIC_URL": self.url, "PORT": port}
        self.command("migrate", "--verbosity", "0")

    def command(self, *arguments: str, **variables: str) -> str:
        """Run a command on the same database and return what it prints."""
        done = run(*arguments, **self.variables, **variables)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        """Start, and wait until it answers."""
        self.process = start("serve", "--workers", "1", **self.variables)
        for _ in range(300):
            try:
                self.call("GET", "/")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("The server does not answer.")

    def kill(self) -> None:
        """End it at once, as a power cut would; its workers are in groups of their own."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        for pid in [self.process.pid, *map(int, children.split())]:
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def call(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """Call the API and return its answer; raises HTTPError for any but a success."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"}
            | ({"Authorization": f"Bearer {token}"} if token else {}),
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def sign_in(self, person: dict[str, str]) -> str:
        """Return an access token."""
        login = {"email": person["email"], "password": person["password"]}
        answer = self.call("POST", "/api/auth/app/v1/auth/login", login)
        return str(answer["meta"]["access_token"])

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database itself, without Django."""
        if "DATABASE_URL" in self.variables:
            with psycopg.connect(self.variables["DATABASE_URL"]) as database:
                return database.execute(sql).fetchall()
        path = Path(self.variables["DATA_DIR"]) / "focusflow.sqlite3"
        database = load_library().connect(str(path))
        try:
            return list(database.execute(sql).fetchall())
        finally:
            database.close()
