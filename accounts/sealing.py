"""Encryption of what the database holds and nobody reads there, by keys derived from SECRET_KEY."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(text: str, *, purpose: str) -> str:
    """Encrypt a text; what is sealed for one purpose is not opened for another."""
    return ciphers(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Decrypt a text; keys in SECRET_KEY_FALLBACKS still read what they wrote.

    Raises cryptography.fernet.InvalidToken for what none of the keys sealed for this purpose.
    """
    return ciphers(purpose).decrypt(sealed.encode()).decode()


def ciphers(purpose: str) -> MultiFernet:
    """Return the cipher of SECRET_KEY first, then those of its predecessors."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = [hashlib.sha256(f"focusflow.{purpose}:{key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
