"""What is refused of a request before a view reads it, and what of it a view could not read."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, FieldDoesNotExist
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import ParseError

from focusflow.api.errors import not_found, problem_page
from focusflow.api.parsers import read_json

logger = logging.getLogger(__name__)

LONGEST_QUERY = 16_384
# Whose views convert what was sent as they go, and let through what the conversion raises.
OTHERS = ("django.", "allauth.")
# An id that is no number, a year that is none, base64 that is none; a passkey without a part; a
# number too large for SQLite; JSON that is too deep; a lookup by no field; what no column holds.
UNREADABLE = (
    ValueError,
    LookupError,
    OverflowError,
    RecursionError,
    FieldDoesNotExist,
    DataError,
)


class IntakeMiddleware:
    """Answer 400 to what nobody can read.

    An error of these kinds in a view of ours is a mistake of ours, and stays a 500.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, unless the address is longer than what SQLite looks for in a text."""
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            raise BadRequest(f"The address's query is longer than {LONGEST_QUERY:,} characters.")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Read the bodies of allauth's endpoints as strictly as those of FocusFlow's own.

        They would store half a character that no page can show.
        """
        is_endpoint = request.path_info.startswith("/api/auth/") and view is not not_found
        if not is_endpoint or not request.body:
            return None
        try:
            read_json(request.body)
        except ParseError as error:
            return problem_page(error.status_code, str(error.detail))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        """Take for unreadable what makes a view of others crash; the log has where."""
        if isinstance(error, UNREADABLE) and is_of_others(request.resolver_match):
            logger.warning("A view could not read what was sent.", exc_info=error)
            raise BadRequest("Something in the request could not be understood.") from error


def is_of_others(match: Any) -> bool:
    """Say whether the view of an address is not FocusFlow's own."""
    return match is not None and str(match.func.__module__).startswith(OTHERS)
