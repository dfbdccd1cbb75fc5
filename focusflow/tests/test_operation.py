"""What every request passes."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from focusflow.operation import LONGEST_REST, read_rest


@pytest.mark.parametrize(
    ("length", "rest"), [(0, 0), (1, 0), (LONGEST_REST, 0), (LONGEST_REST + 1, LONGEST_REST + 1)]
)
def test_rest_of_a_body_is_read_unless_it_is_long(length: int, rest: int) -> None:
    request = RequestFactory().post("/", b"x" * length, content_type="text/plain")

    read_rest(request)

    assert len(request.read()) == rest


@pytest.mark.parametrize("length", ["", "-1", "many", "9" * 5000])
def test_length_that_is_none_is_no_error(length: str) -> None:
    request = RequestFactory().post("/", b"x", content_type="text/plain")
    request.META["CONTENT_LENGTH"] = length

    read_rest(request)

    assert request.read() == b"x"


def test_body_that_was_read_is_no_error() -> None:
    request = RequestFactory().post("/", b"x", content_type="text/plain")
    body = request.body

    read_rest(request)

    assert body == request.body == b"x"
