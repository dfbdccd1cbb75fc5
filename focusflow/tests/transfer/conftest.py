"""Databases beside the tests' own, of the same kind, empty or with the rows of `demo`."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any  # Settings and rows hold values of every type.

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from focusflow.management.commands import backup, restore
from focusflow.sqlite import load_library
from focusflow.tests.process import run
from focusflow.transfer.tools import find_tool

Rows = dict[str, list[str]]
IS_SQLITE = connection.vendor == "sqlite"

# What is easily lost between two databases.
DETAILS = """
    UPDATE tasks SET description = 'Grüße, 日本 🙂 "quoted"; a	tab\\N \\.'
    WHERE id = (SELECT max(id) FROM tasks);
    INSERT INTO mfa_authenticator (user_id, type, data, created_at)
    SELECT min(id), 'totp', '{"b": [1.5, 1e+22, null, true], "a": {"\\u00fc": "\\\\"}}',
           '2026-01-02 03:04:05.000006' FROM users;
    INSERT INTO usersessions_usersession
    (user_id, created_at, ip, last_seen_at, session_key, user_agent, data)
    SELECT min(id), '2026-01-02 03:04:05', '2001:db8::1', '2026-01-02 03:04:05.500000', 'k', '',
           '{}' FROM users;
    INSERT INTO django_session (session_key, session_data, expire_date)
    VALUES ('k', 'signed in', '2026-12-02 03:04:05');
    -- By hand, which the migrations of the target leave alone.
    UPDATE tasks SET position = -id WHERE id % 3 = 0;
    UPDATE categories SET position = -id WHERE id % 3 = 0;
    INSERT INTO tasks_tag (user_id, uid, name, key)
    SELECT id, '0123456789abcdef0123456789abcdef', 'Straße', 'strasse' FROM users;
    INSERT INTO tasks_task_tag (user_id, task_id, tag_id)
    SELECT tasks.user_id, tasks.id, tasks_tag.id
    FROM tasks JOIN tasks_tag ON tasks_tag.user_id = tasks.user_id WHERE tasks.id % 10 = 0;
    -- A task comes before its parent, and its own subtask after both.
    UPDATE tasks SET parent_id =
    (SELECT max(other.id) FROM tasks AS other WHERE other.user_id = tasks.user_id)
    WHERE id IN (SELECT min(id) FROM tasks GROUP BY user_id);
    UPDATE tasks SET parent_id =
    (SELECT min(other.id) FROM tasks AS other WHERE other.user_id = tasks.user_id)
    WHERE id IN (SELECT max(id) - 1 FROM tasks GROUP BY user_id);
    INSERT INTO tasks_occurrence (user_id, uid, task_id, status, at, due_date, due_day, before)
    SELECT user_id, '0123456789abcdef0123456789abcdef', id, 'completed',
           '2026-01-02 03:04:05.000006', '2026-01-01 23:30:00', '2026-01-02',
           '{"7": {"due_date": null, "title": "\\u00fc"}}'
    FROM tasks WHERE id IN (SELECT max(id) FROM tasks GROUP BY user_id);
    INSERT INTO tasks_filter (user_id, uid, name, query)
    SELECT id, '0123456789abcdef0123456789abcdef', 'Größe', 'today & @straße' FROM users;
    DELETE FROM habits_checkin WHERE habit_id = (SELECT max(id) FROM habits);
    DELETE FROM habits WHERE id = (SELECT max(id) FROM habits);
    INSERT INTO habits_group (user_id, uid, name)
    SELECT id, '0123456789abcdef0123456789abcdef', 'Früh' FROM users;
    UPDATE habits SET reminder_at = '06:30:00', archived_at = '2026-01-02 03:04:05.000006',
    group_id = (SELECT own.id FROM habits_group AS own WHERE own.user_id = habits.user_id)
    WHERE id % 2 = 0;
    UPDATE habits_checkin SET value = 7.125, note = 'Müde' WHERE id % 7 = 0;
    INSERT INTO habits_rest (user_id, uid, habit_id, first_day, last_day, reason)
    SELECT user_id, '0123456789abcdef0123456789abcdef', min(id), '2026-02-28', '2026-03-01',
           'illness' FROM habits GROUP BY user_id;
    INSERT INTO habits_rest (user_id, uid, first_day, last_day)
    SELECT id, 'fedcba9876543210fedcba9876543210', '2026-07-01', '9998-12-29' FROM users;
