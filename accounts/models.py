"""Accounts, and what opens them: refresh tokens and personal API tokens."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.db.models.functions import Length, Lower
from django.db.models.lookups import LessThanOrEqual

from accounts.calendar import local_date, start_of_day, zone_names
from accounts.digests import digest_of, new_secret
from accounts.history import Action, Event, note
from accounts.links import EmailChange, Invitation
from accounts.ownership import OwnedModel, followers_of
from accounts.querysets import (
    ApiTokenQuerySet,
    LimitQuerySet,
    RefreshTokenQuerySet,
    UserQuerySet,
)
from accounts.versioning import VersionedModel
from focusflow.sqlite.functions import Now

__all__ = [
    "ApiToken",
    "EmailChange",
    "Event",
    "Invitation",
    "Limit",
    "RefreshToken",
    "User",
    "UserManager",
]

NAME_LENGTH = 150


def validate_time_zone(name: str) -> None:
    """Refuse a name that is not in the tz database."""
    if name not in zone_names():
        raise ValidationError(
            "“%(name)s” is not a time zone: use a name such as Europe/Berlin or UTC.",
            code="unknown_time_zone",
            params={"name": name},
        )


def validate_language(code: str) -> None:
    """Refuse a language that FocusFlow's pages cannot be shown in."""
    if code not in dict(settings.LANGUAGES):
        raise ValidationError(
            "“%(code)s” is not a language that FocusFlow knows: use a code such as en or de.",
            code="unknown_language",
            params={"code": code},
        )


class UserManager(BaseUserManager["User"]):
    """Makes accounts, each with its sign-in address in allauth's table too."""

    def create_user(
        self, email: str, password: str | None = None, *, verified: bool = False, **fields: Any
    ) -> User:
        """Make an account; without a password nobody can sign in to it by one.

        `verified` says that the address is known to be the person's own.
        """
        user = self.model(email=email.strip().lower(), **fields)
        # A hash even of no password: the column is NOT NULL.
        user.set_password(password)
        user.password_is_temporary = fields.get("password_is_temporary", False)
        with transaction.atomic():
            user.save(using=self._db, force_insert=True)
            EmailAddress.objects.create(
                user=user, email=user.email, primary=True, verified=verified
            )
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an account that may do everything, in the admin too."""
        rights = {"is_staff": True, "is_superuser": True}
        return self.create_user(email, password, verified=True, **(fields | rights))


class User(VersionedModel, AbstractBaseUser, PermissionsMixin):
    """A person's account; they sign in with their e-mail address."""

    class WeekStart(models.IntegerChoices):
        """The first day of a week, as ISO 8601 numbers the days."""

        MONDAY = 1
        SATURDAY = 6
        SUNDAY = 7

    email = models.EmailField(
        "e-mail address",
        max_length=255,
        unique=True,
        error_messages={"unique": "An account with this e-mail address exists already."},
    )
    name = models.CharField(validators=[MaxLengthValidator(NAME_LENGTH)])
    password = models.CharField(max_length=255, db_column="hashed_password")
    password_is_temporary = models.BooleanField(
        default=False,
        db_default=False,
        help_text="The person has to choose a password of their own before anything else.",
    )
    first_access = models.DateTimeField(
        "first access", null=True, editable=False, help_text="The first successful sign-in."
    )
    is_active = models.BooleanField(
        "active", default=True, db_default=True, help_text="Off: nobody can sign in; all rows stay."
    )
    is_staff = models.BooleanField(
        "staff", default=False, db_default=False, help_text="May open the admin and list accounts."
    )
    is_superuser = models.BooleanField(
        "superuser", default=False, db_default=False, help_text="May do everything in the admin."
    )
    time_zone = models.CharField(
        max_length=64, default="UTC", db_default="UTC", validators=[validate_time_zone]
    )
    day_starts_at = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text="Hours after midnight, 0 to 6, at which a new day starts.",
    )
    week_start = models.PositiveSmallIntegerField(
        choices=WeekStart, default=WeekStart.MONDAY, db_default=WeekStart.MONDAY
    )
    language = models.CharField(
        max_length=10, default="en", db_default="en", validators=[validate_language]
    )

    # What a sign-in leaves behind is nobody's change.
    derived_fields = frozenset({"last_login", "first_access"})
    secret_fields = frozenset({"password"})
    owner_column = "id"

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager.from_queryset(UserQuerySet)()

    class Meta:
        db_table = "users"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                Lower("email"),
                name="%(app_label)s_%(class)s_email_any_case",
                violation_error_message="An account with this e-mail address exists already.",
            ),
            models.CheckConstraint(
                condition=models.Q(day_starts_at__range=(0, 6)),
                name="%(app_label)s_%(class)s_day_starts_at",
                violation_error_message="A day starts 0 to 6 hours after midnight.",
            ),
            models.CheckConstraint(
                condition=models.Q(week_start__in=[1, 6, 7]),
                name="%(app_label)s_%(class)s_week_start",
                violation_error_message="A week starts on Monday (1), Saturday (6) or Sunday (7).",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("name"), NAME_LENGTH),
                name="%(app_label)s_%(class)s_name_length",
                violation_error_message=f"A name has at most {NAME_LENGTH} characters.",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        """Bring the address to the one form in which it is stored."""
        super().clean()
        self.email = self.email.strip().lower()

    def set_password(self, raw_password: str | None) -> None:
        """Set a password; whoever sets one knows it, so it is no longer a temporary one."""
        super().set_password(raw_password)
        self.password_is_temporary = False

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row, and what others make of it.

        A new password is an event of its own, by whatever door it came.
        """
        # Django upgrades a hash at sign-in without one here.
        raw_password: str | None = vars(self).get("_password")
        is_new = self._state.adding
        has_new_password = raw_password is not None and not is_new
        followers = [] if is_new else followers_of(kwargs.get("update_fields"))
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)
            for model in followers:
                model.follow_owners([self.pk])
            if has_new_password:
                note(Action.PASSWORD_CHANGED, self)
                self.revoke_tokens()

    def revoke_tokens(self) -> None:
        """End what opens the account beside its password: tokens, and a change of its address.

        Sessions are bound to the password itself, and refresh tokens to sessions.
        """
        ApiToken.objects.filter(user=self).delete()
        EmailChange.objects.filter(user=self).delete()

    def note_sign_in(self, at: datetime) -> None:
        """Keep the instant of the first successful sign-in; later ones leave it."""
        if self.first_access is None:
            # The condition decides, not this copy of the row: two first sign-ins may meet.
            User.objects.filter(pk=self.pk, first_access=None).update(first_access=at)
            self.refresh_from_db(fields=["first_access"])

    def get_full_name(self) -> str:
        """Return the name, as Django's admin asks for it."""
        return self.name

    def get_short_name(self) -> str:
        """Return the name, or the address of somebody without one."""
        return self.name or self.email

    def local_date(self, at: datetime) -> date:
        """Return the day to which the instant `at` belongs for this person."""
        return local_date(at, self.zone, self.day_starts_at)

    def start_of_day(self, day: date) -> datetime:
        """Return the instant at which a day starts for this person."""
        return start_of_day(day, self.zone, self.day_starts_at)

    @property
    def zone(self) -> ZoneInfo:
        """The person's time zone."""
        return ZoneInfo(self.time_zone)


