"""Where allauth asks FocusFlow."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from focusflow.api.addresses import client_address


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the operator."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that limits count, and that the list of sessions shows."""
        return client_address(request)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse registration: the operator makes accounts."""
        return False
