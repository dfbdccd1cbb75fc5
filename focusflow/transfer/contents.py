"""What a database holds, as a backup tells it, and which of two differ."""

from __future__ import annotations

from dataclasses import dataclass

from focusflow.transfer import TransferError
from focusflow.transfer.digest import Digest

# What `migrate` alone writes into a database: one that holds no other rows is empty.
WRITTEN_BY_MIGRATE = frozenset({"django_content_type", "django_migrations", "auth_permission"})


@dataclass(frozen=True)
class Contents:
    """What a database held at one instant.

    `tool` is the major version of the pg_dump that read it, 0 for SQLite. `migrations` are those
    that were applied, such as "tasks.0001_initial", in their order.
    """

    vendor: str
    tool: int
    migrations: list[str]
    tables: dict[str, Digest]

    @property
    def rows(self) -> int:
        """How many rows all tables hold together."""
        return sum(table.rows for table in self.tables.values())


def rows_of_people(counts: dict[str, int]) -> int:
    """Return how many rows are not of `migrate` alone."""
    return sum(rows for table, rows in counts.items() if table not in WRITTEN_BY_MIGRATE)


def compare(found: dict[str, Digest], expected: dict[str, Digest], place: str) -> None:
    """Raise TransferError when tables differ; `place` says where the found ones are."""
    different = sorted(
        name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name)
    )
    if different:
        name = different[0]
        raise TransferError(
            f"The table {name} differs in {place}: {describe(found.get(name))} instead of "
            f"{describe(expected.get(name))} ({len(different)} tables differ)."
        )


def describe(table: Digest | None) -> str:
    """Return what is said of a table, or that there is none."""
    return "no table" if table is None else f"{table.rows} rows of digest {table.digest[:8]}"
