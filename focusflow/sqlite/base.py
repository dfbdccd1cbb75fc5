"""Django's SQLite backend on the library that `focusflow.sqlite` chose.

Django binds its backend to Python's own sqlite3 when it is imported. This one hands it another
module of the same API where that matters: connections, cursors, exceptions, adapters and
converters. Rejected: replacing ``sys.modules["sqlite3"]``, which changes the library under
everything else in the process, and depends on who imports first.
"""

import datetime
import decimal
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import Any, cast  # Database rows and parameters hold values of every type.

from django.db.backends.sqlite3 import base as django_sqlite
from django.db.backends.sqlite3 import operations
from django.db.backends.sqlite3._functions import register as register_functions
from django.db.backends.sqlite3.schema import DatabaseSchemaEditor
from django.utils.asyncio import async_unsafe
from django.utils.dateparse import parse_date, parse_datetime, parse_time

from focusflow.sqlite import load_library, wal_is_safe

Database = load_library()

# Limits of every SQLite build since 3.32 (https://www.sqlite.org/limits.html), by the number
# that sqlite3_limit() takes: columns, then variables in one statement.
LIMITS = {2: 2000, 9: 32766}
# What takes the write lock where no transaction has it already, as Django writes it.
WRITES = ("BEGIN", "INSERT", "UPDATE", "DELETE", "REPLACE")
# Milliseconds: SQLite looks after 1, 2, 5 and 10 of them.
SHORT_WAIT = 18

if Database.__name__ != "sqlite3.dbapi2":
    for name, parse in (
        ("date", parse_date),
        ("time", parse_time),
        ("datetime", parse_datetime),
        ("timestamp", parse_datetime),
    ):
        Database.register_converter(name, django_sqlite.decoder(parse))
    Database.register_converter("bool", b"1".__eq__)
    Database.register_adapter(decimal.Decimal, str)
    Database.register_adapter(datetime.date, django_sqlite.adapt_date)
    Database.register_adapter(datetime.datetime, django_sqlite.adapt_datetime)


class Connection(Database.Connection):  # type: ignore[name-defined,misc]  # module by value
    """A connection that answers ``getlimit``, which pysqlite3 lacks and Django asks for."""

    def getlimit(self, category: int) -> int:
        """Return the limit of this number, the lowest that any build has."""
        return LIMITS[category]

    def take_turns[Result](self, statement: Callable[[], Result]) -> Result:
        """Run a statement that needs the write lock, which others may hold and wait for.

        SQLite's own wait looks ever more rarely, ten times a second in the end, so that newcomers
        overtake whoever waits longest. Of many short waits in a row, all look equally often.
        """
        (patience,) = self.execute("PRAGMA busy_timeout").fetchone()
        end = monotonic() + patience / 1000
        self.execute(f"PRAGMA busy_timeout = {min(patience, SHORT_WAIT)}")
        try:
            while True:
                try:
                    return statement()
                except Database.OperationalError as error:
                    if "database is locked" not in str(error) or monotonic() >= end:
                        raise
        finally:
            self.execute(f"PRAGMA busy_timeout = {patience}")


class Cursor(Database.Cursor):  # type: ignore[name-defined,misc]  # module by value
    """A cursor that takes Django's ``%s`` and ``%(name)s`` parameters."""

    convert_query = django_sqlite.SQLiteCursorWrapper.convert_query

    def execute(self, query: str, params: Any = None) -> Any:
        """Run one statement."""
        arguments: tuple[Any, ...] = (query,)
        if params is not None:
            names = list(params) if isinstance(params, Mapping) else None
            arguments = (self.convert_query(query, param_names=names), params)
        run = partial(super().execute, *arguments)
        if query.startswith(WRITES) and not self.connection.in_transaction:
            return self.connection.take_turns(run)
        return run()

    def executemany(
        self, query: str, param_list: Iterable[Sequence[Any] | Mapping[str, Any]]
    ) -> Any:
        """Run one statement for each set of parameters; these may come from a generator."""
        rows = iter(param_list)
        first = next(rows, None)
        if first is None:
            return self
        names = list(first) if isinstance(first, Mapping) else None
        query = self.convert_query(query, param_names=names)
        return super().executemany(query, chain([first], rows))


class SchemaEditor(DatabaseSchemaEditor):
    """Keeps triggers where a migration makes a table anew, which SQLite's ALTER TABLE asks for."""

    def _remake_table(self, model: Any, *args: Any, **options: Any) -> None:
        """Make the table anew without its triggers, and put them back.

        They go with the old table; and SQLite refuses to rename a table to one that a trigger of
        another speaks of and that is not there.
        """
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        for name, _ in triggers:
            self.execute(f"DROP TRIGGER {self.quote_name(name)}")
        super()._remake_table(model, *args, **options)  # type: ignore[misc]  # private
        for _, statement in triggers:
            self.execute(statement, None)


class DatabaseOperations(operations.DatabaseOperations):
    """Reads instants in a third of the time: a page of tasks has three hundred of them."""

    def convert_datetimefield_value(
        self, value: Any, expression: Any, connection: Any
    ) -> datetime.datetime | None:
        """Return an instant in the database's zone, which is UTC unless its settings say else."""
        if type(value) is datetime.datetime and value.tzinfo is None:
            zone = self.connection.timezone
            if zone is datetime.UTC:
                return value.replace(tzinfo=zone)
        return super().convert_datetimefield_value(value, expression, connection)


class DatabaseWrapper(django_sqlite.DatabaseWrapper):
    """SQLite with a write-ahead log where its version is safe, else with a rollback journal."""

    Database = Database
    SchemaEditorClass = SchemaEditor
    ops_class = DatabaseOperations
    # The file that the connection is to, by device and number.
    file: tuple[int, int] | None = None

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Open the file and set what holds for each connection."""
        connection = Database.connect(**conn_params, factory=Connection)
        register_functions(connection)
        journal = "WAL" if wal_is_safe(Database.sqlite_version_info) else "DELETE"
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA legacy_alter_table = OFF")
        connection.execute(f"PRAGMA journal_mode = {journal}")
        # NORMAL would lose acknowledged writes of a WAL database in a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        self.file = self.find_file()
        return cast(Connection, connection)

    def find_file(self) -> tuple[int, int] | None:
        """Return which file is at the database's place now; None without one."""
        try:
            found = Path(self.settings_dict["NAME"]).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def close_if_unusable_or_obsolete(self) -> None:
        """Close the connection as Django does, and where another file is at its place.

        A connection goes on from request to request; it would write into the file that was there.
        """
        if self.connection is not None and self.file != self.find_file():
            self.close()
        super().close_if_unusable_or_obsolete()

    def create_cursor(self, name: str | None = None) -> Cursor:
        """Return a cursor of the chosen library."""
        return self.connection.cursor(factory=Cursor)  # type: ignore[no-any-return]  # untyped C
