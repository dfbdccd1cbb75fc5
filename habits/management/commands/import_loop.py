"""Import Loop Habit Tracker's exports into an account."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final, TypedDict  # Any: options hold values of every type.

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.management.people import find_user
from accounts.models import User
from focusflow.printing import print_table, printable
from habits.actions import Imported, import_loop
from habits.loop import Export, LoopError, Loss, read_file

DRY_RUN: Final = "Dry run: nothing was changed. Without --dry-run this would come of it:"


class FileRecord(TypedDict):
    """What came of a file, as --json writes it: numbers of habits and days, and what is not kept.

    `moved_back` counts start dates of habits that were there.
    """

    dry_run: bool
    file: str
    read: dict[str, int]
    made: dict[str, int]
    already_there: dict[str, int]
    moved_back: dict[str, int]
    not_kept: Sequence[Loss]


class Command(BaseCommand):
    """Reads a file, writes all of it or nothing, and reports what it could not keep."""

    help = (
        "Import habits from Loop Habit Tracker's CSV export (.zip) or full backup (.db). The same "
        "file again makes nothing new. What cannot be kept is listed with its place."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the options."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--user", required=True, metavar="EMAIL", help="whose rows they become")
        parser.add_argument("--dry-run", action="store_true", help="report, but change nothing")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, then report."""
        user, dry_run = find_user(options["user"]), options["dry_run"]
        try:
            export = read_file(options["file"])
            result = run_import(user, export, dry_run=dry_run)
        except LoopError as error:
            raise CommandError(printable(f"{error} Nothing was imported.")) from error
        record = describe(export, result, dry_run=dry_run)
        if options["json"]:
            self.stdout.write(json.dumps(record, default=asdict, indent=2))
            return
        self.stdout.write(summarise(record))
        self.report_losses(result.losses)

    def report_losses(self, losses: Sequence[Loss]) -> None:
        """Print a table on a terminal, else lines: a long note would make all columns wide."""
        if losses and self.stdout.isatty():
            headers = "Place", "Field", "In the file", "Why it is not kept"
            rows = [(place_of(loss), field_of(loss), loss.text, loss.reason) for loss in losses]
            print_table(self.stdout, headers, rows)
            return
        for loss in losses:
            self.stdout.write(f"    {printable(write_line(loss))}")


@transaction.atomic
def run_import(user: User, export: Export, *, dry_run: bool) -> Imported:
    """Import, and take it back for a dry run: so that tells what the database says to it, too."""
    result = import_loop(user=user, export=export, at=timezone.now())
    if dry_run:
        transaction.set_rollback(True)
    return result


def describe(export: Export, result: Imported, *, dry_run: bool) -> FileRecord:
    """Return what came of a file."""
    values = [entry.value for habit in export.habits for entry in habit.entries]
    skipped = values.count(None)
    return {
        "dry_run": dry_run,
        "file": export.file,
        "read": {
            "habits": len(export.habits),
            "checkins": len(values) - skipped,
            "skipped_days": skipped,
        },
        "made": {
            "habits": result.habits_made,
            "checkins": result.checkins_made,
            "rest_days": result.rest_days_made,
        },
        "already_there": {"habits": result.habits_there, "days": result.days_there},
        "moved_back": {"start_dates": result.starts_moved},
        "not_kept": result.losses,
    }


def summarise(record: FileRecord) -> str:
    """Return a file's numbers, a line for each kind."""
    losses = len(record["not_kept"])
    would_be = "would be " if record["dry_run"] else ""
    return "\n".join(
        [
            *([DRY_RUN] if record["dry_run"] else []),
            printable(record["file"]),
            f"  read: {list_counts(record['read'])}",
            f"  {would_be}made: {list_counts(record['made'])}",
            f"  already there: {list_counts(record['already_there'])}",
            f"  {would_be}moved back: {list_counts(record['moved_back'])}",
            f"  not kept: {losses or 'nothing'}{':' if losses else ''}",
        ]
    )


def list_counts(counts: dict[str, int]) -> str:
    """Return numbers with their names in one line."""
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items())


def write_line(loss: Loss) -> str:
    """Return what is not kept in one line; a file itself, and rows told together, say less."""
    where = ": ".join(filter(None, (place_of(loss), field_of(loss), loss.text)))
    return f"{where} - {loss.reason}"


def place_of(loss: Loss) -> str:
    """Return where in the file something stands; "" for the file itself."""
    return str(replace(loss.place, file=""))


def field_of(loss: Loss) -> str:
    """Return which field is not kept, and how many of them where they are told together."""
    return loss.field if loss.count == 1 else f"{loss.field} ({loss.count})"
