"""What is refused before any view: programs without encryption, and methods that nobody has."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseNotAllowed, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase

from focusflow.api.errors import problem_page
from focusflow.logs import METHODS


class EncryptedApiMiddleware:
    """Refuse a program that came over http, rather than lead it on to https.

    Led on, it would work, and send its token in the clear before each request, and nobody would
    ever see. Browsers are led on: they ask for pages, and remember.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if (
            not settings.SECURE_SSL_REDIRECT
            or request.is_secure()
            or not request.path_info.startswith("/api/")
        ):
            return self.get_response(request)
        if is_of_browser(request):
            # The host of PUBLIC_URL: the request's own is not checked yet.
            place = f"https://{settings.SECURE_SSL_HOST}{request.get_full_path()}"
            return HttpResponsePermanentRedirect(place)
        return problem_page(
            403,
            "The API is at https alone. This request came in the clear: a token or password that "
            "was in it may have been read by others, so replace it.",
        )


def is_of_browser(request: HttpRequest) -> bool:
    """Say whether somebody opens a page: a link or an address that they typed."""
    return (
        request.method in {"GET", "HEAD"}
        and "text/html" in request.headers.get("Accept", "")
        and "Authorization" not in request.headers
    )


class MethodsMiddleware:
    """Refuse methods that no page has, TRACE among them: many views take whatever is no POST.

    The API's own views know theirs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if request.method in METHODS or request.path_info.startswith("/api/v1/"):
            return self.get_response(request)
        return HttpResponseNotAllowed(sorted(METHODS))
