"""How an account is closed and deleted, and how every sign-in of it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.actions import end_other_sign_ins, end_sign_in, sign_out_everywhere, update_user
from accounts.models import ApiToken, Event, RefreshToken, User
from accounts.tests.make import PASSWORD, make_token

Api = Callable[[User | None], APIClient]

ME = "/api/v1/users/me/"
LOGIN = "/api/auth/app/v1/auth/login"
REFRESH = "/api/auth/app/v1/tokens/refresh"


class Doors:
    """One of each thing that opens an account."""

    def __init__(self, user: User) -> None:
        self.page = Client()
        self.page.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        body = {"email": user.email, "password": PASSWORD}
        tokens = APIClient().post(LOGIN, body).json()["meta"]
        self.program = APIClient(headers={"Authorization": f"Bearer {tokens['access_token']}"})
        self.refresh_token = tokens["refresh_token"]
        _, secret = make_token(user)
        self.token = APIClient(headers={"Authorization": f"Bearer {secret}"})

    def open_ones(self) -> list[str]:
        """Return which of them are open, by the next request at each."""
        refreshed = APIClient().post(REFRESH, {"refresh_token": self.refresh_token})
        answers = {
            "session": self.page.get(ME),
            "page": self.page.get("/accounts/", follow=False),
            "access token": self.program.get(ME),
            "API token": self.token.get(ME),
            "refresh token": refreshed,
        }
        return [name for name, answer in answers.items() if answer.status_code == 200]


def by_page(path: str, *, password: str = PASSWORD) -> Callable[[User, Doors], Any]:
    """Return a function that sends a page's form."""
    return lambda _, doors: doors.page.post(path, {"password": password})


def by_api(path: str, *, password: str = PASSWORD) -> Callable[[User, Doors], Any]:
    """Return a function that sends a program's request."""
    return lambda _, doors: doors.program.post(path, {"password": password})


def change_password_elsewhere(user: User, doors: Doors) -> None:
    """Change the password by another session."""
    client = Client()
    client.force_login(user)
    new = "another good password"
    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )


ENDS: dict[str, Callable[[User, Doors], Any]] = {
    "sign-out everywhere, page": by_page("/accounts/sessions/end/"),
    "sign-out everywhere, API": by_api("/api/v1/users/me/sign-out/"),
    "deactivation, page": by_page("/accounts/deactivate/"),
    "deactivation, API": by_api("/api/v1/users/me/deactivation/"),
    "deactivation by the operator": lambda user, _: update_user(
        user=user, by=None, is_active=False
    ),
    "deactivation in the database": lambda user, _: User.objects.filter(pk=user.pk).update(
        is_active=False
    ),
    "deletion, page": by_page("/accounts/delete/"),
    "deletion, API": by_api("/api/v1/users/me/deletion/"),
    "deletion in the database": lambda user, _: delete_by_sql(user),
    "password change": change_password_elsewhere,
    "password of the operator": lambda user, _: update_user(
        user=user, by=None, password="another good password"
    ),
}


