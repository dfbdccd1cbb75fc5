"""The rows that are measured, and what of them the workloads name.

    python -m benchmarks.speed.world 1000 1000000 50000

Made by `manage.py demo` and the models, in the database that the settings name: so many accounts,
so many tasks in all, so many of them of the first account. Prints a `World` as JSON.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import Any

CATEGORIES, HABITS = 20, 10
# As many have habits, and a token: those on whose behalf requests are sent.
CALLERS = 100
RARE_WORD, RARE_TASKS = "quixotic", 5


@dataclass(frozen=True)
class Caller:
    """Somebody on whose behalf requests are sent, and ids of theirs."""

    token: str
    # The one whose list is asked for, and another one, into which new tasks go.
    category: int
    other: int
    # Days that are recorded of daily habits, the last first: habit, day, and 1 or 0.
    days: list[tuple[int, str, int]]
    # Open, due once, without subtasks.
    tasks: list[int]


@dataclass(frozen=True)
class World:
    """Who calls: somebody with many tasks, and others with as many as people have."""

    heavy: Caller
    callers: list[Caller]
    # The address of a page deep in the list of the first, as a cursor has it.
    deep: str = ""

    @classmethod
    def read(cls, text: str) -> World:
        """Return what was printed."""
        found = json.loads(text)
        return cls(Caller(**found["heavy"]), [Caller(**one) for one in found["callers"]])


def make(users: int, tasks: int, heavy: int) -> World:
    """Make the rows."""
    from django.core.management import call_command

    callers = min(CALLERS, users)
    own = heavy + (callers - 1) * ((tasks - heavy) // max(users - 1, 1))
    sizes: dict[str, Any] = {"categories": CATEGORIES, "verbosity": 0, "stdout": sys.stderr}
    call_command("demo", users=callers, all_tasks=own, heavy_tasks=heavy, habits=HABITS, **sizes)
    if users > callers:
        more = {"users": users - callers, "all_tasks": tasks - own, "habits": 0}
        call_command("demo", email="other@example.org", **more, **sizes)
    return describe(callers)


def describe(number: int) -> World:
    """Tag some tasks of the callers, give each a token, and return their ids."""
    from accounts.models import User
    from tasks.models import Task

    people = list(User.objects.order_by("pk")[:number])
    Task.objects.bulk_create(
        Task(user=people[0], title=f"{RARE_WORD.title()} plan {place}")
        for place in range(RARE_TASKS)
    )
    callers = [caller_of(user) for user in people]
    return World(callers[0], callers[1:])


def caller_of(user: Any) -> Caller:
    """Tag every third task of somebody, and return what is asked of theirs."""
    from accounts.tests.make import make_token
    from habits.models import CheckIn
    from tasks.models import Tag, Task, TaskTag

    own = Task.objects.kept().filter(user=user)
    tag = Tag.objects.create(user=user, name="errand")
    tagged = list(own.order_by("pk").values_list("pk", flat=True)[:3000:3])
    TaskTag.objects.bulk_create(TaskTag(user=user, task_id=pk, tag=tag) for pk in tagged)
    category, other = user.categories.order_by("pk").values_list("pk", flat=True)[3:5]
    daily = user.habits.filter(kind="yes_no", frequency="daily")
    days = CheckIn.objects.filter(habit__in=daily).order_by("-day", "habit_id")
    once = own.filter(completed=False, rrule="", subtasks=None)
    return Caller(
        token=make_token(user)[1],
        category=category,
        other=other,
        days=[(one.habit_id, f"{one.day}", int(one.value > 0)) for one in days],
        tasks=list(once.order_by("-pk").values_list("pk", flat=True)[:2000]),
    )


def main() -> None:
    """Make the rows that the command line asks for."""
    import django

    django.setup()
    print(json.dumps(asdict(make(*map(int, sys.argv[1:])))))


if __name__ == "__main__":
    main()
