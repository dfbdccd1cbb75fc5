"""Serializer fields that differ from DRF's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar  # A field's input is whatever the body holds.

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from focusflow.api.access import find_row, rules_of
from focusflow.api.patterns import CLOCK
from focusflow.api.rows import MadeField
from focusflow.instants import (
    DAY_OUT_OF_RANGE,
    FIRST_DAY,
    FIRST_INSTANT,
    LAST_DAY,
    LAST_INSTANT,
    OUT_OF_RANGE,
)


class InstantField(serializers.DateTimeField):
    """An instant: read with its offset (without one, in the person's time zone), written in UTC."""

    default_error_messages: ClassVar = {"out_of_range": OUT_OF_RANGE}

    def to_internal_value(self, value: Any) -> datetime:
        """Return an aware instant in UTC."""
        instant: datetime = super().to_internal_value(value)
        # Compared before it is converted: near the years 1 and 9999 a conversion overflows.
        if not FIRST_INSTANT <= instant <= LAST_INSTANT:
            self.fail("out_of_range")
        return instant.astimezone(UTC)

    def enforce_timezone(self, value: datetime) -> datetime:
        """Attach the person's time zone to a naive value; keep an aware one as it is.

        DRF would convert an aware one to that zone, which overflows at either end of the calendar.
        """
        if value.tzinfo is not None:
            return value
        return super().enforce_timezone(value)

    def to_representation(self, value: datetime) -> str:
        """Write the instant in UTC with a Z, as the fast lists do."""
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class DayField(serializers.DateField):
    """A day of the calendar, in the years that every time zone can show."""

    default_error_messages: ClassVar = {"out_of_range": DAY_OUT_OF_RANGE}

    def to_internal_value(self, value: Any) -> date:
        """Return the day."""
        day: date = super().to_internal_value(value)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fail("out_of_range")
        return day


@extend_schema_field(CLOCK)
class ClockField(serializers.TimeField):
    """A time on the clock on the wall, to the second."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=("%H:%M", "%H:%M:%S"), **kwargs)


class NumberField(MadeField, serializers.DecimalField):
    """A decimal number, read and written as a number of JSON.

    Up to 15 digits come through a double unharmed.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce_to_string=False, **kwargs)

    def bind(self, field_name: str, parent: Any) -> None:
        """Learn the name, and with it the column."""
        super().bind(field_name, parent)
        self.columns = (str(self.source),)

    def make(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[float | None]:
        """Return the numbers."""
        return [None if value is None else number_of(value) for (value,) in rows]


def number_of(value: Decimal) -> float:
    """Return a decimal as JSON writes it: 8 and 10.5."""
    return int(value) if value == value.to_integral_value() else float(value)


@extend_schema_field({"type": "object", "additionalProperties": True})
class ObjectField(serializers.JSONField):
    """A JSON object, such as the values of some columns by their names."""


class VisibleRelatedField(serializers.PrimaryKeyRelatedField):
    """The id of a related row; rows that the person cannot see do not exist for it."""

    def get_queryset(self) -> QuerySet[Any]:
        """Return the related rows that the signed-in person may read."""
        queryset = rules_of(super().get_queryset())
        return queryset.visible_to(self.context["request"].user)  # type: ignore[no-any-return]

    def to_internal_value(self, data: Any) -> Any:
        """Return the row; an id is a whole number, or its digits in a form: nothing rounds."""
        if not isinstance(data, int | str) or isinstance(data, bool):
            self.fail("incorrect_type", data_type=type(data).__name__)
        try:
            pk = int(data)
        except ValueError:
            self.fail("incorrect_type", data_type=type(data).__name__)
        row = self.read(pk)
        if row is None:
            self.fail("does_not_exist", pk_value=data)
        return row

    def read(self, pk: int) -> Any:
        """Return the row of an id; None unless the person can see it."""
        every = rules_of(super().get_queryset())
        if every.query.where:
            return self.get_queryset().filter(pk=pk).first()
        return find_row(every.model, pk, self.context["request"].user.pk)

    def use_pk_only_optimization(self) -> bool:
        """Read the column, not the row."""
        return True
