"""The Django app of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts, sign-in and access rules."""

    name = "accounts"

    def ready(self) -> None:
        """Register the checks, and what listens to the sign-in code of others."""
        from accounts import checks, receivers  # noqa: F401  # importing registers them
