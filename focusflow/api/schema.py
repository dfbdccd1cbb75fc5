"""The OpenAPI document: what drf-spectacular cannot see by itself.

It describes JSON. Forms are the browsable API's own, and follow its pages.
"""

from __future__ import annotations

from typing import Any  # The document is JSON.

from drf_spectacular.contrib.django_filters import DjangoFilterExtension
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance, get_doc
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from focusflow.api import answers
from focusflow.api.fields import DayField, InstantField
from focusflow.api.patterns import FILLED_TEXT, ID, INSTANT, KEY, TEXT
from focusflow.api.serializers import StrictSerializer
from focusflow.api.views import ResourceMixin

IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description="Change the row only if its ETag is this one (or one of these, or `*`).",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": f"^{KEY}$"},
    OpenApiParameter.HEADER,
    description="A text of your own, such as a UUID: what comes again with it is done once.",
)


# Texts that are described by more than their characters.
WITH_FORM = (serializers.EmailField, serializers.RegexField, serializers.URLField)


class ResourceSchema(AutoSchema):
    """Reads a view."""

    def get_description(self) -> str:  # type: ignore[override]  # optional there
        """Return the view's docstring: those of its methods speak to who writes them."""
        return get_doc(type(self.view))

    def map_parsers(self) -> list[str]:
        """Return the one form of body that is described."""
        return ["application/json"]

    def get_override_parameters(self) -> list[Any]:
        """Name the headers that a change may be made with."""
        if not isinstance(self.view, ResourceMixin):
            return []
        if self.method == "POST":
            return [IDEMPOTENCY_KEY]
        return [IF_MATCH] if self.method in {"PUT", "PATCH", "DELETE"} else []

    def _resolve_path_parameters(self, variables: Any) -> list[dict[str, Any]]:
        """Bound the ids in addresses."""
        parameters: list[Any] = super()._resolve_path_parameters(variables)  # type: ignore[no-untyped-call]
        for parameter in parameters:
            if parameter["schema"].get("type") == "integer":
                parameter["schema"] = ID
        return parameters

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """Close a body to members that are none, and promise all members of an answer."""
        serializer = force_instance(serializer)
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        # A body without members, as of an action that takes none, has no properties either.
        properties = schema.setdefault("properties", {})
        for name, shown in properties.items():
            field = serializer.fields[name]
            properties[name] = (
                limited(tidy(shown), field) if direction == "request" else tidy(shown)
            )
        if direction == "response":
            schema["required"] = sorted(properties)
        elif isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
        return schema


def tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without a mark of drf-spectacular's own, and bounds that its list implies."""
    superfluous = {"x-spec-enum-id"}
    if "enum" in schema:
        superfluous |= {"minimum", "maximum", "maxLength"}
    return {
        key: tidy(value) if key == "items" else value
        for key, value in schema.items()
        if key not in superfluous
    }


def limited(schema: dict[str, Any], field: Any) -> dict[str, Any]:
    """Return the schema of a field with the limits of its values, and of theirs in a list."""
    if isinstance(field, serializers.ListField) and "items" in schema:
        return schema | {"items": limited(schema["items"], field.child)}
    return schema | limits_of(field)


def limits_of(field: serializers.Field[Any, Any, Any, Any]) -> dict[str, Any]:
    """Return what JSON Schema can say of a field's values and drf-spectacular does not."""
    if isinstance(field, InstantField | DayField):
        return {"pattern": INSTANT["pattern"]}
    if isinstance(field, serializers.PrimaryKeyRelatedField):
        return {key: value for key, value in ID.items() if key != "type"}
    if isinstance(field, serializers.CharField) and not isinstance(field, WITH_FORM):
        is_filled = field.trim_whitespace and not field.allow_blank
        return {"pattern": FILLED_TEXT if is_filled else TEXT}
    return {}


class FilterExtension(DjangoFilterExtension):
    """Describes the filters of lists by their own schemas, where they have one."""

    target_class = "focusflow.api.filters.StrictFilterBackend"
    priority = 1

    def resolve_filter_field(
        self, auto_schema: Any, model: Any, filterset_class: Any, field_name: str, filter_field: Any
    ) -> list[dict[str, Any]]:
        """Describe a filter; an empty one, as forms send it, filters nothing."""
        parameters: list[Any] = super().resolve_filter_field(  # type: ignore[no-untyped-call]
            auto_schema, model, filterset_class, field_name, filter_field
        )
        for parameter in parameters:
            schema = getattr(filter_field, "schema", None) or tidy(parameter["schema"])
            choices = filter_field.extra.get("choices")
            if callable(choices):
                schema["enum"] = [value for value, _ in choices()]
            parameter |= {"schema": schema, "allowEmptyValue": True}
        return parameters


class BearerScheme(OpenApiAuthenticationExtension):
    """Describes `accounts.authentication.BearerAuthentication`."""

    target_class = "accounts.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token from POST /api/auth/app/v1/auth/login, or a personal "
            "API token from POST /api/v1/tokens/; one with the scope “read” may only GET.",
        }


def describe_answers(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Give each operation the answers that any of its kind may have, and their headers."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = answers.PROBLEM
    components["headers"] = answers.HEADERS
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            answers.complete(result, path, method, operation)
    return result
