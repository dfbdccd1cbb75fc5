"""What is asked: one entry a workload. A resource to come is one more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, count, islice
from typing import Any  # An answer is any JSON.

from benchmarks.speed.load import Request
from benchmarks.speed.world import RARE_WORD, Caller, World

TASKS = "/api/v1/tasks/"
PAGE = 50
DEEP = 400
# As many different requests are made up of a write, more than are answered in one turn.
WRITES = 2000

Requests = Callable[[World, int], list[Request]]


@dataclass(frozen=True)
class Workload:
    """A kind of request.

    `requests` makes those of one turn, of a world and the turn's number. `shown` picks what has to
    be equal in everybody's answer; None where FocusFlow alone is asked. `rows` is how many rows a
    full answer has.
    """

    name: str
    requests: Requests
    method: str = "GET"
    shown: Callable[[Any], Any] | None = lambda answer: answer
    rows: int | None = None
    # What the peer is asked instead, where its addresses differ.
    of_peer: Requests | None = None


def of_all(path: str) -> Requests:
    """Ask for the same on behalf of each caller."""
    return lambda world, turn: [
        Request(path.format(category=one.category, task=one.tasks[0]), one.token)
        for one in world.callers
    ]


def of_heavy(path: str) -> Requests:
    """Ask for something on behalf of the one who has many tasks."""
    return lambda world, turn: [Request(path, world.heavy.token)]


def once_each(make: Callable[[Caller, int], Request]) -> Requests:
    """Write something else each time, on behalf of all callers in turn."""

    def requests(world: World, turn: int) -> list[Request]:
        every = (make(one, place) for place in count() for one in world.callers)
        return list(islice(every, turn * WRITES, (turn + 1) * WRITES))

    return requests


def complete(world: World, turn: int) -> list[Request]:
    """Complete open tasks, each in one turn alone."""
    pairs: Iterator[Request] = chain.from_iterable(
        (Request(f"{TASKS}{pk}/complete/", one.token, "{}") for pk in one.tasks)
        for one in (*world.callers, world.heavy)
    )
    return list(islice(pairs, turn * WRITES, (turn + 1) * WRITES))


def new_task(one: Caller, place: int) -> Request:
    """Make a task in a category."""
    body = {
        "title": f"Call the dentist about {place}",
        "description": "Ask for the earliest appointment.",
        "due_date": "2027-03-01T09:00:00Z",
        "category": one.other,
    }
    return Request(TASKS, one.token, json.dumps(body))


def quick_task(one: Caller, place: int) -> Request:
    """Make a task by a line of text."""
    body = {"text": f"Call the dentist about {place} tomorrow at 9 p2"}
    return Request("/api/v1/quick-add/", one.token, json.dumps(body))


def check_in(one: Caller, place: int) -> Request:
    """Record something of one of the last thirty days, another value than the last time."""
    day = (datetime.now(UTC) - timedelta(days=place % 30)).date()
    habit = one.habits[place % len(one.habits)]
    body = {"value": place // 30 % 2}
    return Request(f"/api/v1/habits/{habit}/checkins/{day}/", one.token, json.dumps(body))


def results(answer: Any) -> Any:
    """Return a page's rows."""
    return answer["results"]


def outcome(answer: Any) -> Any:
    """Return what a completion says of the task, but for when."""
    times = {"completed_at", "updated_at"}
    return {name: value for name, value in answer["task"].items() if name not in times}


def created(answer: Any) -> Any:
    """Return what was sent of a new task."""
    names = ("title", "description", "due_date", "due_day", "category", "category_name", "tags")
    return {name: answer[name] for name in names}


def recorded(answer: Any) -> Any:
    """Return what was recorded."""
    return answer["habit"], answer["day"], answer["value"]


OPEN = f"{TASKS}?completed=false"
SPAN = "due_after=2020-01-01T00:00:00Z&due_before=2030-01-01T00:00:00Z"

WORKLOADS = (
    Workload("list", of_all(OPEN), shown=results, rows=PAGE),
    Workload("heavy list", of_heavy(OPEN), shown=results, rows=PAGE),
    Workload("filtered", of_all(f"{OPEN}&category={{category}}&{SPAN}"), shown=results),
    Workload(
        "deep page",
        lambda world, turn: [Request(world.deep, world.heavy.token)],
        shown=results,
        rows=PAGE,
        of_peer=of_heavy(f"{TASKS}?page={DEEP}"),
    ),
    Workload("detail", of_all(f"{TASKS}{{task}}/")),
    Workload("search", of_heavy(f"{TASKS}?search={RARE_WORD}&ordering=due_date"), shown=results),
    Workload("habits", of_all("/api/v1/habits/"), shown=results),
    Workload("create", once_each(new_task), "POST", shown=created),
    Workload("quick add", once_each(quick_task), "POST", shown=None),
    Workload("complete", complete, "POST", shown=outcome),
    Workload("check-in", once_each(check_in), "PUT", shown=recorded),
)
