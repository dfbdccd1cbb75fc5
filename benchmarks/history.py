"""What the history of changes costs: the same writes with and without it, side by side.

    python benchmarks/history.py

Runs on a database of its own beside the one that DATABASE_URL names, and removes it. Each kind of
write is timed in turns, with history and without, and the ratio of the medians is printed: 1.2
means that a fifth more time goes into it.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

import django

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 15
MANY = 1000


def main() -> None:
    """Measure, and print a table."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focusflow.settings")
    os.environ.setdefault("DEBUG", "true")
    os.environ.setdefault("LOG_LEVEL", "warning")
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0)
    try:
        measure()
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


def measure() -> None:
    """Time each kind of write both ways, and print a table."""
    from django.db import connection

    from focusflow.printing import print_table

    writes = Writes()
    rows = [
        ("POST of one task, API", *compare(writes.post, 50)),
        ("PATCH of one task, API", *compare(writes.patch, 50)),
        ("DELETE of one task, API", *compare(writes.delete, 50)),
        (f"bulk_create of {MANY}", *compare(writes.create_many, 1)),
        (f"update() of {MANY}", *compare(writes.update_many, 1)),
        (f"delete() of {MANY}", *compare(writes.delete_many, 1, before=writes.create_many)),
    ]
    print(f"{connection.vendor}, milliseconds for each, median of {ROUNDS} rounds in turns")
    print_table(sys.stdout, ("write", "without", "with history", "ratio"), rows)


class Writes:
    """The kinds of writes, on the tasks of one person."""

    def __init__(self) -> None:
        from django.conf import settings
        from rest_framework.test import APIClient

        from accounts.models import User
        from tasks.models import Task

        settings.ALLOWED_HOSTS = ["*"]
        settings.API_RATE_PER_PERSON = settings.API_RATE_PER_ADDRESS = 10**9
        self.ann = User.objects.create_user("ann@example.org", name="Ann")
        self.client = APIClient()
        self.client.force_login(self.ann)
        self.rows = Task.objects
        self.task = Task

    def newest(self, number: int) -> list[int]:
        """Return the ids of the newest tasks."""
        return list(self.rows.order_by("-pk").values_list("pk", flat=True)[:number])

    def post(self) -> None:
        """Make tasks one by one."""
        for number in range(50):
            answer = self.client.post("/api/v1/tasks/", {"title": f"Task {number}"})
            assert answer.status_code == 201, answer.content

    def patch(self) -> None:
        """Change tasks one by one."""
        for pk in self.newest(50):
            answer = self.client.patch(f"/api/v1/tasks/{pk}/", {"title": f"At {perf_counter()}"})
            assert answer.status_code == 200, answer.content

    def delete(self) -> None:
        """Delete tasks one by one."""
        for pk in self.newest(50):
            assert self.client.delete(f"/api/v1/tasks/{pk}/").status_code == 204

    def create_many(self) -> None:
        """Make many tasks at once."""
        self.rows.bulk_create(self.task(user=self.ann, title=f"Task {n}") for n in range(MANY))

    def update_many(self) -> None:
        """Change many tasks at once."""
        self.rows.filter(pk__in=self.newest(MANY)).update(description=f"{perf_counter()}")

    def delete_many(self) -> None:
        """Delete many tasks at once."""
        self.rows.filter(pk__in=self.newest(MANY)).delete()


def compare(
    work: Callable[[], None], times: int, before: Callable[[], None] | None = None
) -> tuple[str, str, str]:
    """Return the medians without and with history, in milliseconds, and their ratio."""
    seconds: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(ROUNDS):
        for is_recorded in (False, True):
            if before is not None:
                before()
            with nullcontext() if is_recorded else unrecorded():
                start = perf_counter()
                work()
                seconds[is_recorded].append(perf_counter() - start)
    without, recorded = (statistics.median(seconds[key]) / times * 1000 for key in (False, True))
    return f"{without:.2f}", f"{recorded:.2f}", f"{recorded / without:.2f}"


def unrecorded() -> object:
    """Let rows be written as Django alone writes them, with their version and no event."""
    return _Unrecorded()


class _Unrecorded:
    """Takes the reading before a change, and the writing after it, out of the way."""

    def __enter__(self) -> None:
        from accounts import history, versioning

        self.patches = [
            patch.object(history, "write", lambda *_: None),
            patch.object(history, "snapshot_of", lambda *_: history.Snapshot(0, {})),
            patch.object(versioning.VersionedModel, "save", plain_save),
            patch.object(versioning.VersionedQuerySet, "update", plain_update),
            patch.object(versioning.VersionedQuerySet, "delete", django_queryset().delete),
        ]
        for each in self.patches:
            each.start()

    def __exit__(self, *_: object) -> None:
        for each in self.patches:
            each.stop()


def django_queryset() -> type:
    """Return Django's own class of querysets."""
    from django.db.models import QuerySet

    return QuerySet


def plain_save(self: object, *args: object, **kwargs: object) -> None:
    """Write a row and its version, and nothing else."""
    from accounts import versioning

    fields = kwargs.get("update_fields")
    if not self._state.adding and not (fields is not None and self.is_derived(fields)):
        for name, value in versioning.STAMPS.items():
            setattr(self, name, value)
        if fields is not None:
            kwargs["update_fields"] = {*fields, *versioning.STAMPS}
    super(versioning.VersionedModel, self).save(*args, **kwargs)


def plain_update(self: object, **values: object) -> int:
    """Write rows and their versions, and nothing else."""
    from accounts import versioning

    return django_queryset().update(self, **{**versioning.STAMPS, **values})


if __name__ == "__main__":
    main()