"""


# In an order that foreign keys allow.
HOLDING_ROWS = (
    "django_session",
    "account_emailaddress",
    "mfa_authenticator",
    "usersessions_usersession",
    "habits_rest",
    "habits_checkin",
    "habits",
    "habits_group",
    "tasks_filter",
    "tasks_occurrence",
    "tasks_task_tag",
    "tasks_tag",
    "tasks",
    "categories",
    "history",
    "users",
)


class Scratch:
    """A database that a test may fill, damage and lose."""

    def __init__(self, folder: Path, url: str) -> None:
        self.url = url
        self.variables = {"DATA_DIR": str(folder), "DATABASE_URL": url}
        place = url.partition(":///")[2] if IS_SQLITE else url.rpartition("/")[2]
        self.settings = connection.settings_dict | {"NAME": place}

    def connect(self) -> Any:
        """Open the database without Django; whoever asks closes it."""
        if IS_SQLITE:
            return load_library().connect(self.settings["NAME"], isolation_level=None)
        return psycopg.connect(self.url, autocommit=True)

    def query(self, statement: str) -> list[Any]:
        """Run a statement and return its rows."""
        with closing(self.connect()) as database:
            return list(database.execute(statement).fetchall())

    def change(self, script: str) -> None:
        """Run statements."""
        with closing(self.connect()) as database:
            database.executescript(script) if IS_SQLITE else database.execute(script)

    def clear(self) -> None:
        """Delete what `migrate` did not write."""
        self.change("".join(f"DELETE FROM {table};" for table in HOLDING_ROWS))  # noqa: S608

    def rows(self) -> Rows:
        """Return all rows of all tables, in an order of their own."""
        if IS_SQLITE:
            # Not what the index of searches keeps, which the database makes of the rows.
            names = (
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
                "AND name NOT LIKE 'sql%'"
            )
        else:
            names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        return {
            name: sorted(map(repr, self.query(f"SELECT * FROM {name}")))  # noqa: S608
            for (name,) in self.query(names)
        }

    def last_ids(self) -> dict[str, int]:
        """Return the highest id that each table ever gave, where it gave one."""
        if IS_SQLITE:
            return dict(self.query("SELECT name, seq FROM sqlite_sequence WHERE seq > 0"))
        given = "SELECT last_value - (NOT is_called)::int FROM"
        names = self.query("SELECT sequencename FROM pg_sequences")
        found = {name: self.query(f"{given} {name}")[0][0] for (name,) in names}
        return {name.removesuffix("_id_seq"): last for name, last in found.items() if last}

    def manage(self, *arguments: str) -> str:
        """Run a command on this database in a process of its own and return what it prints."""
        done = run(*arguments, **self.variables)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def make_empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Scratch]]:
    """Return a function that makes a database, a copy of another or without tables."""
    folder = tmp_path_factory.mktemp("scratch")
    if IS_SQLITE:

        def make_file(template: Scratch | None = None) -> Scratch:
            path = folder / f"{uuid.uuid4().hex}.sqlite3"
            if template is not None:
                shutil.copy(template.settings["NAME"], path)
            return Scratch(folder, f"sqlite:///{path}")

        yield make_file
        return
    at = connection.settings_dict
    server = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}"
    made = []

    def make_database(template: Scratch | None = None) -> Scratch:
        made.append(f"scratch_{uuid.uuid4().hex}")
        admin.execute(f'CREATE DATABASE "{made[-1]}"')
        database = Scratch(folder, f"{server}/{made[-1]}")
        if template is not None:
            fill(database, template)
        return database

    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        yield make_database
        for name in made:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def fill(database: Scratch, template: Scratch) -> None:
    """Fill a database of PostgreSQL without tables with those of another."""
    options = ["--format=custom", template.url]
    dump = subprocess.run([find_tool("pg_dump", 0)[0], *options], capture_output=True, check=True)
    options = ["--exit-on-error", f"--dbname={database.url}"]
    subprocess.run([find_tool("pg_restore", 0)[0], *options], input=dump.stdout, check=True)


def keep_one(make_empty: Callable[..., Scratch]) -> Callable[[], Scratch]:
    """Return a function that gives a database without tables, on PostgreSQL always the same one.

    PostgreSQL writes everything it has to the disk whenever a database is dropped.
    """
    kept: list[Scratch] = []

    def clean() -> Scratch:
        if IS_SQLITE or not kept:
            kept.append(make_empty())
        else:
            kept[0].change("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
        return kept[-1]

    return clean


@pytest.fixture(scope="session")
def fillable(make_empty: Callable[..., Scratch]) -> Callable[[], Scratch]:
    """Return a function that gives a database without tables."""
    return keep_one(make_empty)


@pytest.fixture(scope="session")
def template(make_empty: Callable[..., Scratch]) -> Scratch:
    """Return a database with the rows of `demo` and some details, to be read and copied."""
    template = make_empty()
    template.manage("migrate", "--verbosity", "0")
    template.manage("demo", "--users", "2", "--tasks", "800")
    template.change(DETAILS)
    return template


@pytest.fixture(scope="session")
def changeable(make_empty: Callable[..., Scratch]) -> Callable[[], Scratch]:
    """Return a second such function, for tests of two databases."""
    return keep_one(make_empty)


@pytest.fixture
def planner(changeable: Callable[[], Scratch], template: Scratch) -> Scratch:
    """Return a database with rows, to be changed."""
    planner = changeable()
    if IS_SQLITE:
        shutil.copy(template.settings["NAME"], planner.settings["NAME"])
    else:
        fill(planner, template)
    return planner


@pytest.fixture
def empty(fillable: Callable[[], Scratch]) -> Scratch:
    """Return a database without tables, to be filled."""
    return fillable()


@pytest.fixture(scope="session")
def nothing(make_empty: Callable[..., Scratch]) -> Scratch:
    """Return a database without tables, for tests after which it has none."""
    return make_empty()


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return a function that runs `backup` or `restore` on a database within this process."""
    monkeypatch.setattr(restore, "close_database", lambda: None)

    def call(name: str, database: Scratch, *arguments: object) -> str:
        for module in (backup, restore):
            monkeypatch.setattr(
                module, "connection", SimpleNamespace(settings_dict=database.settings)
            )
        said: list[str] = []
        out = SimpleNamespace(write=said.append, isatty=lambda: False)
        call_command(name, *map(str, arguments), stdout=out)
        return "".join(said)

    return call
