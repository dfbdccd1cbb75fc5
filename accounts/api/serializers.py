"""How accounts and tokens are shown and written."""

from __future__ import annotations

from typing import Any, cast  # A body holds values of every type.

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as ModelError
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.actions import create_user, invite, update_user
from accounts.models import ApiToken, Event, Invitation, User
from focusflow.api.serializers import ResourceSerializer, StrictSerializer

SHOWN = (
    "id",
    "email",
    "name",
    "time_zone",
    "day_starts_at",
    "week_start",
    "language",
    "is_active",
    "first_access",
    "created_at",
    "updated_at",
    "version",
)


# What the column would hold on either database is more.
BOUNDS = {"day_starts_at": {"max_value": 6}}


class AccountSerializer(ResourceSerializer):
    """What is common to an account as staff sees it, and as its owner does."""

    def owner(self) -> dict[str, Any]:
        """Return nothing: an account belongs to nobody but itself."""
        return {}

    def update(self, instance: Any, validated_data: Any) -> User:
        """Change the account."""
        return update_user(user=instance, by=self.context["request"].user, **validated_data)


class MeSerializer(AccountSerializer):
    """The signed-in person's own account."""

    class Meta:
        model = User
        fields = SHOWN
        extra_kwargs = BOUNDS
        # The address changes by a confirmed flow.
        read_only_fields = ("email", "is_active")


class PasswordField(serializers.CharField):
    """A password: any characters, also around it; nothing shows it again."""

    def __init__(self, **kwargs: Any) -> None:
        style = {"input_type": "password"}
        super().__init__(
            write_only=True, trim_whitespace=False, max_length=1000, style=style, **kwargs
        )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An account",
            {
                "email": "ann@example.org",
                "name": "Ann",
                "password": "correct horse battery",  # nosec B105  # an example of the documentation
                "time_zone": "Europe/Berlin",
            },
            request_only=True,
        )
    ]
)
class UserSerializer(AccountSerializer):
    """An account, as staff sees it."""

    password = PasswordField(required=False)

    class Meta:
        model = User
        fields = (*SHOWN, "password")
        extra_kwargs = BOUNDS

    def validate(self, attrs: Any) -> Any:
        """Check the row, then the password beside the name and address that it must differ from."""
        self.refuse_own(attrs)
        attrs = super().validate(attrs)
        if "password" in attrs:
            try:
                validate_password(attrs["password"], cast(User, self.candidate(attrs)))
            except ModelError as error:
                raise ModelError({"password": error}) from error
        return attrs

    def refuse_own(self, attrs: Any) -> None:
        """Refuse to change here what opens one's own account.

        Elsewhere the present password is asked for; here a stolen token would take the account.
        """
        user = self.context["request"].user
        if self.instance != user:
            return
        errors = {
            name: [f"Your own {words} is changed where your present password is asked for."]
            for name, words in {"password": "password", "email": "address"}.items()  # nosec B105  # a name
            if name in attrs and attrs[name] != getattr(user, name)
        }
        if errors:
            raise serializers.ValidationError(errors, code="own")


class NewUserSerializer(UserSerializer):
    """An account as it is made: with a password."""

    password = PasswordField()

    def create(self, validated_data: Any) -> User:
        """Make the account."""
        return create_user(by=self.context["request"].user, **validated_data)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A token that reads until the year ends",
            {"name": "kitchen display", "scope": "read", "expires_at": "2026-12-31T23:00:00Z"},
            request_only=True,
        )
    ]
)
class ApiTokenSerializer(ResourceSerializer):
    """A personal API token, without its secret."""

    class Meta:
        model = ApiToken
        fields = (
            "id",
            "uid",
            "name",
            "scope",
            "expires_at",
            "last_used_at",
            "created_at",
            "updated_at",
            "version",
        )


