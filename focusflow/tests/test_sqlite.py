"""The embedded database: the library, and what each connection sets."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import Warning as CheckWarning
from django.db import connection, connections, transaction
from django.db.models import Max

from accounts.models import User
from accounts.tests.make import make_user
from accounts.tests.threads import run_threads
from focusflow import checks
from focusflow.settings import SQLITE
from focusflow.sqlite import base, load_library, wal_is_safe
from tasks.models import Task
from tasks.tests.make import make_task

embedded = pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="of the embedded database alone"
)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_is_safe_where_the_bug_is_repaired(
    version: tuple[int, int, int], expected: bool
) -> None:
    assert wal_is_safe(version) is expected


def test_library_is_pythons_own_without_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pysqlite3", None)

    assert load_library() is sqlite3.dbapi2


@embedded
@pytest.mark.parametrize(
    ("pragma", "expected"),
    [("foreign_keys", 1), ("journal_mode", "wal"), ("synchronous", 2), ("busy_timeout", 20_000)],
)
def test_connection_is_set_to_keep_rows(pragma: str, expected: Any, db: None) -> None:
    if pragma == "journal_mode" and not wal_is_safe(base.Database.sqlite_version_info):
        expected = "delete"

    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone()[0] == expected


@embedded
def test_connection_uses_the_chosen_library(db: None) -> None:
    connection.ensure_connection()

    assert isinstance(connection.connection, load_library().Connection)


@embedded
def test_transaction_locks_before_it_reads(db: None) -> None:
    assert getattr(connection, "transaction_mode") == "IMMEDIATE"  # noqa: B009  # SQLite's alone


@embedded
def test_cursor_takes_rows_by_name_and_by_position(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE pair (a integer, b text)")
        rows = ((number, "x") for number in (1, 2))
        cursor.executemany("INSERT INTO pair VALUES (%s, %s)", rows)  # type: ignore[arg-type]
        cursor.executemany("INSERT INTO pair VALUES (%(a)s, %(b)s)", [{"a": 3, "b": "100%"}])
        cursor.executemany("INSERT INTO pair VALUES (%s, %s)", [])
        cursor.execute("SELECT a, b FROM pair WHERE a > %(least)s ORDER BY a", {"least": 1})
        rows = cursor.fetchall()

    assert rows == [(2, "x"), (3, "100%")]


@embedded
def test_check_names_the_version_in_use() -> None:
    assert load_library().sqlite_version in checks.check_sqlite()[0].msg


@embedded
def test_check_warns_of_an_unrepaired_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "wal_is_safe", lambda version: False)

    (found,) = checks.check_sqlite()

    assert isinstance(found, CheckWarning)
    assert found.id == "focusflow.W001"


@embedded
def test_connection_without_a_safe_wal_uses_a_rollback_journal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, db: None
) -> None:
    monkeypatch.setattr(base, "wal_is_safe", lambda version: False)
    wrapper = base.DatabaseWrapper(connection.settings_dict | {"NAME": str(tmp_path / "x")}, "x")

    with wrapper.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
    wrapper.close()

    assert mode == "delete"


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[base.Connection]:
    """Return a connection that waits a fifth of a second for the write lock, which another has."""
    holder = base.Database.connect(str(tmp_path / "a.sqlite3"), isolation_level=None)
    waiting = base.Database.connect(
        str(tmp_path / "a.sqlite3"), isolation_level=None, timeout=0.2, factory=base.Connection
    )
    holder.execute("CREATE TABLE a (b)")
    holder.execute("BEGIN IMMEDIATE")
    yield waiting
    waiting.close()
    holder.close()


def patience_of(connection: base.Connection) -> int:
    return int(connection.execute("PRAGMA busy_timeout").fetchone()[0])


def test_wait_for_the_write_lock_is_of_many_short_ones(waiting: base.Connection) -> None:
    waits = []

    def insert() -> None:
        waits.append(patience_of(waiting))
        waiting.execute("INSERT INTO a VALUES (1)")

    with pytest.raises(base.Database.OperationalError, match="database is locked"):
        waiting.take_turns(insert)

    assert len(waits) > 2
    assert set(waits) == {base.SHORT_WAIT}
    assert patience_of(waiting) == 200


def test_wait_for_something_else_is_none(waiting: base.Connection) -> None:
    asked = []

    def fail() -> None:
        asked.append(1)
        waiting.execute("INSERT INTO missing VALUES (1)")

    with pytest.raises(base.Database.OperationalError, match="no such table"):
        waiting.take_turns(fail)

    assert asked == [1]


@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "INSERT INTO a VALUES (1)"])
def test_statement_that_needs_the_write_lock_takes_turns(
    statement: str, waiting: base.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []
    monkeypatch.setattr(base.Connection, "take_turns", lambda self, run: taken.append(run))

    waiting.cursor(factory=base.Cursor).execute(statement)
    waiting.cursor(factory=base.Cursor).execute("SELECT * FROM a")

    assert len(taken) == 1


def test_statement_of_a_transaction_that_has_the_lock_takes_no_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "a.sqlite3")
    monkeypatch.setattr(base.Connection, "take_turns", lambda self, run: pytest.fail("waits"))

    with closing(base.Database.connect(path, isolation_level=None, factory=base.Connection)) as own:
        own.execute("CREATE TABLE a (b)")
        own.execute("BEGIN IMMEDIATE")
        own.cursor(factory=base.Cursor).execute("INSERT INTO a VALUES (1)")
        own.execute("COMMIT")


@embedded
@pytest.mark.django_db(transaction=True)
def test_eight_writers_that_read_first_meet_no_locked_database() -> None:
    """A deferred transaction that has read is refused the lock, however long it would wait."""
    ann = make_user("ann@example.org")

    def write_some(writer: int) -> None:
        for number in range(12):
            with transaction.atomic():
                read = Task.objects.filter(user=ann).count()
                make_task(ann, f"{writer} {number} after {read}")

    run_threads(8, write_some)

    seen = sorted(int(task.title.split()[-1]) for task in Task.objects.all())
    assert seen == list(range(8 * 12))


@pytest.fixture
def kept(tmp_path: Path, db: None) -> Iterator[base.DatabaseWrapper]:
    """Return a database that keeps its connection, with one row in it."""
    settings = connections.settings["default"] | connections.databases["default"]
    name = str(tmp_path / "kept.sqlite3")
    kept = base.DatabaseWrapper(settings | SQLITE | {"NAME": name}, alias="kept")
    write(kept, "first")
    yield kept
    kept.close()


def write(database: base.DatabaseWrapper, word: str) -> None:
    """Write a row."""
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS words (word text)")
        cursor.execute("INSERT INTO words VALUES (%s)", [word])


def words_in(path: Path) -> list[str]:
    """Return the rows of a file, read by another connection."""
    with closing(sqlite3.connect(path)) as other:
        return [word for (word,) in other.execute("SELECT word FROM words")]


def test_connection_is_kept_from_request_to_request(kept: base.DatabaseWrapper) -> None:
    opened = kept.connection

    kept.close_if_unusable_or_obsolete()

    assert kept.connection is opened


@pytest.mark.parametrize("is_replaced", [True, False])
def test_connection_to_a_file_that_went_is_closed(
    kept: base.DatabaseWrapper, is_replaced: bool
) -> None:
    path = Path(kept.settings_dict["NAME"])
    path.rename(path.with_suffix(".old"))
    if is_replaced:
        path.touch()

    kept.close_if_unusable_or_obsolete()
    write(kept, "second")

    assert words_in(path) == ["second"]


def test_instants_are_read_in_utc(ann: User) -> None:
    ann.refresh_from_db()

    assert ann.created_at.tzinfo is UTC
    assert User.objects.annotate(latest=Max("created_at")).get().latest == ann.created_at
