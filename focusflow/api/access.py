"""What the API asks of the querysets of owned rows."""

from typing import Any, Protocol, Self, runtime_checkable


@runtime_checkable
class AccessRules(Protocol):
    """A queryset that knows who may read and who may change its rows."""

    def visible_to(self, user: Any) -> Self:
        """Keep the rows that `user` may read."""

    def editable_by(self, user: Any) -> Self:
        """Keep the rows that `user` may change."""


def rules_of(queryset: Any) -> Any:
    """Return the queryset, if it has access rules; without them no endpoint reads it."""
    if not isinstance(queryset, AccessRules):
        raise TypeError(f"{type(queryset).__name__} has no visible_to() and editable_by().")
    return queryset
