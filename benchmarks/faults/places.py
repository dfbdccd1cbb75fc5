"""Where FocusFlow keeps its rows in a scenario: an empty database of either kind."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # Rows hold values of every type.

import psycopg

from benchmarks.faults.cluster import Cluster
from focusflow.sqlite import load_library

Database = Any
# Each table's rows as text, in an order of their own.
Rows = dict[str, list[str]]

# SQLite keeps its index of searches in tables, which PostgreSQL has none of.
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' "
    "AND name NOT LIKE 'tasks_search%'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


@dataclass(frozen=True)
class Place:
    """A database and a folder beside it, which are removed after the scenario."""

    database: str
    folder: Path
    url: str
    connect: Callable[[], Database]
    cluster: Cluster | None = None
    disk: Path | None = None
    file: Path | None = None

    def query(self, statement: str) -> list[Any]:
        """Return the rows of a query, asked without FocusFlow."""
        with closing(self.connect()) as opened:
            return list(opened.execute(statement).fetchall())

    def change(self, *statements: str) -> None:
        """Run statements, past FocusFlow."""
        with closing(self.connect()) as opened:
            for statement in statements:
                opened.execute(statement)
            opened.commit()

    def rows(self) -> Rows:
        """Return all rows of all tables; nothing where there is no database."""
        if self.file is not None and not self.file.exists():
            return {}
        return {
            name: sorted(map(repr, self.query(f"SELECT * FROM {name}")))  # noqa: S608
            for (name,) in self.query(TABLES[self.database])
        }

    def clear(self) -> None:
        """Leave an empty database, without tables."""
        if self.file is None:
            self.change("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
            return
        for part in self.file.parent.glob(f"{self.file.name}*"):
            part.unlink()


def on_sqlite(folder: Path, disk: Path | None = None, name: str = "focusflow") -> Place:
    """Return a file that is not there yet, in the folder or on a disk of its own."""
    file = (disk or folder) / f"{name}.sqlite3"
    library = load_library()
    url = f"sqlite:///{file}"
    return Place("sqlite", folder, url, lambda: library.connect(str(file)), None, disk, file)


@contextmanager
def on_postgresql(folder: Path, cluster: Cluster, disk: Path | None = None) -> Iterator[Place]:
    """Give a new database of the cluster, which may be on a disk of its own."""
    name = f"faults_{uuid.uuid4().hex}"
    url = cluster.url(name)
    cluster.execute(f"CREATE DATABASE {name}")
    try:
        yield Place("postgresql", folder, url, lambda: psycopg.connect(url), cluster, disk)
    finally:
        # A scenario that failed may have left it away.
        cluster.start()
        cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def beside(place: Place) -> Iterator[Place]:
    """Give another empty database of the same kind."""
    if place.cluster is None:
        yield on_sqlite(place.folder, name=uuid.uuid4().hex)
        return
    with on_postgresql(place.folder, place.cluster) as other:
        yield other
