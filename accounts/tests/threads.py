"""Real threads, each with a connection and a client of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection
from rest_framework.test import APIClient

from accounts.models import User


def run_threads(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Run the work in as many threads, each with a connection of its own that it closes."""
    start = Barrier(number)

    def run(index: int) -> Any:
        try:
            start.wait(20)
            return work(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def client_of(user: User) -> APIClient:
    """Return a client for a thread."""
    client = APIClient()
    client.force_authenticate(user)
    return client
