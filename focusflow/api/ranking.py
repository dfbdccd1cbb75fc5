"""Pages of a list that is searched: the best hits first, where they are few."""

from __future__ import annotations

from typing import Any, Protocol, Self, cast  # Rows hold values of every type.

from django.db.models import QuerySet
from django.http import QueryDict

from focusflow.api.keyset import Ordering, unpack
from focusflow.api.pagination import KeysetPagination

BEST = Ordering("relevance", ("weight", "created_at"), descends=True)
NEWEST = Ordering("-created_at", ("created_at",), descends=True)


class Searchable(Protocol):
    """Rows that can be searched."""

    def with_weight(self, text: str) -> Self:
        """Add how well each row fits a search, as `weight`."""
        ...

    def are_many(self) -> bool:
        """Say whether these are more rows than are ranked."""
        ...


class RankedPagination(KeysetPagination):
    """Orders by how well rows fit the search, and many hits by when they were made, newest first.

    Only where `search` is given and no other order is asked for.
    """

    def order(
        self, queryset: QuerySet[Any], query: QueryDict, view: Any
    ) -> tuple[QuerySet[Any], Ordering]:
        """Return the rows and their order; a page that follows another has the order of that."""
        text = query.get("search", "").strip()
        if not text or "ordering" in query:
            return super().order(queryset, query, view)
        hits = cast(Searchable, queryset)
        cursor = query.get("cursor")
        are_many = is_of_many(cursor) if cursor else hits.are_many()
        return (queryset, NEWEST) if are_many else (cast(Any, hits.with_weight(text)), BEST)


def is_of_many(cursor: str) -> bool:
    """Say whether a page of many hits led to this one; what is no cursor is refused elsewhere."""
    try:
        return bool(unpack(cursor)[0] == NEWEST.text)
    except (ValueError, TypeError, LookupError):
        return False
