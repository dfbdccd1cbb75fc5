"""``manage.py backup``: the database and people's files in one file that was read back."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any  # Options hold values of every type.

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from focusflow.transfer import TransferError, archive, backup


class Command(BaseCommand):
    """Back everything up, while the server runs."""

    help = (
        "Write the database and the uploaded files to one file, read it back and compare. The "
        "server may run meanwhile. See docs/backup.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare where to, and how many stay."""
        parser.add_argument(
            "target", type=Path, help="a file that is not there yet, or a folder that is"
        )
        parser.add_argument(
            "--keep",
            type=at_least_one,
            metavar="N",
            help="in a folder: delete all but the newest N backups, after this one succeeded",
        )

    def handle(self, *, target: Path, keep: int | None, **options: Any) -> None:
        """Make the backup, then delete old ones."""
        at = timezone.now()
        if keep and not target.is_dir():
            raise CommandError(f"--keep is for a folder, and {target} is none: make it first.")
        path = (target / archive.name_at(at) if target.is_dir() else target).absolute()
        refuse_served(path)
        say, tell = (
            self.stdout.write if options["verbosity"] > least else bool for least in (0, 1)
        )
        try:
            made = backup.make(
                connection.settings_dict, find_media_folder(), path, at=at, tell=tell
            )
            say(
                f"Wrote {path}: {made.contents.rows:,} rows of {len(made.contents.tables)} tables, "
                f"{made.files:,} files, {path.stat().st_size:,} bytes. Read back and compared."
            )
            for old in archive.rotate(target, keep) if keep else ():
                say(f"Deleted {old.name}.")
        except (TransferError, OSError) as error:
            raise CommandError(str(error)) from error


def at_least_one(text: str) -> int:
    """Read an option: a whole number from 1."""
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise ArgumentTypeError(f"{text!r} is no whole number from 1.")
    return int(text)


def find_media_folder() -> Path | None:
    """Return the folder of uploaded files, or None where there is none."""
    folder = Path(settings.MEDIA_ROOT) if settings.MEDIA_ROOT else None
    return folder if folder is not None and folder.is_dir() else None


def refuse_served(path: Path) -> None:
    """Refuse a place from which a web server gives files to everybody."""
    for served in (settings.STATIC_ROOT, settings.MEDIA_ROOT):
        if served and path.resolve().is_relative_to(Path(served).resolve()):
            raise CommandError(f"{served} is served to everybody: write the backup outside of it.")
