"""Resources whose rows people put into an order of their own."""

from __future__ import annotations

from typing import Any, ClassVar, cast  # Bodies hold values of every type.

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions.order import place
from focusflow.api.fields import VisibleRelatedField
from focusflow.api.serializers import StrictSerializer

BESIDE = OpenApiExample("Right after the row with the id 1", {"after": 1}, request_only=True)


class PlaceSerializer(StrictSerializer):
    """The row beside which this one goes: one of the two, by its id."""

    # Of the rows that are ordered; each resource has a class of its own.
    queryset: ClassVar[Any] = None

    def get_fields(self) -> dict[str, Any]:
        """Return the two fields."""
        words = {"before": "The row that comes next.", "after": "The row that comes first."}
        return {
            name: VisibleRelatedField(queryset=self.queryset, required=False, help_text=text)
            for name, text in words.items()
        }

    def validate(self, attrs: Any) -> Any:
        """Refuse both and none."""
        if len(attrs) != 1:
            raise serializers.ValidationError("Send one of the two: before or after.")
        return attrs


class PlacedMixin:
    """Rows that people put into an order of their own."""

    place_serializer: type[PlaceSerializer]

    @extend_schema(examples=[BESIDE])
    @action(detail=True, methods=["post"])
    def place(self, request: Request, **_: Any) -> Response:
        """Put the row right before or after another one."""
        view = cast(Any, self)
        row = view.get_object()
        ((side, neighbour),) = view.read(self.place_serializer).items()
        if neighbour.pk != row.pk:
            place(row=row, neighbour=neighbour, before=side == "before")
        return Response(view.get_serializer(row).data)
