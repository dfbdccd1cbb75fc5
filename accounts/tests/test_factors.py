"""Second factors, and the list of signed-in devices."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from cryptography.fernet import InvalidToken
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from rest_framework.test import APIClient

from accounts.actions import delete_user
from accounts.adapter import MFAAdapter
from accounts.models import Event, User
from accounts.tests.make import PASSWORD

LOGIN = "/accounts/login/"
ACTIVATE = "/accounts/2fa/totp/activate/"
AUTHENTICATE = "/accounts/2fa/authenticate/"
HEADLESS = "/api/auth/app/v1/auth"


def code_of(secret: str) -> str:
    """Return the code that an authenticator app shows now."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


def sign_in(client: Client, user: User) -> Any:
    """Sign in by the page's form."""
    return client.post(LOGIN, {"login": user.email, "password": PASSWORD})


def activate(client: Client, user: User) -> str:
    """Sign in and turn the second factor on; return its secret."""
    sign_in(client, user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get(ACTIVATE)
    secret = str(page.context["form"].secret)
    answer = client.post(ACTIVATE, {"code": code_of(secret)})
    assert answer.status_code == 302, answer.content
    return secret


def send_twice(code: str, user: User) -> list[bool]:
    """Send one code from two browsers that ask for it; say which of them it signed in."""
    browsers = [Client(), Client()]
    for browser in browsers:
        sign_in(browser, user)
    for browser in browsers:
        browser.post(AUTHENTICATE, {"code": code})
    return ["_auth_user_id" in browser.session for browser in browsers]


def move_on(time_machine: Any) -> None:
    """Let the next code come: each is taken once."""
    time_machine.move_to(timezone.now() + timedelta(minutes=2))


def test_second_factor_is_asked_for(ann: User, client: Client, time_machine: Any) -> None:
    secret = activate(client, ann)
    client.post("/accounts/logout/")
    move_on(time_machine)

    asked = sign_in(client, ann)
    before = "_auth_user_id" in client.session
    client.post(AUTHENTICATE, {"code": code_of(secret)})

    assert asked.headers["Location"] == AUTHENTICATE
    assert not before
    assert client.session["_auth_user_id"] == str(ann.pk)


def test_second_factor_that_is_wrong_opens_nothing(ann: User, client: Client) -> None:
    activate(client, ann)
    client.post("/accounts/logout/")
    sign_in(client, ann)

    answer = client.post(AUTHENTICATE, {"code": "000000"})

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_second_factor_code_is_taken_once(ann: User, client: Client, time_machine: Any) -> None:
    secret = activate(client, ann)
    move_on(time_machine)

    opened = send_twice(code_of(secret), ann)

    assert opened == [True, False]


def test_second_factor_code_is_taken_once_for_as_long_as_it_is_taken(
    ann: User, client: Client, time_machine: Any
) -> None:
    secret = activate(client, ann)
    # At the start of a step: a clock that is one step behind is allowed for.
    start = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=5)
    time_machine.move_to(start, tick=False)
    code = code_of(secret)
    opened = send_twice(code, ann)

    for seconds in (31, 59):
        time_machine.move_to(start + timedelta(seconds=seconds), tick=False)
        opened += send_twice(code, ann)

    assert opened == [True, *[False] * 5]


def test_second_factor_code_expires(ann: User, client: Client, time_machine: Any) -> None:
    secret = activate(client, ann)
    start = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=5)
    time_machine.move_to(start, tick=False)
    code = code_of(secret)

    time_machine.move_to(start + timedelta(seconds=60), tick=False)

    assert send_twice(code, ann) == [False, False]


def test_second_factor_is_asked_of_programs(ann: User, client: Client, time_machine: Any) -> None:
    secret = activate(client, ann)
    move_on(time_machine)
    program = APIClient()

    asked = program.post(f"{HEADLESS}/login", {"email": ann.email, "password": PASSWORD})
    token = asked.json()["meta"]["session_token"]
    done = program.post(
        f"{HEADLESS}/2fa/authenticate",
        {"code": code_of(secret)},
        headers={"X-Session-Token": token},
    )

    assert asked.status_code == 401
    assert "access_token" not in asked.json()["meta"]
    assert "access_token" in done.json()["meta"]


