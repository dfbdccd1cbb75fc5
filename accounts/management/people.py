"""Whom a command speaks of."""

from __future__ import annotations

from django.core.management.base import CommandError

from accounts.models import User
from focusflow.printing import printable


def find_user(email: str) -> User:
    """Return the account with this address; raises CommandError where there is none."""
    user = User.objects.with_email(email).first()
    if user is None:
        raise CommandError(
            f"Nobody here has the e-mail address {printable(email)}: give that of an account."
        )
    return user
