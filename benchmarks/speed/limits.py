"""What no server can be quicker than: the list's own statements, sent by as little as can be.

    DATABASE_URL=postgres://… python -m benchmarks.speed.limits TOKEN

Prints the two statements of a page, the tasks' and the tags', with their values, as JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import re
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
import psycopg

from benchmarks.speed.load import CONNECTIONS
from benchmarks.speed.systems import WORKERS


@dataclass(frozen=True)
class Page:
    """The statements that read a page, and the values of the first; its columns by their names."""

    tasks: str
    values: list[int]
    tags: str
    names: list[str]


def find_page(token: str) -> Page:
    """Ask FocusFlow for the list, in this process, and return the statements that it made."""
    from rest_framework.test import APIClient

    from accounts.digests import digest_of
    from accounts.models import ApiToken
    from focusflow.api.prepared import STATEMENTS
    from focusflow.api.rows import shape_of
    from focusflow.statements import Slot
    from tasks.api.fields import TAG_NAMES
    from tasks.api.serializers import TaskSerializer

    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_HOST="localhost")
    answer = client.get("/api/v1/tasks/?completed=false")
    assert answer.status_code == 200, answer.content
    owner = ApiToken.objects.get(digest=digest_of(token)).user_id
    (statement,) = STATEMENTS.values()
    (made,) = statement.compiled.values()
    (tags,) = TAG_NAMES.compiled.values()
    assert all(isinstance(one, Slot) and one.name == "reader" for one in made.parameters)
    names = list(shape_of(TaskSerializer).names)
    return Page(made.sql, [owner] * len(made.parameters), tags.sql, names)


def pgbench(page: Page, url: str, seconds: int, folder: Path) -> float:
    """Return how many pages of tasks a second PostgreSQL's own client reads, planned once."""
    values = iter(page.values)
    script = folder / "page.sql"
    script.write_text(re.sub("%s", lambda _: str(next(values)), page.tasks) + ";\n")
    options = ("-n", "-M", "prepared", "-j1", f"-c{CONNECTIONS}", f"-T{seconds}", "-f", script)
    shown = subprocess.run(
        ["pgbench", *options, url], check=True, capture_output=True, text=True
    ).stdout
    found = re.search(r"tps = ([\d.]+)", shown)
    assert found, shown
    return float(found[1])


def loop(page: Page, url: str, seconds: int) -> float:
    """Return how many pages a second two processes read and write as JSON, and nothing else."""
    with multiprocessing.get_context("spawn").Pool(WORKERS) as pool:
        work = [pool.apply_async(read_pages, (page, url, seconds)) for _ in range(WORKERS)]
        return sum(one.get() for one in work)


def read_pages(page: Page, url: str, seconds: int) -> float:
    """Read pages for some seconds; return how many in one."""
    with psycopg.connect(url, autocommit=True) as connection:
        pages, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            read_page(page, connection)
            pages += 1
        return pages / (time.perf_counter() - start)


def read_page(page: Page, connection: psycopg.Connection[Any]) -> bytes:
    """Return a page as JSON."""
    rows = connection.execute(page.tasks, page.values, prepare=True, binary=True).fetchall()
    ids = [row[0] for row in rows]
    tags: defaultdict[int, list[str]] = defaultdict(list)
    for pk, name in connection.execute(page.tags, [ids], prepare=True, binary=True):
        tags[pk].append(name)
    shown = [dict(zip(page.names, row, strict=False)) | {"tags": tags[row[0]]} for row in rows]
    return orjson.dumps({"results": shown}, option=orjson.OPT_UTC_Z)


def main() -> None:
    """Print the statements of whoever has the token."""
    import django

    django.setup()
    print(json.dumps(asdict(find_page(sys.argv[1]))))


if __name__ == "__main__":
    main()
