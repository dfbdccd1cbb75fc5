"""How often one person, and one address, may ask the API.

Counted in the memory of each worker: a read of rows never writes to the database, and a restart
forgives. What guards passwords is counted in the database (`accounts.limits`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

WINDOW_SECONDS = 60
# Beyond this many people and addresses in one window, those of the past window are forgotten.
LARGEST_COUNT = 100_000


@dataclass(frozen=True)
class Usage:
    """What is left of a limit: requests, and seconds until it is whole again."""

    name: str
    limit: int
    remaining: int
    resets_in: int

    @property
    def policy_field(self) -> str:
        """The limit, as RateLimit-Policy writes it."""
        return f'"{self.name}";q={self.limit};w={WINDOW_SECONDS}'

    @property
    def field(self) -> str:
        """What is left, as RateLimit writes it."""
        return f'"{self.name}";r={self.remaining};t={self.resets_in}'


class Counter:
    """Counts requests by key within windows of `WINDOW_SECONDS`; safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.lock = Lock()
        self.counts: dict[tuple[str, str], int] = {}
        self.window = 0

    def take(self, name: str, key: str, limit: int) -> tuple[bool, Usage]:
        """Count a request; say whether it is within the limit, and what is left."""
        now = self.clock()
        window = int(now // WINDOW_SECONDS)
        with self.lock:
            if window != self.window or len(self.counts) > LARGEST_COUNT:
                self.window = window
                self.counts.clear()
            count = self.counts.get((name, key), 0)
            is_allowed = count < limit
            if is_allowed:
                count += 1
                self.counts[name, key] = count
        resets_in = math.ceil((window + 1) * WINDOW_SECONDS - now)
        return is_allowed, Usage(name, limit, limit - count, resets_in)


COUNTER = Counter()
