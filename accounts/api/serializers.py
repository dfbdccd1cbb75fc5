"""How accounts and tokens are shown and written."""

from __future__ import annotations

from typing import Any, cast  # A body holds values of every type.

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as ModelError
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.actions import create_user, update_user
from accounts.models import ApiToken, Event, User
from focusflow.api.serializers import ResourceSerializer

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
        # The address changes by a confirmed flow.
        read_only_fields = ("email", "is_active")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An account",
            {
                "email": "ann@example.org",
                "name": "Ann",
                "password": "correct horse battery",
                "time_zone": "Europe/Berlin",
            },
            request_only=True,
        )
    ]
)
class UserSerializer(AccountSerializer):
    """An account, as staff sees it."""

    password = serializers.CharField(
        write_only=True, trim_whitespace=False, max_length=1000, style={"input_type": "password"}
    )

    class Meta:
        model = User
        fields = (*SHOWN, "password")

    def get_fields(self) -> dict[str, Any]:
        """Ask for a password only where an account is made."""
        fields = super().get_fields()
        fields["password"].required = self.instance is None
        return fields

    def validate(self, attrs: Any) -> Any:
        """Check the row, then the password beside the name and address that it must differ from."""
        attrs = super().validate(attrs)
        if "password" in attrs:
            try:
                validate_password(attrs["password"], cast(User, self.candidate(attrs)))
            except ModelError as error:
                raise ModelError({"password": error}) from error
        return attrs

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
