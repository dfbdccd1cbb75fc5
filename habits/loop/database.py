"""SQLite files of anybody, read without trust.

The file is opened read-only and as one that does not change, from a copy. Its schema may hold SQL
of its own (views, triggers, virtual tables, generated columns): a file that does is refused before
any row is read. Whatever slips through, the authorizer allows only reads of the named tables and no
functions, and a clock ends what takes too long. CHECK constraints, of which the authorizer is not
asked, are left out by SQLite itself of what is opened read-only. `quick_check` finds pages that are
used twice, with which a small file could seem a large one. https://www.sqlite.org/security.html
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final  # Any: a cell holds whatever its writer stored.

from habits.loop.problems import LoopError, Place

SECONDS: Final = 60
STEPS: Final = 10_000
LENGTH: Final = 1_000_000
PLAIN_TABLE: Final = re.compile(r"\s*create\s+table\b", re.IGNORECASE)
SETTINGS: Final = ("trusted_schema = 0", "query_only = 1", "cell_size_check = 1")
PRAGMAS: Final = {
    *(setting.split()[0] for setting in SETTINGS),
    *("user_version", "quick_check", "table_xinfo"),
}
LATE: Final = f"reading it takes longer than {SECONDS} seconds. Give a smaller backup of Loop."
BROKEN: Final = "it is a broken database. Make a full backup in Loop again, and copy it whole."


class Database:
    """An open file, of which the named tables can be read."""

    def __init__(self, place: Place, connection: sqlite3.Connection, tables: Sequence[str]) -> None:
        self.place, self.connection, self.tables = place, connection, tables
        self.until = time.monotonic() + SECONDS
        connection.set_authorizer(self.authorize)
        connection.set_progress_handler(self.is_late, STEPS)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LENGTH)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for pragma in SETTINGS:
            connection.execute(f"PRAGMA {pragma}")
        self.names = self.check_schema()
        (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if answer != "ok":
            raise LoopError(place, BROKEN)
        (self.version,) = connection.execute("PRAGMA user_version").fetchone()

    def authorize(
        self, action: int, name: str | None, column: str | None, schema: str | None, of: str | None
    ) -> int:
        """Allow the reads that this module does; `of` is the view or trigger that asks."""
        readable = {*map(str.casefold, self.tables), "sqlite_master"}
        allowed = of is None and (
            action == sqlite3.SQLITE_SELECT
            or (action == sqlite3.SQLITE_READ and (name or "").casefold() in readable)
            or (action == sqlite3.SQLITE_PRAGMA and name in PRAGMAS)
        )
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    def is_late(self) -> bool:
        """Say whether time is up."""
        return time.monotonic() > self.until

    def check_schema(self) -> list[str]:
        """Return the names of the tables; refuse what is no plain table or index."""
        rows = self.connection.execute("SELECT type, name, sql, rootpage FROM sqlite_master")
        names: list[str] = []
        for kind, name, sql, page in rows:
            is_plain = kind == "table" and page and PLAIN_TABLE.match(str(sql))
            if not (kind == "index" or is_plain):
                sentence = (
                    f"it has a {kind} “{name}” that Loop does not make. Give Loop's own file."
                )
                raise LoopError(self.place, sentence)
            names += [str(name)] if kind == "table" else []
        missing = {*map(str.casefold, self.tables)} - {*map(str.casefold, names)}
        if missing:
            sentence = f"it lacks the table {', '.join(sorted(missing))}: it is no backup of Loop."
            raise LoopError(self.place, f"{sentence} Make a full backup in Loop, and give that.")
        return names

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns, in lower case; refuse computed ones."""
        rows = self.connection.execute(f"PRAGMA table_xinfo({table})").fetchall()
        if any(hidden for *_, hidden in rows):
            place = Place(self.place.file, table)
            raise LoopError(place, "it has computed columns. Give Loop's own file.")
        return [str(row[1]).casefold() for row in rows]

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Give the rows of a table, as they lie in it; an index of the file is not trusted."""
        sql = f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED"  # noqa: S608  # nosec B608  # our names
        for cells in self.connection.execute(sql):
            yield dict(zip(columns, cells, strict=True))


@contextmanager
def open_database(file: str, data: bytes, tables: Sequence[str]) -> Iterator[Database]:
    """Open a database for the reading of these tables.

    Raises LoopError, also while it is open, for one that is broken, has SQL of its own, or takes
    too long.
    """
    place = Place(file)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "backup.db"
        path.write_bytes(data)
        uri = f"{path.as_uri()}?mode=ro&immutable=1"
        try:
            with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
                yield Database(place, connection, tables)
        except (sqlite3.Error, UnicodeError, OverflowError) as error:
            is_late = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
            raise LoopError(place, LATE if is_late else BROKEN) from error