def delete_by_sql(user: User) -> None:
    """Delete the row as a client of the database does."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM users WHERE id = %s", [user.pk])


def test_doors_are_open_before(ann: User) -> None:
    assert len(Doors(ann).open_ones()) == 5


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_doors_are_closed_after(end: Callable[[User, Doors], Any], ann: User) -> None:
    doors = Doors(ann)

    end(ann, doors)

    assert doors.open_ones() == []


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_doors_of_others_stay_open_after(
    end: Callable[[User, Doors], Any], ann: User, ben: User
) -> None:
    doors = Doors(ben)

    end(ann, Doors(ann))

    assert len(doors.open_ones()) == 5


def test_account_that_is_opened_again_opens_no_old_door(ann: User) -> None:
    doors = Doors(ann)
    update_user(user=ann, by=None, is_active=False)

    update_user(user=ann, by=None, is_active=True)

    assert doors.open_ones() == []
    assert len(Doors(ann).open_ones()) == 5


@pytest.mark.parametrize(
    ("page", "api_path"),
    [
        ("/accounts/deactivate/", "/api/v1/users/me/deactivation/"),
        ("/accounts/delete/", "/api/v1/users/me/deletion/"),
    ],
)
def test_closing_needs_the_password(page: str, api_path: str, ann: User) -> None:
    doors = Doors(ann)

    shown = doors.page.post(page, {"password": "wrong"})
    refused = doors.program.post(api_path, {"password": "wrong"})
    by_token = doors.token.post(api_path, {"password": PASSWORD})
    nothing = doors.program.post(api_path, {})

    assert "not your password" in shown.content.decode()
    assert refused.status_code == nothing.status_code == 400
    assert by_token.status_code == 403
    assert User.objects.get().is_active


def test_deletion_with_a_key_is_answered(ann: User) -> None:
    answer = Doors(ann).program.post(
        "/api/v1/users/me/deletion/", {"password": PASSWORD}, headers={"Idempotency-Key": "x"}
    )

    assert answer.status_code == 204


@pytest.mark.parametrize("path", ["deactivation", "deletion"])
def test_last_superuser_stays(path: str, olga: User) -> None:
    doors = Doors(olga)
    page = {"deactivation": "/accounts/deactivate/", "deletion": "/accounts/delete/"}[path]

    shown = doors.page.post(page, {"password": PASSWORD})
    refused = doors.program.post(f"/api/v1/users/me/{path}/", {"password": PASSWORD})

    assert "last active superuser" in shown.content.decode()
    assert refused.status_code == 409
    assert len(doors.open_ones()) == 5


def test_one_device_is_signed_out(ann: User) -> None:
    here, there = Doors(ann), Doors(ann)
    row = UserSession.objects.get(session_key=there.page.cookies["sessionid"].value)

    here.page.post(f"/accounts/sessions/{row.pk}/end/")

    still_open = there.open_ones()
    assert still_open == ["access token", "API token", "refresh token"]
    assert len(here.open_ones()) == 5


def test_other_devices_are_signed_out(ann: User, ben: User) -> None:
    here, there, elsewhere = Doors(ann), Doors(ann), Doors(ben)

    led = here.page.post("/accounts/sessions/")

    assert led.headers["Location"] == "/accounts/sessions/"
    assert there.open_ones() == ["API token"]
    # A program's sign-in is another device.
    assert here.open_ones() == ["session", "page", "API token"]
    assert len(elsewhere.open_ones()) == 5


def test_other_devices_are_signed_out_together_or_not_at_all(
    ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    doors, ended = Doors(ann), iter([end_sign_in])

    def end_one(**session: str) -> None:
        next(ended)(**session)

    monkeypatch.setattr("accounts.actions.sign_ins.end_sign_in", end_one)
    with pytest.raises(StopIteration):
        end_other_sign_ins(user=ann, kept="")

    assert len(doors.open_ones()) == 5


def test_device_of_somebody_else_is_404(ann: User, mallory: User) -> None:
    doors = Doors(ann)
    rows = UserSession.objects.filter(user=ann)

    answers = [
        Doors(mallory).page.post(f"/accounts/sessions/{row.pk}/end/").status_code for row in rows
    ]

    assert answers == [404, 404]
    assert len(doors.open_ones()) == 5


def test_token_is_revoked_on_the_page(ann: User) -> None:
    doors = Doors(ann)

    page = doors.page.get("/accounts/sessions/").content.decode()
    doors.page.post(f"/accounts/tokens/{ApiToken.objects.get().pk}/revoke/")

    assert "script" in page
    assert not ApiToken.objects.exists()
    assert "API token" not in doors.open_ones()


def test_token_of_somebody_else_is_404(ann: User, mallory: User) -> None:
    token, _ = make_token(ann)

    answer = Doors(mallory).page.post(f"/accounts/tokens/{token.pk}/revoke/")

    assert answer.status_code == 404
    assert ApiToken.objects.filter(pk=token.pk).exists()


def test_page_shows_devices_and_tokens_of_nobody_else(ann: User, mallory: User) -> None:
    make_token(ann, name="Ann's kitchen display")
    Doors(ann)

    page = Doors(mallory).page.get("/accounts/sessions/").content.decode()

    assert "kitchen display" not in page
    assert page.count("since ") == 2


def test_sign_out_everywhere_is_in_the_history(ann: User) -> None:
    Doors(ann)

    sign_out_everywhere(user=ann)

    assert Event.objects.filter(user=ann, action="signed_out_everywhere").count() == 1
    assert Event.objects.filter(user=ann, action="deleted", kind="api_token").count() == 1
    assert not RefreshToken.objects.exists()


@pytest.mark.parametrize("path", ["sessions/1/end/", "sessions/end/", "tokens/1/revoke/"])
def test_ending_needs_a_post(path: str, ann: User, client: Client) -> None:
    client.force_login(ann)

    assert client.get(f"/accounts/{path}").status_code == 405


def test_preferences_are_changed_on_the_page(ann: User, client: Client) -> None:
    client.force_login(ann)
    values = {"name": "Anna", "time_zone": "Europe/Berlin", "day_starts_at": 4,
              "week_start": 7, "language": "de"}  # fmt: skip

    client.post("/accounts/", values)

    ann.refresh_from_db()
    assert {name: getattr(ann, name) for name in values} == values
    assert ann.version == 2

    with CaptureQueriesContext(connection) as caught:
        client.post("/accounts/", values)

    ann.refresh_from_db()
    assert ann.version == 2
    # Who is signed in, and the account that the form fills.
    assert sum('FROM "users"' in query["sql"] for query in caught) == 2


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Mars/Base"}, {"day_starts_at": 7}, {"name": "x" * 151}]
)
def test_preferences_that_are_wrong_are_refused(
    wrong: dict[str, Any], ann: User, client: Client
) -> None:
    client.force_login(ann)
    values = {"name": "Anna", "time_zone": "UTC", "day_starts_at": 4, "week_start": 7,
              "language": "de"}  # fmt: skip

    page = client.post("/accounts/", values | wrong)

    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    ann.refresh_from_db()
    assert ann.version == 1


def test_preferences_take_no_rights(ann: User, client: Client) -> None:
    client.force_login(ann)

    preferences = {"name": "A", "time_zone": "UTC", "day_starts_at": 0, "week_start": 1}
    rights = {"is_staff": "on", "is_superuser": "on", "email": "x@example.org"}
    client.post("/accounts/", preferences | {"language": "en"} | rights)

    ann.refresh_from_db()
    assert (ann.name, ann.is_staff, ann.email) == ("A", False, "ann@example.org")
