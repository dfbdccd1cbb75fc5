"""A load of keyed writes, and what its clients saw."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

TASKS = "/api/v1/tasks/"
# Who waits longer for an answer has gone: it counts as silence, and is never allowed.
SECONDS_OF_PATIENCE = 15.0
# In which an answer has to come while the database is away.
SECONDS_TO_503 = 5.0
# For the last writes, after the faults.
SECONDS_TO_END = 30.0
# Between two tries with the same key. Retry-After asks for more patience, which would leave the
# server without a load while it heals.
PAUSE = 0.2

OUTAGE = frozenset({"201", "409", "503"})
BREAKAGE = OUTAGE | {"broken", "refused"}
FULL_DISK = OUTAGE | {"507"}


@dataclass(frozen=True)
class Answer:
    """What one request came to: a status, or the way in which the connection broke."""

    name: str
    began: float
    ended: float
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)  # by names in small letters

    @property
    def seconds(self) -> float:
        """How long the client waited."""
        return self.ended - self.began

    def __str__(self) -> str:
        return f"{self.name} after {self.seconds:.1f} s: {self.body[:300].decode(errors='replace')}"


class Client:
    """Somebody who is signed in, on one connection that is kept as long as it holds."""

    def __init__(self, port: int, token: str) -> None:
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS_OF_PATIENCE)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Ask, and return the answer or how the connection broke."""
        began = time.monotonic()
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            data = None if body is None else json.dumps(body)
            self.connection.request(method, path, data, sent)
            response = self.connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            return Answer(name_of(error), began, time.monotonic(), repr(error).encode())
        found = {name.lower(): value for name, value in response.headers.items()}
        return Answer(str(response.status), began, time.monotonic(), content, found)

    def write(self, key: str) -> Answer:
        """Ask for the task that is named like its key."""
        return self.send("POST", TASKS, {"title": key}, Idempotency_Key=key)


def name_of(error: Exception) -> str:
    """Return how a connection broke."""
    if isinstance(error, TimeoutError):
        return "silence"
    return "refused" if isinstance(error, ConnectionRefusedError) else "broken"


def judge(answer: Answer, allowed: frozenset[str]) -> str:
    """Return what is wrong with an answer, in words; empty for nothing."""
    if answer.name not in allowed:
        return f"not allowed: {answer}"
    if answer.name in {"409", "503"} and "retry-after" not in answer.headers:
        return f"without Retry-After: {answer}"
    if answer.name == "503" and answer.seconds > SECONDS_TO_503:
        return f"too late: {answer}"
    return ""


class Load:
    """Clients that each write one task after another, each with a key that they repeat until 201.

    `written` holds the id that was acknowledged for each key, `refused` when each 503 and 507 was
    asked for.
    """

    def __init__(self, port: int, token: str, clients: int, allowed: frozenset[str]) -> None:
        self.port, self.token, self.allowed = port, token, allowed
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(clients)]
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.give_up_at = float("inf")
        self.sent: set[str] = set()
        self.written: dict[str, int] = {}
        self.answers: Counter[str] = Counter()
        self.slowest: dict[str, float] = defaultdict(float)
        self.refused: list[float] = []
        self.refused_at: dict[str, float] = {}
        self.last_written = 0.0
        self.wrong: list[str] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Write meanwhile; at the end let each client finish the key it is at."""
        for thread in self.threads:
            thread.start()
        try:
            yield
        finally:
            self.give_up_at = time.monotonic() + SECONDS_TO_END
            self.stopping.set()
            for thread in self.threads:
                thread.join(SECONDS_TO_END + SECONDS_OF_PATIENCE)

    def run(self) -> None:
        """Be one of the clients."""
        client = Client(self.port, self.token)
        while not self.stopping.is_set():
            key = str(uuid.uuid4())
            while not self.note(key, client.write(key)) and time.monotonic() < self.give_up_at:
                time.sleep(PAUSE)

    def note(self, key: str, answer: Answer) -> bool:
        """Keep what came of a request; say whether the write was acknowledged."""
        fault = judge(answer, self.allowed)
        with self.lock:
            self.sent.add(key)
            self.answers[answer.name] += 1
            self.slowest[answer.name] = max(self.slowest[answer.name], answer.seconds)
            if fault:
                self.wrong.append(fault)
            if answer.name in {"503", "507"}:
                self.refused.append(answer.began)
                self.refused_at[key] = time.time()
            if answer.name == "201":
                self.written[key] = json.loads(answer.body)["id"]
                self.last_written = answer.ended
        return answer.name == "201"
