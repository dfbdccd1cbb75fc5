"""What every request passes: its line in the log, its part in the metrics, its health checks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter
from typing import Any  # Fields of a line.

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.urls import resolve
from django.utils.functional import SimpleLazyObject

from focusflow import metrics
from focusflow.logs import METHODS, Entry, current

logger = logging.getLogger("focusflow.requests")

CHUNK_BYTES = 64 * 1024
# A longer body costs more than a connection does.
LONGEST_REST = 1024 * 1024
# An address that is none. The home page's route is the empty one.
UNKNOWN = "(none)"


class RequestMiddleware:
    """Write each request's line at its end, and count it. The outermost, so as to see all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and name the request in the answer as in the log.

        The id is FocusFlow's own: one that a client sends would let it write into the log.
        """
        entry = Entry(request)
        token = current.set(entry)
        start = perf_counter()
        try:
            with connection.execute_wrapper(entry.count):
                response = self.get_response(request)
            read_rest(request)
            note(request, response.status_code, perf_counter() - start, entry)
        finally:
            current.reset(token)
        response.headers["X-Request-ID"] = entry.request_id
        return response


def read_rest(request: HttpRequest) -> None:
    """Read what no view read of a body, as of a request that is refused by its token.

    The server would close the connection behind the answer without saying so, and the next request
    that a proxy or a client sends on it would break.
    """
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and len(length) < 10 and int(length) <= LONGEST_REST:
        with suppress(UnreadablePostError):
            while request.read(CHUNK_BYTES):
                pass


def note(request: HttpRequest, status: int, seconds: float, entry: Entry) -> None:
    """Write a request's line and count it."""
    method = request.method if request.method in METHODS else "OTHER"
    route = route_of(request)
    milliseconds = round(seconds * 1000, 1)
    fields: dict[str, Any] = {
        "user": user_id_of(request) or entry.user_id,
        "method": method,
        "route": route,
        "status": status,
        "milliseconds": milliseconds,
        "queries": entry.queries,
    }
    logger.log(
        logging.ERROR if status >= 500 else logging.INFO,
        "%s %s %s",
        method,
        UNKNOWN if route is None else f"/{route.lstrip('^')}",
        status,
        extra={"fields": fields},
    )
    if settings.METRICS_TOKEN:
        metrics.observe(
            method or "", UNKNOWN if route is None else route, status, seconds, entry.queries
        )


def route_of(request: HttpRequest) -> str | None:
    """Return the pattern of the request's address, never the address; None where there is none."""
    if request.resolver_match is not None:
        return request.resolver_match.route
    if request.path_info.startswith(settings.STATIC_URL):
        return f"{settings.STATIC_URL.lstrip('/')}…"
    return None


def user_id_of(request: HttpRequest) -> int | None:
    """Return who was found to call, without looking for them: None if nobody asked."""
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject):
        # Django keeps here whom the lazy object found.
        user = getattr(request, "_cached_user", None)
    return getattr(user, "pk", None)


class StraightMiddleware:
    """Answer the operator's programs before sessions, languages and accounts take part.

    A health check has to tell the truth when the database does not answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Call the view at once, for these addresses alone."""
        if request.path_info not in settings.STRAIGHT_PATHS:
            return self.get_response(request)
        request.get_host()  # Raises for a host that is not FocusFlow's, as everywhere.
        match = request.resolver_match = resolve(request.path_info)
        response: HttpResponse = match.func(request)
        response.headers["Cache-Control"] = "no-store"
        return response
