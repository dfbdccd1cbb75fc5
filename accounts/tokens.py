"""JSON web tokens whose refresh tokens are used once.

allauth signs and reads the tokens and binds each to the session of its sign-in, so that signing
out, a new password or a deactivation ends them with the session. What it leaves open is kept
here, in a table: which refresh tokens were handed out, and which of them were used. allauth keeps
that in the session's data, where of two simultaneous refreshes both succeed and a reused token
does not end its family.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from allauth.account.utils import url_str_to_user_pk
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import authenticated_user
from allauth.headless import app_settings
from allauth.headless.internal import sessionkit
from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy, internal
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions import end_sign_in
from accounts.digests import digest_of
from accounts.models import RefreshToken, User
from focusflow.api.errors import problem_page

# What somebody with a temporary password may ask for: to change it, and the way out.
OPEN_ROUTES = frozenset(
    {"change_password", "config", "current_session", "login", "reauthenticate", "refresh"}
)


class RotatingTokenStrategy(JWTTokenStrategy):
    """Access tokens for five minutes, and refresh tokens that are exchanged for new ones."""

    def get_session_token(self, request: HttpRequest) -> str | None:
        """Return the key of the session of who asks an endpoint of allauth's.

        Raises ImmediateHttpResponse, a 403, for somebody with a temporary password: who knows it
        beside them could add a second factor or a passkey of their own, which stay.
        """
        key = super().get_session_token(request)
        match = request.resolver_match
        is_open = match is not None and match.url_name in OPEN_ROUTES
        if key is not None and not is_open and has_temporary_password(key):
            raise ImmediateHttpResponse(problem_page(403, "Choose a password of your own first."))
        return key

    def lookup_session(self, session_token: str) -> SessionBase | None:
        """Return the session, unless the account that signs in by it was deleted meanwhile."""
        session = super().lookup_session(session_token)
        return None if session is None or waits_for_nobody(session) else session

    def create_access_token_payload(self, request: HttpRequest) -> dict[str, Any] | None:
        """Return the tokens that a completed sign-in hands out."""
        access_token = self.create_access_token(request)
        user = cast(User, authenticated_user(request))
        refresh_token = hand_out(user=user, session=request.session, at=timezone.now())
        return {"access_token": access_token, "refresh_token": refresh_token}

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        """Exchange a refresh token for an access token and the next refresh token.

        None when it is unknown, expired, of an ended session, or was used before; a token used
        twice ends all tokens of its sign-in, and the session itself.
        """
        payload = internal.decode_token(refresh_token, "refresh")
        if payload is None:
            return None
        at = timezone.now()
        with transaction.atomic():
            # Locked: of simultaneous uses of one token, all but the first see that it was used.
            row = (
                RefreshToken.objects.select_for_update()
                .filter(digest=digest_of(refresh_token))
                .first()
            )
            if row is None:
                return None
            if row.used_at is not None:
                # Of a token that we signed, so that there is one.
                end_sign_in(session_key=cast(str, internal.session_key_from_sid(payload["sid"])))
                return None
            row.used_at = at
            row.save(update_fields=["used_at"])
            session = internal.get_token_session(payload)
            user = internal.validate_token_user(payload, session) if session else None
            if session is None or user is None:
                return None
            access_token = internal.create_access_token(user, session, self.get_claims(user))
            return access_token, hand_out(user=cast(User, user), session=session, at=at)


def has_temporary_password(session_key: str) -> bool:
    """Say whether the session is of somebody who has to choose a password first."""
    session = sessionkit.lookup_session(session_key)
    pk = session.get(SESSION_KEY) if session is not None else None
    return User.objects.filter(pk=pk, password_is_temporary=True).exists()


def waits_for_nobody(session: SessionBase) -> bool:
    """Say whether a sign-in waits here for the second factor of an account that is gone."""
    pk = session.get(LOGIN_SESSION_KEY, {}).get("user_pk")
    return pk is not None and not User.objects.filter(pk=url_str_to_user_pk(pk)).exists()


def hand_out(*, user: User, session: SessionBase, at: datetime) -> str:
    """Make a refresh token of this sign-in, remember its digest, and return it."""
    key = cast(str, session.session_key)
    lifetime = app_settings.JWT_REFRESH_TOKEN_EXPIRES_IN
    token, _ = internal.create_token(
        "refresh",
        sub=user_id_to_str(user),
        sid=internal.session_key_to_sid(key),
        expires_in=lifetime,
    )
    RefreshToken.objects.create(
        user=user,
        digest=digest_of(token),
        family=digest_of(key),
        expires_at=at + timedelta(seconds=lifetime),
    )
    return token
