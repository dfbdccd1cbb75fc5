"""A backup is made, read back and given its name; a backup is checked and put back.

Nothing has the name of a backup before it was read back and compared, and nothing of a database
is touched before the whole file was checked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol  # Settings of a database are of every type.

from focusflow.transfer import TransferError, archive, media, postgresql, sqlite
from focusflow.transfer.archive import Manifest
from focusflow.transfer.contents import Contents, rows_of_people

Database = Mapping[str, Any]
Tell = Callable[[str], object]

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class Engine(Protocol):
    """What each of the two databases does by its own means."""

    def dump(self, database: Database, target: Path) -> Contents:
        """Write the database to a file."""

    def check(self, dumped: Path, contents: Contents) -> None:
        """Raise TransferError unless the file holds the contents."""

    def fill(self, database: Database, dumped: Path, contents: Contents) -> None:
        """Put the file's rows in place of the database's, all or none."""

    def count_rows(self, database: Database) -> dict[str, int]:
        """Return how many rows each table holds."""


ENGINES: dict[str, Engine] = {"sqlite": sqlite, "postgresql": postgresql}


def vendor_of(database: Database) -> str:
    """Return "sqlite" or "postgresql"."""
    return "sqlite" if database["ENGINE"] == "focusflow.sqlite" else "postgresql"


def make(
    database: Database, folder: Path | None, target: Path, *, at: datetime, tell: Tell
) -> Manifest:
    """Back the database and the media folder up to the file `target`, which must not be there."""
    if target.exists():
        raise TransferError(f"There is {target} already: name another file, or a folder.")
    engine = ENGINES[vendor_of(database)]
    with archive.drafts_in(target.parent) as drafts:
        dumped, draft = drafts / "dump", drafts / "draft"
        tell("reading the database")
        contents = engine.dump(database, dumped)
        if not contents.tables:
            raise TransferError("The database holds no tables: check DATABASE_URL and DATA_DIR.")
        files = media.list_files(folder)
        manifest = Manifest(archive.FORMAT, at.isoformat(), len(files), contents)
        tell("writing the file")
        archive.write(draft, dumped, files, manifest)
        tell("reading it back")
        if check(draft) != manifest:
            raise TransferError("The backup does not say what was written into it.")
        archive.publish(draft, target)
    return manifest


def check(path: Path) -> Manifest:
    """Return what a backup holds; raise TransferError unless it is whole and can be read."""
    manifest = archive.read_manifest(path)
    with tempfile.TemporaryDirectory(prefix="focusflow-") as folder:
        dumped = Path(folder) / "dump"
        archive.extract_database(path, dumped)
        ENGINES[manifest.contents.vendor].check(dumped, manifest.contents)
    return manifest


def refuse(
    database: Database,
    folder: Path | None,
    manifest: Manifest,
    *,
    known: Collection[str],
    replace: bool,
) -> None:
    """Raise TransferError when the backup does not fit: other database, newer tables, rows there.

    `known` are the migrations of this release. Only `replace` lets rows and files be lost.
    """
    contents = manifest.contents
    if contents.vendor != vendor_of(database):
        raise TransferError(
            f"The backup is of {NAMES[contents.vendor]}, and DATABASE_URL names another kind: "
            f"restore it into {NAMES[contents.vendor]}, then `manage.py move_database`."
        )
    unknown = [name for name in contents.migrations if name not in known]
    if unknown:
        raise TransferError(
            f"The backup is of a newer FocusFlow: this one does not know {unknown[0]} "
            f"({len(unknown)} such migrations). Install the newer release, then restore."
        )
    if manifest.files and folder is None:
        raise TransferError(f"The backup holds {manifest.files} files: set MEDIA_ROOT for them.")
    rows = rows_of_people(ENGINES[contents.vendor].count_rows(database))
    files = len(media.list_files(folder))
    if (rows or files) and not replace:
        raise TransferError(
            f"The database is not empty: {rows} rows and {files} files would be lost. Back it up "
            "first, then say --replace."
        )


def restore(database: Database, folder: Path | None, path: Path, *, tell: Tell) -> None:
    """Put a backup that `check` and `refuse` let pass in place of the database and its files.

    All of the database or nothing. The files follow: a kill between the two is cured by a second
    restore.
    """
    manifest = archive.read_manifest(path)
    with tempfile.TemporaryDirectory(prefix="focusflow-") as drafts:
        dumped = Path(drafts) / "dump"
        archive.extract_database(path, dumped)
        if folder is not None:
            tell("unpacking the files")
            archive.extract_media(path, media.make_stage(folder))
        tell("filling the database")
        ENGINES[manifest.contents.vendor].fill(database, dumped, manifest.contents)
    if folder is not None:
        tell("placing the files")
        media.swap(folder)
