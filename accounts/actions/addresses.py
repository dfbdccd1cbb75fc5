"""The address with which somebody signs in, and how it changes."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts import mail
from accounts.digests import digest_of, new_secret
from accounts.history import Action, note
from accounts.links import public_url
from accounts.models import EmailChange, User

CONFIRM = "account_confirm_change"


class AddressTakenError(Exception):
    """Another account has the address."""

    def __init__(self) -> None:
        super().__init__("Another account has this address.")


class LinkError(Exception):
    """A link is unknown, used up, or has expired."""

    def __init__(self) -> None:
        super().__init__("This link was used already, or has expired.")


@transaction.atomic
def ask_for_email_change(*, user: User, email: str, at: datetime) -> bool:
    """Change the person's own address; say whether it still has to be confirmed by mail.

    With a mail server, links are sent to both addresses, and the change is made once both were
    opened; without one it is made at once. Raises AddressTakenError, where that may be known:
    with a mail server, the owner of the address is told, and nobody else.
    """
    email = email.strip().lower()
    is_taken = User.objects.with_email(email).exclude(pk=user.pk).exists()
    if not mail.is_configured():
        if is_taken:
            raise AddressTakenError
        change_email(user=user, email=email, verified=False)
        return False
    old, new = new_secret(), new_secret()
    EmailChange.objects.filter(user=user).delete()
    EmailChange.objects.create(
        user=user,
        email=email,
        old_digest=digest_of(old),
        new_digest=digest_of(new),
        expires_at=at + EmailChange.HOLDS,
    )
    note(Action.EMAIL_CHANGE_ASKED, user, email=email)
    mail.write("address_old", user.email, new=email, link=public_url(CONFIRM, old))
    if is_taken:
        mail.write("address_taken", email)
    else:
        mail.write("address_new", email, old=user.email, link=public_url(CONFIRM, new))
    return True


@transaction.atomic
def confirm_email_change(*, secret: str, at: datetime) -> bool:
    """Use up the link of one end; say whether the address is changed by it.

    Raises LinkError, and AddressTakenError where another account took the address meanwhile.
    """
    waiting = EmailChange.objects.open(at).with_secret(secret)
    change = waiting.select_for_update(of=("self",)).select_related("user").first()
    if change is None:
        raise LinkError
    if not change.confirm(secret):
        change.save(update_fields=["old_digest", "new_digest"])
        return False
    user, old = change.user, change.user.email
    if User.objects.with_email(change.email).exclude(pk=user.pk).exists():
        raise AddressTakenError
    change_email(user=user, email=change.email, verified=True)
    mail.write("address_changed", old, new=change.email)
    return True


@transaction.atomic
def change_email(*, user: User, email: str, verified: bool) -> None:
    """Change the address with which somebody signs in, here and in allauth's table.

    `verified` says that the address is known to be theirs. Their other addresses there go:
    none of them would open the account. So does another change that waits to be confirmed.
    """
    EmailChange.objects.filter(user=user).delete()
    user.change(email=email.strip().lower())
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
