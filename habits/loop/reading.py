"""Either form of an export, told by its first bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from habits.loop.backup import read_backup
from habits.loop.contents import Export
from habits.loop.csv_export import read_csv_export
from habits.loop.problems import LoopError, Place

FILE_SIZE: Final = 64 * 1024**2
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
SQLITE: Final = b"SQLite format 3\0"


def read_file(path: Path) -> Export:
    """Return what the file at a path holds; raises LoopError also where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(FILE_SIZE + 1)
    except OSError as error:
        sentence = f"it cannot be read ({error.strerror}). Give a file that you may read."
        raise LoopError(Place(str(path)), sentence) from error
    return read_export(str(path), data)


def read_export(file: str, data: bytes) -> Export:
    """Return what a file holds, given its name or path and its content.

    Raises LoopError where it is no export of Loop, is broken, or holds what cannot be kept; then
    nothing of it is read.
    """
    place = Place(file)
    if len(data) > FILE_SIZE:
        sentence = f"it is larger than {FILE_SIZE // 1024**2} MiB. Give a single export of Loop."
        raise LoopError(place, sentence)
    if data.startswith(ZIP):
        return read_csv_export(file, data)
    if data.startswith(SQLITE):
        return read_backup(file, data)
    raise LoopError(
        place,
        "it is neither a zip nor a SQLite database. Give what Loop's “Export as CSV” or “Export "
        "full backup” makes.",
    )
