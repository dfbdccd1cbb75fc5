"""How a program proves on whose behalf it calls the API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from allauth.headless.tokens.strategies.jwt.internal import validate_access_token
from django.db import OperationalError
from django.db.models import CharField, DateTimeField
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from accounts import preferences
from accounts.digests import digest_of
from accounts.models import ApiToken, User
from focusflow.api.outages import is_full
from focusflow.statements import Slot, Statement

if TYPE_CHECKING:
    from rest_framework.request import Request

# The token of a digest, with its owner.
TOKEN: Final = Statement(
    ApiToken.objects.usable(cast(datetime, Slot("at", DateTimeField())))
    .filter(digest=Slot("digest", CharField()))
    .select_related("user")
)


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer …` with an access token (JWT) or a personal API token.

    Sets `request.user`, and `request.auth` to the token: the claims of an access token, or the
    row of an API token, whose scope `accounts.permissions` reads.
    """

    scheme = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, object] | None:
        """Return the user and the token; None without the header.

        Raises AuthenticationFailed for a token that is no good.
        """
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != self.scheme.lower().encode():
            return None
        if len(words) != 2:
            raise AuthenticationFailed(
                "Send one token after the word Bearer, without spaces in it."
            )
        secret = words[1].decode("latin-1")
        found = by_api_token(secret) if secret.startswith(ApiToken.PREFIX) else by_jwt(secret)
        if found is None:
            raise AuthenticationFailed("The token is unknown, expired or revoked: sign in again.")
        preferences.activate(found[0])
        return found

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return f'{self.scheme} realm="FocusFlow"'


def by_api_token(secret: str) -> tuple[User, object] | None:
    """Look a personal API token up by its digest, and note its use where the disk has room."""
    at = timezone.now()
    found = TOKEN.run({"at": at, "digest": digest_of(secret)})
    if not found:
        return None
    token: ApiToken = found[0]
    try:
        token.note_use(at)
    except OperationalError as error:
        # Whoever reads needs no room.
        if not is_full(error):
            raise
    return token.user, token


def by_jwt(secret: str) -> tuple[User, object] | None:
    """Check an access token's signature and expiry, then that its session lives (2 queries)."""
    return validate_access_token(secret)
