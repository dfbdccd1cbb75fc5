"""The account with which a new FocusFlow is opened."""

from __future__ import annotations

from typing import Any  # Options of a command hold values of every type.

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string

from accounts.actions import create_user
from accounts.models import User
from focusflow.settings import env

# A name that only this machine resolves (RFC 6761, section 6.3): no stranger can own the address,
# and receive what is sent to it.
DEFAULT_EMAIL = "admin@focusflow.localhost"
# 20 of 31 letters that look like no other: 99 bits.
PASSWORD_LENGTH = 20
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105  # nosec B105  # what passwords are made of


class Command(BaseCommand):
    """Make the first account; do nothing where there is one."""

    help = (
        "Make the first account, a superuser, and print its one-time password. "
        "Does nothing where there is an account already."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument(
            "--email",
            help="Default: FIRST_ACCOUNT_EMAIL from the environment or .env, "
            f"else {DEFAULT_EMAIL}.",
        )

    def handle(self, *args: Any, email: str | None, **options: Any) -> None:
        """Make the account and print how to sign in."""
        email = email or env.str("FIRST_ACCOUNT_EMAIL", default="") or DEFAULT_EMAIL
        password = get_random_string(PASSWORD_LENGTH, PASSWORD_LETTERS)
        if make_first_account(email, password):
            self.stdout.write(
                f"The first account: {email}\n"
                f"Its password, shown this once: {password}\n"
                "It has to be changed at the first sign-in."
            )


def make_first_account(email: str, password: str) -> bool:
    """Make a superuser with a temporary password, unless there is an account; say whether."""
    try:
        with transaction.atomic():
            if User.objects.exists():
                return False
            validate_email(email)
            create_user(
                email=email,
                name="Admin",
                password=password,
                by=None,
                is_staff=True,
                is_superuser=True,
                password_is_temporary=True,
            )
    except ValidationError as error:
        raise CommandError(
            f"{email!r} is not an e-mail address: set FIRST_ACCOUNT_EMAIL."
        ) from error
    except IntegrityError:
        # PostgreSQL lets two starts find no account; the unique address lets one of them write.
        if not User.objects.exists():
            raise
        return False
    return True
