"""What the sign-in code of others does to accounts: it sends signals and nothing else."""

from __future__ import annotations

from typing import Any  # Signals bring values of every type.

from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.utils import timezone

from accounts.history import Action, note
from accounts.sessions import SIGNED_IN_AT
from focusflow.api.addresses import client_address


@receiver(user_logged_in, dispatch_uid="accounts.sign_in")
def note_sign_in(user: Any, request: Any, **_: Any) -> None:
    """Keep the first sign-in with the account, each in its history, and when the session began."""
    at = timezone.now()
    request.session[SIGNED_IN_AT] = at.timestamp()
    user.note_sign_in(at=at)
    note(Action.SIGNED_IN, user, address=client_address(request))


@receiver(user_logged_out, dispatch_uid="accounts.sign_out")
def note_sign_out(user: Any, request: Any, **_: Any) -> None:
    """Keep that somebody signed out; a sign-out of nobody is none."""
    request.has_signed_out = True
    if user is not None:
        note(Action.SIGNED_OUT, user)


@receiver(authenticator_added, dispatch_uid="accounts.factor_added")
def note_factor_added(user: Any, authenticator: Any, **_: Any) -> None:
    """Keep which kind of second factor was added."""
    note(Action.FACTOR_ADDED, user, factor=authenticator.type)


@receiver(authenticator_removed, dispatch_uid="accounts.factor_removed")
def note_factor_removed(user: Any, authenticator: Any, **_: Any) -> None:
    """Keep which kind of second factor was removed."""
    note(Action.FACTOR_REMOVED, user, factor=authenticator.type)


@receiver(authenticator_reset, dispatch_uid="accounts.factor_reset")
def note_factor_reset(user: Any, **_: Any) -> None:
    """Keep that recovery codes were made anew."""
    note(Action.FACTOR_RESET, user)
