"""The base of every resource's view."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, cast  # Rows and requests hold values of every type.

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework import viewsets
from rest_framework.exceptions import ParseError, Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from focusflow.api.access import rules_of
from focusflow.api.addresses import client_address
from focusflow.api.errors import BadParameter, PreconditionFailed
from focusflow.api.filters import StrictFilterBackend, refuse_repeated
from focusflow.api.pagination import KeysetPagination
from focusflow.api.preconditions import etag, matches
from focusflow.api.prepared import PreparedMixin
from focusflow.api.throttles import COUNTER, Usage
from focusflow.api.writes import run_again, run_once


class ResourceMixin:
    """What holds for each request to a resource, whatever the kind of view.

    - A change is repeated after a deadlock; a POST with an Idempotency-Key is done once.
    - If-Match lets a change through only if the row still has the version that it names.
    - A single row comes with its version as the ETag.
    - Requests are limited per address and per person, and the answer says what is left
      (https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-10).
    """

    # Whether a POST is answered with a secret: such an answer is not kept for repetitions.
    answers_secret = False
    # Of the last limit that the request was counted against.
    usage: Usage | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, with the handlers of changes wrapped; errors are answered around them."""
        method = str(request.method).lower()
        handler = getattr(self, method, None)
        if handler is not None and request.method not in SAFE_METHODS:
            setattr(self, method, partial(self.change, handler))
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]  # a mixin

    def change(self, handler: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Run the handler of a change."""
        run = partial(handler, request, *args, **kwargs)
        if request.method == "POST":
            run = partial(run_once, request, request.path, run, is_secret=self.answers_secret)
        return run_again(run)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count the request, and refuse what no database text holds before anything reads it."""
        # The address before anything is looked up for it, the person once they are known.
        self.count(
            "address", client_address(cast(HttpRequest, request)), settings.API_RATE_PER_ADDRESS
        )
        super().initial(request, *args, **kwargs)  # type: ignore[misc]  # a mixin
        self.count("person", str(request.user.pk), settings.API_RATE_PER_PERSON)
        words = (word for pair in request.query_params.lists() for word in (pair[0], *pair[1]))
        if any("\x00" in word for word in words):
            raise ParseError("The address's query holds a NUL character (%00): remove it.")

    def count(self, name: str, key: str, limit: int) -> None:
        """Count a request; raises Throttled beyond the limit."""
        is_allowed, self.usage = COUNTER.take(name, key, limit)
        if not is_allowed:
            raise Throttled(wait=self.usage.resets_in)

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        """Add the ETag of a single row, and what is left of the limit."""
        response: Response = super().finalize_response(*args, **kwargs)  # type: ignore[misc]  # a mixin
        if self.usage is not None:
            response.headers["RateLimit-Policy"] = self.usage.policy_field
            response.headers["RateLimit"] = self.usage.field
        version = response.data.get("version") if isinstance(response.data, dict) else None
        if version is not None:
            response.headers["ETag"] = etag(version)
        return response

    def expected(self, instance: Any) -> int | None:
        """Return the version that the row must still have when it is written; None for any.

        Raises PreconditionFailed when If-Match names another one.
        """
        if_match = self.request.headers.get("If-Match")  # type: ignore[attr-defined]  # a mixin
        if if_match is None:
            return None
        if not matches(if_match, instance.version):
            raise PreconditionFailed(version=instance.version)
        return int(instance.version)

    def read(self, serializer_class: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """Return what was sent to an action; raises ValidationError."""
        context = self.get_serializer_context()  # type: ignore[attr-defined]  # a mixin
        sent = serializer_class(data=self.request.data, context=context)  # type: ignore[attr-defined]
        sent.is_valid(raise_exception=True)
        return cast(dict[str, Any], sent.validated_data)

    def read_query(self, serializer_class: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """Return what the address asks for; raises BadParameter.

        A parameter without a value, which a form would leave out, is a mistake here.
        """
        request: Request = self.request  # type: ignore[attr-defined]  # a mixin
        empty = (name for name, value in request.query_params.items() if not value)
        misshapen = {name: ["Give it a value, or leave it out."] for name in empty}
        misshapen |= refuse_repeated(request)
        sent = serializer_class(data=request.query_params)
        if not sent.is_valid() or misshapen:
            raise BadParameter({**cast(dict[str, Any], sent.errors), **misshapen})
        return cast(dict[str, Any], sent.validated_data)

    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        """Write the change."""
        serializer.save(expected=self.expected(serializer.instance))


class ResourceViewSet(PreparedMixin, ResourceMixin, viewsets.ModelViewSet[Any]):
    """Lists, creates, reads, changes and deletes the rows of one model."""

    # The id in an address; what does not fit is another address, and 404.
    lookup_value_converter = "int"
    # From the word of the `ordering` parameter to indexed columns that are never NULL.
    orderings: ClassVar[Mapping[str, str | tuple[str, ...]]] = {"created_at": "created_at"}
    ordering = "created_at"
    is_prepared = True

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows that the signed-in person may see, or may change, as the method needs."""
        rows = rules_of(super().get_queryset())
        reads = self.request.method in SAFE_METHODS
        return rows.visible_to(self.reader) if reads else rows.editable_by(self.reader)  # type: ignore[no-any-return]

    def get_orderings(self) -> Mapping[str, str | tuple[str, ...]]:
        """Return the orders of the list that is asked for."""
        return self.orderings

    def get_ordering(self) -> str:
        """Return the word of the order that the list has where none is asked for."""
        return self.ordering

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a page of the rows that pass the filters, read by the fast path."""
        filters = StrictFilterBackend().read(request, self)
        paginator = cast(KeysetPagination, self.paginator)
        rows = paginator.paginate_prepared(self, filters) if self.is_prepared else None
        if rows is None:
            rows = self.paginate_queryset(filters.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(rows)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a row; for a page, with its serializer, which makes the forms."""
        if not self.is_prepared or request.accepted_renderer.format != "json":
            return super().retrieve(request, *args, **kwargs)
        return Response(self.read_one())

    def get_success_headers(self, data: Any) -> dict[str, str]:
        """Return the address of the new row."""
        return {"Location": f"{self.request.path}{data['id']}/"}

    def perform_destroy(self, instance: Any) -> None:
        """Delete the row."""
        instance.remove(expected=self.expected(instance))
