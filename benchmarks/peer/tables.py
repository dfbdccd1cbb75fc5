"""Make the peer's tables, and fill them with FocusFlow's rows.

    DATABASE_URL=postgres://… python -m benchmarks.peer.tables

Replaces what is there of an earlier run. Asks for a superuser, as whom foreign keys are not checked
row by row: FocusFlow's own were.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text

from benchmarks.peer.database import engine
from benchmarks.peer.models import SCHEMA, Base

# What the tables are called in FocusFlow.
SOURCES = {
    "users": "users",
    "tokens": "accounts_apitoken",
    "categories": "categories",
    "tags": "tasks_tag",
    "tasks": "tasks",
    "task_tags": "tasks_task_tag",
    "habits": "habits",
    "checkins": "habits_checkin",
    "rests": "habits_rest",
}


def main() -> None:
    """Fill the tables of the database that DATABASE_URL names."""
    fill(engine)


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
            copy(connection, name, source)
        for index in later:
            index.create(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in SOURCES:
            connection.execute(text(f"VACUUM ANALYZE {SCHEMA}.{name}"))


def copy(connection: Connection, name: str, source: str) -> None:
    """Copy the columns that both tables have; new rows get the ids after theirs."""
    table = Base.metadata.tables[f"{SCHEMA}.{name}"]
    columns = ", ".join(f'"{one.name}"' for one in table.columns if one.computed is None)
    rows = f"SELECT {columns} FROM public.{source}"  # noqa: S608  # names of ours
    connection.execute(text(f"INSERT INTO {table.fullname} ({columns}) {rows}"))
    if "id" in table.columns:
        newest = f"SELECT max(id) FROM {table.fullname} HAVING count(*) > 0"  # noqa: S608
        following = f"setval('{table.fullname}_id_seq', max)"
        connection.execute(text(f"SELECT {following} FROM ({newest}) AS newest"))  # noqa: S608


if __name__ == "__main__":
    main()
