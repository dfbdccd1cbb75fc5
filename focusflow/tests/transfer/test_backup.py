"""``manage.py backup``: what it writes, and what it leaves when it cannot."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from focusflow.tests.process import start
from focusflow.tests.transfer.conftest import Scratch
from focusflow.transfer import archive, backup
from focusflow.transfer.digest import Digest

Command = Callable[..., str]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_backup_tells_what_it_wrote(command: Command, template: Scratch, tmp_path: Path) -> None:
    said = command("backup", template, tmp_path / "a.zip")

    rows = sum(len(table) for table in template.rows().values())
    assert f"Wrote {tmp_path}/a.zip: {rows:,} rows of" in said


def test_backup_says_nothing_when_told_so(
    command: Command, template: Scratch, tmp_path: Path
) -> None:
    assert command("backup", template, tmp_path, "--verbosity", "0") == ""


def test_backup_counts_and_digests_each_table(
    command: Command, template: Scratch, tmp_path: Path
) -> None:
    command("backup", template, tmp_path / "a.zip")

    with ZipFile(tmp_path / "a.zip") as file:
        manifest = json.loads(file.read("manifest.json"))
    tables = manifest["contents"]["tables"]
    assert {name: table["rows"] for name, table in tables.items()} == {
        name: len(table) for name, table in template.rows().items()
    }
    assert all(len(table["digest"]) == 64 for table in tables.values())


@pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions")
def test_backup_is_readable_to_its_owner_alone(
    command: Command, template: Scratch, tmp_path: Path
) -> None:
    command("backup", template, tmp_path / "a.zip")

    assert (tmp_path / "a.zip").stat().st_mode & 0o777 == 0o600


def test_backup_leaves_the_database_as_it_was(
    command: Command, template: Scratch, tmp_path: Path
) -> None:
    before = template.rows()

    command("backup", template, tmp_path / "a.zip")

    assert template.rows() == before


def test_backup_into_a_folder_is_named_by_its_instant(
    command: Command, template: Scratch, tmp_path: Path
) -> None:
    command("backup", template, tmp_path)

    (name,) = names_in(tmp_path)
    assert archive.NAME.fullmatch(name)


def test_backup_keeps_the_newest_and_what_is_no_backup(
    command: Command, template: Scratch, tmp_path: Path
) -> None:
    for name in ("focusflow-20260101T000000Z.zip", "focusflow-20260102T000000Z.zip", "mine.zip"):
        (tmp_path / name).touch()

    said = command("backup", template, tmp_path, "--keep", "2")

    kept = names_in(tmp_path)
    assert kept[0] == "focusflow-20260102T000000Z.zip"
    assert kept[2:] == ["mine.zip"]
    assert "Deleted focusflow-20260101T000000Z.zip." in said


def test_backup_that_fails_deletes_no_old_one(
    command: Command, nothing: Scratch, tmp_path: Path
) -> None:
    (tmp_path / "focusflow-20260101T000000Z.zip").touch()
    (tmp_path / "focusflow-20260102T000000Z.zip").touch()

    with pytest.raises(CommandError):
        command("backup", nothing, tmp_path, "--keep", "1")

    assert len(names_in(tmp_path)) == 2


def test_backup_keeps_backups_of_a_folder_only(
    command: Command, template: Scratch, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="--keep is for a folder"):
        command("backup", template, tmp_path / "a.zip", "--keep", "2")


@pytest.mark.parametrize("keep", ["0", "-1", "all"])
def test_backup_keeps_at_least_one(keep: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no whole number from 1"):
        call_command("backup", str(tmp_path), f"--keep={keep}")


def test_backup_overwrites_nothing(command: Command, template: Scratch, tmp_path: Path) -> None:
    (tmp_path / "database.sqlite3").write_text("precious")

    with pytest.raises(CommandError, match="name another file"):
        command("backup", template, tmp_path / "database.sqlite3")

    assert (tmp_path / "database.sqlite3").read_text() == "precious"


def test_backup_is_not_written_where_it_would_be_served(
    command: Command, template: Scratch, tmp_path: Path, settings: Settings
) -> None:
    settings.STATIC_ROOT = tmp_path

    with pytest.raises(CommandError, match="is served to everybody"):
        command("backup", template, tmp_path)

    assert names_in(tmp_path) == []


def test_backup_of_no_tables_is_refused(command: Command, nothing: Scratch, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="check DATABASE_URL"):
        command("backup", nothing, tmp_path)

    assert names_in(tmp_path) == []


def test_backup_into_a_missing_folder_is_refused(
    command: Command, template: Scratch, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="No such file or directory"):
        command("backup", template, tmp_path / "nowhere" / "a.zip")


def test_backup_that_reads_back_otherwise_gets_no_name(
    command: Command, template: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = backup.ENGINES[backup.vendor_of(template.settings)]
    monkeypatch.setattr(engine, "digest_table", lambda source, name: Digest(7, "0" * 64))

    def dump_and_forget(database: object, target: Path) -> object:
        contents = dump(template.settings, target)
        monkeypatch.undo()
        return contents

    dump = engine.dump
    monkeypatch.setattr(engine, "dump", dump_and_forget)

    with pytest.raises(CommandError, match="instead of"):
        command("backup", template, tmp_path)

    assert names_in(tmp_path) == []


def test_backup_removes_what_a_kill_left_a_day_ago(
    command: Command, template: Scratch, tmp_path: Path
) -> None:
    for name, age in ((".focusflow-old", 25 * 3600), (".focusflow-new", 3600)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "draft").touch()
        os.utime(tmp_path / name, times=(time.time() - age, time.time() - age))

    command("backup", template, tmp_path / "a.zip")

    assert names_in(tmp_path) == [".focusflow-new", "a.zip"]


@pytest.mark.parametrize("step", ["reading the database", "writing the file", "reading it back"])
def test_backup_that_is_killed_leaves_no_backup(
    step: str, template: Scratch, tmp_path: Path
) -> None:
    before = template.rows()
    target = tmp_path / "a.zip"

    with start("backup", str(target), "-v2", **template.variables) as process:
        assert process.stdout is not None
        while step not in process.stdout.readline():
            pass
        process.kill()

    assert process.returncode < 0
    assert not target.exists()
    assert template.rows() == before
    backup.make(template.settings, None, target, at=datetime.now(UTC), tell=bool)
    assert backup.check(target).contents.rows
