"""The fast path of lists: rows as dictionaries, straight from the columns.

Building a model instance and then a serializer's dictionary for each row costs several times as
much as the query. What a list shows is declared once, in the serializer; this module derives from
it which columns to read. A field whose values lie in another table is a `JoinedField`, which reads
those of a whole page at once. A serializer with a field that is neither that, nor a column, nor an
annotation of the queryset, nor the id of a related row has no fast path, and its first list says
so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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


class JoinedField(serializers.Field[Any, Any, Any, Any]):
    """A field that shows rows of another table."""

    def read(self, ids: Collection[int]) -> Mapping[int, Any]:
        """Return what to show for the rows of these ids, by one query; `nothing` for the others."""
        raise NotImplementedError

    def nothing(self) -> Any:
        """Return what to show for a row that the other table has nothing of."""
        raise NotImplementedError


@dataclass(frozen=True)
class Shape:
    """What a list shows: its members' names, the column of each, and those of other tables."""

    names: tuple[str, ...]
    columns: tuple[str, ...]
    joined: Mapping[str, JoinedField]

    def rows(self, values: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
        """Return the rows as the serializer would show them; further values are left out."""
        rows = [dict(zip(self.names, row, strict=False)) for row in values]
        for name, field in self.joined.items():
            found = field.read([row[name] for row in rows])
            for row in rows:
                pk = row[name]
                row[name] = found[pk] if pk in found else field.nothing()
        return rows


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
        joined={str(field.field_name): field for field in shown if isinstance(field, JoinedField)},
    )


def column_of(field: serializers.Field[Any, Any, Any, Any]) -> str:
    """Return the column, or annotation, that a serializer's field shows as it is, or joins by."""
    if isinstance(field, JoinedField):
        return "id"
    if isinstance(field, WRITTEN_ALIKE) and field.source != "*" and "." not in str(field.source):
        return str(field.source)
    raise TypeError(
        f"{field.field_name} ({type(field).__name__}) is not a plain column: annotate it in the "
        "queryset, or give its view a list of its own."
    )
