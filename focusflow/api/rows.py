"""The fast path of lists: rows as dictionaries, straight from the columns.

Building a model instance and then a serializer's dictionary for each row costs several times as
much as the query. What a list shows is declared once, in the serializer; this module derives from
it which columns to read. A field that shows something else than a column is a `MadeField`, which
makes what it shows for a whole page at once, of other columns or of rows of other tables. A
serializer with a field that is neither that, nor a column, nor an annotation of the queryset, nor
the id of a related row has no fast path, and its first list says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
    serializers.TimeField,
    serializers.UUIDField,
)


class MadeField(serializers.Field[Any, Any, Any, Any]):
    """A field that shows what is made of columns of its row, or of annotations of the queryset."""

    columns: tuple[str, ...] = ()
    # What making it for a page costs.
    queries = 0

    def make(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[Any]:
        """Return what to show for each of these rows, of which `columns` are given, in order."""
        raise NotImplementedError

    def get_attribute(self, instance: Any) -> Any:
        """Return what to show for one row."""
        return self.make([tuple(getattr(instance, name) for name in self.columns)])[0]

    def to_representation(self, value: Any) -> Any:
        """Return what was made, as it is."""
        return value


class JoinedField(MadeField):
    """A field that shows rows of another table."""

    columns = ("id",)
    queries = 1

    def make(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[Any]:
        """Return what the other table has for each row."""
        ids = [pk for (pk,) in rows]
        found = self.read(ids)
        return [found[pk] if pk in found else self.nothing() for pk in ids]

    def read(self, ids: Collection[int]) -> Mapping[int, Any]:
        """Return what to show for the rows of these ids, by one query; `nothing` for the others."""
        raise NotImplementedError

    def nothing(self) -> Any:
        """Return what to show for a row that the other table has nothing of."""
        raise NotImplementedError


@dataclass(frozen=True)
class Shape:
    """What a list shows: its members' names, the columns to read, and what is made of some.

    The first columns are those of the names, in order; where a name's member is made, its column is
    one that it is made of. `made` has the places of all these.
    """

    names: tuple[str, ...]
    columns: tuple[str, ...]
    made: Mapping[str, tuple[MadeField, tuple[int, ...]]]

    @property
    def queries(self) -> int:
        """What making the members of a page costs."""
        return sum(field.queries for field, _ in self.made.values())

    def rows(self, values: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
        """Return the rows as the serializer would show them; further values are left out."""
        rows = [dict(zip(self.names, row, strict=False)) for row in values]
        for name, (field, places) in self.made.items():
            sources = [tuple(row[place] for place in places) for row in values]
            for row, member in zip(rows, field.make(sources), strict=True):
                row[name] = member
        return rows


@cache
def shape_of(serializer_class: type[serializers.BaseSerializer[Any]]) -> Shape:
    """Return the shape of this serializer's lists.

    Raises TypeError when a field computes what it shows.
    """
    fields = serializer_class().fields.values()  # type: ignore[attr-defined]  # not on the base
    shown = [field for field in fields if not field.write_only]
    made = {str(field.field_name): field for field in shown if isinstance(field, MadeField)}
    columns = [column_of(field) for field in shown]
    columns += sorted({name for field in made.values() for name in field.columns} - {*columns})
    return Shape(
        names=tuple(field.field_name for field in shown),
        columns=tuple(columns),
        made={
            name: (field, tuple(columns.index(column) for column in field.columns))
            for name, field in made.items()
        },
    )


def column_of(field: serializers.Field[Any, Any, Any, Any]) -> str:
    """Return the column, or annotation, that a serializer's field shows as it is, or is made of."""
    if isinstance(field, MadeField):
        return field.columns[0]
    if isinstance(field, WRITTEN_ALIKE) and field.source != "*":
        return str(field.source).replace(".", "__")
    raise TypeError(
        f"{field.field_name} ({type(field).__name__}) is not a plain column: annotate it in the "
        "queryset, or give its view a list of its own."
    )
