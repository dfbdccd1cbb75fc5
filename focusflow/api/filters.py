"""Filters of lists: those that a view declares, and none that it does not."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from typing import Any, ClassVar, cast  # Filters hold values of every type.

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.utils.dateparse import parse_date
from django_filters import rest_framework as filters
from django_filters.constants import EMPTY_VALUES
from django_filters.fields import IsoDateTimeField
from django_filters.utils import get_model_field
from rest_framework.request import Request

from focusflow.api.access import find_row, rules_of
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
from focusflow.statements import Slot

# As Django says of a related row.
NO_CHOICE = forms.ModelChoiceField.default_error_messages["invalid_choice"]


class StrictFilterBackend(filters.DjangoFilterBackend):
    """Filters by the view's `filterset_class`; an unknown parameter is an error, not ignored.

    A misspelt filter that is ignored shows all rows where few were asked for. So is one that is
    there twice: a proxy in front may have looked at the other one.
    """

    def filter_queryset(  # type: ignore[override]  # DRF's request
        self, request: Request, queryset: QuerySet[Any], view: Any
    ) -> QuerySet[Any]:
        """Return the rows that pass; raises BadParameter naming each parameter that is wrong."""
        return self.read(request, view).filter_queryset(queryset)

    def read(self, request: Request, view: Any) -> Asked:
        """Return what the address asks for; raises BadParameter as above."""
        # None for a view without a `filterset_class`, of which there are none.
        filterset_class: Any = view.filterset_class
        known = {*filterset_class.base_filters, *view.paginator.parameters}
        errors: dict[str, Any] = {
            name: ["This list has no such parameter: see the documentation at /api/docs/."]
            for name in sorted(request.query_params.keys() - known)
        }
        values: dict[str, Any] = {}
        # In one order, so that two who ask alike ask for one statement.
        for name in filter(request.query_params.__contains__, filterset_class.base_filters):
            try:
                values[name] = filterset_class.clean(name, request)
            except forms.ValidationError as error:
                errors[name] = error.messages
        errors |= refuse_repeated(request)
        if errors:
            raise BadParameter(errors)
        return Asked(filterset_class, request, values)


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

    def __init__(self, model: type[models.Model], **kwargs: Any) -> None:
        self.choice_of = model
        # Or a function, says its manual.
        super().__init__(queryset=cast(Any, self.choices_of), **kwargs)

    def choices_of(self, request: Any) -> QuerySet[Any]:
        """Return the rows to choose from, of whoever asks."""
        rows = rules_of(self.choice_of._default_manager.all())
        return cast(QuerySet[Any], rows.visible_to(request.user))

    def find(self, text: str, user_id: int) -> int | None:
        """Return the id of the row that is named; None for an empty parameter."""
        if not text:
            return None
        pk = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
        if find_row(self.choice_of, pk, user_id, "pk") is None:
            raise forms.ValidationError(NO_CHOICE)
        return pk


class YesNoFilter(filters.TypedChoiceFilter):
    """True or false; django-filter's own takes every other word for no filter at all."""

    schema: ClassVar = {"type": "boolean"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = (("", "either"), ("true", "true"), ("false", "false"))
        super().__init__(*args, choices=choices, coerce=lambda word: word == "true", **kwargs)


# Filters that compare a column with whatever value is given.
COMPARING = (InstantFilter, DayFilter, IdFilter, VisibleRelatedFilter)
# Filters of few values, which may each ask for something else.
CHOOSING = (YesNoFilter, filters.ChoiceFilter)

# What a list is filtered by: a filter's name and its value; None for one that stands apart.
Condition = tuple[tuple[str, Any], ...]


class StrictFilterSet(filters.FilterSet):
    """The base of filters: a wrong value is an error, whatever the column."""

    FILTER_DEFAULTS = filters.FilterSet.FILTER_DEFAULTS | {
        models.BooleanField: {"filter_class": YesNoFilter},
        models.CharField: {"filter_class": TextFilter},
    }
    # Of filters with a method of their own, the values by which it asks for the same at any time.
    constant: ClassVar[Mapping[str, Collection[str]]] = {}

    def __init__(self, *args: Any, names: Collection[str] | None = None, **kwargs: Any) -> None:
        if names is not None:
            every = type(self).base_filters
            self.base_filters = OrderedDict((name, every[name]) for name in names)
        super().__init__(*args, **kwargs)

    @classmethod
    def clean(cls, name: str, request: Request) -> Any:
        """Return the value of a filter that an address names; raises ValidationError.

        As django-filter's form does, which is made anew for each request: that takes longer than a
        page does.
        """
        one, sent = cls.base_filters[name], request.query_params
        if isinstance(one, VisibleRelatedFilter):
            return one.find(sent[name], cast(int, request.user.pk))
        field = fields_of(cls)[name]
        return field.clean(field.widget.value_from_datadict(sent, {}, name))

    created_after = InstantFilter("created_at", "gte", label="Created at this instant or later")
    created_before = InstantFilter("created_at", "lt", label="Created before this instant")


@cache
def fields_of(filterset_class: type[StrictFilterSet]) -> Mapping[str, forms.Field]:
    """Return what reads the values of filters, by their names, but for those of related rows."""
    every = filterset_class().filters.items()
    return {name: one.field for name, one in every if not isinstance(one, VisibleRelatedFilter)}


@dataclass
class Asked:
    """What an address asks of a list: the filters that it names, with their values."""

    filterset_class: type[StrictFilterSet]
    request: Request
    values: Mapping[str, Any]

    @cached_property
    def filters(self) -> Mapping[str, filters.Filter]:
        """These filters, of this request; copying all of the others costs more than a page."""
        made = self.filterset_class(request=self.request, names=self.values)
        return cast(Mapping[str, filters.Filter], made.filters)

    def split(self) -> tuple[Condition, dict[str, Any]] | None:
        """Return what is asked for, and the values that stand apart from it.

        None where a value decides in its own way what is asked for.
        """
        condition: dict[str, Any] = {}
        apart: dict[str, Any] = {}
        for name, value in self.values.items():
            one = self.filterset_class.base_filters[name]
            if value in EMPTY_VALUES:
                continue
            if one.method is None and isinstance(one, COMPARING):
                condition[name], apart[name] = None, value
            elif (one.method is None and isinstance(one, CHOOSING)) or (
                value in self.filterset_class.constant.get(name, ())
            ):
                condition[name] = value
            else:
                return None
        return tuple(condition.items()), apart

    def apply(self, queryset: QuerySet[Any], condition: Condition) -> QuerySet[Any]:
        """Filter by what `split` returned, with a slot for each value that stood apart."""
        for name, value in condition:
            one = self.filters[name]
            field = get_model_field(queryset.model, str(one.field_name))
            queryset = one.filter(queryset, Slot(name, field) if value is None else value)
        return queryset

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that pass."""
        for name, value in self.values.items():
            queryset = self.filters[name].filter(queryset, value)
        return queryset


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
