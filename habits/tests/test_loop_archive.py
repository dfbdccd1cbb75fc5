"""Zips and files that would harm, or are no export of Loop."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from habits.loop import LoopError, archive, read_export, read_file, reading, values
from habits.tests.loop_files import make_entry, make_export, make_habit, make_habits_csv, make_zip

HABITS = make_habits_csv([make_habit()])


def refuse(data: bytes) -> str:
    """Return why a file is refused."""
    with pytest.raises(LoopError) as refusal:
        read_export("loop.zip", data)
    return str(refusal.value)


def rename(data: bytes, old: bytes, new: bytes) -> bytes:
    """Return a zip with another name of the same length in both of its places."""
    assert len(old) == len(new)
    return data.replace(old, new)


def lie_about_size(data: bytes, path: bytes, size: int) -> bytes:
    """Return a zip whose directory tells another unpacked size of a file."""
    at = data.rindex(path) - 46
    return data[: at + 24] + struct.pack("<I", size) + data[at + 28 :]


# --- Paths ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        *("../Checkmarks.csv", "001 Run/../../Checkmarks.csv", "./Checkmarks.csv", ".."),
        *("/etc/Checkmarks.csv", "/", "001 Run//Checkmarks.csv"),
        *("C:/Checkmarks.csv", "001 Run\\Checkmarks.csv", "..\\Checkmarks.csv"),
    ],
)
def test_path_that_leads_out_is_refused(path: str) -> None:
    refusal = refuse(make_zip({"Habits.csv": HABITS, path: ""}))

    assert "this path leads out of the zip, or is none" in refusal


def test_path_with_a_nul_is_refused() -> None:
    data = rename(make_zip({"Habits.csv": HABITS, "001 R.csv": ""}), b"001 R.csv", b"001\0R.csv")

    assert refuse(data).startswith("loop.zip, 001: this path leads out")


def test_path_twice_is_refused() -> None:
    data = rename(make_zip({"Habits.csv": HABITS, "Habits.cs2": ""}), b"Habits.cs2", b"Habits.csv")

    assert refuse(data).startswith("loop.zip, Habits.csv: this file is in the zip twice")


# --- Sizes ----------------------------------------------------------------------------------------


def test_bomb_is_refused_by_its_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FILE_SIZE", 2**40)

    refusal = refuse(make_zip({"Habits.csv": HABITS, "Scores.csv": "0" * 2**21}))

    assert refusal.startswith("loop.zip, Scores.csv: this file grows more than 300 times")


def test_table_of_nothing_is_no_bomb() -> None:
    row = "UNKNOWN," * 300
    days = "".join(
        f"{year}-{month:02}-01,{row}\n" for year in range(1970, 2020) for month in range(1, 13)
    )

    export = read_export("loop.zip", make_zip({"Habits.csv": HABITS, "Scores.csv": days}))

    assert len(export.habits) == 1


def test_file_that_is_too_large_is_refused() -> None:
    files = {"Habits.csv": HABITS, "001 Run/Checkmarks.csv": "0" * (archive.FILE_SIZE + 1)}

    refusal = refuse(make_zip(files, zipfile.ZIP_STORED))

    assert refusal.startswith("loop.zip, 001 Run/Checkmarks.csv: it is larger than 16 MiB unpacked")


def test_files_that_are_too_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "TOTAL_SIZE", 2**20)
    files = {f"{number:03} Run/Scores.csv": "0" * 2**18 for number in range(4)}

    refusal = refuse(make_zip({"Habits.csv": HABITS} | files, zipfile.ZIP_STORED))

    assert refusal.startswith("loop.zip: it is larger than 1 MiB unpacked")


def test_zip_of_too_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    data = make_zip({"Habits.csv": HABITS} | {f"{number}": "" for number in range(3)})

    assert refuse(data).startswith("loop.zip: it has more than 3 files")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("size", [1, 1_000, 1_000_000])
def test_file_that_lies_about_its_size_is_refused(size: int, method: int) -> None:
    data = make_zip({"Habits.csv": HABITS}, method)

    assert refuse(lie_about_size(data, b"Habits.csv", size)).startswith("loop.zip: it is a broken")


def test_zip_that_is_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FILE_SIZE", 100)

    assert refuse(make_export([make_habit()])).startswith("loop.zip: it is larger than 0 MiB")


@pytest.mark.parametrize("limit", ["MOST_HABITS", "MOST_ENTRIES"])
def test_export_of_too_much_is_refused(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(values, limit, 1)
    entries = (make_entry("2026-01-01"), make_entry("2026-01-02"))
    data = make_export([make_habit(entries=entries), make_habit("Run", position=2)])

    assert "it has more than " in refuse(data)


# --- Forms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_file_packed_in_another_way_is_refused(method: int) -> None:
    refusal = refuse(make_zip({"Habits.csv": HABITS}, method))

    assert refusal.startswith("loop.zip, Habits.csv: this file is packed in a way")


def test_file_with_a_password_is_refused() -> None:
    data = make_zip({"Habits.csv": HABITS})
    at = data.rindex(b"Habits.csv") - 46
    data = data[: at + 8] + b"\x01" + data[at + 9 :]

    assert refuse(data).startswith("loop.zip, Habits.csv: this file has a password")


@pytest.mark.parametrize("cut", [1, 30, 60])
def test_zip_that_was_cut_is_refused(cut: int) -> None:
    assert refuse(make_zip({"Habits.csv": HABITS})[:-cut]).startswith(
        "loop.zip: it is a broken zip"
    )


def test_zip_with_a_broken_file_is_refused() -> None:
    data = bytearray(make_zip({"Habits.csv": HABITS}))
    data[60] ^= 0xFF

    assert refuse(bytes(data)).startswith("loop.zip: it is a broken zip")


@pytest.mark.parametrize("data", [b"", b"PK", b"SQLite format 3", b"Position,Name\n", b"\x1f\x8b"])
def test_file_of_another_kind_is_refused(data: bytes) -> None:
    assert refuse(data).startswith("loop.zip: it is neither a zip nor a SQLite database")


def test_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "loop.zip"
    path.write_bytes(make_export([make_habit()]))

    export = read_file(path)

    assert (export.file, len(export.habits)) == (str(path), 1)


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoopError, match="it cannot be read"):
        read_file(tmp_path / "loop.zip")
