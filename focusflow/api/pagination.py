"""Pages of a list by keyset: each page starts after the last row of the one before.

An OFFSET reads and throws away all rows before the page, and shows rows twice or not at all when
others come or go meanwhile. Here a page is one range of the index that matches the order, however
deep it lies. Each order is columns that are never NULL, then the id, all in the same direction, so
that the range is one row comparison (https://use-the-index-luke.com/no-offset).
"""

from __future__ import annotations

from typing import Any  # Columns hold values of every type.

from django.db.models import QuerySet
from django.http import QueryDict
from django.template import loader
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from focusflow.api.errors import BadParameter
from focusflow.api.keyset import Cursor, Ordering, columns_of, read_cursor, read_ordering
from focusflow.api.prepared import statement_for
from focusflow.api.rows import shape_of

PAGE_SIZE = 50
LARGEST_PAGE = 200
# The alphabet of base64url.
CURSOR = {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}


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
        self.size = read_page_size(query.get("page_size"))
        self.cursor = read_cursor(query.get("cursor"), self.ordering, columns_of(queryset))
        self.count = queryset.count() if read_count(query.get("count")) else None
        self.shape = shape_of(view.get_serializer_class())
        return self.show(list(self.cut(queryset, self.cursor)))

    def paginate_prepared(self, view: Any, filters: Any) -> list[dict[str, Any]] | None:
        """Return the rows of the page by a statement that is made once for all that ask alike.

        None where none can be: with a count, with filters whose condition depends on the value, or
        in the order of what the view adds to its rows.
        """
        query = view.request.query_params
        found = filters.split()
        if found is None or read_count(query.get("count")):
            return None
        condition, values = found
        word = query.get("ordering", view.get_ordering())
        self.ordering = read_ordering(word, view.get_orderings())
        own = columns_of(view.queryset)
        if not own.keys() >= {*self.ordering.columns}:
            return None
        self.url, self.count = view.request.build_absolute_uri(), None
        self.size = read_page_size(query.get("page_size"))
        self.cursor = cursor = read_cursor(query.get("cursor"), self.ordering, own)
        self.shape = shape_of(view.get_serializer_class())
        backwards = cursor.backwards if cursor else None
        question = (type(view), condition, self.ordering, self.size, backwards)

        def build() -> QuerySet[Any]:
            rows = filters.apply(view.get_queryset_for_all(), condition)
            columns = [own[name] for name in self.ordering.columns]
            return self.cut(rows, cursor.with_slots(columns) if cursor else None)

        values |= view.given() | (cursor.by_slot() if cursor else {})
        return self.show(statement_for(question, build).run(values))

    def order(
        self, queryset: QuerySet[Any], query: QueryDict, view: Any
    ) -> tuple[QuerySet[Any], Ordering]:
        """Return the rows, with all columns that their order needs, and that order."""
        text = query.get("ordering", view.get_ordering())
        return queryset, read_ordering(text, view.get_orderings())

    def cut(self, queryset: QuerySet[Any], cursor: Cursor | None) -> QuerySet[Any]:
        """Keep the page's rows and one more, each with what it is shown and ordered by."""
        page = self.ordering.start(queryset, cursor)
        return page.values_list(*self.shape.columns, *self.ordering.columns, "id")[: self.size + 1]

    def show(self, values: list[Any]) -> list[dict[str, Any]]:
        """Return what is shown of the page's rows, and note where its neighbours begin."""
        page = values[: self.size]
        self.link(page, more=len(values) > self.size, cursor=self.cursor)
        rows = self.shape.rows(page)
        return rows[::-1] if self.cursor and self.cursor.backwards else rows

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
