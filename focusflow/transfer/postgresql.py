"""A PostgreSQL database, out by pg_dump and in again by the script of pg_restore.

The script runs in this process, in one transaction that ends with the comparison of every table:
what is killed or differs leaves the database as it was. Rejected: psql, which commits what it got
when its input ends early, and pg_restore itself, whose transaction nobody else can look into.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import Any, LiteralString  # Settings and rows hold values of every type.

import psycopg
from psycopg import sql

from focusflow.transfer import TransferError
from focusflow.transfer.contents import Contents, compare
from focusflow.transfer.digest import Digest, digest_of
from focusflow.transfer.tools import find_tool, read_output, run_tool

BATCH_ROWS = 2000
SECONDS_TO_WAIT = 5
# What libpq reads of Django's OPTIONS; the others are Django's and psycopg's.
KEYWORDS = frozenset(option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults())
# For psql alone; and settings that an older server does not know or that are ours.
SKIPPED = (b"\\restrict ", b"\\unrestrict ", b"SET lock_timeout", b"SET transaction_timeout")
COPY = re.compile(rb'COPY (?:"?\w+"?\.)?("(?:[^"]|"")+"|\w+) .*FROM stdin;\n')

OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'
"""
TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
    AND NOT relispartition ORDER BY relname
"""
# Extensions stay: only their owner may drop them, and the dump makes those that are missing.
DROPS = """
    SELECT format('DROP TABLE %s CASCADE', oid::regclass) FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
    AND NOT relispartition
    UNION ALL
    SELECT format('DROP ROUTINE %s CASCADE', oid::regprocedure) FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')
