"""The API's endpoints of check-ins, below the habit that they are of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any, Final, cast  # Rows hold values of every type.

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from focusflow.api.access import find_row
from focusflow.api.errors import BadParameter, PreconditionFailed
from focusflow.api.fields import DayField
from focusflow.api.patterns import DAY
from focusflow.api.views import ResourceMixin
from habits import actions
from habits.api.days import today_of
from habits.api.filters import CheckInFilterSet
from habits.api.serializers import AmountSerializer, CheckInSerializer
from habits.models import CheckIn, Habit

OF_DAY: Final = OpenApiParameter(
    "day", DAY, OpenApiParameter.PATH, description="A day from the habit's start to yours."
)
PUT: Final = extend_schema(
    parameters=[OF_DAY], responses={200: CheckInSerializer, 201: CheckInSerializer}
)
ADD: Final = extend_schema(
    parameters=[OF_DAY],
    request=AmountSerializer,
    responses=CheckInSerializer,
    examples=[
        OpenApiExample("One more glass", {}, request_only=True),
        OpenApiExample("Half an hour", {"amount": 0.5}, request_only=True),
    ],
)


class CheckInViewSet(ResourceMixin, viewsets.GenericViewSet[CheckIn]):
    """What is recorded of a habit of yours, each day at its own address, the latest first.

    PUT sets the value of a day and may come again; DELETE clears it; POST to `add/` adds to it.
    """

    name = "Check-ins"
    queryset = CheckIn.objects.all()
    serializer_class = CheckInSerializer
    filterset_class = CheckInFilterSet
    lookup_field = "day"
    # What is no day is 400, with what is wrong about it.
    lookup_value_converter = "str"

    def get_queryset(self) -> Any:
        """Return the check-ins of the habit; 404 unless the person may see it, or change it."""
        rows = super().get_queryset()
        return rows.none() if self.is_described else rows.filter(habit=self.get_habit())

    def get_orderings(self) -> Mapping[str, str]:
        """Return the orders of the list."""
        return {"day": "day"}

    def get_ordering(self) -> str:
        """Return the order that the list has where none is asked for."""
        return "-day"

    @property
    def is_described(self) -> bool:
        """Whether this is where the documentation is written."""
        return bool(getattr(self, "swagger_fake_view", False))

    def get_habit(self) -> Habit:
        """Return the habit of the address."""
        pk, user_id = self.kwargs["pk"], cast(int, self.request.user.pk)
        to_change = self.request.method not in SAFE_METHODS
        habit: Habit | None = find_row(Habit, pk, user_id, to_change=to_change)
        if habit is None:
            raise Http404
        return habit

    def get_day(self) -> date:
        """Return the day of the address."""
        try:
            return DayField().run_validation(self.kwargs["day"])  # type: ignore[no-any-return]  # DRF's
        except serializers.ValidationError as error:
            raise BadParameter({"day": error.detail}) from error

    def list(self, request: Request, **_: Any) -> Response:
        """Return a page of the check-ins."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(rows)

    @extend_schema(parameters=[OF_DAY])
    def retrieve(self, request: Request, **_: Any) -> Response:
        """Return the check-in of a day."""
        rows, day = self.get_queryset(), self.get_day()
        return Response(self.get_serializer(get_object_or_404(rows, day=day)).data)

    @PUT
    def update(self, request: Request, **_: Any) -> Response:
        """Record a value, in place of what is there."""
        habit, day = self.get_habit(), self.get_day()
        found = actions.find_checkin(habit, day)
        sent = self.get_serializer(found, data=request.data)
        sent.is_valid(raise_exception=True)
        with blaming():
            checkin = actions.set_checkin(
                habit=habit,
                day=day,
                today=today_of(request),
                expected=self.expected_of(found),
                **sent.validated_data,
            )
        headers = {} if found else {"Location": request.path}
        data = self.get_serializer(checkin).data
        return Response(data, status=200 if found else 201, headers=headers)

    @extend_schema(parameters=[OF_DAY])
    def destroy(self, request: Request, **_: Any) -> Response:
        """Clear what is recorded on a day."""
        habit, day = self.get_habit(), self.get_day()
        found = get_object_or_404(habit.checkins.all(), day=day)
        actions.clear_checkin(habit=habit, day=day, expected=self.expected(found))
        return Response(status=204)

    @ADD
    @action(detail=True, methods=["post"])
    def add(self, request: Request, **_: Any) -> Response:
        """Add to what is recorded on a day."""
        habit, day = self.get_habit(), self.get_day()
        amount: Decimal = self.read(AmountSerializer).get("amount", Decimal(1))
        with blaming(value="amount"):
            checkin = actions.add_to_checkin(
                habit=habit, day=day, today=today_of(request), amount=amount
            )
        return Response(self.get_serializer(checkin).data)

    def expected_of(self, found: CheckIn | None) -> int | None:
        """Return the version that the check-in must still have; If-Match names none of a new one.

        Raises PreconditionFailed.
        """
        if found is not None:
            return self.expected(found)
        if "If-Match" in self.request.headers:
            raise PreconditionFailed("There is no check-in on this day yet: leave If-Match out.")
        return None


@contextmanager
def blaming(**names: str) -> Iterator[None]:
    """Blame the address for a day that cannot be, and members of the body by these names."""
    try:
        yield
    except actions.CheckInError as error:
        faults = error.message_dict
        if "day" in faults:
            raise BadParameter({"day": faults["day"]}) from error
        raise serializers.ValidationError(
            {names.get(name, name): words for name, words in faults.items()}
        ) from error
