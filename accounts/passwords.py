"""Passwords that others guess first."""

from __future__ import annotations

from string import digits, punctuation
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

# What a password must be beside the words that everybody here knows.
SHORTEST_REST = 8
# Shorter parts of the server's name, such as www and org, stand in many good passwords.
SHORTEST_WORD = 5


class GuessableValidator(CommonPasswordValidator):
    """Refuses the 20,000 most common passwords, dressed up or not, and the words of this server.

    Dressed up with digits and signs at either end they are what guesses are made of, and the only
    way in which most of them are long enough.
    """

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError for a password that is guessed."""
        plain = password.casefold().strip()
        for dress in ("", punctuation, digits + punctuation):
            super().validate(plain.strip(dress or None))
        rest = plain
        for word in context_words():
            rest = rest.replace(word, "")
        if len(rest) < SHORTEST_REST and rest != plain:
            raise ValidationError(
                "This password is little more than the name of this server.",
                code="password_of_context",
            )


def context_words() -> list[str]:
    """Return the words that stand for this server: FocusFlow's name and those of its address."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    return ["focusflow", *(word for word in host.split(".") if len(word) >= SHORTEST_WORD)]
