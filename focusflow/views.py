"""Pages that span the apps."""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import IsStaff
from focusflow import metrics
from focusflow.api.errors import not_found, problem_page
from focusflow.catalogue import describe_tables
from focusflow.health import find_obstacle

PLAIN = "text/plain; charset=utf-8"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Greet a program in the documents' words, and a browser with a page.

    Only an Accept header that names text/html asks for the page: curl sends ``*/*``.
    """
    if "text/html" in request.headers.get("Accept", ""):
        response = render(request, "home.html")
    else:
        response = JsonResponse(
            {"message": "FocusFlow API running 🚀"}, json_dumps_params={"ensure_ascii": False}
        )
    patch_vary_headers(response, ["Accept"])
    return response


@require_safe
def is_alive(request: HttpRequest) -> HttpResponse:
    """Answer that this process answers, whatever its database does."""
    return HttpResponse("ok", content_type=PLAIN)


@require_safe
def is_ready(request: HttpRequest) -> HttpResponse:
    """Answer whether people can be served; within two seconds, also without a database."""
    obstacle = find_obstacle()
    if not obstacle:
        return HttpResponse("ready", content_type=PLAIN)
    response = problem_page(503, obstacle)
    response.headers["Retry-After"] = "5"
    return response


@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Show the numbers to who knows METRICS_TOKEN; without one there is no such address."""
    if not settings.METRICS_TOKEN:
        return not_found(request)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(token, settings.METRICS_TOKEN):
        response = problem_page(401, "Send METRICS_TOKEN after the word Bearer.")
        response.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return response
    return HttpResponse(metrics.render(), content_type="text/plain; version=0.0.4; charset=utf-8")


class TablesView(APIView):
    """The tables of the database, for staff: which there are, and how many rows each holds."""

    permission_classes = (IsStaff,)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Return the tables by name."""
        return Response({"tables": [asdict(table) for table in describe_tables()]})