def test_second_factor_that_is_refused_is_a_line_in_the_log(
    ann: User, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    activate(client, ann)
    client.post("/accounts/logout/")
    sign_in(client, ann)

    client.post(AUTHENTICATE, {"code": "000000"})

    (line,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert vars(line)["fields"] == {"reason": "factor", "account": ann.pk, "address": "127.0.0.1"}


def test_second_factor_that_is_wanted_and_missing_is_no_line_in_the_log(
    ann: User, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(client, ann)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    page = client.post("/accounts/2fa/recovery-codes/generate/").content.decode()

    assert "cannot generate recovery codes" in page
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


def test_second_factor_is_in_the_history(
    ann: User, client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        activate(client, ann)

    events = Event.objects.filter(user=ann, action="factor_added").order_by("id")
    assert [event.after for event in events] == [{"factor": "totp"}, {"factor": "recovery_codes"}]


def test_second_factor_of_an_account_that_is_gone_is_asked_for_by_nobody(
    ann: User, ben: User, client: Client, time_machine: Any
) -> None:
    secret = activate(client, ann)
    client.post("/accounts/logout/")
    move_on(time_machine)
    sign_in(client, ann)
    program, body = APIClient(), {"email": ann.email, "password": PASSWORD}
    token = program.post(f"{HEADLESS}/login", body).json()["meta"]["session_token"]

    delete_user(user=ann, by=None)

    page = client.post(AUTHENTICATE, {"code": code_of(secret)})
    headers = {"X-Session-Token": token}
    refused = program.post(
        f"{HEADLESS}/2fa/authenticate", {"code": code_of(secret)}, headers=headers
    )
    assert page.headers["Location"] == LOGIN
    assert refused.status_code == 410
    assert program.get(f"{HEADLESS}/session", headers=headers).status_code == 410


def test_second_factor_tries_are_limited(ann: User, client: Client) -> None:
    activate(client, ann)
    client.post("/accounts/logout/")
    sign_in(client, ann)

    pages = [client.post(AUTHENTICATE, {"code": "000000"}).content.decode() for _ in range(8)]

    assert "Too many" in pages[-1]


def test_second_factor_page_may_show_its_picture_and_no_other(ann: User, client: Client) -> None:
    sign_in(client, ann)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    page = client.get(ACTIVATE)

    assert b'src="data:image/svg+xml' in page.content
    assert "img-src 'self' data:;" in page.headers["Content-Security-Policy"] + ";"
    assert "data:" not in client.get("/accounts/2fa/").headers["Content-Security-Policy"]


def test_second_factor_secret_is_stored_encrypted(ann: User, client: Client) -> None:
    secret = activate(client, ann)

    stored = str(Authenticator.objects.get(type="totp").data)

    assert secret not in stored


def test_recovery_codes_are_stored_encrypted(ann: User, client: Client) -> None:
    activate(client, ann)
    client.get("/accounts/2fa/recovery-codes/")

    row = Authenticator.objects.get(type="recovery_codes")
    codes = row.wrap()

    assert MFAAdapter().decrypt(row.data["seed"])
    assert not [code for code in codes.generate_codes() if code in str(row.data)]
    assert len(MFAAdapter().decrypt(row.data["seed"])) == 80
    assert MFAAdapter().decrypt(row.data["seed"]) not in str(row.data)


def test_recovery_codes_are_a_file_of_a_fixed_name(ann: User, client: Client) -> None:
    activate(client, ann)

    answer = client.get("/accounts/2fa/recovery-codes/download/", {"filename": "a.html"})

    assert answer.headers["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_recovery_code_opens_once(ann: User, client: Client) -> None:
    activate(client, ann)
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    code = re.findall(r"\b\d{8}\b", page)[0]

    opened = send_twice(code, ann)

    assert opened == [True, False]


def test_secrets_are_read_after_a_change_of_key(settings: Settings) -> None:
    written = MFAAdapter().encrypt("secret")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the same length, more or less, as the one before"

    assert MFAAdapter().decrypt(written) == "secret"


def test_secrets_are_read_by_no_other_key(settings: Settings) -> None:
    written = MFAAdapter().encrypt("secret")
    settings.SECRET_KEY = "another key of the same length, more or less, as the one before"

    with pytest.raises(InvalidToken):
        MFAAdapter().decrypt(written)


def test_devices_are_listed_and_signed_out(ann: User) -> None:
    here, there = Client(), Client(headers={"User-Agent": "Kitchen tablet"})
    sign_in(here, ann)
    sign_in(there, ann)

    listed = here.get("/accounts/sessions/").content.decode()
    here.post("/accounts/sessions/")

    assert "Kitchen tablet" in listed
    assert here.get("/accounts/sessions/").status_code == 200
    assert there.get("/accounts/sessions/").status_code == 302


# What changes how somebody signs in.
@pytest.mark.parametrize(
    "path",
    [
        "totp/activate/",
        "totp/deactivate/",
        "webauthn/add/",
        "recovery-codes/",
        "recovery-codes/generate/",
        "recovery-codes/download/",
    ],
)
def test_page_of_factors_asks_for_the_password_again_after_a_while(
    path: str, ann: User, client: Client, time_machine: Any
) -> None:
    if path != "totp/activate/":
        activate(client, ann)
    sign_in(client, ann)
    time_machine.move_to(timezone.now() + timedelta(minutes=6))

    asked = client.get(f"/accounts/2fa/{path}")
    sent = client.post(f"/accounts/2fa/{path}")

    assert asked.status_code == 302
    assert asked.headers["Location"].startswith("/accounts/")
    assert "reauthenticate" in asked.headers["Location"]
    # 405: a page that shows.
    assert sent.status_code == 405 or "reauthenticate" in sent.headers["Location"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("delete", "totp"),
        ("get", "webauthn"),
        ("get", "recovery-codes"),
        ("post", "recovery-codes"),
    ],
)
def test_program_changes_factors_only_after_the_password_again(
    method: str, path: str, ann: User, client: Client, time_machine: Any
) -> None:
    secret = activate(client, ann)
    move_on(time_machine)
    program = APIClient()
    asked = program.post(f"{HEADLESS}/login", {"email": ann.email, "password": PASSWORD}).json()
    headers = {"X-Session-Token": asked["meta"]["session_token"]}
    code = {"code": code_of(secret)}
    meta = program.post(f"{HEADLESS}/2fa/authenticate", code, headers=headers).json()["meta"]
    program = APIClient(headers={"Authorization": f"Bearer {meta['access_token']}"})

    answer = getattr(program, method)(f"/api/auth/app/v1/account/authenticators/{path}")

    assert answer.status_code == 401
    assert "reauthenticate" in answer.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


@pytest.mark.parametrize(
    "path",
    ["", "totp/deactivate/", "webauthn/", "webauthn/add/", "recovery-codes/generate/"],
)
def test_page_of_factors_is_there(path: str, ann: User, client: Client) -> None:
    activate(client, ann)

    assert client.get(f"/accounts/2fa/{path}").status_code == 200


def test_factors_that_are_lost_are_removed_by_the_operator(
    ann: User, ben: User, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in(client, ann)
    Authenticator.objects.create(user=ann, type="totp", data={"secret": "x"})
    Authenticator.objects.create(user=ann, type="recovery_codes", data={"seed": "x"})
    kept = Authenticator.objects.create(user=ben, type="totp", data={"secret": "x"})

    call_command("remove_factors", "ANN@example.org")

    assert "Removed 2 of ann@example.org" in capsys.readouterr().out
    assert Authenticator.objects.get() == kept
    assert client.get("/accounts/").status_code == 302
    events = Event.objects.filter(user=ann, action="factor_removed").order_by("id")
    assert [event.after for event in events] == [{"factor": "totp"}, {"factor": "recovery_codes"}]


@pytest.mark.parametrize(
    ("email", "words"), [("nobody@example.org", "no account"), ("ann@example.org", "no second")]
)
def test_factors_that_are_not_there_are_not_removed(
    email: str, words: str, ann: User, client: Client
) -> None:
    sign_in(client, ann)

    with pytest.raises(CommandError, match=words):
        call_command("remove_factors", email)

    assert client.get("/accounts/").status_code == 200
    assert not Event.objects.filter(action="factor_removed").exists()
