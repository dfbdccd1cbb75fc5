"""Answers to errors that no API view answered: a problem below /api/, elsewhere a page.

Both say what the visitor can do; what went wrong inside is in the log alone.
"""

from __future__ import annotations

import logging
import sys

from django.db import Error, IntegrityError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views import defaults
from rest_framework.exceptions import APIException

from focusflow.api.errors import as_api_exception, not_found, problem_page

logger = logging.getLogger(__name__)


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
    """Answer when a view crashed, or the database refused or did not answer."""
    known = database_answer(sys.exception())
    if known is not None:
        return show(request, known)
    if is_api(request):
        return problem_page(500, "Something went wrong. The error was logged; try again later.")
    return defaults.server_error(request)


def database_answer(error: BaseException | None) -> APIException | None:
    """Return the API's answer to what the database raised; None for a bug, and what else there is.

    Two who write the same at once are nobody's fault, but only the log tells them from a form that
    lets through what no row may hold.
    """
    if not isinstance(error, Error):
        return None
    if isinstance(error, IntegrityError):
        logger.warning("The database refused what a form had let through.", exc_info=error)
    return as_api_exception(error)


def show(request: HttpRequest, error: APIException) -> HttpResponse:
    """Answer an error of the API: a program by its words, a person by the page of its number."""
    if is_api(request):
        response = problem_page(error.status_code, str(error.detail))
    else:
        page = loader.get_template(f"{error.status_code}.html").render()
        response = HttpResponse(page, status=error.status_code)
    if wait := getattr(error, "wait", None):
        response.headers["Retry-After"] = str(wait)
    return response


def is_api(request: HttpRequest) -> bool:
    """Say whether a program asked, by the address: nothing else of the request may be readable."""
    return request.path.startswith("/api/")
