"""What one process knows of a PostgreSQL that does not answer.

The pool lets each request wait for a connection. Were that all, requests would hold their threads
as long as PostgreSQL is away, and those behind them would wait for a thread, then for PostgreSQL.
"""

from __future__ import annotations

from threading import Lock
from time import monotonic

# What a request waits for a connection: longer than PostgreSQL needs for a restart, and short
# enough for an answer within five seconds where it had to wait for a thread before, which waited
# in vain for a server that vanished (see "tcp_user_timeout" in the settings).
PATIENCE_SECONDS = 2.0
# How long the pool is asked at a time, and how long it goes on trying to connect. It tries ever
# more rarely otherwise, up to minutes apart, and would see late that PostgreSQL is back.
TRY_SECONDS = 0.25


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
