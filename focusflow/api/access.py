"""What the API asks of the querysets of owned rows."""

from typing import Any, Protocol, Self, cast, runtime_checkable

from django.db.models import BigIntegerField, Model, QuerySet

from focusflow.api.patterns import LARGEST_ID
from focusflow.api.prepared import Reader, statement_for
from focusflow.statements import Slot


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


def find_row(
    model: type[Model], pk: int, user_id: int, *columns: str, to_change: bool = False
) -> Any:
    """Return the row of an id that somebody may read, or change; None where they have none such.

    With columns, a tuple of them alone.
    """
    if not 0 < pk <= LARGEST_ID:
        return None

    def build() -> QuerySet[Any, Any]:
        rows = rules_of(model._default_manager.filter(pk=Slot("pk", BigIntegerField())))
        allowed = rows.editable_by(Reader) if to_change else rows.visible_to(Reader)
        return cast(QuerySet[Any, Any], allowed.values_list(*columns) if columns else allowed)

    found = statement_for((model, columns, to_change), build).run({"pk": pk, "reader": user_id})
    return found[0] if found else None