class NewApiTokenSerializer(ApiTokenSerializer):
    """A personal API token as it is made: the one answer with the secret."""

    # In no row: only this answer ever shows it.
    secret = serializers.CharField(read_only=True, required=False)

    class Meta:
        model = ApiToken
        fields = (*ApiTokenSerializer.Meta.fields, "secret")

    def create(self, validated_data: Any) -> ApiToken:
        """Make the token."""
        token = ApiToken(**validated_data, **self.owner())
        self.made = token.issue()
        token.save()
        return token

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Show the secret beside the row, which does not have it."""
        return super().to_representation(instance) | {"secret": self.made}


class PasswordSerializer(StrictSerializer):
    """Your password, before what cannot be undone."""

    password = PasswordField()

    def validate_password(self, value: str) -> str:
        """Refuse a wrong password; the view counts how often it is tried."""
        if not self.context["request"].user.check_password(value):
            raise serializers.ValidationError("This is not your password.", code="wrong_password")
        return value


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A new address",
            {"email": "ann@new.example.org", "password": "correct horse battery"},  # nosec B105  # an example
            request_only=True,
        )
    ]
)
class EmailChangeSerializer(PasswordSerializer):
    """A new address, and your password."""

    email = serializers.EmailField(max_length=255)


class EmailChangeAnswerSerializer(serializers.Serializer[Any]):
    """Your address as it is now, and the one that waits to be confirmed, if one does."""

    email = serializers.EmailField()
    waiting = serializers.EmailField(allow_null=True)


class DeletionSerializer(serializers.Serializer[Any]):
    """How many rows of each kind go with your account."""

    counts = serializers.DictField(child=serializers.IntegerField())


@extend_schema_serializer(
    examples=[
        OpenApiExample("For one address", {"email": "ben@example.org"}, request_only=True),
    ]
)
class InvitationSerializer(ResourceSerializer):
    """An invitation that nobody has used yet, without its link."""

    made_by = serializers.PrimaryKeyRelatedField[User](read_only=True)

    class Meta:
        model = Invitation
        fields = ("id", "email", "made_by", "created_at", "expires_at")


class NewInvitationSerializer(InvitationSerializer):
    """An invitation as it is made: the one answer with the link."""

    # In no row: only this answer ever shows it.
    link = serializers.CharField(read_only=True, required=False)

    class Meta:
        model = Invitation
        fields = (*InvitationSerializer.Meta.fields, "link")

    def owner(self) -> dict[str, Any]:
        """Return nothing: an invitation is the server's."""
        return {}

    def create(self, validated_data: Any) -> Invitation:
        """Make the invitation."""
        by = self.context["request"].user
        invitation, self.made = invite(by=by, at=timezone.now(), **{"email": ""} | validated_data)
        return invitation

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Show the link beside the row, which does not have it."""
        return super().to_representation(instance) | {"link": self.made}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A task that was renamed",
            {
                "id": 431,
                "created_at": "2026-11-23T07:30:05.120000Z",
                "by": 1,
                "by_name": "Ann",
                "interface": "api",
                "request_id": "6f1d0c2b9a3e4f58",
                "action": "changed",
                "kind": "task",
                "row_id": 17,
                "before": {"title": "Call the dentist"},
                "after": {"title": "Call the dentist about Tuesday"},
                "counts": None,
            },
            response_only=True,
        )
    ]
)
class EventSerializer(ResourceSerializer):
    """Something that was done to one of your rows, or to your account."""

    by = serializers.IntegerField(
        source="actor_id",
        read_only=True,
        allow_null=True,
        help_text="The account that did it; null for a command of the operator.",
    )
    by_name = serializers.CharField(
        source="actor_name", read_only=True, allow_null=True, help_text="Its name, if it is there."
    )

    class Meta:
        model = Event
        fields = (
            "id",
            "created_at",
            "by",
            "by_name",
            "interface",
            "request_id",
            "action",
            "kind",
            "row_id",
            "before",
            "after",
            "counts",
        )
        read_only_fields = fields
