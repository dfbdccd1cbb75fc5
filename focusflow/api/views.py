"""The base of every resource's view."""

from __future__ import annotations

from typing import Any, ClassVar  # Rows and requests hold values of every type.

from django.db.models import QuerySet
from rest_framework import viewsets
from rest_framework.exceptions import ParseError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from focusflow.api.access import rules_of


class ResourceViewSet(viewsets.ModelViewSet[Any]):
    """Lists, creates, reads, changes and deletes the rows of one model."""

    # The id in an address; what does not fit is another address, and 404.
    lookup_value_converter = "int"
    # From the word of the `ordering` parameter to an indexed column that is never NULL.
    orderings: ClassVar[dict[str, str]] = {"created_at": "created_at"}
    ordering = "created_at"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what no database text holds before anything reads it."""
        super().initial(request, *args, **kwargs)
        if any(
            "\x00" in part for pair in request.query_params.lists() for part in (pair[0], *pair[1])
        ):
            raise ParseError("The address's query holds a NUL character (%00): remove it.")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows that the signed-in person may see, or may change, as the method needs."""
        rows = rules_of(super().get_queryset())
        if getattr(self, "swagger_fake_view", False):
            return rows.none()  # type: ignore[no-any-return]  # a queryset by rules_of
        reads = self.request.method in SAFE_METHODS
        user = self.request.user
        return rows.visible_to(user) if reads else rows.editable_by(user)  # type: ignore[no-any-return]

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a page of the rows that pass the filters, read by the fast path."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(rows)
