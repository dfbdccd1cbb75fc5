"""Resources whose rows people put away, and bring back."""

from __future__ import annotations

from typing import Any, cast  # Rows of several models.

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from focusflow.api.serializers import EmptySerializer


class ArchivedMixin:
    """Rows that are put away: kept, and in no list that does not ask for them."""

    @extend_schema(request=EmptySerializer)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, **_: Any) -> Response:
        """Put the row away; one that is away stays as it is."""
        view = cast(Any, self)
        row = view.get_object()
        view.read(EmptySerializer)
        row.archive(at=timezone.now())
        return Response(view.get_serializer(row).data)

    @extend_schema(request=EmptySerializer)
    @action(detail=True, methods=["post"])
    def unarchive(self, request: Request, **_: Any) -> Response:
        """Bring the row back."""
        view = cast(Any, self)
        row = view.get_object()
        view.read(EmptySerializer)
        row.unarchive()
        return Response(view.get_serializer(row).data)
