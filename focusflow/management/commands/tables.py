"""``manage.py tables``: what the database itself says of its tables."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any  # Options hold values of every type.

from django.core.management.base import BaseCommand, CommandError, CommandParser

from focusflow.catalogue import Column, Table, describe_table, table_names
from focusflow.printing import print_table

HEADERS = ("column", "type", "null", "default", "references")


class Command(BaseCommand):
    """Print tables with their columns and how many rows they hold."""

    help = "Show the database's tables: columns, what they refer to, and how many rows there are."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which tables, and the form."""
        parser.add_argument("tables", nargs="*", metavar="table", help="of these alone")
        parser.add_argument("--json", action="store_true", help="print JSON, as /debug/tables does")

    def handle(self, **options: Any) -> None:
        """Print the tables."""
        tables = [describe_table(name) for name in choose(options["tables"])]
        if options["json"]:
            self.stdout.write(json.dumps({"tables": [asdict(table) for table in tables]}, indent=2))
            return
        for table in tables:
            rows = map(row_of, table.columns)
            print_table(self.stdout, HEADERS, rows, title=title_of(table))


def choose(wanted: list[str]) -> list[str]:
    """Return the tables that were asked for, or all; refuse unknown ones."""
    known = table_names()
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise CommandError(f"No table {', '.join(unknown)}: there are {', '.join(known)}.")
    return wanted or known


def title_of(table: Table) -> str:
    """Return a table's name with how many rows it holds."""
    return f"{table.name} ({table.rows:,} {'row' if table.rows == 1 else 'rows'})"


def row_of(column: Column) -> tuple[object, ...]:
    """Return what is shown of a column, in the order of `HEADERS`."""
    default = "(generated)" if column.generated else column.default
    refers = column.references and f"{column.references} ON DELETE {column.on_delete}"
    return column.name, column.type, column.nullable, default, refers
