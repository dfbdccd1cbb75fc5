"""The files of a zip, read without trust: nothing is unpacked to the disk, all is bounded.

What a zip says of itself is checked first, for all of it; then the few files that are wanted are
read, each no further than its limit.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from habits.loop.problems import AGAIN, LoopError, Place

MOST_FILES: Final = 20_000
FILE_SIZE: Final = 16 * 1024**2
TOTAL_SIZE: Final = 64 * 1024**2
# Tables of nothing but UNKNOWN shrink a hundredfold; a bomb a thousandfold, and more than this.
RATIO: Final = 300
RATIO_FREE_SIZE: Final = 1024**2
METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
DIRECTORY_ENTRY: Final = b"PK\x01\x02"
ENCRYPTED: Final = 0x1
# What Python's module raises on bytes that are no zip, or a broken one.
BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, OverflowError),
)


def read_archive(
    file: str, data: bytes, wanted: Callable[[str], bool]
) -> Mapping[str, bytes | None]:
    """Return the files of a zip by path, in its order: their content where it is wanted, else None.

    Raises LoopError for a zip that is broken, has too many or too large files, or a path that
    leads out of it.
    """
    place = Place(file)
    if data.count(DIRECTORY_ENTRY) > MOST_FILES:
        raise LoopError(
            place, f"it has more than {MOST_FILES} files. Give a single export of Loop."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            check_entries(file, entries)
            return {
                entry.filename: read_entry(archive, entry) if wanted(entry.filename) else None
                for entry in entries
                if not entry.is_dir()
            }
    except BROKEN as error:
        sentence = "it is a broken zip. Export it from Loop again, and copy it whole."
        raise LoopError(place, sentence) from error


def check_entries(file: str, entries: Iterable[zipfile.ZipInfo]) -> None:
    """Refuse what no export of Loop has: by names, sizes and methods."""
    names: Counter[str] = Counter()
    total = 0
    for entry in entries:
        place = Place(file, entry.filename)
        check_name(place, entry.orig_filename)
        check_entry(place, entry)
        names[entry.filename] += 1
        total += entry.file_size
        if names[entry.filename] > 1:
            raise LoopError(place, f"this file is in the zip twice. {AGAIN}")
        if total > TOTAL_SIZE:
            refuse_size(Place(file), TOTAL_SIZE)


def check_name(place: Place, name: str) -> None:
    """Refuse a path that leads out of the zip, or means different things on different systems."""
    parts = name.removesuffix("/").split("/")
    if any(part in {"", ".", ".."} for part in parts) or any(sign in name for sign in "\\:\0"):
        sentence = f"this path leads out of the zip, or is none. {AGAIN}"
        raise LoopError(place, sentence)


def check_entry(place: Place, entry: zipfile.ZipInfo) -> None:
    """Refuse a file that is encrypted, packed in another way than Loop's, or too large."""
    if entry.flag_bits & ENCRYPTED:
        raise LoopError(place, "this file has a password. Give the zip as Loop exports it.")
    if entry.compress_type not in METHODS:
        raise LoopError(place, "this file is packed in a way that Loop does not use.")
    if entry.file_size > FILE_SIZE:
        refuse_size(place, FILE_SIZE)
    if entry.file_size > max(RATIO_FREE_SIZE, RATIO * entry.compress_size):
        sentence = f"this file grows more than {RATIO} times when unpacked. {AGAIN}"
        raise LoopError(place, sentence)


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return a file's content, which is as long as the zip says."""
    with archive.open(entry) as stream:
        content = stream.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise zipfile.BadZipFile
    return content


def refuse_size(place: Place, size: int) -> None:
    """Refuse what is larger than a size in bytes."""
    sentence = f"it is larger than {size // 1024**2} MiB unpacked. Give a single export of Loop."
    raise LoopError(place, sentence)
