"""Answers to errors that no API view answered: a problem below /api/, elsewhere a page.

Both say what the visitor can do; what went wrong inside is in the log alone.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from focusflow.api.errors import as_api_exception, not_found, problem_page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself refuses: a body that is too large, the name of another host."""
    if not is_api(request):
        return defaults.bad_request(request, exception)
    if known := as_api_exception(exception):
        return problem_page(known.status_code, str(known.detail))
    return problem_page(400, "The request could not be understood.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what the person may not do."""
    if is_api(request):
        return problem_page(403, "You may not do this.")
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that is none."""
    if is_api(request):
        return not_found(request)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when a view crashed."""
    if is_api(request):
        return problem_page(500, "Something went wrong. The error was logged; try again later.")
    return defaults.server_error(request)


def is_api(request: HttpRequest) -> bool:
    """Say whether a program asked, by the address: nothing else of the request may be readable."""
    return request.path.startswith("/api/")
