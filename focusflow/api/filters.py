"""Filters of lists: those that a view declares, and none that it does not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar, cast  # Filters hold values of every type.

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.utils.dateparse import parse_date
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField
from rest_framework.request import Request

from focusflow.api.errors import BadParameter
from focusflow.api.patterns import DAY, ID, INSTANT, LARGEST_ID, TEXT
from focusflow.instants import (
    DAY_OUT_OF_RANGE,
    FIRST_DAY,
    FIRST_INSTANT,
    LAST_DAY,
    LAST_INSTANT,
    OUT_OF_RANGE,
)


class StrictFilterBackend(filters.DjangoFilterBackend):
    """Filters by the view's `filterset_class`; an unknown parameter is an error, not ignored.

    A misspelt filter that is ignored shows all rows where few were asked for. So is one that is
    there twice: a proxy in front may have looked at the other one.
    """

    def filter_queryset(  # type: ignore[override]  # DRF's request
        self, request: Request, queryset: QuerySet[Any], view: Any
    ) -> QuerySet[Any]:
        """Return the rows that pass; raises BadParameter naming each parameter that is wrong."""
        # None for a view without a `filterset_class`, of which there are none.
        filterset: Any = self.get_filterset(request, queryset, view)
        known = {*filterset.filters, *view.paginator.parameters}
        errors: dict[str, Any] = {
            name: ["This list has no such parameter: see the documentation at /api/docs/."]
            for name in sorted(request.query_params.keys() - known)
        }
        errors |= filterset.errors
        errors |= refuse_repeated(request)
        if errors:
            raise BadParameter(errors)
        return cast(QuerySet[Any], filterset.qs)


def refuse_repeated(request: Request) -> dict[str, list[str]]:
    """Return what is wrong with each parameter that is there more than once."""
    parameters = request.query_params.lists()
    return {name: ["Give this parameter once."] for name, values in parameters if len(values) > 1}


class InstantInput(IsoDateTimeField):
    """An instant in an address: one that every time zone can show."""

    def clean(self, value: Any) -> datetime | None:
        """Return the instant in UTC; None for an empty parameter.

        PostgreSQL takes no offset of 16 hours or more, which Python's parser does.
        """
        instant: datetime | None = super().clean(value)
        if instant is None:
            return None
        if FIRST_INSTANT <= instant <= LAST_INSTANT:
            return instant.astimezone(UTC)
        raise forms.ValidationError(OUT_OF_RANGE)


class InstantFilter(filters.IsoDateTimeFilter):
    """Compares with an instant; one without an offset is read in the person's time zone."""

    field_class = InstantInput
    schema = INSTANT


class DayInput(forms.DateField):
    """A day in an address, written as ISO 8601 does whatever the language."""

    def to_python(self, value: Any) -> date | None:
        """Return the day; None for an empty parameter."""
        if value in self.empty_values:
            return None
        try:
            day = parse_date(value)
        except ValueError:
            day = None
        if day is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        if FIRST_DAY <= day <= LAST_DAY:
            return day
        raise forms.ValidationError(DAY_OUT_OF_RANGE)


class DayFilter(filters.DateFilter):
    """Compares with a day."""

    field_class = DayInput
    schema = DAY


class TextFilter(filters.CharFilter):
    """Compares with a text."""

    schema: ClassVar = {"type": "string", "pattern": TEXT}


class WholeNumberFilter(filters.NumberFilter):
    """Compares with a whole number; django-filter's own leaves out what is behind the point."""

    field_class = forms.IntegerField  # type: ignore[assignment]  # a number too

    def __init__(self, *args: Any, min_value: int, max_value: int, **kwargs: Any) -> None:
        self.schema = {"type": "integer", "minimum": min_value, "maximum": max_value}
        super().__init__(*args, min_value=min_value, max_value=max_value, **kwargs)


class IdFilter(WholeNumberFilter):
    """Compares with an id."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=LARGEST_ID, **kwargs)
        self.schema = ID


class VisibleRelatedFilter(filters.ModelChoiceFilter):
    """Compares with a related row; those that the person cannot see are no choice."""

    schema = ID


class YesNoFilter(filters.TypedChoiceFilter):
    """True or false; django-filter's own takes every other word for no filter at all."""

    schema: ClassVar = {"type": "boolean"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = (("", "either"), ("true", "true"), ("false", "false"))
        super().__init__(*args, choices=choices, coerce=lambda word: word == "true", **kwargs)


class StrictFilterSet(filters.FilterSet):
    """The base of filters: a wrong value is an error, whatever the column."""

    FILTER_DEFAULTS = filters.FilterSet.FILTER_DEFAULTS | {
        models.BooleanField: {"filter_class": YesNoFilter},
        models.CharField: {"filter_class": TextFilter},
    }
    created_after = InstantFilter("created_at", "gte", label="Created at this instant or later")
    created_before = InstantFilter("created_at", "lt", label="Created before this instant")


class SpanFilterSet(filters.FilterSet):
    """Adds `from` and `to`, both included, whose names no class body can hold."""

    # What is compared: the day that may not be before the first one asked for, and the one that
    # may not be after the last.
    ends_on = starts_on = "day"

    @classmethod
    def get_filters(cls) -> Any:
        """Return the filters."""
        found = super().get_filters()
        found["from"] = DayFilter(cls.ends_on, "gte", label="On this day or later")
        found["to"] = DayFilter(cls.starts_on, "lte", label="On this day or before")
        return found


class ResourceFilterSet(StrictFilterSet):
    """The base of the filters of owned rows."""

    updated_after = InstantFilter("updated_at", "gte", label="Changed at this instant or later")
