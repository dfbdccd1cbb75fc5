"""Where a request that fits the OpenAPI document may be refused, and why no document can tell."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any, NamedTuple  # JSON


class Refusal(NamedTuple):
    """A status that these operations may answer, for a fault at this place of the request."""

    operations: str
    status: int
    # A JSON pointer, or a parameter; empty for the request as a whole.
    place: str
    reason: str


REFUSALS = (
    Refusal("*_list", 400, "cursor", "a cursor is one that the list has handed out"),
    Refusal("tasks_*", 400, "category", "the category of a filter has to be there"),
    Refusal("tasks_*", 400, "#/category", "the category has to be there"),
    Refusal("categories_*", 400, "#/name", "a name is used once"),
    Refusal("users_*", 400, "#/email", "an address is used once, and may be refused in its form"),
    Refusal("users_*", 400, "#/password", "a password that is easy to guess is refused"),
    Refusal("users_*", 400, "#/time_zone", "the names are those of the tz database"),
    Refusal("users_*", 400, "#/language", "the languages are those of the installation"),
    Refusal("users_*", 409, "", "the last superuser stays"),
    Refusal("*", 412, "", "If-Match names a version that the row no longer has"),
    Refusal("*_create", 422, "", "the Idempotency-Key came before, with another body"),
    Refusal("tokens_create", 409, "", "a secret is not shown again for the same Idempotency-Key"),
)


def is_accepted(operation: str, status: int, problem: dict[str, Any]) -> bool:
    """Say whether each fault that the problem names is one that an operation may have."""
    places = {
        fault.get("pointer", fault.get("parameter", "")) for fault in problem.get("errors", [{}])
    }
    return places <= {
        refusal.place
        for refusal in REFUSALS
        if refusal.status == status and fnmatchcase(operation, refusal.operations)
    }
