"""What is open by a password that was given before."""

from __future__ import annotations

from allauth.headless.internal import sessionkit
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import QuerySet

from accounts.digests import digest_of
from accounts.history import Action, note
from accounts.models import RefreshToken, User


@transaction.atomic
def sign_out_everywhere(*, user: User) -> None:
    """End every sign-in of the account: sessions with their tokens, and personal API tokens."""
    end_sign_ins(user)
    note(Action.SIGNED_OUT_EVERYWHERE, user)


@transaction.atomic
def end_sign_in(*, session_key: str) -> None:
    """End one sign-in: its session, and each access and refresh token that it led to."""
    sessionkit.session_store(session_key).delete()
    UserSession.objects.filter(session_key=session_key).delete()
    RefreshToken.objects.of_family(digest_of(session_key)).delete()


@transaction.atomic
def end_other_sign_ins(*, user: User, kept: str) -> None:
    """End every sign-in of the account but the one with the session key `kept`."""
    end_each(UserSession.objects.filter(user=user).exclude(session_key=kept))


@transaction.atomic
def remove_factors(*, user: User) -> int:
    """Remove the second factors of somebody who lost them, with their recovery codes.

    Returns how many there were. The password opens the account alone from then on, so that what was
    open by them ends.
    """
    factors = Authenticator.objects.filter(user=user)
    for kind in factors.values_list("type", flat=True):
        note(Action.FACTOR_REMOVED, user, factor=kind)
    removed, _ = factors.delete()
    if removed:
        end_sign_ins(user)
    return removed


def end_sign_ins(user: User) -> None:
    """End everything that is open by a password given before."""
    end_each(UserSession.objects.filter(user=user))
    RefreshToken.objects.filter(user=user).delete()
    user.revoke_tokens()


def end_each(sessions: QuerySet[UserSession]) -> None:
    """End the sign-ins of these sessions."""
    for key in sessions.values_list("session_key", flat=True):
        end_sign_in(session_key=key)
