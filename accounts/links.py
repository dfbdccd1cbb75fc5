"""Links that do one thing once: an invitation, and the confirmation of a new address.

Stored are digests alone. A link is used up by the statement that uses it (a DELETE, an UPDATE
under a lock), so that of several at once one does what it is for.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from accounts.digests import digest_of, new_secret
from focusflow.sqlite.functions import Now

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

# Where a session keeps the secret of the invitation that its visitor came by.
SESSION_KEY = "invitation"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations that nobody has used."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep all for staff, and none for anybody else."""
        return self.all() if getattr(user, "is_staff", False) else self.none()

    def editable_by(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep all for staff, and none for anybody else."""
        return self.visible_to(user)

    def open(self, at: datetime) -> Self:
        """Keep those that still hold at `at`."""
        may_invite = models.Q(made_by__is_staff=True, made_by__is_active=True)
        return self.filter(may_invite | models.Q(made_by=None), expires_at__gt=at)

    def expired(self, at: datetime) -> Self:
        """Keep those that no longer hold."""
        return self.filter(expires_at__lte=at)

    def with_secret(self, secret: str) -> Self:
        """Keep the one of this link."""
        return self.filter(digest=digest_of(secret))


class Invitation(models.Model):
    """A link by which one person may register; gone once it is used.

    It holds as long as whoever made it is staff: nobody lets others in after they were let go.
    `made_by` is NULL for a command of the operator. With an address, only that one may register by
    it, and counts as verified: the operator who made the invitation vouches for it.
    """

    HOLDS = timedelta(days=7)
    # Of one that was just made in the admin; in no column.
    link = ""

    email = models.EmailField(
        "e-mail address",
        max_length=255,
        blank=True,
        default="",
        db_default="",
        help_text="Only this address may register by the link. Empty: any address.",
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DB_CASCADE,
        null=True,
        editable=False,
        related_name="invitations",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(editable=False, db_index=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        default_permissions = ("add", "delete", "view")

    def __str__(self) -> str:
        return f"invitation {self.pk} for {self.email or 'anybody'}"

    def clean(self) -> None:
        """Bring the address to the one form in which it is stored."""
        super().clean()
        self.email = self.email.strip().lower()

    def issue(self, *, at: datetime) -> str:
        """Make the link's secret, keep its digest in this row (unsaved), and return the secret."""
        secret = new_secret()
        self.digest = digest_of(secret)
        self.expires_at = at + self.HOLDS
        return secret


class EmailChangeQuerySet(models.QuerySet["EmailChange"]):
    """Changes of address that wait to be confirmed."""

    def open(self, at: datetime) -> Self:
        """Keep those that may still be confirmed at `at`."""
        return self.filter(expires_at__gt=at)

    def waiting_for(self, user: AbstractBaseUser, at: datetime) -> EmailChange | None:
        """Return the change of their address that may be confirmed at `at`, if there is one."""
        return self.open(at).filter(user_id=user.pk).first()

    def expired(self, at: datetime) -> Self:
        """Keep those that came to nothing."""
        return self.filter(expires_at__lte=at)

    def with_secret(self, secret: str) -> Self:
        """Keep the one of which this is the link at either end."""
        digest = digest_of(secret)
        return self.filter(models.Q(old_digest=digest) | models.Q(new_digest=digest))


class EmailChange(models.Model):
    """A change of somebody's address that waits for the links at both ends to be opened.

    The link at the old address shows that the change is the person's own, the one at the new
    address that it is theirs. A digest is NULL once its link was used; with both the change is
    made.
    """

    HOLDS = timedelta(days=1)

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.DB_CASCADE,
        primary_key=True,
        related_name="email_change",
    )
    email = models.EmailField("new e-mail address", max_length=255)
    old_digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001  # used up
    new_digest = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001  # used up
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_index=True)

    objects = EmailChangeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(old_digest__isnull=False) | models.Q(new_digest__isnull=False),
                name="%(app_label)s_%(class)s_waits",
                violation_error_message="A change that is confirmed at both ends is made.",
            ),
        ]

    def __str__(self) -> str:
        return f"change of the address of account {self.pk}"

    def confirm(self, secret: str) -> bool:
        """Use up the link of one end (unsaved); say whether that was the last that was missing."""
        digest = digest_of(secret)
        if self.old_digest == digest:
            self.old_digest = None
        if self.new_digest == digest:
            self.new_digest = None
        return self.old_digest is None and self.new_digest is None


def needs_invitation() -> bool:
    """Say whether an account can be made by an invitation alone."""
    return bool(settings.REGISTRATION == "invitation")


def public_url(route: str, *args: object) -> str:
    """Return a page's address as people open it, whatever name a request came by."""
    return f"{settings.PUBLIC_URL}{reverse(route, args=args)}"
