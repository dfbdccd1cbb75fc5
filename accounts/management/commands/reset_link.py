"""New passwords for people who forgot theirs, where no mail reaches them."""

from __future__ import annotations

from typing import Any  # Options of a command hold values of every type.

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import make_reset_link
from accounts.models import User


class Command(BaseCommand):
    """Print a link by which somebody sets a new password."""

    help = "Print a link by which the owner of an account sets a new password, once, within a day."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument("email", help="The address with which they sign in.")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        """Make the link and print it."""
        user = User.objects.with_email(email).first()
        if user is None:
            raise CommandError(f"There is no account with the address {email}.")
        if not user.is_active:
            raise CommandError(
                f"The account {user} is not active: nobody can sign in to it. Set it active first."
            )
        self.stdout.write(f"{make_reset_link(user=user)}\nfor {user}, shown this once")
