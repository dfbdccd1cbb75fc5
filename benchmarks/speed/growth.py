"""How a page's cost grows with all tasks: the time of half of the requests, and what is read.

    DATABASE_URL=postgres://… python -m benchmarks.speed.growth fill 1 10000
    DATABASE_URL=postgres://… python -m benchmarks.speed.growth read TOKEN

The first makes the tasks of these numbers, and on an empty database the accounts before, and prints
a token of the one who has every twentieth task. The second prints how many of PostgreSQL's buffers
the page of each list touches, as JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

PEOPLE = 1000
HEAVY = "heavy@example.org"
LISTS = {
    "list": "/api/v1/tasks/?completed=false",
    "list by title": "/api/v1/tasks/?ordering=title",
    "search": "/api/v1/tasks/?search=quixotic&ordering=due_date",
}


def fill(first: int, last: int) -> str:
    """Make tasks; return a token of the one who has many."""
    from accounts.models import User
    from accounts.tests.make import make_token, make_user
    from tasks.tests.many import make_people, make_tasks

    heavy = User.objects.filter(email=HEAVY).first()
    if heavy is None:
        heavy = make_user(HEAVY)
        make_people(PEOPLE - 1)
    make_tasks(heavy, first, last)
    return make_token(heavy)[1]


def read(token: str) -> dict[str, int]:
    """Return how many buffers the statement of each list's page touches."""
    from django.db import connection
    from rest_framework.test import APIClient

    statements: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if 'FROM "tasks"' in sql and "LIMIT" in sql:
            statements.append((sql, params))
        return execute(sql, params, many, context)

    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_HOST="localhost")
    touched = {}
    for name, path in LISTS.items():
        statements.clear()
        with connection.execute_wrapper(note):
            answer = client.get(path)
        assert answer.status_code == 200, answer.content
        touched[name] = sum(buffers(*statement) for statement in statements)
    return touched


def buffers(sql: str, params: Any) -> int:
    """Return how many shared buffers a statement touches."""
    from django.db import connection

    # Written out, since EXPLAIN takes no parameters of a prepared statement.
    written = connection.ops.compose_sql(sql, params)  # type: ignore[attr-defined]  # PostgreSQL's
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {written}")
        (plan,) = cursor.fetchone()
    parsed = json.loads(plan) if isinstance(plan, str) else plan
    top = parsed[0]["Plan"]
    return int(top["Shared Hit Blocks"] + top["Shared Read Blocks"])


def main() -> None:
    """Do what the command line asks for, and print what comes of it."""
    import django

    django.setup()
    match sys.argv[1:]:
        case ["fill", first, last]:
            print(fill(int(first), int(last)))
        case ["read", token]:
            print(json.dumps(read(token)))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
