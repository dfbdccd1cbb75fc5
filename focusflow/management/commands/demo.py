"""``manage.py demo``: believable accounts, for trying FocusFlow out and for benchmarks."""

from __future__ import annotations

import json
import secrets
import time
from argparse import ArgumentTypeError
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import batched
from typing import Any  # Options hold values of every type.
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import actions
from accounts.calendar import local_date
from accounts.models import User
from focusflow import demo
from focusflow.bulk import BATCH_ROWS
from focusflow.management.demo_accounts import Plan, Row, Sizes, Watch, make_account, name_of
from focusflow.printing import shown_progress

# Nobody receives mail there (RFC 2606), so an account of it is no real person's.
DEMO_DOMAIN = "example.org"


class Command(BaseCommand):
    """Make believable accounts, for trying FocusFlow out and for benchmarks."""

    help = (
        "Make accounts with about a year of tasks, categories and habits, for trying FocusFlow out "
        "and for benchmarks. The same seed makes the same rows on the same day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the sizes, and who the accounts are."""
        add = parser.add_argument
        add("--users", type=whole(1, 100_000), default=1, help="accounts (default: 1)")
        tasks = parser.add_mutually_exclusive_group()
        tasks.add_argument(
            "--tasks", type=whole(0), default=300, help="tasks of each account (default: 300)"
        )
        tasks.add_argument(
            "--all-tasks", type=whole(0), help="instead: tasks of all accounts together"
        )
        add("--heavy-tasks", type=whole(0), help="tasks of the first account, where they differ")
        add("--categories", type=whole(0, 1000), default=8, help="of each account (default: 8)")
        add("--habits", type=whole(0, 1000), default=6, help="of each account (default: 6)")
        add(
            "--days",
            type=whole(1, 36_500),
            default=365,
            help="days that the due dates spread over, three quarters of them past (default: 365)",
        )
        add("--seed", type=int, default=1, help="another number makes other rows (default: 1)")
        add(
            "--email",
            default=f"demo@{DEMO_DOMAIN}",
            help="address of the first account (default: demo@example.org); the next is demo-2@…",
        )
        add("--password", help="of all the accounts; without it one is made up and printed")
        add("--time-zone", default="UTC", help="of the accounts, such as Europe/Berlin")
        add("--reset", action="store_true", help="replace accounts that an earlier run made")
        add("--json", action="store_true", help="print what was made as JSON")

    def handle(self, **options: Any) -> None:
        """Make the accounts and say how to sign in to them."""
        started = time.perf_counter()
        emails = addresses(options["email"], options["users"])
        tasks = task_counts(options)
        password = options["password"] or secrets.token_urlsafe(12)
        check(emails, password=password, zone=options["time_zone"], reset=options["reset"])
        plan = make_plan(options, password=password, at=timezone.now())
        sizes = [Sizes(options["categories"], count, options["habits"]) for count in tasks]
        made = Counter[str]()
        with watched(sizes, quiet=options["verbosity"] == 0) as watch:
            for email, size in zip(emails, sizes, strict=True):
                try:
                    made.update(make_account(email=email, sizes=size, plan=plan, watch=watch))
                except actions.LastSuperuserError as error:
                    raise CommandError(f"{email}: {error}") from error
        self.report(
            {
                "email": emails[0],
                "password": password,
                "seed": options["seed"],
                "rows": dict(made),
                "seconds": round(time.perf_counter() - started, 2),
            },
            as_json=options["json"],
        )

    def report(self, made: dict[str, Any], *, as_json: bool) -> None:
        """Print what was made."""
        if as_json:
            self.stdout.write(json.dumps(made, indent=2))
            return
        rows = ", ".join(f"{table} {count:,}" for table, count in made["rows"].items())
        self.stdout.write(f"Made in {made['seconds']} s: {rows}.")
        self.stdout.write(f"Sign in as {made['email']} with the password {made['password']}")


def whole(lowest: int, highest: int = 10_000_000) -> Callable[[str], int]:
    """Return a reader of a whole number within the bounds, both included."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and lowest <= int(text) <= highest):
            raise ArgumentTypeError(f"{text!r} is no whole number from {lowest} to {highest}")
        return int(text)

    return read


def addresses(first: str, count: int) -> list[str]:
    """Return an address for each account: name@host, name-2@host, name-3@host …."""
    name, _, host = first.strip().lower().rpartition("@")
    return [f"{name}@{host}", *(f"{name}-{number}@{host}" for number in range(2, count + 1))]


def task_counts(options: dict[str, Any]) -> list[int]:
    """Return how many tasks each account gets, by the options."""
    try:
        return demo.tasks_per_account(
            options["users"], options["tasks"], options["all_tasks"], options["heavy_tasks"]
        )
    except ValueError as error:
        raise CommandError(f"--all-tasks and --heavy-tasks contradict: {error}.") from error


def check(emails: list[str], *, password: str, zone: str, reset: bool) -> None:
    """Refuse before anything is written: bad values, and addresses that are taken."""
    try:
        # The last address is the longest.
        user = User(email=emails[-1], name=name_of(emails[-1]), time_zone=zone, password="-")  # noqa: S106  # nosec B106  # never saved
        user.clean_fields()
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    taken = taken_of(emails)
    if taken and not reset:
        raise CommandError(
            f"There is an account {taken[0]} already ({len(taken)} of {len(emails)} addresses are "
            "taken): replace it with --reset, or name another address with --email."
        )
    if taken and not emails[0].endswith(f"@{DEMO_DOMAIN}"):
        raise CommandError(
            f"--reset would delete {taken[0]}, which may be a person's: it replaces accounts at "
            f"{DEMO_DOMAIN} alone. Delete the account yourself, or name another with --email."
        )


def taken_of(emails: list[str]) -> list[str]:
    """Return those of the addresses that have an account."""
    return [
        email
        for batch in batched(emails, BATCH_ROWS)
        for email in User.objects.filter(email__in=batch)
        .order_by("id")
        .values_list("email", flat=True)
    ]


def make_plan(options: dict[str, Any], *, password: str, at: datetime) -> Plan:
    """Return what all accounts share; today is the accounts' own at the instant `at`."""
    zone = ZoneInfo(options["time_zone"])
    window = demo.Window(local_date(at, zone, day_starts_at=0), options["days"], zone)
    return Plan(window, options["seed"], make_password(password))


@contextmanager
def watched(sizes: list[Sizes], *, quiet: bool) -> Iterator[Watch]:
    """Show progress on a terminal while rows pass through the function that this gives."""
    total = sum(size.categories + size.tasks + size.habits for size in sizes)
    with shown_progress(total, quiet=quiet) as advance:

        def watch(rows: Iterator[Row]) -> Iterator[Row]:
            for batch in batched(rows, BATCH_ROWS):
                advance("rows", len(batch))
                yield from batch

        yield watch
