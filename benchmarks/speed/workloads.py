"""What is asked: one entry a workload. A resource to come is one more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count, islice, zip_longest
from typing import Any  # An answer is any JSON.

from benchmarks.speed.load import Request
from benchmarks.speed.world import RARE_TASKS, RARE_WORD, Caller, World

TASKS = "/api/v1/tasks/"
PAGE = 50
DEEP = 400

Requests = Callable[[World, range], list[Request]]


@dataclass(frozen=True)
class Workload:
    """A kind of request.

    `requests` makes those of one turn, of a world and of numbers that no other turn at the same
    rows has. `shown` picks what has to be equal in every answer; None where FocusFlow alone is
    asked. `rows` is how many rows a full answer has; None for a list of any length but 0.
    """

    name: str
    requests: Requests
    method: str = "GET"
    shown: Callable[[Any], Any] | None = lambda answer: answer
    rows: int | None = None
    # What the peer is asked instead, where its addresses differ.
    of_peer: Requests | None = None

    @property
    def writes(self) -> bool:
        """Whether a request changes rows, so that none may be sent again."""
        return self.method != "GET"

    def is_full(self, answer: Any) -> bool:
        """Whether an answer has all the rows that it should have."""
        rows = answer.get("results") if isinstance(answer, dict) else None
        if rows is None:
            return self.rows is None
        return len(rows) > 0 if self.rows is None else len(rows) == self.rows


def of_all(path: str) -> Requests:
    """Ask for the same on behalf of each caller."""
    return lambda world, numbers: [
        Request(path.format(category=one.category, task=one.tasks[0]), one.token)
        for one in world.callers
    ]


def of_heavy(path: str) -> Requests:
    """Ask for something on behalf of the one who has many tasks."""
    return lambda world, numbers: [Request(path, world.heavy.token)]


def once_each(make: Callable[[Caller], Iterable[Request]]) -> Requests:
    """Write something else each time, on behalf of all callers in turn.

    The writes of different turns are different ones; fewer than asked for are made where no rows
    are left to write.
    """

    def requests(world: World, numbers: range) -> list[Request]:
        together = zip_longest(*(make(one) for one in world.callers))
        every = (one for one in chain.from_iterable(together) if one is not None)
        return list(islice(every, numbers.start, numbers.stop))

    return requests


def complete(one: Caller) -> Iterator[Request]:
    """Complete open tasks."""
    for pk in one.tasks:
        yield Request(f"{TASKS}{pk}/complete/", one.token, "{}")


def new_tasks(one: Caller) -> Iterator[Request]:
    """Make tasks in a category."""
    for place in count():
        body = {
            "title": f"Call the dentist about {place}",
            "description": "Ask for the earliest appointment.",
            "due_date": "2027-03-01T09:00:00Z",
            "category": one.other,
        }
        yield Request(TASKS, one.token, json.dumps(body))


def quick_tasks(one: Caller) -> Iterator[Request]:
    """Make tasks by a line of text."""
    for place in count():
        body = {"text": f"Call the dentist about {place} tomorrow at 9 p2"}
        yield Request("/api/v1/quick-add/", one.token, json.dumps(body))


def check_ins(one: Caller) -> Iterator[Request]:
    """Record another value than is there: what is there already costs half."""
    for habit, day, value in one.days:
        path = f"/api/v1/habits/{habit}/checkins/{day}/"
        yield Request(path, one.token, json.dumps({"value": 0 if value else 1}))


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
        lambda world, numbers: [Request(world.deep, world.heavy.token)],
        shown=results,
        rows=PAGE,
        of_peer=of_heavy(f"{TASKS}?page={DEEP}"),
    ),
    Workload("detail", of_all(f"{TASKS}{{task}}/")),
    Workload(
        "search",
        of_heavy(f"{TASKS}?search={RARE_WORD}&ordering=due_date"),
        shown=results,
        rows=RARE_TASKS,
    ),
    Workload("habits", of_all("/api/v1/habits/"), shown=results),
    Workload("create", once_each(new_tasks), "POST", shown=created),
    Workload("quick add", once_each(quick_tasks), "POST", shown=None),
    Workload("complete", once_each(complete), "POST", shown=outcome),
    Workload("check-in", once_each(check_ins), "PUT", shown=recorded),
)
