"""System checks of what a database needs for searches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from tasks.indexing import EXTENSIONS, is_missing, takes_fts5

COMMAND = "python manage.py rebuild_search"


@register(Tags.database)
def check_search(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Name what keeps searches of tasks from having an index."""
    checks = {"sqlite": check_sqlite, "postgresql": check_postgresql}
    return [
        message for alias in databases or () for message in checks[connections[alias].vendor](alias)
    ]


def check_sqlite(alias: str) -> list[CheckMessage]:
    """Refuse an SQLite without FTS5; warn when something took the triggers away."""
    if not takes_fts5(connections[alias]):
        return [
            Error(
                "This SQLite was built without FTS5, which searches need.",
                hint="Install requirements.txt, which brings pysqlite3 where it has a wheel; or "
                "use Python with another SQLite, or PostgreSQL.",
                id="tasks.E001",
            )
        ]
    if not is_missing(connections[alias]):
        return []
    return [
        Warning(
            "The index of searches is not whole: they may miss tasks.",
            hint=f"Run `{COMMAND}`.",
            id="tasks.W001",
        )
    ]


def check_postgresql(alias: str) -> list[CheckMessage]:
    """Warn when searches go without an index."""
    if not is_missing(connections[alias]):
        return []
    name = connections[alias].settings_dict["NAME"]
    statements = " ".join(f"CREATE EXTENSION IF NOT EXISTS {name};" for name in EXTENSIONS)
    return [
        Warning(
            "Searches have no index: each reads all tasks of its owner.",
            hint=f"Let the owner of the database {name}, or a superuser, run in it: {statements} "
            f"Then run `{COMMAND}`. Where the extensions are not to be had, leave it: searches "
            "find the same, more slowly.",
            id="tasks.W002",
        )
    ]
