"""Where allauth asks FocusFlow."""

from __future__ import annotations

import logging
from typing import Any, cast  # A letter's context, and what somebody signs in with.
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import get_pending_stage
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import is_headless_request
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import mail
from accounts.links import SESSION_KEY, needs_invitation
from accounts.models import Invitation, User
from accounts.sealing import seal, unseal
from accounts.versioning import StaleVersionError
from focusflow.api.addresses import client_address
from focusflow.api.errors import Conflict
from focusflow.api.handlers import show

MFA = "mfa"

logger = logging.getLogger("focusflow.accounts")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts as FocusFlow has them."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that limits count, and that the list of sessions shows."""
        return client_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Write each try beyond the limit to the log."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note_refusal(request, "limit", None)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write each wrong password to the log, with the account that it was tried on."""
        accounts = User.objects.with_email(credentials.get("email", ""))
        note_refusal(request, "password", accounts.values_list("pk", flat=True).first())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead home from the change, since that is where a temporary password was stopped."""
        return reverse("home")

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say whether the person may register; what a program sends is checked with its form."""
        if not needs_invitation() or is_headless_request(request):
            return bool(settings.REGISTRATION != "closed")
        secret = request.session.get(SESSION_KEY, "")
        return Invitation.objects.open(timezone.now()).with_secret(secret).exists()

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Set a new password, if nobody else did since the account was read.

        So a reset link works once, however many use it at once; the others are answered 409.
        """
        person = cast(User, user)
        person.set_password(password)
        try:
            person.write({"password", "password_is_temporary"}, expected=person.version)
        except StaleVersionError as error:
            raise ImmediateHttpResponse(show(self.request, Conflict())) from error

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Let the worker send a letter, which names this server by its public address."""
        site = {"name": "FocusFlow", "domain": urlsplit(settings.PUBLIC_URL).netloc}
        message = self.render_mail(
            template_prefix, email, {"email": email, "current_site": site} | context
        )
        mail.post(to=email, subject=str(message.subject), body=str(message.body))


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted, so that a copy of the database opens nothing."""

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Write each code and passkey that is refused to the log."""
        if code == "incorrect_code":
            note_refusal(context.request, "factor", account_of(context.request))
        return super().validation_error(code, *args)

    def is_mfa_enabled(self, user: AbstractBaseUser | None, types: Any = None) -> bool:
        """Say whether a factor is to be asked for: not of an account deleted since the password."""
        return user is not None and bool(super().is_mfa_enabled(user, types))

    def encrypt(self, text: str) -> str:
        """Encrypt by a key derived from SECRET_KEY."""
        return seal(text, purpose=MFA)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt; keys in SECRET_KEY_FALLBACKS still read what they wrote."""
        return unseal(encrypted_text, purpose=MFA)


def account_of(request: HttpRequest) -> int | None:
    """Return who is signed in, or is about to be: with the password given, but not the factor."""
    stage = get_pending_stage(request)
    user = request.user if stage is None else stage.login.user
    return cast(User, user).pk


def note_refusal(request: HttpRequest, reason: str, account_id: int | None) -> None:
    """Write that somebody was not let in, from where, and by which account's id; no word of it."""
    fields = {"reason": reason, "account": account_id, "address": client_address(request)}
    logger.warning("A sign-in was refused.", extra={"fields": fields})
