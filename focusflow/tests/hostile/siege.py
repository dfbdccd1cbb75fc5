"""How attacks are sent, and what is asked of the answers."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from typing import Any  # JSON

from django.db.models import Q
from django.test import Client
from django.test.client import ClientHandler
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from accounts.models import User
from accounts.tests.make import make_user
from focusflow.api.content_types import readable_type
from focusflow.tests.hostile.requests import Attack

PROBLEM = "application/problem+json"

SignIn = Callable[[Client], None]


class Handler(ClientHandler):
    """What stands before Django in focusflow/wsgi.py, before the tests' Django."""

    def __call__(self, environ: dict[str, Any]) -> Any:
        """Answer a request."""
        if kind := environ.get("CONTENT_TYPE"):
            environ["CONTENT_TYPE"] = readable_type(kind)
        return super().__call__(environ)


class Siege(Client):
    """A client that tells what crashed instead of crashing."""

    def __init__(self) -> None:
        super().__init__(raise_request_exception=False)
        self.handler = Handler(enforce_csrf_checks=False)


def besiege(client: Client, sign_in: SignIn, requests: SearchStrategy[Attack], times: int) -> None:
    """Send so many requests at least, as somebody who signs in again when they are signed out.

    The same ones each time: nothing is drawn by chance or kept from before.
    """
    sent = 0
    sign_in(client)

    @settings(
        max_examples=times,
        derandomize=True,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(requests)
    def attack(request: Attack) -> None:
        nonlocal sent
        sent += 1
        answer = send(client, request)
        check(answer, request)
        # By a new password of one's own, a cookie that was none, or an account that was closed.
        if answer.status_code == 401 or "/login/" in answer.headers.get("Location", ""):
            client.cookies.clear()
            sign_in(client)

    attack()
    assert sent >= times


def by_session(user: User) -> SignIn:
    """Return how a person signs in with a browser."""
    return lambda client: client.force_login(revived(user))


def revived(user: User) -> User:
    """Return the account as it is now, opened or made again where it was closed or deleted."""
    accounts = User.objects.filter(Q(pk=user.pk) | Q(email=user.email))
    found = accounts.first() or make_user(user.email)
    found.change(is_active=True)
    return found


def send(client: Client, attack: Attack) -> Any:
    """Send a request as it is, past what a test client would make of it; return the answer."""
    return client.generic(
        attack.method,
        attack.path,
        attack.body.content,
        content_type=attack.body.kind,
        headers=attack.headers,
        QUERY_STRING=attack.query,
    )


def check(answer: Any, attack: Attack) -> None:
    """Fail unless the answer is none of an error of the server's, and in the form of its kind."""
    assert answer.status_code < 500, f"{attack!r}\n{origin_of(answer)}"
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if attack.method == "HEAD":
        return
    if kind == PROBLEM:
        check_problem(answer, attack)
    elif kind == "application/json":
        json.loads(answer.content)
    if attack.path.startswith("/api/v1/") and answer.status_code >= 400:
        assert kind in {PROBLEM, "text/html"}, f"{attack!r}\n{kind}"


def check_problem(answer: Any, attack: Attack) -> None:
    """Fail unless the body is a problem as the document describes it."""
    body = json.loads(answer.content)
    assert body["status"] == answer.status_code, attack
    assert {type(body[name]) for name in ("type", "title", "detail")} == {str}, attack
    for fault in body.get("errors", []):
        assert fault.keys() - {"pointer", "parameter"} == {"detail", "code"}, attack


def origin_of(answer: Any) -> str:
    """Return where the view crashed; the answer itself where it only said so."""
    error = getattr(answer, "exc_info", None)
    return "".join(traceback.format_exception(*error)) if error else str(answer.content)
