"""The headers of every answer that Django's own middleware does not set, and its language."""

from __future__ import annotations

from collections.abc import Callable

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.csp import CSP

# No page uses them, so that no script that slips into one can. Passkeys are not among them.
REFUSED = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
HEADERS = {
    # No copy of rows stays in a proxy or a browser, whose back button would show them after a
    # sign-out. Static files say otherwise themselves.
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in REFUSED),
}
# Of what is no page: opened by its address it loads nothing, runs nothing, and has no origin.
FILE_POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"


class HeadersMiddleware:
    """Add the headers that a view has not set itself.

    Django's ContentSecurityPolicyMiddleware stands around it, and keeps a policy that is there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if is_file(response):
            response.headers.setdefault(str(CSP.HEADER_ENFORCE), FILE_POLICY)
        return response


def is_file(response: HttpResponseBase) -> bool:
    """Say whether the body is anything but a page of ours: data, or what somebody brought.

    False where there is no body: 304 changes the headers of what the browser has, a page or not.
    """
    kind = response.headers.get("Content-Type", "")
    return bool(kind) and (
        not kind.startswith("text/html")
        or isinstance(response, FileResponse)
        or "Content-Disposition" in response.headers
    )


class LanguageMiddleware(LocaleMiddleware):
    """Answer in the language that the browser asks for.

    Django's own looks for a language in the path as well, where FocusFlow has none: it compares
    "api" with each language there is, twice a request.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Choose the language."""
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Say which one it is, and that others would get another."""
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
