"""Secrets that open something, and what is stored of them."""

import hashlib
import secrets


def new_secret() -> str:
    """Return a random secret of 256 bits, in letters that an address can hold."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """Return the SHA-256 of a random secret in hex: enough where the secret cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()
