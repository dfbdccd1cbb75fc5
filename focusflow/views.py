"""Pages that span the apps."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import IsStaff
from focusflow.catalogue import describe_tables


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


class TablesView(APIView):
    """The tables of the database, for staff: which there are, and how many rows each holds."""

    permission_classes = (IsStaff,)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Return the tables by name."""
        return Response({"tables": [asdict(table) for table in describe_tables()]})
