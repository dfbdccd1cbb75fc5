"""The pages of accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.make import PASSWORD, make_user

Api = Callable[[User | None], APIClient]

LOGIN = "/accounts/login/"
CHANGE = "/accounts/password/change/"


def sign_in(client: Client, email: str, password: str = PASSWORD, **query: str) -> str:
    """Send the sign-in form; return where it leads, or nothing when it is refused."""
    answer = client.post(LOGIN, {"login": email, "password": password}, query_params=query)
    return answer.headers.get("Location", "")


@pytest.mark.parametrize("email", ["ann@example.org", "ANN@Example.org"])
def test_sign_in_leads_home(email: str, ann: User, client: Client) -> None:
    assert sign_in(client, email) == "/"
    assert client.session["_auth_user_id"] == str(ann.pk)


def test_sign_in_leads_to_the_page_that_was_asked_for(ann: User, client: Client) -> None:
    assert sign_in(client, ann.email, next="/api/v1/tasks/") == "/api/v1/tasks/"


def test_sign_in_leads_to_no_other_site(ann: User, client: Client) -> None:
    assert sign_in(client, ann.email, next="https://evil.example/") == "/"


def test_sign_in_with_a_wrong_password_is_refused(ann: User, client: Client) -> None:
    assert sign_in(client, ann.email, "wrong password") == ""
    assert "_auth_user_id" not in client.session


def test_sign_in_of_the_deactivated_is_refused(client: Client, db: None) -> None:
    make_user("gone@example.org", is_active=False)

    assert sign_in(client, "gone@example.org") == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session


def test_sign_in_begins_a_new_session(ann: User, client: Client) -> None:
    # As somebody would have it who gave the victim their own session before.
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = str(session.session_key)
    client.cookies["sessionid"] = planted

    sign_in(client, ann.email)

    thief = Client()
    thief.cookies["sessionid"] = planted
    assert client.session.session_key != planted
    assert thief.get(CHANGE).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/code/",
        "/accounts/login/code/confirm/",
        "/accounts/3rdparty/",
        "/accounts/social/signup/",
        "/api/auth/app/v1/auth/code/request",
        "/api/auth/app/v1/auth/code/confirm",
        "/api/auth/app/v1/auth/phone/verify",
        "/api/auth/app/v1/auth/provider/token",
        "/api/auth/app/v1/auth/provider/signup",
        "/api/auth/browser/v1/auth/session",
    ],
)
def test_sign_in_by_a_code_or_another_service_is_not_there(
    path: str, client: Client, db: None
) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_sign_out_needs_a_post(ann: User, client: Client) -> None:
    client.force_login(ann)

    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session

    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_session_ends_a_month_after_the_sign_in_however_much_it_is_used(
    ann: User, client: Client, time_machine: Any
) -> None:
    start = timezone.now()
    sign_in(client, ann.email)
    led = []

    for days in (10, 20, 29, 31):
        time_machine.move_to(start + timedelta(days=days), tick=False)
        # Written at each of these.
        answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        led.append(answer.headers["Location"].partition("?")[0])
        if days == 29:
            assert client.cookies["sessionid"]["max-age"] == 24 * 3600

    assert led == ["/", "/", "/", LOGIN]


def test_session_of_nobody_has_djangos_end(client: Client, db: None) -> None:
    session = client.session
    session["message"] = "kept"
    session.save()

    assert abs(session.get_expiry_age() - settings.SESSION_COOKIE_AGE) < 60


@pytest.mark.parametrize("path", ["/accounts/logout/", "/admin/logout/"])
def test_sign_out_lets_the_browser_forget(path: str, olga: User, client: Client) -> None:
    client.force_login(olga)

    before = client.get("/")
    answer = client.post(path)

    assert "Clear-Site-Data" not in before.headers
    assert answer.headers["Clear-Site-Data"] == '"storage"'


def test_sign_out_ends_copies_of_the_session(ann: User, client: Client) -> None:
    sign_in(client, ann.email)
    copy = Client()
    copy.cookies["sessionid"] = client.cookies["sessionid"].value
    before = copy.get(CHANGE).status_code

    client.post("/accounts/logout/")

    assert (before, copy.get(CHANGE).status_code) == (200, 302)


def test_sign_up_is_closed(client: Client, db: None) -> None:
    answer = client.post(
        "/accounts/signup/", {"email": "new@example.org", "password1": "correct horse battery"}
    )

    assert answer.status_code == 200
    assert not User.objects.exists()


def test_sign_in_to_the_admin_is_the_same(client: Client, db: None) -> None:
    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")
    assert client.get("/admin/login/").headers["Location"].startswith(LOGIN)


def test_temporary_password_leads_to_its_change_and_is_gone_after(client: Client, db: None) -> None:
    user = make_user("new@example.org", password_is_temporary=True)
    sign_in(client, user.email)

    led = client.get("/").headers["Location"]
    told = client.get(CHANGE).content.decode()
    new = "another good password"
    done = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert led == CHANGE
    assert "Choose a password of your own first." in told
    assert done.headers["Location"] == "/"
    user.refresh_from_db()
    assert user.check_password(new)
    assert not user.password_is_temporary
    assert client.get("/").status_code == 200


def test_temporary_password_lets_sign_out(client: Client, db: None) -> None:
    sign_in(client, make_user("new@example.org", password_is_temporary=True).email)

    client.post("/accounts/logout/")

    assert "_auth_user_id" not in client.session


def test_temporary_password_that_was_used_opens_nothing_by_token(client: Client, db: None) -> None:
    user = make_user("new@example.org", password_is_temporary=True)
    login = {"email": user.email, "password": PASSWORD}
    tokens = APIClient().post("/api/auth/app/v1/auth/login", login).json()["meta"]
    program = APIClient(headers={"Authorization": f"Bearer {tokens['access_token']}"})

    refused = program.get("/api/v1/users/me/")
    changed = program.post(
        "/api/auth/app/v1/account/password/change",
        {"current_password": PASSWORD, "new_password": "another good password"},
    )

    assert refused.status_code == 403
    assert "password/change" in refused.json()["detail"]
    assert changed.status_code == 200
    user.refresh_from_db()
    assert not user.password_is_temporary


def test_temporary_password_that_was_used_adds_no_factor(client: Client, db: None) -> None:
    user = make_user("new@example.org", password_is_temporary=True)
    login = {"email": user.email, "password": PASSWORD}
    tokens = APIClient().post("/api/auth/app/v1/auth/login", login).json()["meta"]
    program = APIClient(headers={"Authorization": f"Bearer {tokens['access_token']}"})
    path = "/api/auth/app/v1/account/authenticators/totp"

    refused = [program.get(path), program.post(path, {"code": "000000"})]
    out = program.delete("/api/auth/app/v1/auth/session")

    assert [answer.status_code for answer in refused] == [403, 403]
    assert "password of your own" in refused[0].json()["detail"]
    assert out.status_code == 401


def test_temporary_password_stops_nobody_else(ann: User, db: None) -> None:
    make_user("new@example.org", password_is_temporary=True)
    login = {"email": ann.email, "password": PASSWORD}
    tokens = APIClient().post("/api/auth/app/v1/auth/login", login).json()["meta"]
    program = APIClient(headers={"Authorization": f"Bearer {tokens['access_token']}"})

    assert program.get("/api/auth/app/v1/account/authenticators").status_code == 200


def test_session_token_of_nobody_is_refused(db: None) -> None:
    program = APIClient(headers={"X-Session-Token": "nobodys"})

    assert program.get("/api/auth/app/v1/account/authenticators").status_code == 410


def test_page_is_in_the_persons_language(client: Client, db: None) -> None:
    client.force_login(make_user("de@example.org", language="de"))

    page = client.get(CHANGE).content.decode()

    assert '<html lang="de"' in page
    assert "Passwort ändern" in page


def test_page_in_a_language_written_from_right_to_left_says_so(client: Client, db: None) -> None:
    client.force_login(make_user("he@example.org", language="he"))

    assert 'dir="rtl"' in client.get(CHANGE).content.decode()


def test_password_page_of_somebody_without_one_sets_it(client: Client, db: None) -> None:
    user = User.objects.create_user("none@example.org", None, name="None")
    client.force_login(user)

    assert client.get(CHANGE).headers["Location"] == "/accounts/password/set/"
