"""``manage.py move_database``: all rows into another database, of either kind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any  # Options hold values of every type.

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.db import connections

from focusflow.printing import shown_progress
from focusflow.transfer import TransferError
from focusflow.transfer.move import TARGET, Advance, move, open_target, prepare


class Command(BaseCommand):
    """Move everything to another database; this one stays as it is."""

    help = (
        "Copy all rows of the database to an empty one, SQLite or PostgreSQL, and compare every "
        "table. Stop the server first. See docs/backup.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare where to."""
        parser.add_argument(
            "--to",
            metavar="URL",
            default=os.environ.get("TARGET_DATABASE_URL"),
            help="as in DATABASE_URL. Default: TARGET_DATABASE_URL, which no list of processes "
            "shows; PostgreSQL takes the password from ~/.pgpass and PGPASSWORD too",
        )
        parser.add_argument(
            "--leave",
            action="append",
            default=[],
            metavar="TABLE",
            help="do not move this table; may be repeated",
        )

    def handle(self, *, to: str | None, leave: list[str], **options: Any) -> None:
        """Move, and say what to do next."""
        if not to:
            raise CommandError("Say where to: --to postgres://user@host:5432/name.")
        try:
            open_target(to)
            counts = prepare(leave)
            with watched(self.stdout, sum(counts.values()), options["verbosity"]) as advance:
                moved = move(set(leave), advance)
        except TransferError as error:
            raise CommandError(str(error)) from error
        finally:
            forget_target()
        rows = sum(table.rows for table in moved.values())
        self.stdout.write(f"Moved {rows:,} rows of {len(moved)} tables, and compared each table.")
        self.stdout.write("Now set DATABASE_URL to the new database and start the server.")


def forget_target() -> None:
    """Close the target, and leave no trace of it in this process."""
    if TARGET in connections.settings:
        connections[TARGET].close()
        del connections[TARGET], connections.settings[TARGET]


@contextmanager
def watched(out: OutputWrapper, total: int, verbosity: int) -> Iterator[Advance]:
    """Show progress on a terminal, and the tables' names where more words are asked for."""
    with shown_progress(total, quiet=not verbosity) as show:

        def advance(table: str, rows: int) -> None:
            show(table, rows)
            if verbosity > 1 and not rows:
                out.write(table)
                out.flush()

        yield advance
