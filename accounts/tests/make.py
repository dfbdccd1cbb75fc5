"""Rows for tests."""

from typing import Any  # Fields of a row hold values of every type.

from django.utils import timezone

from accounts.actions import invite
from accounts.models import ApiToken, Event, Invitation, User

PASSWORD = "correct horse battery"


def make_user(email: str, **fields: Any) -> User:
    """Make an account that signs in with `PASSWORD`."""
    return User.objects.create_user(email, PASSWORD, **({"name": email.partition("@")[0]} | fields))


def make_event(owner: User, **fields: Any) -> Event:
    """Make an event of the account itself."""
    values = {"action": "signed_in", "interface": "pages", "kind": "user", "row_id": owner.pk}
    return Event.objects.create(user=owner, actor_id=owner.pk, **(values | fields))


def make_invitation(by: User | None = None, email: str = "") -> tuple[Invitation, str]:
    """Make an invitation; return it with its secret."""
    invitation, link = invite(email=email, by=by, at=timezone.now())
    return invitation, link.rstrip("/").rpartition("/")[2]


def make_token(owner: User, **fields: Any) -> tuple[ApiToken, str]:
    """Make a personal API token that may write; return it with its secret."""
    token = ApiToken(user=owner, **({"name": "script", "scope": "write"} | fields))
    secret = token.issue()
    token.save()
    return token, secret
