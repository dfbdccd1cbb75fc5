"""Import Todoist's CSV exports into an account."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TypedDict  # Any: options hold values of every type.

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.management.people import find_user
from accounts.models import User
from focusflow.printing import print_table, printable
from tasks.actions import Imported, import_todoist
from tasks.todoist import Export, Loss, TodoistError, read_export

FILE_SIZE: Final = 10 * 1024 * 1024
DRY_RUN: Final = "Dry run: nothing was changed. Without --dry-run this would come of it:"


class FileRecord(TypedDict):
    """What came of one file, as --json writes it: numbers of rows, and cells not kept."""

    file: str
    read: dict[str, int]
    made: dict[str, int]
    already_there: dict[str, int]
    not_kept: list[Loss]


class Command(BaseCommand):
    """Reads all files, writes all of them or none, and reports what it could not keep."""

    help = (
        "Import projects that were exported from Todoist as CSV. The same file again makes nothing "
        "new. What cannot be kept is listed with its line."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the options."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--user", required=True, metavar="EMAIL", help="whose rows they become")
        parser.add_argument("--dry-run", action="store_true", help="report, but change nothing")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, then report."""
        user = find_user(options["user"])
        dry_run = options["dry_run"]
        try:
            exports = [read_export(str(path), read_file(path)) for path in options["files"]]
            results = run_import(user, exports, dry_run=dry_run)
        except TodoistError as error:
            raise CommandError(printable(f"{error} Nothing was imported.")) from error
        records = [describe(*pair) for pair in zip(exports, results, strict=True)]
        if options["json"]:
            report = {"dry_run": dry_run, "files": records}
            self.stdout.write(json.dumps(report, default=asdict, indent=2))
        else:
            self.report(records, dry_run=dry_run)

    def report(self, records: Iterable[FileRecord], *, dry_run: bool) -> None:
        """Print for people; lines of plain text where the output is not a terminal."""
        if dry_run:
            self.stdout.write(DRY_RUN)
        for record in records:
            self.stdout.write(summarise(record, dry_run=dry_run))
            self.report_losses(record["not_kept"])

    def report_losses(self, losses: Sequence[Loss]) -> None:
        """Print a table on a terminal, else lines: a long comment would make all columns wide."""
        if losses and self.stdout.isatty():
            headers = "Line", "Column", "In the file", "Why it is not kept"
            rows = [(loss.line, loss.column, loss.text, loss.reason) for loss in losses]
            print_table(self.stdout, headers, rows)
            return
        for loss in losses:
            self.stdout.write(write_line(loss))


def read_file(path: Path) -> bytes:
    """Return a file's content; raises TodoistError where it cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(FILE_SIZE + 1)
    except OSError as error:
        sentence = f"it cannot be read ({error.strerror}). Give a CSV file that you may read."
        raise TodoistError(str(path), sentence) from error
    if len(data) > FILE_SIZE:
        size = f"{FILE_SIZE // 1024**2} MiB"
        sentence = f"it is larger than {size}. Give the CSV file of a single project."
        raise TodoistError(str(path), sentence)
    return data


@transaction.atomic
def run_import(user: User, exports: Sequence[Export], *, dry_run: bool) -> list[Imported]:
    """Import, and take it back for a dry run: so that tells what the database says to it, too."""
    results = import_todoist(user=user, by=None, exports=exports, at=timezone.now())
    if dry_run:
        transaction.set_rollback(True)
    return results


def describe(export: Export, result: Imported) -> FileRecord:
    """Return what came of one file."""
    read = Counter(row.kind for row in export.rows if row.kind in {"task", "section", "note"})
    return {
        "file": export.file,
        "read": {
            "tasks": read["task"],
            "sections": read["section"],
            "notes": read["note"],
            "other_rows": len(export.rows) - read.total(),
            "empty_rows": export.empty_rows,
        },
        "made": {"tasks": result.tasks_made, "categories": result.categories_made},
        "already_there": {"tasks": result.tasks_there, "categories": result.categories_there},
        "not_kept": list(result.losses),
    }


def summarise(record: FileRecord, *, dry_run: bool) -> str:
    """Return a file's numbers, a line for each kind."""
    losses = len(record["not_kept"])
    return "\n".join(
        [
            printable(record["file"]),
            f"  read: {list_counts(record['read'])}",
            f"  {'would be made' if dry_run else 'made'}: {list_counts(record['made'])}",
            f"  already there: {list_counts(record['already_there'])}",
            f"  not kept: {losses or 'nothing'}{':' if losses else ''}",
        ]
    )


def list_counts(counts: dict[str, int]) -> str:
    """Return numbers with their names in one line."""
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items())


def write_line(loss: Loss) -> str:
    """Return a cell that was not kept as a line."""
    return printable(f"    line {loss.line}, {loss.column}: {loss.text} - {loss.reason}")
