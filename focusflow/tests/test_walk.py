"""The documents' walk, against a server process of its own that is killed and started again."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any  # JSON

import psycopg
import pytest
from django.db import connection

from focusflow.sqlite import load_library
from focusflow.tests.chromium import find_chromium
from focusflow.tests.process import run, start

OPERATOR = {"email": "olga@example.org", "password": "correct horse battery"}
PEOPLE = [
    {"email": "Ann@Example.org", "name": "Ann", "password": "a good password of ann"},
    {"email": "ben@example.org", "name": "Ben", "password": "ben chose another one"},
]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the variables of an empty database beside the tests' own, on the same server."""
    if connection.vendor == "sqlite":
        yield {"DATA_DIR": str(tmp_path)}
        return
    name = f"walk_{uuid.uuid4().hex}"
    at = connection.settings_dict
    server = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield {"DATA_DIR": str(tmp_path), "DATABASE_URL": f"{server}/{name}"}
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


@pytest.fixture
def server(database: dict[str, str]) -> Iterator[Server]:
    """Return a server with an operator's account, killed at the end."""
    server = Server(database)
    server.command(
        "createsuperuser",
        "--noinput",
        f"--email={OPERATOR['email']}",
        "--name=Olga",
        DJANGO_SUPERUSER_PASSWORD=OPERATOR["password"],
    )
    server.start()
    yield server
    server.kill()


def test_accounts_made_over_the_api_survive_a_kill(server: Server) -> None:
    token = server.sign_in(OPERATOR)
    made = [server.call("POST", "/api/v1/users/", person, token) for person in PEOPLE]
    ann = server.sign_in(PEOPLE[0])
    server.call("POST", "/api/v1/tasks/", {"title": "Survive"}, ann)

    server.kill()
    server.start()

    # By the API: by e-mail in other letters' case, and as a list.
    token = server.sign_in(OPERATOR)
    for row in made:
        found = server.call("GET", f"/api/v1/users/?email={row['email'].upper()}", token=token)
        (read,) = found["results"]
        assert {**read, "first_access": None} == row
    listed = server.call("GET", "/api/v1/users/", token=token)["results"]
    assert [row["email"] for row in listed] == [
        "olga@example.org",
        "ann@example.org",
        "ben@example.org",
    ]
    # By the commands.
    tables = {
        table["name"]: table for table in json.loads(server.command("tables", "--json"))["tables"]
    }
    assert (tables["users"]["rows"], tables["tasks"]["rows"]) == (3, 1)
    assert "ann@example.org" in server.command("users")
    # By the database itself: the address, a hash and no password, the first access.
    rows = server.query(
        "SELECT email, hashed_password, first_access IS NULL FROM users ORDER BY id"
    )
    assert [(email, bool(never)) for email, _, never in rows] == [
        ("olga@example.org", False),
        ("ann@example.org", False),
        ("ben@example.org", True),
    ]
    assert all(password.startswith("argon2$argon2id$") for _, password, _ in rows)
    assert server.query("SELECT title FROM tasks") == [("Survive",)]


def test_account_with_a_used_or_malformed_address_is_refused(server: Server) -> None:
    token = server.sign_in(OPERATOR)
    server.call("POST", "/api/v1/users/", PEOPLE[0], token)

    for email in ("ANN@EXAMPLE.ORG", "ann@", "no address"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            server.call("POST", "/api/v1/users/", PEOPLE[1] | {"email": email}, token)
        assert caught.value.code == 400
        assert b"#/email" in caught.value.read()


@pytest.mark.browser
def test_operator_walks_through_the_pages(server: Server) -> None:
    from playwright.sync_api import sync_playwright

    seen: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page()
        page.on("pageerror", lambda error: seen.append(str(error)))

        page.goto(f"{server.url}/accounts/login/?next=/api/v1/tasks/")
        page.fill("[name=login]", OPERATOR["email"])
        page.fill("[name=password]", OPERATOR["password"])
        page.click("main button")
        page.fill("#post-object-form [name=title]", "From the browsable API")
        page.click("#post-object-form button")
        created = page.inner_text(".response-info")
        page.goto(f"{server.url}/api/v1/tasks/1/")
        page.fill("#put-object-form [name=title]", "Changed there")
        page.click("#put-object-form button")
        page.wait_for_selector("text=Changed there")
        page.goto(f"{server.url}/admin/tasks/task/")
        listed = page.inner_text("#result_list")
        page.goto(f"{server.url}/api/docs/")
        page.wait_for_selector("text=/api/v1/habits/")
        browser.close()

    assert "201 Created" in created
    assert "Changed there" in listed
    assert seen == []
