"""What one process knows of a PostgreSQL that does not answer.

The pool lets each request wait for a connection. Were that all, requests would hold their threads
as long as PostgreSQL is away, and those behind them would wait for a thread, then for PostgreSQL.
"""

from __future__ import annotations

from selectors import EVENT_READ, DefaultSelector
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any  # Rows of a connection are of every type.

if TYPE_CHECKING:
    from psycopg import Connection

# What a request waits for a connection: longer than PostgreSQL needs for a restart, and short
# enough for an answer within five seconds where it had to wait for a thread before, which waited
# in vain for a server that vanished (see "tcp_user_timeout" in the settings).
PATIENCE_SECONDS = 2.0
# How long the pool is asked at a time, and how long it goes on trying to connect. It tries ever
# more rarely otherwise, up to minutes apart, and would see late that PostgreSQL is back.
TRY_SECONDS = 0.25


def check(connection: Connection[Any]) -> None:
    """Raise OperationalError for a connection that has ended: a pool's check of what it gives out.

    PostgreSQL says goodbye when it ends a connection, and the system that it is gone: only where
    there is something to be read is it asked, which takes a tenth of the time of a page. One that
    vanished without a word is found out by what is asked of it next, as it would be by a check.
    """
    # Here, since the settings import this module, and SQLite needs no pool.
    from psycopg_pool import ConnectionPool

    with DefaultSelector() as selector:
        selector.register(connection.fileno(), EVENT_READ)
        has_words = bool(selector.select(timeout=0))
    if has_words:
        ConnectionPool.check_connection(connection)


class Outage:
    """Begins when PostgreSQL has not answered for the whole patience of a request.

    From then on requests are refused at once, but for one every `TRY_SECONDS`, which asks
    whether PostgreSQL is back. Safe for threads.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.next_try: float | None = None

    @property
    def is_on(self) -> bool:
        """Whether PostgreSQL did not answer when it was last asked."""
        return self.next_try is not None

    def begin(self) -> None:
        """Refuse from now on."""
        with self.lock:
            self.next_try = monotonic() + TRY_SECONDS

    def end(self) -> None:
        """Let everybody through again."""
        with self.lock:
            self.next_try = None

    def lets_through(self) -> bool:
        """Say whether a request may ask PostgreSQL now; during an outage, the next waits again."""
        now = monotonic()
        with self.lock:
            if self.next_try is None:
                return True
            is_due = now >= self.next_try
            if is_due:
                self.next_try = now + TRY_SECONDS
            return is_due
