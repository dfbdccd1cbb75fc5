"""Django's PostgreSQL backend, with a pool that answers in time when PostgreSQL does not."""

from __future__ import annotations

from time import monotonic
from typing import Any, ClassVar  # Options of a connection are of every type.
from weakref import WeakKeyDictionary

from django.db.backends.postgresql import base as django_postgresql
from django.utils.asyncio import async_unsafe
from psycopg import Connection
from psycopg_pool import ConnectionPool, PoolTimeout

from focusflow.postgresql import PATIENCE_SECONDS, Outage


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
        """Ask the pool again and again until so much time has passed; once at least."""
        end = monotonic() + seconds
        while True:
            try:
                return self.open_connection(conn_params)
            except PoolTimeout:
                if monotonic() >= end:
                    raise

    def open_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        """Return a connection as Django gets one."""
        opened: Connection[Any] = super().get_new_connection(conn_params)
        return opened

    def count_failures(self) -> int:
        """Return how many connections could not be made, or were found dead."""
        found = self.pool.get_stats()
        return sum(found.get(name, 0) for name in ("connections_errors", "connections_lost"))
