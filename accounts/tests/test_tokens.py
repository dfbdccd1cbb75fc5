"""Access and refresh tokens: what a program signs in with."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import jwt
import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import RefreshToken, User
from accounts.tests.make import PASSWORD, make_token, make_user

LOGIN = "/api/auth/app/v1/auth/login"
SESSION = "/api/auth/app/v1/auth/session"
REFRESH = "/api/auth/app/v1/tokens/refresh"
ME = "/api/v1/users/me/"


def sign_in(user: User) -> dict[str, Any]:
    """Return what signing in as the user hands out."""
    answer = APIClient().post(LOGIN, {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    return answer.json()["meta"]  # type: ignore[no-any-return]  # JSON


def read_me(access_token: str) -> int:
    """Return the status with which the API answers the bearer of the token."""
    return APIClient().get(ME, headers={"Authorization": f"Bearer {access_token}"}).status_code


def refresh(refresh_token: str) -> Any:
    """Return the answer to an exchange of the token."""
    return APIClient().post(REFRESH, {"refresh_token": refresh_token})


def test_access_token_opens_the_api(ann: User) -> None:
    tokens = sign_in(ann)

    assert read_me(tokens["access_token"]) == 200


@pytest.mark.parametrize(
    ("key", "algorithm", "headers", "claims"),
    [
        ("SECRET_KEY", "HS256", {}, {}),
        ("HEADLESS_JWT_PRIVATE_KEY", "HS512", {}, {}),
        ("HEADLESS_JWT_PRIVATE_KEY", "HS256", {}, {"token_use": "refresh"}),
        ("HEADLESS_JWT_PRIVATE_KEY", "HS256", {}, {"sub": "0"}),
        ("HEADLESS_JWT_PRIVATE_KEY", "HS256", {}, {"nbf": 2**32}),
        # What the token itself says of its key is not believed.
        ("", "HS256", {"jwk": {"kty": "oct", "k": "YQ"}, "jku": "https://evil.example/"}, {}),
        ("", "HS256", {"kid": "/dev/null"}, {}),
    ],
)
def test_access_token_made_otherwise_is_refused(
    key: str, algorithm: str, headers: dict[str, Any], claims: dict[str, Any], ann: User
) -> None:
    read = jwt.decode(sign_in(ann)["access_token"], options={"verify_signature": False})
    secret = getattr(settings, key) if key else "a" * 64

    forged = jwt.encode(read | claims, secret, algorithm, headers)

    assert read_me(forged) == 401


def test_access_token_made_alike_is_none_the_less(ann: User) -> None:
    # Else the test above would refuse for another reason.
    read = jwt.decode(sign_in(ann)["access_token"], options={"verify_signature": False})

    assert read_me(jwt.encode(read, settings.HEADLESS_JWT_PRIVATE_KEY, "HS256")) == 200


def test_access_token_is_no_refresh_token(ann: User) -> None:
    assert refresh(sign_in(ann)["access_token"]).status_code == 400


def test_access_token_of_a_wrong_key_is_refused(ann: User) -> None:
    claims = jwt.decode(sign_in(ann)["access_token"], options={"verify_signature": False})
    forged = jwt.encode(claims, "another key that is long enough for its hash", "HS256")

    assert read_me(forged) == 401


def test_access_token_without_signature_is_refused(ann: User) -> None:
    claims = jwt.decode(sign_in(ann)["access_token"], options={"verify_signature": False})
    forged = jwt.encode(claims, "", "none")

    assert read_me(forged) == 401


def test_access_token_expires(ann: User, time_machine: Any) -> None:
    token = sign_in(ann)["access_token"]
    time_machine.move_to(timezone.now() + timedelta(minutes=5, seconds=1))

    assert read_me(token) == 401


def test_refresh_token_does_not_open_the_api(ann: User) -> None:
    assert read_me(sign_in(ann)["refresh_token"]) == 401


def test_refresh_hands_out_the_next_tokens(ann: User) -> None:
    first = sign_in(ann)

    answer = refresh(first["refresh_token"])

    assert answer.status_code == 200
    assert read_me(answer.json()["data"]["access_token"]) == 200
    assert answer.json()["data"]["refresh_token"] != first["refresh_token"]


def test_refresh_is_of_the_token_that_was_sent(ann: User, ben: User) -> None:
    first, second = sign_in(ann), sign_in(ben)

    answers = [refresh(tokens["refresh_token"]) for tokens in (second, first)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert RefreshToken.objects.filter(user=ann).count() == 2


def test_refresh_token_is_stored_as_its_digest(ann: User) -> None:
    token = sign_in(ann)["refresh_token"]

    row = RefreshToken.objects.get()
    assert token not in (row.digest, row.family)
    assert row.user == ann


def test_refresh_twice_ends_the_whole_family(ann: User) -> None:
    first = sign_in(ann)
    second = refresh(first["refresh_token"]).json()["data"]

    reused = refresh(first["refresh_token"])

    assert reused.status_code == 400
    assert refresh(second["refresh_token"]).status_code == 400
    assert read_me(second["access_token"]) == 401
    assert not Session.objects.exists()
    assert not RefreshToken.objects.exists()


def test_refresh_twice_leaves_other_sign_ins(ann: User) -> None:
    first, other = sign_in(ann), sign_in(ann)
    refresh(first["refresh_token"])

    refresh(first["refresh_token"])

    assert read_me(other["access_token"]) == 200
    assert refresh(other["refresh_token"]).status_code == 200


def test_refresh_twice_leaves_the_list_of_devices_without_this_one(ann: User) -> None:
    first, other = sign_in(ann), sign_in(ann)
    refresh(first["refresh_token"])

    refresh(first["refresh_token"])

    (device,) = UserSession.objects.all()
    assert read_me(other["access_token"]) == 200
    assert Session.objects.filter(session_key=device.session_key).exists()


def test_refresh_token_expires(ann: User, time_machine: Any) -> None:
    token = sign_in(ann)["refresh_token"]
    time_machine.move_to(timezone.now() + timedelta(days=31))

    assert refresh(token).status_code == 400


def test_tokens_end_a_month_after_the_sign_in_however_often_exchanged(
    ann: User, time_machine: Any
) -> None:
    start = timezone.now()
    tokens = sign_in(ann)
    statuses = []

    for days in (10, 20, 29, 31):
        time_machine.move_to(start + timedelta(days=days), tick=False)
        answer = refresh(tokens["refresh_token"])
        statuses.append(answer.status_code)
        if answer.status_code == 200:
            tokens = answer.json()["data"]
            # Writes the session, which would move its end.
            headers = {"Authorization": f"Bearer {tokens['access_token']}"}
            reauthenticate = "/api/auth/app/v1/auth/reauthenticate"
            APIClient().post(reauthenticate, {"password": PASSWORD}, headers=headers)

    assert statuses == [200, 200, 200, 400]


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é" * 40])
def test_refresh_with_nonsense_is_refused(token: str, db: None) -> None:
    assert refresh(token).status_code == 400


def test_refresh_with_a_token_never_handed_out_is_refused(ann: User) -> None:
    token = sign_in(ann)["refresh_token"]
    RefreshToken.objects.all().delete()

    assert refresh(token).status_code == 400


@pytest.mark.parametrize("name", ["access_token", "token", "api_key", "session", "Authorization"])
def test_token_in_an_address_opens_nothing(name: str, ann: User) -> None:
    _, secret = make_token(ann)

    for token in (secret, sign_in(ann)["access_token"]):
        assert APIClient().get(ME, {name: token}).status_code == 401


@pytest.mark.parametrize(
    "name",
    [
        *("Remote-User", "X-Remote-User", "X-Forwarded-User", "X-User-ID", "X-Forwarded-Email"),
        *("X-SSL-Client-S-DN", "X-Client-Cert", "SSL-Client-Verify"),
    ],
)
def test_name_of_somebody_in_a_header_opens_nothing(name: str, olga: User) -> None:
    for value in (olga.email, str(olga.pk)):
        assert APIClient().get(ME, headers={name: value}).status_code == 401


# The endpoints for programs take what comes from other sites' pages: a browser's cookie is nothing
# to them, and they give it none.
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", SESSION),
        ("delete", SESSION),
        ("get", "/api/auth/app/v1/auth/sessions"),
        ("delete", "/api/auth/app/v1/auth/sessions"),
        ("get", "/api/auth/app/v1/account/authenticators"),
        ("get", "/api/auth/app/v1/account/authenticators/recovery-codes"),
        ("post", "/api/auth/app/v1/account/password/change"),
    ],
)
def test_session_of_a_browser_opens_no_endpoint_of_programs(
    method: str, path: str, ann: User
) -> None:
    client = APIClient()
    client.force_login(ann)
    body = {"current_password": PASSWORD, "new_password": "another good password"}

    answer = getattr(client, method)(path, None if method == "get" else body)

    assert answer.status_code == 401
    assert client.get(ME).status_code == 200
    ann.refresh_from_db()
    assert ann.check_password(PASSWORD)


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_sign_in_of_a_program_leaves_the_browser_signed_out(kind: str, ann: User) -> None:
    client = APIClient()
    body = json.dumps({"email": ann.email, "password": PASSWORD})

    answer = client.post(LOGIN, body, content_type=kind)

    assert answer.status_code == 200
    assert not answer.cookies
    assert client.get(ME).status_code == 401


def end_by_sign_out(user: User, tokens: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    APIClient().delete(SESSION, headers=headers)


def end_by_password(user: User, tokens: dict[str, Any]) -> None:
    user.set_password("another good password")
    user.save()


def end_by_deactivation(user: User, tokens: dict[str, Any]) -> None:
    user.is_active = False
    user.save()


def end_by_deletion(user: User, tokens: dict[str, Any]) -> None:
    user.delete()


@pytest.mark.parametrize(
    "end", [end_by_sign_out, end_by_password, end_by_deactivation, end_by_deletion]
)
def test_tokens_end_at_once_after(ann: User, end: Any) -> None:
    tokens = sign_in(ann)

    end(ann, tokens)

    assert read_me(tokens["access_token"]) == 401
    assert refresh(tokens["refresh_token"]).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_refresh_at_once_from_many_threads_succeeds_once() -> None:
    token = sign_in(make_user("ann@example.org"))["refresh_token"]

    def exchange(_: int) -> int:
        try:
            return int(refresh(token).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(exchange, range(8)))

    assert statuses == [200] + [400] * 7
    assert not Session.objects.exists()


def test_sign_in_is_noted_once(ann: User) -> None:
    before = timezone.now()
    sign_in(ann)
    ann.refresh_from_db()
    first = ann.first_access

    sign_in(ann)

    ann.refresh_from_db()
    assert first is not None
    assert first >= before
    assert ann.first_access == first


def test_sign_in_that_fails_is_not_noted(ann: User) -> None:
    APIClient().post(LOGIN, {"email": ann.email, "password": "wrong password"})

    ann.refresh_from_db()
    assert ann.first_access is None
