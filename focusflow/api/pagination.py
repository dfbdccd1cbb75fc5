"""Pages of a list by keyset: each page starts after the last row of the one before.

An OFFSET reads and throws away all rows before the page, and shows rows twice or not at all when
others come or go meanwhile. Here a page is one range of the index that matches the order, however
deep it lies. Each order is columns that are never NULL, then the id, all in the same direction, so
that the range is one row comparison (https://use-the-index-luke.com/no-offset).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any  # A cursor holds the value of a column of any type.

import orjson
from django.core.exceptions import ValidationError
from django.db.models import Field, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.http import QueryDict
from django.template import loader
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from focusflow.api.errors import BadParameter
from focusflow.api.patterns import LARGEST_ID
from focusflow.api.rows import shape_of

PAGE_SIZE = 50
LARGEST_PAGE = 200
# The alphabet of base64url.
CURSOR = {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}


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


def unpack(text: str) -> Any:
    """Return what the text of a cursor holds; raises ValueError when it holds nothing."""
    padded = text + "=" * (-len(text) % 4)
    return orjson.loads(base64.b64decode(padded, b"-_", validate=True))


def read_value(value: Any, column: Field[Any, Any]) -> Any:
    """Return a column's value from its JSON; raises ValueError when no row could hold it."""
    value = getattr(column, "output_field", column).to_python(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("An instant without an offset.")
        return value.astimezone(UTC)
    if value is None or (isinstance(value, str) and "\x00" in value):
        raise ValueError("A value that no row has.")
    return value


class KeysetPagination(BasePagination):
    """Reads one page of a view's rows, as dictionaries in the shape of its serializer.

    The view's `get_orderings()` are the orders it allows, from the parameter's word to columns that
    are never NULL and have an index (owner, columns, id); `get_ordering()` is one of the words.
    """

    template = "rest_framework/pagination/previous_and_next.html"
    parameters = ("cursor", "page_size", "ordering", "count")
    previous: str | None = None
    next: str | None = None

    def paginate_queryset(  # type: ignore[override]  # querysets only, and rows as dictionaries
        self, queryset: QuerySet[Any], request: Request, view: Any = None
    ) -> list[dict[str, Any]]:
        """Return the rows of the page that the request asks for."""
        query = request.query_params
        self.url = request.build_absolute_uri()
        queryset, self.ordering = self.order(queryset, query, view)
        size = read_page_size(query.get("page_size"))
        cursor = read_cursor(query.get("cursor"), self.ordering, queryset)
        self.count = queryset.count() if read_count(query.get("count")) else None
        shape = shape_of(view.get_serializer_class())
        page = self.slice(queryset, cursor)
        values = list(page.values_list(*shape.columns, *self.ordering.columns, "id")[: size + 1])
        self.link(values[:size], more=len(values) > size, cursor=cursor)
        rows = shape.rows(values[:size])
        return rows[::-1] if cursor and cursor.backwards else rows

    def order(
        self, queryset: QuerySet[Any], query: QueryDict, view: Any
    ) -> tuple[QuerySet[Any], Ordering]:
        """Return the rows, with all columns that their order needs, and that order."""
        text = query.get("ordering", view.get_ordering())
        return queryset, read_ordering(text, view.get_orderings())

    def slice(self, queryset: QuerySet[Any], cursor: Cursor | None) -> QuerySet[Any]:
        """Order the rows from the cursor on, towards the page."""
        backwards = cursor is not None and cursor.backwards
        ordered = self.ordering.apply(queryset, backwards=backwards)
        if cursor is None:
            return ordered
        beyond = TupleLessThan if self.ordering.descends != backwards else TupleGreaterThan
        place = (*cursor.values, cursor.pk)
        return ordered.filter(beyond(Tuple(*self.ordering.columns, "id"), place))

    def link(self, values: list[Any], *, more: bool, cursor: Cursor | None) -> None:
        """Set the addresses of the neighbouring pages; None where the list ends."""
        backwards = cursor is not None and cursor.backwards
        beyond = self.address(values[-1], backwards=backwards) if more else None
        behind = self.address(values[0], backwards=not backwards) if cursor and values else None
        self.previous, self.next = (beyond, behind) if backwards else (behind, beyond)

    def address(self, row: Any, *, backwards: bool) -> str:
        """Return the address of the page that lies before or after a row."""
        place = row[-1 - len(self.ordering.columns) :]
        cursor = Cursor(self.ordering.text, place[:-1], place[-1], backwards)
        return replace_query_param(self.url, "cursor", cursor.encode())

    def get_paginated_response(self, data: list[dict[str, Any]]) -> Response:
        """Return the page with the addresses of its neighbours, and the count where asked for."""
        count = {} if self.count is None else {"count": self.count}
        return Response({"next": self.next, "previous": self.previous, **count, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the page in the OpenAPI document."""
        address = {"type": ["string", "null"], "format": "uri", "example": None}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": address,
                "previous": address,
                "count": {
                    "type": "integer",
                    "minimum": 0,
                    "description": "Only with `count=true`.",
                    "example": 1,
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the parameters in the OpenAPI document."""
        words = sorted(word for name in view.get_orderings() for word in (name, f"-{name}"))
        return [
            parameter("cursor", "Where the page starts: follow `next` and `previous`.", **CURSOR),
            parameter(
                "page_size",
                "Rows of the page at most.",
                type="integer",
                minimum=1,
                maximum=LARGEST_PAGE,
                default=PAGE_SIZE,
            ),
            parameter(
                "ordering",
                "The order; a minus turns it around.",
                type="string",
                enum=words,
                default=view.get_ordering(),
            ),
            parameter("count", "Whether to count all rows.", type="boolean", default=False),
        ]

    def get_html_context(self) -> dict[str, str | None]:
        """Return what the browsable API's links need."""
        return {"previous_url": self.previous, "next_url": self.next}

    def to_html(self) -> str:
        """Return the links of the browsable API."""
        return loader.render_to_string(self.template, self.get_html_context())

    @property
    def display_page_controls(self) -> bool:  # type: ignore[override]  # an attribute there
        """Whether there is a neighbour to go to."""
        return bool(self.previous or self.next)


def parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    """Describe a parameter of the address's query."""
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }


def read_ordering(text: str, allowed: Mapping[str, str | tuple[str, ...]]) -> Ordering:
    """Return the order that the parameter asks for."""
    name = text.removeprefix("-")
    if name not in allowed:
        words = ", ".join(allowed)
        raise BadParameter({"ordering": [f"Order by one of: {words}; a minus turns it around."]})
    columns = allowed[name]
    return Ordering(text, (columns,) if isinstance(columns, str) else columns, text.startswith("-"))


def read_page_size(text: str | None) -> int:
    """Return the number of rows of a page."""
    if text is None:
        return PAGE_SIZE
    if text.isascii() and text.isdecimal() and len(text) < 5 and 1 <= int(text) <= LARGEST_PAGE:
        return int(text)
    raise BadParameter({"page_size": [f"Ask for a whole number from 1 to {LARGEST_PAGE}."]})


def read_count(text: str | None) -> bool:
    """Return whether all rows are to be counted."""
    if text in {None, "false"}:
        return False
    if text == "true":
        return True
    raise BadParameter({"count": ["Say true or false."]})


def read_cursor(text: str | None, ordering: Ordering, queryset: QuerySet[Any]) -> Cursor | None:
    """Return the place that the parameter names; None for the start of the list."""
    if text is None:
        return None
    added = queryset.query.annotations
    field = queryset.model._meta.get_field
    columns: list[Any] = [added.get(name) or field(name) for name in ordering.columns]
    try:
        cursor = Cursor.decode(text, columns)
    except (ValueError, TypeError, OverflowError, binascii.Error, ValidationError):
        cursor = None
    if cursor is None or cursor.ordering != ordering.text:
        raise BadParameter(
            {"cursor": ["Not a cursor of this list in this order: start without one."]}
        )
    return cursor
