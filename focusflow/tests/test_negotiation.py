"""In which form the API answers."""

from __future__ import annotations

import pytest
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from focusflow.api.renderers import BrowsableAPIRenderer, JSONRenderer, Negotiation

RENDERERS = (JSONRenderer(), BrowsableAPIRenderer())
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def choose(by: DefaultContentNegotiation, accept: str | None) -> tuple[object, str] | None:
    """Return the renderer and the type of the answer; None where neither is acceptable."""
    headers = {} if accept is None else {"Accept": accept}
    request = Request(APIRequestFactory().get("/", headers=headers))
    try:
        renderer, kind = by.select_renderer(request, RENDERERS)
    except NotAcceptable:
        return None
    return renderer, kind


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        "application/*",
        "application/json",
        "application/json; indent=4",
        "application/json, text/html",
        "text/html",
        "image/png",
        BROWSER,
    ],
)
def test_form_is_the_one_that_the_framework_chooses(accept: str | None) -> None:
    assert choose(Negotiation(), accept) == choose(DefaultContentNegotiation(), accept)


def test_program_gets_json_and_a_browser_a_page() -> None:
    assert choose(Negotiation(), None) == (RENDERERS[0], "application/json")
    assert choose(Negotiation(), BROWSER) == (RENDERERS[1], "text/html")
    assert choose(Negotiation(), "image/png") is None
