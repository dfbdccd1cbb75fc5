"""The Django app of accounts."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils import timezone


class AccountsConfig(AppConfig):
    """Accounts, sign-in and access rules."""

    name = "accounts"

    def ready(self) -> None:
        """Register the checks, and the note of the first sign-in by any door."""
        from accounts import checks  # noqa: F401  # importing registers them

        user_logged_in.connect(note_sign_in, dispatch_uid="accounts.note_sign_in")


def note_sign_in(user: Any, **_: Any) -> None:
    """Hand Django's signal on to the account; sign-in code of others sends nothing else."""
    user.note_sign_in(at=timezone.now())
