"""The embedded database, out into a file of SQLite's own format and in again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any  # Settings and rows hold values of every type.

from focusflow.sqlite import load_library
from focusflow.transfer import TransferError
from focusflow.transfer.contents import Contents, compare
from focusflow.transfer.digest import Digest, digest_of

Database = load_library()

SECONDS_TO_WAIT = 20


def dump(database: Mapping[str, Any], target: Path) -> Contents:
    """Copy the database as it is at one instant, while others use it, to the file `target`."""
    if not Path(database["NAME"]).is_file():
        raise TransferError(f"There is no database {database['NAME']}: check DATABASE_URL.")
    with open_file(database["NAME"]) as source, open_file(target) as copy:
        # One read transaction: the rows that are counted are the rows that are copied.
        source.execute("BEGIN")
        contents = describe(source)
        source.backup(copy)
    return contents


def check(dumped: Path, contents: Contents) -> None:
    """Raise TransferError unless the dumped file is sound and holds the contents."""
    with open_file(dumped) as copy:
        findings = [row[0] for row in copy.execute("PRAGMA integrity_check(1)")]
        if findings != [b"ok"]:
            raise TransferError(f"SQLite finds the backup damaged: {findings[0].decode()}")
        compare(describe(copy).tables, contents.tables, "the backup")


def fill(database: Mapping[str, Any], dumped: Path, contents: Contents) -> None:
    """Put the dumped rows in place of all that the database holds.

    One transaction of SQLite's own, so that a power cut leaves the old rows or the new ones. The
    file is never renamed: a connection that were open meanwhile would write into the old one.
    """
    with open_file(database["NAME"]) as target, open_file(dumped) as source:
        take_alone(target)
        source.backup(target)
        compare(describe(target).tables, contents.tables, "the database")


def take_alone(target: Any) -> None:
    """Keep everybody else out until the connection is closed."""
    try:
        target.execute("PRAGMA synchronous = FULL")
        target.execute("PRAGMA locking_mode = EXCLUSIVE")
        target.execute("BEGIN EXCLUSIVE")
        target.execute("COMMIT")
    except Database.OperationalError as error:
        raise TransferError(
            f"Another program uses the database ({error}): stop the server, then try again."
        ) from error


def count_rows(database: Mapping[str, Any]) -> dict[str, int]:
    """Return how many rows each table holds; nothing where there is no file."""
    if not Path(database["NAME"]).is_file():
        return {}
    with open_file(database["NAME"]) as source:
        counts = {}
        for table in table_names(source):
            (counts[table],) = source.execute(f"SELECT count(*) FROM {quote(table)}").fetchone()  # noqa: S608  # nosec B608  # quoted names of the catalogue's
    return counts


@contextmanager
def open_file(path: str | Path) -> Iterator[Any]:
    """Open a file for statements that begin no transaction of themselves; text comes as bytes."""
    try:
        with closing(
            Database.connect(str(path), timeout=SECONDS_TO_WAIT, isolation_level=None)
        ) as connection:
            # What is no UTF-8 has to be copied and counted too.
            connection.text_factory = bytes
            yield connection
    except Database.Error as error:
        raise TransferError(f"SQLite says of {path}: {error}.") from error


def describe(source: Any) -> Contents:
    """Return what the database holds."""
    tables = {name: digest_table(source, name) for name in table_names(source)}
    return Contents("sqlite", 0, read_migrations(source), tables)


def digest_table(source: Any, name: str) -> Digest:
    """Return the digest of a table's rows, as they are stored."""
    return digest_of(source.execute(f"SELECT * FROM {quote(name)}"))  # noqa: S608  # nosec B608  # quoted names of the catalogue's


def table_names(source: Any) -> list[str]:
    """Return the tables by name: none of SQLite's own, nor what an index of words keeps."""
    found = source.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    )
    return [name.decode() for (name,) in found]


def read_migrations(source: Any) -> list[str]:
    """Return the migrations that were applied."""
    if "django_migrations" not in table_names(source):
        return []
    found = source.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id")
    return [name.decode() for (name,) in found]


def quote(name: str) -> str:
    """Return a table's name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'
