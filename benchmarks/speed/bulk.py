"""Many tasks at once: an import, beside the two ways that Django offers.

    DATABASE_URL=postgres://… python -m benchmarks.speed.bulk 100000

Prints tasks a second as JSON, the medians of three rounds in turns: of `manage.py import_todoist`,
which reads a file, checks each task for its owner and its limits, and leaves an event for each; of
`save()` in one transaction; and of Django's own `bulk_create`, which does none of that. Only the
import is tried with all tasks: the others' time grows with their number alone.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROUNDS = 3
HEADER = "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE\n"


def write_export(path: Path, number: int) -> None:
    """Write a file of so many tasks, as Todoist does."""
    line = (
        'task,"Call the dentist about {}","Ask for the earliest, please",{},1,Ann (1),,{},en,UTC\n'
    )
    with path.open("w") as written:
        written.write(HEADER)
        for place in range(number):
            day = f"2027-{1 + place % 12:02}-{1 + place % 28:02}"
            written.write(line.format(place, 1 + place % 4, day))


def ways(user: Any, path: Path) -> dict[str, Callable[[int], None]]:
    """Return the ways to make tasks of somebody."""
    from django.core.management import call_command
    from django.db import transaction
    from django.db.models import QuerySet

    from tasks.models import Task

    def rows(number: int) -> list[Task]:
        return [
            Task(
                user=user,
                title=f"Call the dentist about {place}",
                description="Ask for the earliest, please",
                due_date=datetime(2027, 1 + place % 12, 1 + place % 28, tzinfo=UTC),
                all_day=True,
                priority=1 + place % 4,
            )
            for place in range(number)
        ]

    def by_import(number: int) -> None:
        write_export(path, number)
        call_command("import_todoist", str(path), user=user.email, verbosity=0, stdout=sys.stderr)

    def by_save(number: int) -> None:
        with transaction.atomic():
            for row in rows(number):
                row.save()

    def by_bulk_create(number: int) -> None:
        tasks = rows(number)
        for task in tasks:
            task.derive()
        everything: QuerySet[Task] = QuerySet(Task)
        everything.bulk_create(tasks, batch_size=1000)

    return {"import": by_import, "save()": by_save, "bulk_create": by_bulk_create}


def measure(number: int) -> dict[str, float]:
    """Return tasks a second, by the way."""
    from accounts.tests.make import make_user

    sizes = {"import": number, "save()": number // 20, "bulk_create": number // 4}
    speeds: dict[str, list[float]] = {name: [] for name in sizes}
    with tempfile.TemporaryDirectory() as folder:
        for place in range(ROUNDS):
            user = make_user(f"bulk-{place}@example.org")
            for name, way in ways(user, Path(folder) / f"{place}.csv").items():
                start = time.perf_counter()
                way(sizes[name])
                speeds[name].append(sizes[name] / (time.perf_counter() - start))
    return {name: statistics.median(found) for name, found in speeds.items()}


def main() -> None:
    """Print what was measured."""
    import django

    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))


if __name__ == "__main__":
    main()
