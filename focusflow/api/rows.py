"""The fast path of lists: rows as dictionaries, straight from the columns.

Building a model instance and then a serializer's dictionary for each row costs several times as
much as the query. What a list shows is declared once, in the serializer; this module derives from
it which columns to read. A serializer with a field that is neither a column, nor an annotation of
the queryset, nor the id of a related row has no fast path, and its first list says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any  # Columns hold values of every type.

from rest_framework import serializers

# The renderer writes the values of these as the fields themselves would.
WRITTEN_ALIKE = (
    serializers.BooleanField,
    serializers.CharField,
    serializers.ChoiceField,
    serializers.DateField,
    serializers.DateTimeField,
    serializers.IntegerField,
    serializers.JSONField,
    serializers.PrimaryKeyRelatedField,
    serializers.UUIDField,
)


@dataclass(frozen=True)
class Shape:
    """What a list shows: the names of its members, and the column that each is read from."""

    names: tuple[str, ...]
    columns: tuple[str, ...]

    def row(self, values: tuple[Any, ...]) -> dict[str, Any]:
        """Return one row as the serializer would show it; further values are left out."""
        return dict(zip(self.names, values, strict=False))


@cache
def shape_of(serializer_class: type[serializers.BaseSerializer[Any]]) -> Shape:
    """Return the shape of this serializer's lists.

    Raises TypeError when a field computes what it shows.
    """
    fields = serializer_class().fields.values()  # type: ignore[attr-defined]  # not on the base
    shown = [field for field in fields if not field.write_only]
    return Shape(
        names=tuple(field.field_name for field in shown),
        columns=tuple(column_of(field) for field in shown),
    )


def column_of(field: serializers.Field[Any, Any, Any, Any]) -> str:
    """Return the column, or annotation, that a serializer's field shows as it is."""
    if isinstance(field, WRITTEN_ALIKE) and field.source != "*" and "." not in str(field.source):
        return str(field.source)
    raise TypeError(
        f"{field.field_name} ({type(field).__name__}) is not a plain column: annotate it in the "
        "queryset, or give its view a list of its own."
    )
