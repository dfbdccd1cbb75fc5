"""A way in for people who lost their second factors."""

from __future__ import annotations

from typing import Any  # Options of a command hold values of every type.

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import remove_factors
from accounts.models import User


class Command(BaseCommand):
    """Remove somebody's second factors."""

    help = (
        "Remove the authenticator app, passkeys and recovery codes of somebody who lost them: "
        "their password opens the account alone from then on. Make sure that it is they who ask."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument("email", help="The address with which they sign in.")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        """Remove them and say how many there were."""
        user = User.objects.with_email(email).first()
        if user is None:
            raise CommandError(f"There is no account with the address {email}.")
        count = remove_factors(user=user)
        if not count:
            raise CommandError(f"The account {user} has no second factor.")
        self.stdout.write(f"Removed {count} of {user}, who is signed out everywhere.")
