"""Invitations by the operator."""

from __future__ import annotations

from typing import Any  # Options of a command hold values of every type.

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from accounts.actions import invite


class Command(BaseCommand):
    """Print a link by which one person makes their account."""

    help = "Print a link by which one person makes their account, once, within a week."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument(
            "email", nargs="?", default="", help="Only this address. Default: any address."
        )

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        """Make the invitation and print its link."""
        if settings.REGISTRATION != "invitation":
            raise CommandError(
                f"REGISTRATION is {settings.REGISTRATION}: invitations open nothing. "
                "Set it to invitation."
            )
        if email:
            check_email(email)
        invitation, link = invite(email=email, by=None, at=timezone.now())
        self.stdout.write(f"{link}\nfor {invitation.email or 'anybody'}, shown this once")


def check_email(email: str) -> None:
    """Refuse what is no address."""
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommandError(f"{email!r} is not an e-mail address.") from error
