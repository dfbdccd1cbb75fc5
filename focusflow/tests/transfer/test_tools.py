"""pg_dump and pg_restore: which is run, and what others can see of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from focusflow.tests.transfer.conftest import IS_SQLITE, Scratch
from focusflow.transfer import TransferError, postgresql, tools

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the stand-ins are shell scripts")


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return a function that puts a pg_dump which tells this version into place, the only ones."""
    monkeypatch.setattr(tools, "FOLDERS", tmp_path / "versions")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))

    def write(version: str, folder: str = "path", script: str = "") -> Path:
        path = tmp_path / folder / "pg_dump"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f'#!/bin/sh\n[ "$1" = --version ] && echo "pg_dump (PostgreSQL) {version}"\n{script}\n'
        )
        path.chmod(0o755)
        return path

    return write


def test_tool_on_the_path_is_taken(install: Callable[..., Path]) -> None:
    path = install("16.3 (Debian 16.3-1)")

    assert tools.find_tool("pg_dump", at_least=15) == (str(path), 16)


def test_tool_of_the_oldest_version_that_fits_is_taken(install: Callable[..., Path]) -> None:
    install("13.1")
    install("9.6", "versions/9/bin")
    fitting = install("15.20", "versions/15/bin")
    install("17.0", "versions/17/bin")

    assert tools.find_tool("pg_dump", at_least=15) == (str(fitting), 15)


def test_tool_that_is_too_old_is_refused(install: Callable[..., Path]) -> None:
    install("14.9")

    with pytest.raises(TransferError, match=r"15 or newer is needed, and is of version 14: .*-15"):
        tools.find_tool("pg_dump", at_least=15)


def test_tool_that_is_missing_is_refused(install: Callable[..., Path]) -> None:
    with pytest.raises(TransferError, match=r"is not there: .*apt install postgresql-client-15"):
        tools.find_tool("pg_dump", at_least=15)


def test_tool_that_tells_no_version_is_refused(install: Callable[..., Path]) -> None:
    install("unknown")

    with pytest.raises(TransferError, match="of version 0"):
        tools.find_tool("pg_dump", at_least=15)


def test_tool_gets_the_password_by_its_environment(
    install: Callable[..., Path], tmp_path: Path
) -> None:
    path = install("15.0", script=f'echo "$PGPASSWORD $*" > {tmp_path}/seen')

    tools.run_tool([str(path), "--file=x"], "secret")

    assert (tmp_path / "seen").read_text() == "secret --file=x\n"


def test_tool_that_fails_is_quoted(install: Callable[..., Path]) -> None:
    path = install("15.0", script="echo disk full >&2; exit 1")

    with pytest.raises(TransferError, match="pg_dump failed: disk full"):
        tools.run_tool([str(path)], "")
    with pytest.raises(TransferError, match="pg_dump failed: disk full"):
        list(tools.read_output([str(path)]))


def test_address_keeps_the_password_and_the_pool_out() -> None:
    database = {
        "HOST": "db.example.org",
        "PORT": 5433,
        "USER": "ann",
        "PASSWORD": "secret",
        "NAME": "it's mine",
        "OPTIONS": {"pool": {"max_size": 3}, "sslmode": "require", "connect_timeout": 5},
    }

    assert postgresql.address(database) == (
        r"sslmode=require connect_timeout=5 host=db.example.org port=5433 user=ann "
        r"dbname='it\'s mine' client_encoding=UTF8"
    )


def test_script_is_split_into_statements_and_rows() -> None:
    script = [
        b"\\restrict abc\n",
        b"SET lock_timeout = 0;\n",
        b"CREATE TABLE public.tasks ();\n",
        b"COPY public.tasks (id, title) FROM stdin;\n",
        b"1\ta\n",
        b"2\tCREATE\n",
        b"\\.\n",
        b"SELECT 1;\n",
        b"\\unrestrict abc\n",
    ]

    parts = [(part, list(rows)) for part, rows in postgresql.split(iter(script))]

    assert parts == [
        (b"CREATE TABLE public.tasks ();\n", []),
        (b"COPY public.tasks (id, title) FROM stdin;\n", [b"1\ta\n", b"2\tCREATE\n"]),
        (b"SELECT 1;\n", []),
    ]


@pytest.mark.skipif(IS_SQLITE, reason="needs PostgreSQL: set DATABASE_URL")
def test_backup_by_an_older_pg_dump_is_refused(
    install: Callable[..., Path], template: Scratch, tmp_path: Path
) -> None:
    install("9.6")

    with pytest.raises(TransferError, match="Install PostgreSQL's client programs"):
        postgresql.dump(template.settings, tmp_path / "dump")
