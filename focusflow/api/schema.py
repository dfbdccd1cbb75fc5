"""The OpenAPI document: what drf-spectacular cannot see by itself."""

from __future__ import annotations

from typing import Any  # The document is JSON.

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_doc

from focusflow.api.errors import CONTENT_TYPE

PROBLEM = {
    "type": "object",
    "description": "A problem (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail", "code"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "The place in the body, as a JSON pointer in a fragment.",
                    },
                    "parameter": {"type": "string", "description": "The parameter of the address."},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}
ANSWERS = {
    "400": "The request is not valid; `errors` names each fault.",
    "401": "Nobody is signed in.",
    "403": "The signed-in person may not do this.",
    "404": "There is no such row, or it is not theirs to see.",
    "405": "The resource does not have this method.",
    "406": "The resource cannot be shown in the asked form.",
    "409": "The rows as they are now do not allow it.",
    "413": "The body is too large.",
    "415": "The body's content type is not JSON or a form.",
}
WITHOUT_BODY = frozenset({"409", "413", "415"})


class ResourceSchema(AutoSchema):
    """Reads a view."""

    def get_description(self) -> str:  # type: ignore[override]  # optional there
        """Return the view's docstring: those of its methods speak to who writes them."""
        return get_doc(type(self.view))


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped base
    """Describes `accounts.authentication.BearerAuthentication`."""

    target_class = "accounts.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token from POST /api/auth/app/v1/auth/login, or a personal "
            "API token from POST /api/v1/tokens/.",
        }


def describe_errors(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Give each operation the problems that any of them may answer."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in result["paths"].values():
        for method, operation in path.items():
            for code, description in ANSWERS.items():
                if code in WITHOUT_BODY and method == "get":
                    continue
                operation["responses"].setdefault(
                    code, {"description": description, "content": content}
                )
    return result
