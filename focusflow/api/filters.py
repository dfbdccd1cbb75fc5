"""Filters of lists: those that a view declares, and none that it does not."""

from __future__ import annotations

from typing import Any  # Filters hold values of every type.

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.request import Request

from focusflow.api.errors import BadParameter


class StrictFilterBackend(filters.DjangoFilterBackend):
    """Filters by the view's `filterset_class`; an unknown parameter is an error, not ignored.

    A misspelt filter that is ignored shows all rows where few were asked for.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the rows that pass; raises BadParameter naming each parameter that is wrong."""
        filterset = self.get_filterset(request, queryset, view)
        known = set(filterset.filters) if filterset else set()
        unknown = request.query_params.keys() - known - set(view.paginator.parameters)
        errors: dict[str, Any] = {
            name: ["This list has no such parameter: see the documentation at /api/docs/."]
            for name in sorted(unknown)
        }
        if filterset is not None and not filterset.is_valid():
            errors |= filterset.errors
        if errors:
            raise BadParameter(errors)
        return queryset if filterset is None else filterset.qs


class InstantFilter(filters.IsoDateTimeFilter):
    """Compares with an instant; one without an offset is read in the person's time zone."""


class ResourceFilterSet(filters.FilterSet):
    """The base of each resource's filters."""

    created_after = InstantFilter("created_at", "gte", label="Created at this instant or later")
    created_before = InstantFilter("created_at", "lt", label="Created before this instant")
    updated_after = InstantFilter("updated_at", "gte", label="Changed at this instant or later")
