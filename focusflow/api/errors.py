"""Errors as RFC 9457 problem details (``application/problem+json``).

`errors` lists what is wrong with the request, each with a `pointer` (RFC 6901, as a fragment)
to the place in the body, or the `parameter` of the address.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, TypedDict  # Error details nest as the body does.

from django.core.exceptions import (
    BadRequest,
    ObjectDoesNotExist,
    ObjectNotUpdated,
    PermissionDenied,
    RequestDataTooBig,
    ValidationError,
)
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, status
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from focusflow.api.outages import is_away, is_full

CONTENT_TYPE = "application/problem+json"


class Fault(TypedDict, total=False):
    """One thing that is wrong: what, and where."""

    pointer: str
    parameter: str
    detail: str
    code: str


class Conflict(exceptions.APIException):
    """The request is right but the rows as they are now do not allow it."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "The change conflicts with what is stored: read it again, then repeat."
    default_code = "conflict"


class PreconditionFailed(exceptions.APIException):
    """The row is not the one that If-Match names."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = "The row was changed meanwhile: read it again."
    default_code = "stale"

    def __init__(self, detail: str | None = None, *, version: int | None = None) -> None:
        super().__init__(detail)
        self.members = {} if version is None else {"version": version}


class KeyReused(exceptions.APIException):
    """An Idempotency-Key came a second time with another body."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "This Idempotency-Key was used with another body: send a new one."
    default_code = "key_reused"


class KeyInUse(exceptions.APIException):
    """The first request with an Idempotency-Key is not answered yet."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "A request with this Idempotency-Key is being answered: repeat it later."
    default_code = "key_in_use"
    wait = 1


class SecretNotRepeated(exceptions.APIException):
    """A repeated request asks for an answer that held a secret."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "secret_not_repeated"

    def __init__(self, row: dict[str, int]) -> None:
        super().__init__(
            f"The row with the id {row['id']} was made by the first request with this "
            "Idempotency-Key. Its secret is not shown again: delete it and make another."
        )
        self.members = row


class Unavailable(exceptions.APIException):
    """The database does not answer.

    Whether a change was made is not known: the answer to its COMMIT may be what was lost.
    """

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = (
        "The database does not answer, and whether something was changed is not known. Repeat in a "
        "moment; with the same Idempotency-Key nothing is done twice."
    )
    default_code = "unavailable"
    wait = 5


class DiskFull(exceptions.APIException):
    """The database cannot write."""

    status_code = status.HTTP_507_INSUFFICIENT_STORAGE
    default_detail = "The server's disk is full: nothing was changed. Its operator can help."
    default_code = "disk_full"


class BodyTooLarge(exceptions.APIException):
    """The body is larger than any of this API."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is too large: send at most 1 MiB."
    default_code = "too_large"


class BadParameter(exceptions.ValidationError):
    """Something in the address is wrong; the details are keyed by parameter."""


# What is raised below a view, and the answer to each. Apps add the errors of their actions beside
# their views (see `answer_with`), since this module imports none of them.
ANSWERS: dict[type[Exception], type[exceptions.APIException]] = {
    BadRequest: exceptions.ParseError,
    Http404: exceptions.NotFound,
    PermissionDenied: exceptions.PermissionDenied,
    RequestDataTooBig: BodyTooLarge,
    IntegrityError: Conflict,
    # Gone between two statements of one request.
    ObjectDoesNotExist: exceptions.NotFound,
    ObjectNotUpdated: exceptions.NotFound,
}
# Of these the words are for the person; those of the others are the framework's or the database's.
SPOKEN: set[type[Exception]] = {BadRequest, PermissionDenied}


def answer_with(error: type[Exception], answer: type[exceptions.APIException]) -> None:
    """Answer this error of an app's action with that API error, in the words of the error."""
    ANSWERS[error] = answer
    SPOKEN.add(error)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer to an error raised in a view; None leaves it to Django (a 500)."""
    known = as_api_exception(error)
    if known is None:
        return None
    set_rollback()
    headers = {}
    if challenge := getattr(known, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(known, "wait", None):
        headers["Retry-After"] = str(int(wait))
    body = problem(known.status_code, *words_and_faults(known))
    # What the error itself knows beyond its words: the current version, the id of a row.
    body |= getattr(known, "members", {}) | getattr(error, "members", {})
    response = Response(body, status=known.status_code, headers=headers)
    response.content_type = CONTENT_TYPE if wants_json(context) else None
    return response


def wants_json(context: dict[str, Any]) -> bool:
    """Say whether the answer goes to a program rather than to the browsable API."""
    renderer = getattr(context.get("request"), "accepted_renderer", None)
    return getattr(renderer, "format", "json") == "json"


def as_api_exception(error: Exception) -> exceptions.APIException | None:
    """Translate an error to one of DRF's."""
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, ValidationError):
        return exceptions.ValidationError(get_error_detail(error))
    if is_away(error):
        return DiskFull() if is_full(error) else Unavailable()
    for kind in type(error).__mro__:
        if kind in ANSWERS:
            text = str(error) if kind in SPOKEN and str(error) else None
            return ANSWERS[kind](text)
    return None


def words_and_faults(error: exceptions.APIException) -> tuple[str, list[Fault]]:
    """Return one sentence for the whole, and the single faults (none where there is one only)."""
    if not isinstance(error, exceptions.ValidationError):
        return str(error.detail), []
    if isinstance(error, BadParameter):
        return "The address is not valid.", parameter_faults(error.detail)
    return "The request is not valid.", body_faults(error.detail, "#")


def parameter_faults(detail: Any) -> list[Fault]:
    """List the faults of a query, keyed by parameter."""
    return [
        {"parameter": name, "detail": str(fault), "code": fault.code}
        for name, faults in detail.items()
        for fault in faults
    ]


def body_faults(detail: Any, pointer: str) -> list[Fault]:
    """List the faults of a body, depth first; those of no one field point at the whole."""
    if isinstance(detail, dict):
        return [
            fault
            for name, inner in detail.items()
            for fault in body_faults(
                inner, pointer if is_whole(name) else f"{pointer}/{escape(name)}"
            )
        ]
    if isinstance(detail, list):
        nested = any(isinstance(inner, (dict, list)) for inner in detail)
        return [
            fault
            for index, inner in enumerate(detail)
            for fault in body_faults(inner, f"{pointer}/{index}" if nested else pointer)
        ]
    return [{"pointer": pointer, "detail": str(detail), "code": detail.code}]


def is_whole(name: str) -> bool:
    """Say whether faults under this key are of the whole body."""
    return name in {api_settings.NON_FIELD_ERRORS_KEY, "__all__"}


def escape(name: Any) -> str:
    """Write a member's name as a JSON pointer's token (RFC 6901, section 3)."""
    return str(name).replace("~", "~0").replace("/", "~1")


def problem(code: int, detail: str, faults: list[Fault] | None = None) -> dict[str, Any]:
    """Build the body of a problem."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(code).phrase,
        "status": code,
        "detail": detail,
    }
    if faults:
        body["errors"] = faults
    return body


def problem_page(code: int, detail: str) -> HttpResponse:
    """Answer outside of any API view: an unknown address below /api/v1/."""
    return JsonResponse(problem(code, detail), status=code, content_type=CONTENT_TYPE)


@csrf_exempt
def not_found(request: HttpRequest, **_: Any) -> HttpResponse:
    """Answer an address that no endpoint has; without it Django would send its HTML page."""
    return problem_page(404, f"There is no endpoint at {request.path}.")
