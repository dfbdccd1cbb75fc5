"""What is open by a password that was given before."""

from __future__ import annotations

from allauth.headless.internal import sessionkit
from allauth.usersessions.models import UserSession
from django.db import transaction

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


def end_sign_ins(user: User) -> None:
    """End everything that is open by a password given before."""
    for key in UserSession.objects.filter(user=user).values_list("session_key", flat=True):
        end_sign_in(session_key=key)
    RefreshToken.objects.filter(user=user).delete()
    user.revoke_tokens()
