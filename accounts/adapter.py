"""Where allauth asks FocusFlow."""

from __future__ import annotations

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from focusflow.api.addresses import client_address


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the operator."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that limits count, and that the list of sessions shows."""
        return client_address(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead home from the change, since that is where a temporary password was stopped."""
        return reverse("home")

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse registration: the operator makes accounts."""
        return False


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted, so that a copy of the database opens nothing."""

    def encrypt(self, text: str) -> str:
        """Encrypt by a key derived from SECRET_KEY."""
        return ciphers().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt; keys in SECRET_KEY_FALLBACKS still read what they wrote."""
        return ciphers().decrypt(encrypted_text.encode()).decode()


def ciphers() -> MultiFernet:
    """Return the cipher of SECRET_KEY first, then those of its predecessors."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = [hashlib.sha256(f"focusflow.mfa:{key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
