"""Django's PostgreSQL backend, with a pool that answers in time when PostgreSQL does not."""

from __future__ import annotations

from time import monotonic
from typing import Any, ClassVar  # Options of a connection are of every type.
from weakref import WeakKeyDictionary

from django.db.backends.postgresql import base as django_postgresql
from django.utils.asyncio import async_unsafe
from psycopg import Connection, Cursor
from psycopg.adapt import Buffer, Loader
from psycopg.pq import Format
from psycopg_pool import ConnectionPool, PoolTimeout

from focusflow.postgresql import PATIENCE_SECONDS, TRY_SECONDS, Outage

# Seconds; the last one milliseconds. Sockets of Unix need none, and take them.
SERVER_KEEPALIVES = """
    SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 2;
    SET tcp_user_timeout = 20000
"""


class BinaryText(Loader):
    """Gives Django the text of what it reads itself, JSON, of a result in binary."""

    format = Format.BINARY

    def load(self, data: Buffer) -> str:
        """Return the text behind the byte that is the version of the format."""
        return bytes(data[1:]).decode()


class DatabaseWrapper(django_postgresql.DatabaseWrapper):
    """PostgreSQL by a pool: a request waits for a connection, but not for one that is hopeless."""

    outages: ClassVar[WeakKeyDictionary[ConnectionPool, Outage]] = WeakKeyDictionary()

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        """Return a connection of the pool, or one of its own where there is no pool."""
        if self.pool is None:
            return self.open_connection(conn_params)
        outage = self.outages.setdefault(self.pool, Outage())
        if not outage.lets_through():
            raise PoolTimeout("PostgreSQL did not answer a moment ago.")
        failures = self.count_failures()
        try:
            opened = self.wait_for_connection(conn_params, 0 if outage.is_on else PATIENCE_SECONDS)
        except PoolTimeout:
            # A pool whose connections are all in use is no outage.
            if self.count_failures() > failures:
                outage.begin()
            raise
        outage.end()
        return opened

    def wait_for_connection(self, conn_params: dict[str, Any], seconds: float) -> Connection[Any]:
        """Ask the pool again and again until so much time has passed; once at least.

        A server that is not there at all answers no question whether a connection still lives:
        then one try takes as long as TCP does, and the next one would too.
        """
        end = monotonic() + seconds
        while True:
            began = monotonic()
            try:
                return self.open_connection(conn_params)
            except PoolTimeout:
                now = monotonic()
                if now + TRY_SECONDS / 2 > end or now - began > 4 * TRY_SECONDS:
                    raise

    def open_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        """Return a connection as Django gets one."""
        opened: Connection[Any] = super().get_new_connection(conn_params)
        return opened

    @async_unsafe
    def prepared_cursor(self) -> Any:
        """Return a cursor whose statements PostgreSQL plans once for each connection.

        Django's own cursors write the values into the statement, which is another one each time.
        Its rows come in binary: Django reads each instant from text in Python, which takes half of
        the time of reading a page.
        """
        self.ensure_connection()
        with self.wrap_database_errors:
            cursor: Any = Cursor(self.connection)
            cursor.format = Format.BINARY
            return self._prepare_cursor(cursor)  # type: ignore[attr-defined]  # not in the stubs

    def set_autocommit(self, autocommit: bool, *args: Any, **options: Any) -> None:
        """Set it, but make no connection for it at the end of a transaction that lost its own.

        Django would, and wait for it, though nothing is asked any more; each connection begins with
        autocommit on.
        """
        if self.connection is not None or not autocommit:
            super().set_autocommit(autocommit, *args, **options)

    def _configure_connection(self, connection: Connection[Any]) -> bool:
        """Let PostgreSQL, too, notice soon when this side has vanished.

        It would keep the locks of a transaction for two hours otherwise, an idempotency key's among
        them.
        """
        connection.execute(SERVER_KEEPALIVES)
        connection.adapters.register_loader("jsonb", BinaryText)
        super()._configure_connection(connection)  # type: ignore[misc]  # not in the stubs
        return True

    def count_failures(self) -> int:
        """Return how many connections could not be made, or were found dead."""
        found = self.pool.get_stats()
        return sum(found.get(name, 0) for name in ("connections_errors", "connections_lost"))
