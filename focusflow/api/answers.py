"""What operations answer, for the OpenAPI document: statuses, their bodies and headers."""

from __future__ import annotations

from typing import Any  # The document is JSON.

from focusflow.api.errors import CONTENT_TYPE

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A problem (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "version": {"type": "integer", "description": "With 412: the row's version now."},
        "id": {"type": "integer", "description": "With 409: the row that was made before."},
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

CHANGES = frozenset({"post", "put", "patch", "delete"})
# The methods of one row that is there already.
OF_ROWS = frozenset({"put", "patch", "delete"})
WITH_BODY = frozenset({"post", "put", "patch"})
ALL = CHANGES | {"get"}

# Status, the methods that it answers, and what it means.
PROBLEMS: tuple[tuple[str, frozenset[str], str], ...] = (
    ("400", ALL, "The request is not valid; `errors` names each fault."),
    ("401", ALL, "Nobody is signed in, or the token is no good."),
    ("403", ALL, "The signed-in person, or the token, may not do this."),
    ("404", OF_ROWS, "There is no such row, or it is not theirs to see."),
    ("405", ALL, "The resource does not have this method."),
    ("406", ALL, "The resource cannot be shown in the asked form."),
    ("409", CHANGES, "The rows as they are now do not allow it."),
    ("412", OF_ROWS, "The row is not the one that If-Match names."),
    ("413", WITH_BODY, "The body is too large."),
    ("415", WITH_BODY, "The body's content type is not JSON or a form."),
    ("422", frozenset({"post"}), "The Idempotency-Key was used with another body."),
    ("429", ALL, "Too many requests: wait."),
    ("503", ALL, "The database does not answer: nothing was changed."),
    ("507", CHANGES, "The server's disk is full: nothing was changed."),
)


def header(description: str, *, required: bool = True, **schema: Any) -> dict[str, Any]:
    """Describe a header of an answer."""
    return {
        "description": description,
        "required": required,
        "schema": {"type": "string"} | schema,
    }


WAIT = header("Seconds to wait.", type="integer", minimum=0)
HEADERS: dict[str, dict[str, Any]] = {
    "RequestId": header("The request, as the server's log names it.", pattern="^[0-9a-f]+$"),
    "RateLimitPolicy": header("The limit, as draft-ietf-httpapi-ratelimit-headers-10 writes it."),
    "RateLimit": header("What is left of the limit."),
    "ETag": header("The row's version: send it back as If-Match.", pattern='^"[0-9]+"$'),
    "ETagSometimes": header("The row's version, where there is one.", required=False),
    "Location": header("The address of the new row.", format="uri-reference"),
    "Allow": header("The methods that the resource has."),
    "Challenge": header("How to sign in.", pattern="^Bearer "),
    "RetryAfter": WAIT,
    "RetryAfterSometimes": WAIT | {"required": False},
}
# By the status that they come with.
OF_PROBLEMS: dict[str, dict[str, str]] = {
    "401": {"WWW-Authenticate": "Challenge"},
    "405": {"Allow": "Allow"},
    "409": {"Retry-After": "RetryAfterSometimes"},
    "412": {"ETag": "ETagSometimes"},
    "429": {"Retry-After": "RetryAfter"},
    "503": {"Retry-After": "RetryAfter"},
}
OF_ALL = {"X-Request-ID": "RequestId"}
OF_SUCCESS = OF_ALL | {"RateLimit-Policy": "RateLimitPolicy", "RateLimit": "RateLimit"}
PAGE = {"text/html": {"schema": {"type": "string"}}}


def complete(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> None:
    """Add to an operation's answers what all of its kind have in common."""
    responses: dict[str, Any] = operation["responses"]
    for status, response in responses.items():
        headers = OF_SUCCESS | headers_of_row(document, status, response)
        response.setdefault("headers", {}).update(references(headers))
        if "content" in response:
            response["content"] |= PAGE
    if method == "delete":
        # A browser that got no content would stay on the page of what is gone.
        responses.setdefault("200", {"description": "Deleted, for browsers.", "content": PAGE})
    for status, methods, meaning in PROBLEMS:
        if method in methods or (status == "404" and "{" in path):
            responses.setdefault(status, problem(status, meaning))


def headers_of_row(
    document: dict[str, Any], status: str, response: dict[str, Any]
) -> dict[str, str]:
    """Return the headers of an answer that shows one row."""
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    row = document["components"]["schemas"].get(name, {})
    headers = {}
    if "version" in row.get("properties", {}):
        headers["ETag"] = "ETag"
    if status == "201":
        headers["Location"] = "Location"
    return headers


def problem(status: str, meaning: str) -> dict[str, Any]:
    """Describe the answer to an error."""
    body = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        "description": meaning,
        "headers": references(OF_ALL | OF_PROBLEMS.get(status, {})),
        "content": {CONTENT_TYPE: body} | PAGE,
    }


def references(names: dict[str, str]) -> dict[str, Any]:
    """Return the headers of an answer, described elsewhere in the document."""
    return {name: {"$ref": f"#/components/headers/{key}"} for name, key in sorted(names.items())}
