"""Errors as problem details."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection
from django.http import Http404
from django.urls import get_resolver
from rest_framework import exceptions
from rest_framework.test import APIClient

from accounts.actions import ForeignRightsError, LastSuperuserError
from accounts.tests.make import make_user
from focusflow.api.access import rules_of
from focusflow.api.errors import BadParameter, body_faults, problem_response
from tasks.models import Category


@pytest.fixture(autouse=True)
def _addresses() -> None:
    """Load the addresses, as the server does: apps name the answers to their errors with them."""
    assert get_resolver().url_patterns


def answer(error: Exception) -> Any:
    """Return the body of the answer to an error."""
    response = problem_response(error, {})
    assert response is not None
    return response.data


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (Http404("secret"), 404, "Not found."),
        (Category.DoesNotExist("secret"), 404, "Not found."),
        (PermissionDenied(), 403, "You do not have permission to perform this action."),
        (ForeignRightsError(), 403, str(ForeignRightsError())),
        (LastSuperuserError(), 409, str(LastSuperuserError())),
        (
            IntegrityError("secret"),
            409,
            "The change conflicts with what is stored: read it again, then repeat.",
        ),
        (ValidationError("no good"), 400, "The request is not valid."),
        (exceptions.MethodNotAllowed("PUT"), 405, "Method “PUT” not allowed."),
        (BadParameter({}), 400, "The address is not valid."),
    ],
)
def test_error_has_its_answer(error: Exception, status: int, detail: str) -> None:
    body = answer(error)

    assert (body["status"], body["detail"].replace('"', "“", 1).replace('"', "”")) == (
        status,
        detail,
    )
    assert "secret" not in str(body)


def test_error_that_nobody_expected_is_left_to_django() -> None:
    assert problem_response(RuntimeError("bug"), {}) is None


def test_error_of_a_limit_says_when_to_come_back() -> None:
    response = problem_response(exceptions.Throttled(wait=12.3), {})

    assert response is not None
    assert response.headers["Retry-After"] == "13"


@pytest.mark.parametrize(
    ("detail", "pointers"),
    [
        ({"a": ["x"]}, ["#/a"]),
        ({"a": {"b": ["x", "y"]}}, ["#/a/b", "#/a/b"]),
        ({"a": [{"b": ["x"]}, {}]}, ["#/a/0/b"]),
        ({"a/b~c": ["x"]}, ["#/a~1b~0c"]),
        ({"non_field_errors": ["x"]}, ["#"]),
        ({"__all__": ["x"]}, ["#"]),
        (["x"], ["#"]),
    ],
)
def test_fault_points_to_its_place(detail: Any, pointers: list[str]) -> None:
    wrapped = exceptions.ValidationError(detail).detail

    assert [fault["pointer"] for fault in body_faults(wrapped, "#")] == pointers


def test_queryset_without_access_rules_is_refused() -> None:
    from django.contrib.auth.models import Group

    with pytest.raises(TypeError, match="visible_to"):
        rules_of(Group.objects.all())


@pytest.mark.django_db(transaction=True)
def test_unique_name_made_at_once_is_made_once() -> None:
    user = make_user("ann@example.org")

    def create(_: int) -> int:
        client = APIClient()
        client.force_authenticate(user)
        try:
            return client.post("/api/v1/categories/", {"name": "Home"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(create, range(8)))

    assert statuses[0] == 201
    assert set(statuses[1:]) <= {400, 409}
    assert Category.objects.count() == 1
