"""What must not be guessed: where it is drawn from, how long it is, and how it is kept."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from io import StringIO

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import generate_totp_secret
from argon2 import extract_parameters
from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends.base import SessionBase
from django.core.management import call_command
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.utils.module_loading import import_string
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.adapter import MFAAdapter
from accounts.digests import new_secret
from accounts.models import ApiToken, User
from accounts.tests.make import PASSWORD, make_user
from focusflow.logs import Entry

LOGIN = "/api/auth/app/v1/auth/login"


def session_key() -> str:
    user = make_user("ann@example.org")
    browser = Client()
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return str(browser.cookies["sessionid"].value)


def refresh_token() -> str:
    user = make_user("ann@example.org")
    answer = APIClient().post(LOGIN, {"email": user.email, "password": PASSWORD})
    return str(answer.json()["meta"]["refresh_token"])


def first_password() -> str:
    output = StringIO()
    call_command("first_account", stdout=output)
    return str(re.findall(r"once: (\S+)", output.getvalue())[0])


# Each with how many of its letters, of an alphabet of how many, nobody may guess.
MAKERS: dict[str, tuple[Callable[[], str], int, int]] = {
    "personal token": (lambda: ApiToken().issue().removeprefix(ApiToken.PREFIX), 43, 64),
    "link": (new_secret, 43, 64),
    "session": (session_key, 32, 36),
    "refresh token": (refresh_token, 43, 64),
    "CSRF token": (_get_new_csrf_string, 32, 62),
    "second factor": (generate_totp_secret, 32, 32),
    "recovery codes": (RecoveryCodes.generate_seed, 80, 16),
    "first password": (first_password, 20, 31),
    "request": (lambda: Entry().request_id, 16, 16),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", MAKERS)
def test_secret_is_not_drawn_by_the_guessable_generator(name: str) -> None:
    make, _, _ = MAKERS[name]
    drawn = set()

    for _ in range(2):
        User.objects.all().delete()
        random.seed(1)
        drawn.add(make())

    assert len(drawn) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", [name for name in MAKERS if name not in {"first password", "request"}]
)
def test_secret_has_128_bits(name: str) -> None:
    make, length, alphabet = MAKERS[name]

    assert len(make()) >= length
    assert alphabet**length >= 2**128


@pytest.mark.django_db
def test_first_password_has_99_bits_until_it_is_changed() -> None:
    # It opens nothing but its own change, and is limited as every password is.
    assert len(first_password()) == 20
    assert 31**20 >= 2**99


@pytest.mark.real_passwords
def test_password_hash_costs_what_guesses_should(ann: User) -> None:
    cost = extract_parameters(ann.password.removeprefix("argon2"))

    # More than OWASP's least for argon2id: 19 MiB and two rounds.
    assert cost.memory_cost >= 19 * 1024
    assert cost.time_cost >= 2
    assert (cost.hash_len * 8, cost.salt_len * 8) >= (128, 128)


def test_secret_of_a_factor_that_was_changed_is_refused() -> None:
    written = MFAAdapter().encrypt("secret")
    position = len(written) // 2
    other = "A" if written[position] != "A" else "B"

    with pytest.raises(InvalidToken):
        MFAAdapter().decrypt(written[:position] + other + written[position + 1 :])


def test_sessions_are_kept_as_json(settings: Settings) -> None:
    # Django's other serializer runs what it reads.
    store: SessionBase = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()

    assert store.serializer.__name__ == "JSONSerializer"


def test_database_starts_without_accounts(db: None) -> None:
    assert not User.objects.exists()


def test_account_has_no_hint_and_no_question() -> None:
    words = {field.name for field in User._meta.get_fields()}

    assert not [
        word for word in words if re.search("hint|question|answer|reminder|mother|birth|pet", word)
    ]
