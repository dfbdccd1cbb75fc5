"""Hostile input to the pages of accounts and to the endpoints by which programs sign in."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.test import Client
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from accounts.models import User
from accounts.tests.make import PASSWORD
from focusflow.tests.access.routes import ROUTES, path_for
from focusflow.tests.hostile.bodies import FORM, JSON, Body, Pairs, bodies, escape, queries, to_form
from focusflow.tests.hostile.requests import Attack, headers, mostly
from focusflow.tests.hostile.siege import Siege, SignIn, besiege, by_session, revived
from focusflow.tests.hostile.values import values, words

# Requests to each address, by nobody and by somebody.
TIMES = 20
PAGES = [route for route in ROUTES if route.startswith("accounts/")]
ENDPOINTS = [route for route in ROUTES if route.startswith("api/auth/")]
# The id of an account, larger than any.
LARGE = base64.urlsafe_b64encode(b"9" * 40).decode().rstrip("=")
# Answers of a passkey, more and more like one.
RESPONSES: tuple[dict[str, Any], ...] = (
    {},
    {"clientDataJSON": "e30", "attestationObject": "oA"},
    {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"},
    {"clientDataJSON": "eyJ0eXBlIjoiIn0", "attestationObject": "gA", "transports": [1]},
    {"clientDataJSON": "bnVsbA", "attestationObject": "-_8", "userHandle": "AA"},
    {"clientDataJSON": "W10", "authenticatorData": "A" * 200, "signature": "A", "userHandle": "MQ"},
    {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA", "userHandle": LARGE},
    {"clientDataJSON": 1, "attestationObject": None, "authenticatorData": [], "signature": {}},
)
PARTS: dict[str, tuple[Any, ...]] = {
    "id": ("AA", "x", None, 1, ["AA"]),
    "rawId": ("AA", "x", {}),
    "type": ("public-key", "\u00e9", None),
    "response": (*RESPONSES, None, "e30", [1]),
    "clientExtensionResults": ({}, [], None),
    "authenticatorAttachment": ("platform", 1),
}


def credentials() -> st.SearchStrategy[dict[str, Any]]:
    """Draw what a passkey may have answered, mostly with all of its parts."""
    parts = {name: st.sampled_from(values) for name, values in PARTS.items()}
    required = {name: parts.pop(name) for name in ("id", "rawId", "type", "response")}
    return st.fixed_dictionaries(required, optional=parts) | st.fixed_dictionaries(
        {}, optional=required
    )


# What the forms and endpoints of allauth take; right values lead past their first checks.
FIELDS: dict[str, tuple[Any, ...]] = {
    "login": ("ann@example.org", "nobody@example.org"),
    "email": ("ann@example.org", "nobody@example.org"),
    "password": (PASSWORD,),
    "oldpassword": (PASSWORD,),
    "current_password": (PASSWORD,),
    "password1": ("another good password",),
    "password2": ("another good password",),
    "new_password": ("another good password",),
    "code": ("000000", "123456"),
    "key": ("x",),
    "id": (1,),
    "ids": ([1],),
    "authenticators": ([1],),
    "sessions": ([1],),
    "name": ("x",),
    "passwordless": (True,),
    "refresh_token": ("x.y.z",),
    "invitation": ("x",),
    "next": ("/", "//example.com"),
    "remember": ("on",),
    "action": ("x",),
}
TAKES_PASSKEYS = ("webauthn", "2fa/authenticate", "2fa/reauthenticate")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(autouse=True)
def _unlimited(settings: Settings) -> None:
    """Let each request reach what the limits would keep it from."""
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False


def members(route: str) -> st.SearchStrategy[Pairs]:
    """Draw the members of a body: a few of the fields, most of them right, and others."""
    known = [
        st.tuples(st.just(name), mostly(st.sampled_from(right), values))
        for name, right in FIELDS.items()
    ]
    known.append(st.tuples(words, values))
    some = st.lists(st.sampled_from(known).flatmap(lambda pair: pair), max_size=5)
    if not any(word in route for word in TAKES_PASSKEYS):
        return some
    passkey = credentials().map(lambda credential: [("credential", credential)])
    return mostly(passkey, some)


def forms(route: str) -> st.SearchStrategy[Body]:
    """Draw forms, as the pages take them."""
    return members(route).map(lambda pairs: Body(to_form(pairs), FORM))


def path_of(route: str) -> st.SearchStrategy[str]:
    """Draw an address that a route matches, of a row that may be there or a secret that is none."""
    rows = st.sampled_from(("1", "0", str(2**63), "9" * 40))
    secrets = words.map(escape).map(lambda secret: f"/{route.replace('<str:secret>', secret)}")
    paths = rows.map(lambda row_id: path_for(route, row_id))
    return secrets | paths if "<str:secret>" in route else paths


def as_nobody(client: Client) -> None:
    """Stay signed out."""
    client.cookies.clear()


def by_password(user: User) -> SignIn:
    """Return how a program signs in, whatever password the person had come to."""

    def sign_in(client: Client) -> None:
        found = revived(user)
        found.set_password(PASSWORD)
        found.save(update_fields=["password"])
        answer = client.post(
            "/api/auth/app/v1/auth/login",
            {"email": found.email, "password": PASSWORD},
            content_type=JSON,
        )
        token = answer.json()["meta"]["access_token"]
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"

    return sign_in


@pytest.mark.parametrize("is_signed_in", [True, False], ids=["ann", "nobody"])
@pytest.mark.parametrize("route", PAGES)
def test_page_withstands(route: str, is_signed_in: bool, client: Siege, ann: User) -> None:
    requests = st.builds(
        Attack,
        st.sampled_from(("GET", "POST", "POST")),
        path_of(route),
        mostly(st.just(""), queries(tuple(FIELDS))),
        mostly(st.just({}), headers()),
        mostly(forms(route), bodies(members(route))),
    )
    sign_in = by_session(ann) if is_signed_in else as_nobody

    besiege(client, sign_in, requests, TIMES)


@pytest.mark.parametrize("is_signed_in", [True, False], ids=["ann", "nobody"])
@pytest.mark.parametrize("route", ENDPOINTS)
def test_endpoint_withstands(route: str, is_signed_in: bool, client: Siege, ann: User) -> None:
    requests = st.builds(
        Attack,
        st.sampled_from(METHODS),
        path_of(route),
        mostly(st.just(""), queries(tuple(FIELDS))),
        mostly(st.just({}), headers()),
        bodies(members(route)),
    )
    sign_in = by_password(ann) if is_signed_in else as_nobody

    besiege(client, sign_in, requests, TIMES)
