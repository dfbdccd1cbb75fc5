"""How people come in: invitations, registration, and links that set a new password."""

from __future__ import annotations

from datetime import datetime

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction

from accounts import mail
from accounts.history import Action, note
from accounts.links import public_url
from accounts.models import Invitation, User


class InvitationError(Exception):
    """The invitation is unknown, used, expired, or for another address."""

    def __init__(self) -> None:
        super().__init__(
            "This invitation is used up, has expired, or is for another address: "
            "ask the operator for a new one."
        )


@transaction.atomic
def invite(*, email: str, by: User | None, at: datetime) -> tuple[Invitation, str]:
    """Make an invitation, for one address or for any (""), and return it with its link.

    `by` is None for a command of the operator. With a mail server, the link is sent too.
    """
    invitation = Invitation(email=email, made_by=by)
    invitation.clean()
    link = public_url("account_invitation", invitation.issue(at=at))
    invitation.save()
    if by is not None:
        note(Action.INVITED, by, email=invitation.email)
    if invitation.email and mail.is_configured():
        mail.write("invitation", invitation.email, link=link, expires_at=invitation.expires_at)
    return invitation, link


@transaction.atomic
def register(*, email: str, name: str, password: str, invitation: str, at: datetime) -> User:
    """Make one's own account; `invitation` is the secret of a link, or "" where none is needed.

    The invitation is used up with it. Raises InvitationError, and IntegrityError where the address
    is taken.
    """
    email = email.strip().lower()
    is_vouched_for = bool(invitation) and use_invitation(invitation, email=email, at=at)
    user = User.objects.create_user(email, password, name=name, verified=is_vouched_for)
    note(Action.REGISTERED, user)
    return user


def use_invitation(secret: str, *, email: str, at: datetime) -> bool:
    """Use an invitation up for this address; say whether it was for this one alone.

    Raises InvitationError.
    """
    rows = Invitation.objects.open(at).with_secret(secret).filter(email__in=["", email])
    named = rows.values_list("email", flat=True).first()
    # Of several who use it at once, one deletes it.
    if not rows.delete()[0]:
        raise InvitationError
    return named == email


@transaction.atomic
def make_reset_link(*, user: User) -> str:
    """Return a link by which the person sets a new password.

    It holds for PASSWORD_RESET_TIMEOUT, until the password or the address changes, or they sign in.
    """
    note(Action.RESET_LINK_MADE, user)
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return public_url("account_reset_password_from_key", user_pk_to_url_str(user), key)