"""


def dump(database: Mapping[str, Any], target: Path) -> Contents:
    """Dump the database as it is at one instant, while others use it, to the file `target`."""
    with connect(database) as source:
        source.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        tool, version = find_tool("pg_dump", at_least=source.info.server_version // 10_000)
        # pg_dump reads what this transaction sees: the rows that are counted are those dumped.
        (snapshot,) = fetch_one(source, "SELECT pg_export_snapshot()")
        contents = describe(source, version)
        arguments = [tool, "--format=custom", "--no-owner", "--no-privileges"]
        arguments += [f"--snapshot={snapshot}", f"--file={target}", f"--dbname={address(database)}"]
        run_tool([*arguments, "--no-password"], database["PASSWORD"])
    return contents


def check(dumped: Path, contents: Contents) -> None:
    """Raise TransferError unless pg_restore reads the dump to its end, with all rows in it."""
    counts = {}
    for statement, data in read_script(dumped, contents):
        found = COPY.fullmatch(statement)
        if found is not None:
            counts[found[1].strip(b'"').decode()] = sum(1 for _ in data)
    expected = {name: table.rows for name, table in contents.tables.items()}
    if counts != expected:
        raise TransferError(f"The dump holds {counts} rows instead of {expected}.")


def fill(database: Mapping[str, Any], dumped: Path, contents: Contents) -> None:
    """Put the dumped rows in place of all that the database holds, or change nothing."""
    with connect(database) as target:
        refuse_others(target)
        target.execute("SET LOCAL lock_timeout = '20s'")
        for (statement,) in target.execute(DROPS).fetchall():
            target.execute(statement)
        for script, data in read_script(dumped, contents):
            run(target, script, data)
        # The script leaves its own search path behind.
        target.execute("SET search_path TO DEFAULT")
        compare(describe(target, contents.tool).tables, contents.tables, "the restored database")


def run(target: psycopg.Connection[Any], script: bytes, data: Iterator[bytes]) -> None:
    """Run a part of the script; a COPY takes its data."""
    if not COPY.fullmatch(script):
        target.execute(script)
        return
    with target.cursor() as cursor, cursor.copy(script) as copy:
        for line in data:
            copy.write(line)


def read_script(dumped: Path, contents: Contents) -> Iterator[tuple[bytes, Iterator[bytes]]]:
    """Yield the parts of the script that pg_restore makes of a dump, each with its data."""
    tool, _ = find_tool("pg_restore", at_least=contents.tool)
    options = ["--no-owner", "--no-privileges", "--no-comments", "--file=-"]
    return split(read_output([tool, *options, str(dumped)]))


def split(lines: Iterator[bytes]) -> Iterator[tuple[bytes, Iterator[bytes]]]:
    """Yield each COPY with the lines of its rows, and what stands between them without any.

    The rows have to be read before the next part is asked for.
    """
    part: list[bytes] = []
    for line in lines:
        if COPY.fullmatch(line):
            yield b"".join(part), iter(())
            part = []
            yield line, takewhile(b"\\.\n".__ne__, lines)
        elif not line.startswith(SKIPPED):
            part.append(line)
    yield b"".join(part), iter(())


def refuse_others(target: psycopg.Connection[Any]) -> None:
    """Raise TransferError while others are connected; the last of a killed program leave soon."""
    for _ in range(SECONDS_TO_WAIT * 10):
        (others,) = fetch_one(target, OTHERS)
        if not others:
            return
        # A transaction sees the statistics as they were when it first asked.
        target.execute("SELECT pg_stat_clear_snapshot()")
        time.sleep(0.1)
    raise TransferError(
        f"{others} other connections use the database: stop the server and whatever else is "
        "connected (psql, another tool), then try again."
    )


def count_rows(database: Mapping[str, Any]) -> dict[str, int]:
    """Return how many rows each table holds."""
    with connect(database) as source:
        count = sql.SQL("SELECT count(*) FROM {}")
        return {
            name: fetch_one(source, count.format(sql.Identifier(name)))[0]
            for name in table_names(source)
        }


@contextmanager
def connect(database: Mapping[str, Any]) -> Iterator[psycopg.Connection[Any]]:
    """Open one transaction, committed at its end unless an error ends it."""
    try:
        with psycopg.connect(address(database), password=database["PASSWORD"] or None) as opened:
            # Text of rows must not depend on the server's configuration.
            opened.execute("SET TIME ZONE 'UTC'; SET DateStyle = 'ISO'; SET extra_float_digits = 1")
            # The transaction so far read nothing: its successor may choose its isolation.
            opened.commit()
            yield opened
    except psycopg.Error as error:
        raise TransferError(f"PostgreSQL says: {str(error).strip()}") from error


def address(database: Mapping[str, Any]) -> str:
    """Return where the database is, for libpq, without the password."""
    options = {key: value for key, value in database["OPTIONS"].items() if key in KEYWORDS}
    names = {"HOST": "host", "PORT": "port", "USER": "user", "NAME": "dbname"}
    at = {name: database[key] for key, name in names.items() if database[key]}
    return psycopg.conninfo.make_conninfo(**options | at | {"client_encoding": "UTF8"})


def describe(source: psycopg.Connection[Any], version: int) -> Contents:
    """Return what the database holds, read by a pg_dump of this version."""
    names = table_names(source)
    tables = {name: digest_table(source, name) for name in names}
    migrations: list[str] = []
    if "django_migrations" in names:
        found = source.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id")
        migrations = [name for (name,) in found]
    return Contents("postgresql", version, migrations, tables)


def digest_table(source: psycopg.Connection[Any], name: str) -> Digest:
    """Return the digest of a table's rows, each as PostgreSQL writes it as text."""
    with source.cursor(name="rows") as rows:
        rows.itersize = BATCH_ROWS
        rows.execute(sql.SQL("SELECT r::text FROM {} AS r").format(sql.Identifier(name)))
        return digest_of(rows)


def table_names(source: psycopg.Connection[Any]) -> list[str]:
    """Return the tables of the schema in use, by name."""
    return [name for (name,) in source.execute(TABLES)]


def fetch_one(source: psycopg.Connection[Any], query: LiteralString | sql.Composed) -> Any:
    """Return the one row of a query."""
    return source.execute(query).fetchone()
