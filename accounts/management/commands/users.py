"""``manage.py users``: the accounts, for the operator."""

from __future__ import annotations

import json
from typing import Any  # Options and columns hold values of every type.

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import User
from accounts.querysets import UserQuerySet
from focusflow.printing import as_utc, print_table

COLUMNS = ("id", "email", "name", "created_at", "first_access", "is_active", "is_staff")
HEADERS = ("id", "e-mail", "name", "created", "first access", "active", "staff")


class Command(BaseCommand):
    """List accounts."""

    help = "List accounts in the order in which they were made; filters narrow one another."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the filters and the form."""
        active = parser.add_mutually_exclusive_group()
        active.add_argument(
            "--active",
            action="store_const",
            const=True,
            dest="is_active",
            help="those that may sign in",
        )
        active.add_argument(
            "--inactive",
            action="store_const",
            const=False,
            dest="is_active",
            help="those that may not",
        )
        add = parser.add_argument
        add("--staff", action="store_true", help="those that may open the admin")
        add("--search", metavar="TEXT", help="those with the text in address or name")
        add("--never-signed-in", action="store_true", help="those without a first access")
        add("--json", action="store_true", help="print JSON")

    def handle(self, **options: Any) -> None:
        """Print the accounts."""
        rows = choose(options).order_by("id").values(*COLUMNS)
        if options["json"]:
            self.stdout.write(json.dumps(list(rows), default=as_utc, indent=2))
        else:
            print_table(self.stdout, HEADERS, (tuple(row.values()) for row in rows))


def choose(options: dict[str, Any]) -> UserQuerySet:
    """Return the accounts that pass all filters."""
    users = User.objects.all()
    if options["is_active"] is not None:
        users = users.filter(is_active=options["is_active"])
    if options["staff"]:
        users = users.filter(is_staff=True)
    if options["never_signed_in"]:
        users = users.filter(first_access=None)
    if options["search"]:
        users = users.search(options["search"])
    return users
