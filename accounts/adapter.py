"""Where allauth asks FocusFlow."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the operator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse registration: the operator makes accounts."""
        return False
