"""The goals, each measured by the medians of one run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.speed.report import Numbers, p50, processor_ms
from benchmarks.speed.systems import EMBEDDED, OURS, PEER


@dataclass(frozen=True)
class Goal:
    """A ratio that should be at least, or at most, a number."""

    name: str
    bound: float
    measure: Callable[[Numbers], float | None]
    is_least: bool = True

    def row(self, numbers: Numbers) -> tuple[object, ...]:
        """Return the name, what is asked, what was measured, and whether it is met."""
        found = self.measure(numbers)
        asked = f"{'≥' if self.is_least else '≤'} {self.bound:g}"
        if found is None:
            return self.name, asked, "", "not measured"
        is_met = found >= self.bound if self.is_least else found <= self.bound
        return self.name, asked, f"{found:.2f}", "met" if is_met else "missed"


def against_peer(workload: str) -> Callable[[Numbers], float | None]:
    """Return how many times the peer's requests a second FocusFlow answers."""
    return lambda numbers: numbers.ratio((workload, OURS), (workload, PEER))


def of_list(name: str) -> Callable[[Numbers], float | None]:
    """Return which share of a limit the list reaches."""

    def measure(numbers: Numbers) -> float | None:
        limit = numbers.others.get(name)
        reached = numbers.median("list", OURS, lambda turn: turn.load.per_second)
        return None if limit is None or reached is None else reached / limit

    return measure


def other(name: str) -> Callable[[Numbers], float | None]:
    """Return what was measured beside the rounds."""
    return lambda numbers: numbers.others.get(name)


GOALS = (
    Goal("list, requests/s of the peer's", 3.0, against_peer("list")),
    Goal(
        "list, the peer's processor time a request, of ours",
        3.0,
        lambda numbers: numbers.ratio(("list", PEER), ("list", OURS), processor_ms),
    ),
    Goal("list, of two processes of psycopg and orjson", 0.35, of_list("psycopg and orjson, /s")),
    Goal("list, of pgbench", 0.15, of_list("pgbench, /s")),
    Goal("create, requests/s of the peer's", 3.0, against_peer("create")),
    Goal("filtered list, requests/s of the peer's", 3.0, against_peer("filtered")),
    Goal("complete, requests/s of the peer's", 2.0, against_peer("complete")),
    Goal("detail, requests/s of the peer's", 2.0, against_peer("detail")),
    Goal("deep page, requests/s of OFFSET's", 7.0, against_peer("deep page")),
    Goal(
        "heavy user's first page, p50 of a typical user's",
        1.25,
        lambda numbers: numbers.ratio(("heavy list", OURS), ("list", OURS), p50),
        is_least=False,
    ),
    Goal("page's buffers at the most tasks, of the fewest", 1.05, other("buffers, growth"), False),
    Goal("search of a rare word, requests/s of icontains'", 50.0, against_peer("search")),
    Goal(
        "list on SQLite, requests/s of PostgreSQL's",
        1.3,
        lambda numbers: numbers.ratio(("list", EMBEDDED), ("list", OURS)),
    ),
    Goal("import of tasks, rows/s of save()'s in one transaction", 20.0, other("import / save()")),
    Goal("import of tasks, rows/s of bulk_create's", 2.0, other("import / bulk_create")),
    Goal("rebuild of streaks in SQL, of the Python rule", 500.0, other("streaks by SQL / rule")),
    Goal("import of the application, processor time of the peer's", 0.75, other("start"), False),
    Goal("memory of a worker, of the peer's", 1.1, other("memory"), False),
)
