"""Who may see and change accounts."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Invitation, User
from accounts.tests.make import make_invitation, make_user


@pytest.fixture
def everybody(ann: User, ben: User, olga: User) -> list[User]:
    """Return two people, a superuser, and staff."""
    return [ann, ben, olga, make_user("sam@example.org", is_staff=True)]


@pytest.mark.parametrize(
    ("who", "sees", "changes"),
    [
        ("ann", {"ann"}, {"ann"}),
        ("sam", {"ann", "ben", "olga", "sam"}, {"ann", "ben", "sam"}),
        ("olga", {"ann", "ben", "olga", "sam"}, {"ann", "ben", "olga", "sam"}),
    ],
)
def test_accounts_are_seen_and_changed_by(
    who: str, sees: set[str], changes: set[str], everybody: list[User]
) -> None:
    user = User.objects.with_email(f"{who}@EXAMPLE.org").get()

    seen = {row.email.partition("@")[0] for row in User.objects.visible_to(user)}
    changed = {row.email.partition("@")[0] for row in User.objects.editable_by(user)}

    assert (seen, changed) == (sees, changes)


def test_accounts_are_seen_by_nobody_else(everybody: list[User]) -> None:
    assert not User.objects.visible_to(AnonymousUser()).exists()
    assert not User.objects.editable_by(AnonymousUser()).exists()


@pytest.mark.parametrize(("who", "count"), [("ann", 0), ("sam", 1), ("olga", 1)])
def test_invitations_are_seen_and_changed_by_staff_alone(
    who: str, count: int, everybody: list[User]
) -> None:
    make_invitation()
    user = User.objects.with_email(f"{who}@example.org").get()

    assert Invitation.objects.visible_to(user).count() == count
    assert Invitation.objects.editable_by(user).count() == count


def test_invitations_are_seen_by_nobody_else(db: None) -> None:
    make_invitation()

    assert not Invitation.objects.visible_to(AnonymousUser()).exists()
    assert not Invitation.objects.editable_by(AnonymousUser()).exists()
