"""The Django app of accounts."""

from django.apps import AppConfig
from django.forms import CharField, Form


class AccountsConfig(AppConfig):
    """Accounts, sign-in and access rules."""

    name = "accounts"

    def ready(self) -> None:
        """Register the checks, and what listens to the sign-in code of others."""
        from accounts import checks, receivers  # noqa: F401  # importing registers them

        keep_passwords_whole()


def keep_passwords_whole() -> None:
    """Let programs sign in with a password as it was typed on a page: blanks at its ends count.

    allauth's forms for programs cut them off, and offer no setting.
    """
    from allauth.headless.account import inputs

    for form in vars(inputs).values():
        if isinstance(form, type) and issubclass(form, Form):
            for name, field in form.base_fields.items():
                if name.endswith("password") and isinstance(field, CharField):
                    field.strip = False
