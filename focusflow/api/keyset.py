"""The order of a list, and a place in it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast  # A cursor holds the value of a column of any type.

import orjson
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, Field, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from focusflow.api.errors import BadParameter
from focusflow.api.patterns import LARGEST_ID
from focusflow.statements import Slot

# The columns that a list may be ordered by.
Columns = Mapping[str, Field[Any, Any]]


@dataclass(frozen=True)
class Ordering:
    """The order of a list: what the parameter says, the columns behind it, the direction."""

    text: str
    columns: tuple[str, ...]
    descends: bool

    def apply(self, queryset: QuerySet[Any], *, backwards: bool) -> QuerySet[Any]:
        """Order rows this way, or the opposite way."""
        sign = "-" if self.descends != backwards else ""
        return queryset.order_by(*(f"{sign}{column}" for column in (*self.columns, "id")))

    def start(self, queryset: QuerySet[Any], cursor: Cursor | None) -> QuerySet[Any]:
        """Order rows from a place on; backwards where the page lies before it."""
        backwards = cursor is not None and cursor.backwards
        ordered = self.apply(queryset, backwards=backwards)
        if cursor is None:
            return ordered
        beyond = TupleLessThan if self.descends != backwards else TupleGreaterThan
        return ordered.filter(beyond(Tuple(*self.columns, "id"), (*cursor.values, cursor.pk)))


@dataclass(frozen=True)
class Cursor:
    """A place in a list: the row beside it, and on which side of that row the page lies."""

    ordering: str
    values: tuple[Any, ...]
    pk: int
    backwards: bool

    def encode(self) -> str:
        """Write the cursor as text for an address; its form is nobody's business but ours."""
        parts = [self.ordering, self.values, self.pk, self.backwards]
        return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, columns: list[Field[Any, Any]]) -> Cursor:
        """Read a cursor back; raises ValueError when this server did not write it so."""
        ordering, values, pk, backwards = unpack(text)
        if not (type(pk) is int and 0 < pk <= LARGEST_ID and type(backwards) is bool):
            raise ValueError("An id that no row has.")
        read = tuple(read_value(*pair) for pair in zip(values, columns, strict=True))
        return cls(ordering, read, pk, backwards)

    def with_slots(self, columns: list[Field[Any, Any]]) -> Cursor:
        """Return the cursor with a slot for each value, of the types of these columns."""
        values = tuple(Slot(f"cursor.{place}", column) for place, column in enumerate(columns))
        return replace(self, values=values, pk=cast(int, Slot("cursor.id", BigIntegerField())))

    def by_slot(self) -> dict[str, Any]:
        """Return the values by the names of their slots."""
        return {f"cursor.{place}": value for place, value in enumerate(self.values)} | {
            "cursor.id": self.pk
        }


def unpack(text: str) -> Any:
    """Return what the text of a cursor holds; raises ValueError when it holds nothing."""
    padded = text + "=" * (-len(text) % 4)
    return orjson.loads(base64.b64decode(padded, b"-_", validate=True))


def read_value(value: Any, column: Field[Any, Any]) -> Any:
    """Return a column's value from its JSON; raises ValueError when no row could hold it."""
    value = column.to_python(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("An instant without an offset.")
        return value.astimezone(UTC)
    if value is None or (isinstance(value, str) and "\x00" in value):
        raise ValueError("A value that no row has.")
    return value


def columns_of(queryset: QuerySet[Any]) -> Columns:
    """Return what rows may be ordered by: columns, and what the queryset adds to them."""
    own = {column.name: column for column in queryset.model._meta.concrete_fields}
    found: Columns = own | queryset.query.annotations
    return {name: getattr(column, "output_field", column) for name, column in found.items()}


def read_ordering(text: str, allowed: Mapping[str, str | tuple[str, ...]]) -> Ordering:
    """Return the order that the parameter asks for."""
    name = text.removeprefix("-")
    if name not in allowed:
        words = ", ".join(allowed)
        raise BadParameter({"ordering": [f"Order by one of: {words}; a minus turns it around."]})
    columns = allowed[name]
    return Ordering(text, (columns,) if isinstance(columns, str) else columns, text.startswith("-"))


def read_cursor(text: str | None, ordering: Ordering, columns: Columns) -> Cursor | None:
    """Return the place that the parameter names; None for the start of the list."""
    if text is None:
        return None
    try:
        cursor = Cursor.decode(text, [columns[name] for name in ordering.columns])
    except (ValueError, TypeError, OverflowError, binascii.Error, ValidationError):
        cursor = None
    if cursor is None or cursor.ordering != ordering.text:
        raise BadParameter(
            {"cursor": ["Not a cursor of this list in this order: start without one."]}
        )
    return cursor