class RefreshToken(models.Model):
    """A refresh token that was handed out, by its digest.

    All tokens that descend from one sign-in are a family, named by the digest of that sign-in's
    session key. Each is used once: a second use means that a copy is in other hands, and ends
    the family (RFC 9700, section 4.14.2).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    family = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    objects = RefreshTokenQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"refresh token {self.pk}"


class ApiToken(OwnedModel):
    """A personal token for programs that use the API; the secret is shown once and not stored."""

    class Scope(models.TextChoices):
        """What the token may do."""

        READ = "read", "read"
        WRITE = "write", "read and write"

    PREFIX = "ffp_"

    name = models.CharField(max_length=100, help_text="Where the token is used.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(max_length=5, choices=Scope, default=Scope.READ, db_default=Scope.READ)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it never expires.")
    last_used_at = models.DateTimeField(null=True, editable=False)

    derived_fields = frozenset({"last_used_at"})
    secret_fields = frozenset({"digest"})
    # A row per request would make each read a write.
    LAST_USED_STEP = timedelta(minutes=10)

    objects = ApiTokenQuerySet.as_manager()

    class Meta(OwnedModel.Meta):
        verbose_name = "API token"
        default_related_name = "api_tokens"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OwnedModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(scope__in=["read", "write"]),
                name="%(app_label)s_%(class)s_scope",
                violation_error_message="A token's scope is read or write.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "created_at", "id"], name="apitoken_created"),
        ]

    def __str__(self) -> str:
        return self.name

    def issue(self) -> str:
        """Make the secret, keep its digest in this row (unsaved), and return the secret."""
        secret = self.PREFIX + new_secret()
        self.digest = digest_of(secret)
        return secret

    def note_use(self, at: datetime) -> None:
        """Keep when the token was last used, at most once in `LAST_USED_STEP`."""
        if self.last_used_at is None or at - self.last_used_at >= self.LAST_USED_STEP:
            self.last_used_at = at
            self.save(update_fields=["last_used_at"])


class Limit(models.Model):
    """What was counted against a limit of sign-ins, codes or resets, until it expires."""

    key = models.CharField(max_length=64, primary_key=True)
    value = models.JSONField()
    expires_at = models.DateTimeField(db_index=True)

    objects = LimitQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key
