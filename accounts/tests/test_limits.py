"""Limits of failed sign-ins, and the table that they are counted in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.limits import LimitCache
from accounts.models import Limit, User
from accounts.tests.make import PASSWORD, make_user
from focusflow.api.addresses import client_address

LOGIN = "/api/auth/app/v1/auth/login"
WRONG = "wrong password"
ACCOUNT_LIMIT, ADDRESS_LIMIT = 5, 10


def sign_in(email: str, password: str = WRONG, **headers: str) -> Any:
    """Try to sign in."""
    return APIClient().post(LOGIN, {"email": email, "password": password}, headers=headers)


def code(answer: Any) -> str:
    """Return why a sign-in failed; nothing when it did not."""
    if answer.status_code in {200, 429}:
        # 429: the limit of all sign-ins from one address, or its count was not to be had in time.
        return "" if answer.status_code == 200 else "too_many_login_attempts"
    return str(answer.json()["errors"][0]["code"])


def test_sign_in_is_refused_after_five_failures(ann: User) -> None:
    codes = [code(sign_in(ann.email)) for _ in range(ACCOUNT_LIMIT + 2)]

    assert codes[:ACCOUNT_LIMIT] == ["email_password_mismatch"] * ACCOUNT_LIMIT
    assert codes[ACCOUNT_LIMIT:] == ["too_many_login_attempts"] * 2
    assert code(sign_in(ann.email, PASSWORD)) == "too_many_login_attempts"


def test_sign_in_is_refused_alike_for_unknown_accounts(ann: User) -> None:
    known = [sign_in(ann.email).content for _ in range(3)]
    unknown = [sign_in("nobody@example.org").content for _ in range(3)]

    assert known == unknown


def test_sign_in_works_again_after_a_while(ann: User, time_machine: Any) -> None:
    for _ in range(ACCOUNT_LIMIT + 1):
        sign_in(ann.email)
    time_machine.move_to(timezone.now() + timedelta(minutes=5, seconds=1))

    assert code(sign_in(ann.email, PASSWORD)) == ""


def test_sign_in_that_succeeds_is_not_counted(ann: User) -> None:
    codes = [code(sign_in(ann.email, PASSWORD)) for _ in range(ACCOUNT_LIMIT + 2)]

    assert set(codes) == {""}


def test_sign_in_from_one_address_is_limited_over_all_accounts(db: None) -> None:
    codes = [code(sign_in(f"{number}@example.org")) for number in range(ADDRESS_LIMIT + 1)]

    assert codes[-2:] == ["email_password_mismatch", "too_many_login_attempts"]


def test_sign_in_limit_is_blind_to_a_forged_header(db: None) -> None:
    codes = [
        code(sign_in(f"{number}@example.org", **{"X-Forwarded-For": f"192.0.2.{number}"}))
        for number in range(ADDRESS_LIMIT + 1)
    ]

    assert codes[-1] == "too_many_login_attempts"


def test_sign_in_limit_counts_the_address_that_the_proxy_saw(db: None, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1

    codes = [
        code(sign_in(f"{number}@example.org", **{"X-Forwarded-For": f"forged, 192.0.2.{number}"}))
        for number in range(ADDRESS_LIMIT + 1)
    ]

    assert set(codes) == {"email_password_mismatch"}


@pytest.mark.django_db(transaction=True)
def test_sign_in_limit_holds_for_many_at_once() -> None:
    email = make_user("ann@example.org").email

    def attempt(_: int) -> str:
        try:
            return code(sign_in(email))
        finally:
            connection.close()

    with ThreadPoolExecutor(24) as pool:
        codes = list(pool.map(attempt, range(24)))

    assert codes.count("email_password_mismatch") <= 2 * ACCOUNT_LIMIT


def test_count_survives_a_restart(ann: User) -> None:
    for _ in range(ACCOUNT_LIMIT):
        sign_in(ann.email)

    assert Limit.objects.exists()
    assert not Limit.objects.filter(key__contains="ann").exists()
    assert code(sign_in(ann.email)) == "too_many_login_attempts"


@pytest.mark.parametrize(
    ("trusted", "header", "expected"),
    [
        (0, None, "198.51.100.1"),
        (0, "192.0.2.1", "198.51.100.1"),
        (1, None, "198.51.100.1"),
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "forged, 192.0.2.1", "192.0.2.1"),
        (2, "forged, 192.0.2.1, 203.0.113.1", "192.0.2.1"),
        (2, "192.0.2.1", "198.51.100.1"),
        (1, "192.0.2.1, ", "198.51.100.1"),
    ],
)
def test_client_address_is_the_one_that_a_trusted_proxy_saw(
    trusted: int, header: str | None, expected: str, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = trusted
    headers = {"X-Forwarded-For": header} if header else None
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="198.51.100.1")

    assert client_address(request) == expected


def test_cache_is_the_one_that_evicts_nothing(db: None) -> None:
    assert isinstance(cache._connections["default"], LimitCache)  # type: ignore[attr-defined]


def test_cache_keeps_what_holds(db: None) -> None:
    cache.set("a", [1.5, "x"], 60)

    assert cache.get("a") == [1.5, "x"]
    assert cache.get("b", "none") == "none"
    assert not cache.add("a", 2, 60)
    assert cache.add("b", 2)
    assert cache.touch("a", 120)
    assert not cache.touch("c")
    assert cache.delete("a")
    assert not cache.delete("a")


def test_cache_forgets_what_expired(db: None, time_machine: Any) -> None:
    cache.set("a", 1, 60)
    cache.set("b", 1, None)
    time_machine.move_to(timezone.now() + timedelta(seconds=61))

    assert cache.get("a") is None
    assert not cache.touch("a", 60)
    assert cache.get("b") == 1
    assert cache.add("a", 2, 60)
    assert cache.get("a") == 2


@pytest.mark.django_db(transaction=True)
def test_cache_gives_a_key_to_one_of_many_at_once() -> None:
    def lock_and_let_go(_: int) -> int:
        taken = 0
        try:
            for _turn in range(30):
                if cache.add("lock", 1, 60):
                    taken += 1
                    cache.set("value", taken, 60)
                    cache.delete("lock")
        finally:
            connection.close()
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lock_and_let_go, range(8)))

    assert sum(taken) >= 8
    assert cache.get("lock") is None


def test_cache_keeps_all_of_many(db: None) -> None:
    for number in range(400):
        cache.set(f"{number}", number, 60)

    assert Limit.objects.count() == 400
    cache.clear()
    assert not Limit.objects.exists()
