"""Make the peer's tables, and fill them with FocusFlow's rows.

    DATABASE_URL=postgres://… python -m benchmarks.peer.tables

Replaces what is there of an earlier run.
"""

from __future__ import annotations

import os

from sqlalchemy import Engine, create_engine, func, select, text

from benchmarks.peer.models import SCHEMA, Base, Task

# What the tables are called in FocusFlow, in an order in which each finds what it refers to.
SOURCES = {
    "users": "users",
    "tokens": "accounts_apitoken",
    "categories": "categories",
    "tags": "tasks_tag",
    "tasks": "tasks",
    "task_tags": "tasks_task_tag",
    "habits": "habits",
    "checkins": "habits_checkin",
}


def main() -> None:
    """Fill the tables of the database that DATABASE_URL names."""
    url = os.environ["DATABASE_URL"].replace("postgres://", "postgresql+psycopg://", 1)
    fill(create_engine(url))


def fill(engine: Engine) -> None:
    """Make the tables anew; their indexes once the rows are there."""
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        later = [index for table in Base.metadata.tables.values() for index in table.indexes]
        for index in later:
            Base.metadata.tables[str(index.table)].indexes.discard(index)
        Base.metadata.create_all(connection)
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name, source in SOURCES.items():
            connection.execute(text(copy_of(name, source)))
        for index in later:
            index.create(connection)
        newest = connection.scalar(select(func.max(Task.id))) or 1
        connection.execute(select(func.setval(f"{SCHEMA}.tasks_id_seq", newest)))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in SOURCES:
            connection.execute(text(f"VACUUM ANALYZE {SCHEMA}.{name}"))


def copy_of(name: str, source: str) -> str:
    """Return the statement that copies the columns that both tables have."""
    columns = [
        column.name
        for column in Base.metadata.tables[f"{SCHEMA}.{name}"].columns
        if column.computed is None
    ]
    listed = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {SCHEMA}.{name} ({listed}) SELECT {listed} FROM public.{source}"  # noqa: S608  # names of ours


if __name__ == "__main__":
    main()
