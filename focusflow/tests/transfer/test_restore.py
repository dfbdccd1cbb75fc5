"""``manage.py restore``: all of a backup or nothing, and never over rows unasked."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any  # Fields of a manifest are of several types.
from zipfile import ZipFile

import pytest
from django.core.management import CommandError
from pytest_django.fixtures import Settings

from focusflow.tests.process import start
from focusflow.tests.transfer.conftest import IS_SQLITE, Scratch
from focusflow.transfer import TransferError, archive, backup
from focusflow.transfer.archive import Manifest
from focusflow.transfer.contents import Contents

Command = Callable[..., str]


@pytest.fixture
def saved(command: Command, template: Scratch, tmp_path: Path) -> Path:
    """Return a backup of the rows of `demo`."""
    (tmp_path / "saved").mkdir()
    command("backup", template, tmp_path / "saved" / "a.zip")
    return tmp_path / "saved" / "a.zip"


def reseal(path: Path, **changes: Any) -> None:
    """Change what the backup says of its contents, as another release might have written it."""
    manifest = backup.check(path)
    dumped = path.with_name("dump")
    archive.extract_database(path, dumped)
    path.unlink()
    archive.write(
        path, dumped, [], replace(manifest, contents=replace(manifest.contents, **changes))
    )


def test_restore_brings_every_row_back(
    command: Command, template: Scratch, empty: Scratch, saved: Path
) -> None:
    command("restore", empty, saved)

    assert empty.rows() == template.rows()
    assert empty.last_ids() == template.last_ids()


def test_restored_database_takes_new_rows(command: Command, empty: Scratch, saved: Path) -> None:
    command("restore", empty, saved)

    said = empty.manage("demo", "--tasks", "3", "--email", "new@example.org")
    assert "tasks 3" in said
    assert "restore" not in empty.manage("migrate", "--check")


def test_restore_into_a_migrated_database_needs_no_leave(
    command: Command, planner: Scratch, template: Scratch, saved: Path
) -> None:
    planner.clear()

    command("restore", planner, saved)

    assert planner.rows() == template.rows()


def test_restore_spares_rows_that_are_there(
    command: Command, planner: Scratch, saved: Path
) -> None:
    planner.change("UPDATE tasks SET title = 'Changed since'")
    before = planner.rows()

    with pytest.raises(CommandError, match=r"not empty: \d+ rows .*--replace"):
        command("restore", planner, saved)

    assert planner.rows() == before


def test_restore_replaces_rows_when_told_so(
    command: Command, planner: Scratch, template: Scratch, saved: Path
) -> None:
    planner.change("UPDATE tasks SET title = 'Changed since'; CREATE TABLE later (id integer);")

    said = command("restore", planner, saved, "--replace")

    assert said.startswith("Replacing ")
    assert planner.rows() == template.rows()


def test_restore_brings_files_back(
    command: Command, template: Scratch, empty: Scratch, tmp_path: Path, settings: Settings
) -> None:
    media = tmp_path / "media"
    (media / "entries").mkdir(parents=True)
    (media / "entries" / "Grüße.jpg").write_bytes(b"\xff\xd8 a picture")
    (media / "empty.txt").touch()
    settings.MEDIA_ROOT = str(media)
    command("backup", template, tmp_path / "b.zip")
    settings.MEDIA_ROOT = str(tmp_path / "elsewhere")

    command("restore", empty, tmp_path / "b.zip")

    found = {path.name: path.read_bytes() for path in (tmp_path / "elsewhere").rglob("*.*")}
    assert found == {"Grüße.jpg": b"\xff\xd8 a picture", "empty.txt": b""}
    assert (tmp_path / "elsewhere" / "entries" / "Grüße.jpg").is_file()


def test_restore_spares_files_that_are_there(
    command: Command, empty: Scratch, saved: Path, tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "old.jpg").touch()
    settings.MEDIA_ROOT = str(tmp_path / "media")

    with pytest.raises(CommandError, match=r"0 rows and 1 files"):
        command("restore", empty, saved)
    command("restore", empty, saved, "--replace")

    assert list((tmp_path / "media").iterdir()) == []


def test_restore_of_files_needs_a_place_for_them(
    command: Command, template: Scratch, nothing: Scratch, tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a.jpg").touch()
    settings.MEDIA_ROOT = str(tmp_path / "media")
    command("backup", template, tmp_path / "b.zip")
    settings.MEDIA_ROOT = ""

    with pytest.raises(CommandError, match="set MEDIA_ROOT"):
        command("restore", nothing, tmp_path / "b.zip")


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 1000, "half", -65, -64, -1])
def test_restore_refuses_a_file_that_is_cut_off(
    length: int | str, command: Command, nothing: Scratch, saved: Path
) -> None:
    whole = saved.read_bytes()
    saved.write_bytes(whole[: len(whole) // 2 if length == "half" else int(length)])

    with pytest.raises(CommandError, match="no whole backup"):
        command("restore", nothing, saved)

    assert nothing.rows() == {}


def test_restore_refuses_a_file_in_which_any_byte_is_changed(saved: Path) -> None:
    whole = saved.read_bytes()
    places = [*range(64), *range(64, len(whole), len(whole) // 50), *range(-200, 0)]

    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1
        saved.write_bytes(changed)
        with pytest.raises(TransferError, match="no whole backup"):
            archive.read_manifest(saved)


def test_restore_refuses_a_file_with_something_behind_it(saved: Path) -> None:
    saved.write_bytes(saved.read_bytes() + b"\n")

    with pytest.raises(TransferError, match="no whole backup"):
        archive.read_manifest(saved)


def test_restore_refuses_another_kind_of_archive(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("photo.jpg", b"")
        file.comment = b"0" * archive.SEAL_LENGTH
    whole = (tmp_path / "a.zip").read_bytes()[: -archive.SEAL_LENGTH]
    (tmp_path / "a.zip").write_bytes(whole + archive.seal_of(tmp_path / "a.zip"))

    with pytest.raises(TransferError, match="no backup of FocusFlow"):
        archive.read_manifest(tmp_path / "a.zip")


def test_restore_refuses_a_later_format(tmp_path: Path) -> None:
    (tmp_path / "dump").touch()
    manifest = Manifest(archive.FORMAT + 1, "", 0, Contents("sqlite", 0, [], {}))
    archive.write(tmp_path / "a.zip", tmp_path / "dump", [], manifest)

    with pytest.raises(TransferError, match="of format 2, and this FocusFlow reads format 1"):
        archive.read_manifest(tmp_path / "a.zip")


def test_restore_refuses_a_missing_file(command: Command, nothing: Scratch, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        command("restore", nothing, tmp_path / "a.zip")


def test_restore_refuses_a_newer_schema(command: Command, nothing: Scratch, saved: Path) -> None:
    reseal(saved, migrations=["tasks.0001_initial", "tasks.9999_from_the_future"])

    with pytest.raises(CommandError, match=r"does not know tasks\.9999_from_the_future"):
        command("restore", nothing, saved)

    assert nothing.rows() == {}


def test_restore_of_an_older_schema_says_what_to_do(
    command: Command, empty: Scratch, saved: Path
) -> None:
    reseal(saved, migrations=["tasks.0001_initial"])

    said = command("restore", empty, saved)

    assert "run `python manage.py migrate` now" in said


def test_restore_of_the_same_schema_has_nothing_to_say(
    command: Command, empty: Scratch, saved: Path
) -> None:
    assert "migrate" not in command("restore", empty, saved)


def test_restore_refuses_a_backup_of_the_other_database(nothing: Scratch, saved: Path) -> None:
    manifest = archive.read_manifest(saved)
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[manifest.contents.vendor]
    manifest = replace(manifest, contents=replace(manifest.contents, vendor=other))

    with pytest.raises(TransferError, match="names another kind"):
        backup.refuse(nothing.settings, None, manifest, known=(), replace=True)


def test_restore_refuses_rows_that_are_not_those_of_the_backup(
    command: Command, planner: Scratch, saved: Path
) -> None:
    before = planner.rows()
    with ZipFile(saved) as file:
        tables = json.loads(file.read("manifest.json"))["contents"]["tables"]
    reseal(saved, tables=tables | {"tasks": tables["tasks"] | {"digest": "0" * 64}})

    with pytest.raises(CommandError, match="instead of"):
        command("restore", planner, saved, "--replace")

    assert planner.rows() == before


def test_restore_check_changes_nothing(command: Command, nothing: Scratch, saved: Path) -> None:
    said = command("restore", nothing, saved, "--check")

    assert "is whole" in said
    assert nothing.rows() == {}


def test_restore_refuses_a_database_in_use(
    command: Command, planner: Scratch, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for engine in ("sqlite", "postgresql"):
        monkeypatch.setattr(f"focusflow.transfer.{engine}.SECONDS_TO_WAIT", 1)
    planner.change("UPDATE tasks SET title = 'Changed since'")
    before = planner.rows()

    with closing(planner.connect()) as other:
        other.execute("SELECT count(*) FROM tasks").fetchall()
        with pytest.raises(CommandError, match="stop the server"):
            command("restore", planner, saved, "--replace")

    assert planner.rows() == before


def wait_until_written(planner: Scratch, other: Scratch, seconds: float = 30) -> None:
    """Wait until the restore has begun to write: into SQLite's log, or in its transaction."""
    end = time.monotonic() + seconds
    path = Path(planner.settings["NAME"])
    writing = "SELECT datname FROM pg_stat_activity WHERE backend_xid IS NOT NULL"

    def has_written() -> bool:
        if not IS_SQLITE:
            return (planner.settings["NAME"],) in other.query(writing)
        logs = [Path(f"{path}-{kind}") for kind in ("wal", "journal")]
        return any(log.exists() and log.stat().st_size for log in logs)

    while not has_written():
        assert time.monotonic() < end, "The restore does not begin."
        time.sleep(0.001)


def test_restore_that_is_killed_leaves_all_or_nothing(
    command: Command, planner: Scratch, template: Scratch, saved: Path
) -> None:
    planner.change("UPDATE tasks SET title = 'Changed since'")
    before = planner.rows()

    with start("restore", str(saved), "--replace", "-v2", **planner.variables) as process:
        assert process.stdout is not None
        while "filling" not in process.stdout.readline():
            pass
        wait_until_written(planner, template)
        process.kill()

    assert process.returncode < 0
    assert planner.rows() in (before, template.rows())
    command("restore", planner, saved, "--replace")
    assert planner.rows() == template.rows()
