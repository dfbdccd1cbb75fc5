"""Whether the database holds what the clients were told, and nothing twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from benchmarks.faults.load import Client, Load
from benchmarks.faults.places import Place

# Acknowledged keys that are sent once more at the end.
REPLAYED = 100
# A process that is started anew needs its first connection.
SECONDS_TO_HEAL = 5.0

TASKS = "SELECT title, id FROM tasks"
INSTANTS = "SELECT title, created_at FROM tasks"
KEYS = "SELECT key FROM focusflow_idempotencykey WHERE status = 201"
MADE = "SELECT row_id FROM history WHERE kind = 'task' AND action = 'created'"


def compare(load: Load, place: Place) -> list[str]:
    """Return what the database has lost, holds twice, or holds in halves."""
    rows = place.query(TASKS)
    found = dict(rows)
    findings: dict[str, Iterable[object]] = {
        "acknowledged and not there": [
            key for key, row in load.written.items() if found.get(key) != row
        ],
        "written twice by one key": [
            key for key, times in Counter(title for title, _ in rows).items() if times > 1
        ],
        "there and never sent": found.keys() - load.sent,
        "sent again and again, and never acknowledged": load.sent - load.written.keys(),
        "a task without its key, or a key without its task": differing(
            [key for (key,) in place.query(KEYS)], found.keys()
        ),
        "a task without its event, or an event without its task": differing(
            [row for (row,) in place.query(MADE)], found.values()
        ),
    }
    return [f"{what}: {list(rows)[:3]}" for what, rows in findings.items() if rows]


def differing(some: Iterable[object], others: Iterable[object]) -> list[object]:
    """Return what is not as often in the one as in the other."""
    first, second = Counter(some), Counter(others)
    return [*(first - second), *(second - first)]


def replay(load: Load, client: Client) -> list[str]:
    """Send acknowledged keys once more; return what was not answered as the first time."""
    findings = []
    for key, row in list(load.written.items())[-REPLAYED:]:
        answer = client.write(key)
        if answer.name != "201" or json.loads(answer.body)["id"] != row:
            findings.append(f"a repetition of {key} (row {row}) was answered {answer}")
    return findings[:3]


def not_healed(load: Load, outages: list[tuple[float, float]]) -> list[str]:
    """Return the refusals of requests that were sent long after the database was back."""
    late = []
    for (_, back), (gone, _) in zip(outages, [*outages[1:], (float("inf"), 0)], strict=True):
        late += [began - back for began in load.refused if back + SECONDS_TO_HEAL < began < gone]
    return [f"{len(late)} refusals, up to {max(late):.1f} s after the end"] if late else []


def refused_though_written(load: Load, place: Place) -> int:
    """Count the tasks that were there when the client was last told that the database was away."""
    made_at = {key: instant_of(made) for key, made in place.query(INSTANTS)}
    return sum(made_at[key] < at for key, at in load.refused_at.items() if key in made_at)


def instant_of(stored: datetime | str) -> float:
    """Return the seconds since 1970; SQLite stores UTC as text without a zone."""
    if isinstance(stored, str):
        stored = datetime.fromisoformat(stored).replace(tzinfo=UTC)
    return stored.timestamp()
