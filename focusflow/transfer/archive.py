"""The one file of a backup: a zip archive that ends with the SHA-256 of all bytes before it.

It holds ``database`` (SQLite's own file, or pg_dump's custom format), ``media/…`` and
``manifest.json``. The archive's comment is the seal, so that every byte counts, and other
programs still open the file: ``head -c -64 FILE | sha256sum`` is what ``tail -c 64 FILE`` says.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from focusflow.transfer import TransferError
from focusflow.transfer.contents import Contents
from focusflow.transfer.digest import Digest

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
MEDIA = "media"

SEAL_LENGTH = 64
BLOCK_BYTES = 1024 * 1024
# Beside the backup while it is written, and later what a kill left of it.
DRAFT_PREFIX = ".focusflow-"
SECONDS_UNTIL_STALE = 24 * 3600
NAME = re.compile(r"focusflow-\d{8}T\d{6}Z\.zip")


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself; `made_at` is an aware instant in ISO 8601."""

    format: int
    made_at: str
    files: int
    contents: Contents


def name_at(at: datetime) -> str:
    """Return the name of a backup that is made in a folder at the UTC instant `at`."""
    return f"focusflow-{at:%Y%m%dT%H%M%SZ}.zip"


def write(path: Path, dumped: Path, files: list[tuple[Path, str]], manifest: Manifest) -> None:
    """Write the archive of a dump and of files, each with its path below ``media/``, and seal it.

    It is on the disk when this returns, not in a cache that a power cut would empty.
    """
    with path.open("xb") as file:
        path.chmod(0o600)
        with ZipFile(file, "w", ZIP_DEFLATED, strict_timestamps=False) as archive:
            archive.write(dumped, DATABASE)
            for source, name in files:
                archive.write(source, f"{MEDIA}/{name}")
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
            archive.comment = b"0" * SEAL_LENGTH
    with path.open("r+b") as file:
        seal = seal_of(path)
        file.seek(-SEAL_LENGTH, os.SEEK_END)
        file.write(seal)
        file.flush()
        os.fsync(file.fileno())


def seal_of(path: Path) -> bytes:
    """Return the SHA-256 of all but the last 64 bytes, in hexadecimal digits."""
    digest = sha256()
    left = path.stat().st_size - SEAL_LENGTH
    with path.open("rb") as file:
        while left > 0 and (block := file.read(min(left, BLOCK_BYTES))):
            digest.update(block)
            left -= len(block)
    return digest.hexdigest().encode()


def read_manifest(path: Path) -> Manifest:
    """Return what the archive says of itself, after a look at each of its bytes.

    Raises TransferError for a file that is cut off, changed, no backup, or of a later format.
    """
    if not path.is_file():
        raise TransferError(f"There is no file {path}.")
    with path.open("rb") as file:
        file.seek(-min(SEAL_LENGTH, path.stat().st_size), os.SEEK_END)
        if file.read() != seal_of(path):
            raise TransferError(
                f"{path} is no whole backup: it was cut off or changed, or is another kind of file."
            )
    try:
        with ZipFile(path) as archive:
            return parse(json.loads(archive.read(MANIFEST)))
    except (BadZipFile, KeyError, TypeError, ValueError) as error:
        raise TransferError(f"{path} is no backup of FocusFlow.") from error


def parse(found: dict[str, object]) -> Manifest:
    """Return the manifest of an archive of this format."""
    if found["format"] != FORMAT:
        raise TransferError(
            f"The backup is of format {found['format']}, and this FocusFlow reads format {FORMAT}: "
            "restore it with the release that made it."
        )
    contents = found["contents"]
    if not isinstance(contents, dict):
        raise TypeError
    tables = {name: Digest(**table) for name, table in contents["tables"].items()}
    found |= {"contents": Contents(**contents | {"tables": tables})}
    return Manifest(**found)  # type: ignore[arg-type]  # a sealed file holds what `write` wrote


def extract_database(path: Path, target: Path) -> None:
    """Write the dump in the archive to the file `target`."""
    with ZipFile(path) as archive, archive.open(DATABASE) as source, target.open("xb") as file:
        shutil.copyfileobj(source, file, BLOCK_BYTES)


def extract_media(path: Path, folder: Path) -> None:
    """Write the files of the archive into a folder, each at its path below ``media/``."""
    with ZipFile(path) as archive:
        for name in archive.namelist():
            place = PurePosixPath(name)
            if place.parts[0] == MEDIA:
                target = folder.joinpath(*place.parts[1:])
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as source, target.open("xb") as file:
                    shutil.copyfileobj(source, file, BLOCK_BYTES)


@contextmanager
def drafts_in(parent: Path) -> Iterator[Path]:
    """Give a folder in `parent` that only its owner reads, and remove it at the end.

    What a kill left there is removed a day later, when no backup can still be writing into it.
    """
    for left in parent.glob(f"{DRAFT_PREFIX}*"):
        if left.stat().st_mtime < time.time() - SECONDS_UNTIL_STALE:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=DRAFT_PREFIX, dir=parent) as folder:
        yield Path(folder)


def publish(draft: Path, target: Path) -> None:
    """Give a finished file its name, so that it survives a power cut."""
    draft.replace(target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def rotate(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups of a folder, by their names, and return them."""
    backups = sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))
    old = backups[:-keep]
    for path in old:
        path.unlink()
    return old
