"""``manage.py restore``: a backup in place of an empty database, or of a full one when told so."""

from __future__ import annotations

from pathlib import Path
from typing import Any  # Options hold values of every type.

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from focusflow.management.database import close_database
from focusflow.transfer import TransferError, backup
from focusflow.transfer.contents import rows_of_people


class Command(BaseCommand):
    """Put a backup back, all of it or nothing."""

    help = (
        "Put a backup back, all of it or nothing. Stop the server first. A database that holds "
        "rows is replaced with --replace alone. See docs/backup.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which backup, and what may be lost."""
        parser.add_argument("file", type=Path, help="what `manage.py backup` wrote")
        parser.add_argument(
            "--replace", action="store_true", help="the rows and files that are there are lost"
        )
        parser.add_argument(
            "--check", action="store_true", help="only say whether the file can be restored"
        )

    def handle(self, *, file: Path, replace: bool, **options: Any) -> None:
        """Check everything, then restore."""
        tell = self.stdout.write if options["verbosity"] > 1 else bool
        database = connection.settings_dict
        folder = Path(settings.MEDIA_ROOT) if settings.MEDIA_ROOT else None
        known = known_migrations()
        try:
            manifest = backup.check(file)
            contents = manifest.contents
            told = (
                f"{contents.rows:,} rows of {len(contents.tables)} tables, {manifest.files:,} files"
            )
            if options["check"]:
                self.stdout.write(f"The backup of {manifest.made_at} is whole: {told}.")
                return
            backup.refuse(database, folder, manifest, known=known, replace=replace)
            lost = rows_of_people(backup.ENGINES[contents.vendor].count_rows(database))
            if lost:
                self.stdout.write(f"Replacing {lost:,} rows.")
            close_database()
            backup.restore(database, folder, file, tell=tell)
        except (TransferError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Restored the backup of {manifest.made_at}: {told}.")
        if known_leaves() - set(contents.migrations):
            self.stdout.write("It is of an older FocusFlow: run `python manage.py migrate` now.")


def known_migrations() -> set[str]:
    """Return the migrations of this release, such as "tasks.0001_initial"."""
    loader = MigrationLoader(None)
    replaced = {key for each in loader.disk_migrations.values() for key in each.replaces}
    return {".".join(key) for key in loader.disk_migrations.keys() | replaced}


def known_leaves() -> set[str]:
    """Return the last migration of each app."""
    return {".".join(key) for key in MigrationLoader(None).graph.leaf_nodes()}
