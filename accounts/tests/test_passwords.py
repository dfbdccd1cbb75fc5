"""Which passwords are taken, at each door where one is chosen, and how they are read."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from accounts.passwords import GuessableValidator
from accounts.tests.make import PASSWORD, make_user

LOGIN = "/api/auth/app/v1/auth/login"


# --- The doors: each tries to give a password to ann@example.org ----------------------------------
def by_its_page(password: str) -> None:
    browser = Client()
    browser.force_login(make_user("ann@example.org"))
    browser.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )


def by_its_page_for_a_first_one(password: str) -> None:
    browser = Client()
    browser.force_login(User.objects.create_user("ann@example.org", None, name="Ann"))
    browser.post("/accounts/password/set/", {"password1": password, "password2": password})


def by_a_program(password: str) -> None:
    user = make_user("ann@example.org")
    tokens = APIClient().post(LOGIN, {"email": user.email, "password": PASSWORD}).json()["meta"]
    APIClient().post(
        "/api/auth/app/v1/account/password/change",
        {"current_password": PASSWORD, "new_password": password},
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
    )


def by_staff_for_a_new_account(password: str) -> None:
    staff().post(
        "/api/v1/users/", {"email": "ann@example.org", "name": "Ann", "password": password}
    )


def by_staff(password: str) -> None:
    user = make_user("ann@example.org")
    staff().patch(f"/api/v1/users/{user.pk}/", {"password": password})


def in_the_admin(password: str) -> None:
    user = make_user("ann@example.org")
    operator().post(
        reverse("admin:auth_user_password_change", args=[user.pk]),
        {"usable_password": "true", "password1": password, "password2": password},
    )


def in_the_admin_for_a_new_account(password: str) -> None:
    twice = {"password1": password, "password2": password}
    fields = {"email": "ann@example.org", "name": "Ann", "usable_password": "true"}
    operator().post(reverse("admin:accounts_user_add"), fields | twice)


def staff() -> APIClient:
    """Return a program of somebody of the staff."""
    client = APIClient()
    client.force_login(make_user("sam@example.org", is_staff=True))
    return client


def operator() -> Client:
    """Return the operator's browser."""
    browser = Client()
    browser.force_login(make_user("olga@example.org", is_staff=True, is_superuser=True))
    return browser


def opens(password: str) -> bool:
    """Say whether the password opens Ann's account, to a program and on the page."""
    answer = APIClient().post(LOGIN, {"email": "ann@example.org", "password": password})
    browser = Client()
    browser.post("/accounts/login/", {"login": "ann@example.org", "password": password})
    is_in = "_auth_user_id" in browser.session
    assert is_in is (answer.status_code == 200)
    return is_in


DOORS = [
    by_its_page,
    by_its_page_for_a_first_one,
    by_a_program,
    by_staff_for_a_new_account,
    by_staff,
    in_the_admin,
    in_the_admin_for_a_new_account,
]
door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)


@door
@pytest.mark.parametrize(
    "password",
    [
        "nine char",
        "qwertyuiop",
        "Sunshine2026!",
        "83920174655",
        "ann@example.org",
        "FocusFlow-2026",
    ],
)
@pytest.mark.django_db
def test_password_that_is_guessed_is_refused_at_every_door(
    door: Callable[[str], None], password: str
) -> None:
    door(password)

    assert not opens(password)


@door
@pytest.mark.parametrize(
    "password",
    [
        "onlysmallletters and blanks",
        "вода и камень",
        "🚀🌍🌒🌓🌔🌕🌖🌗🌘🌙",
        " Blanks at both ends ",
        "a long one of many words, " * 5,
    ],
    ids=["small", "cyrillic", "pictures", "blanks", "long"],
)
@pytest.mark.django_db
def test_password_is_taken_and_read_as_it_is_typed(
    door: Callable[[str], None], password: str
) -> None:
    door(password)

    assert opens(password)
    assert not opens(password[:-1])
    assert password == password.strip() or not opens(password.strip())
    assert password == password.swapcase() or not opens(password.swapcase())


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/accounts/password/change/", "oldpassword"),
        ("/api/auth/app/v1/account/password/change", "current_password"),
    ],
)
def test_password_is_changed_by_who_knows_the_present_one(
    path: str, field: str, olga: User
) -> None:
    new = "another good password"
    names = [field, "password1", "password2", "new_password", "new_password1", "new_password2"]
    client = APIClient()
    client.force_login(olga)
    if path.startswith("/api/"):
        login = {"email": olga.email, "password": PASSWORD}
        token = APIClient().post(LOGIN, login).json()["meta"]["access_token"]
        client = APIClient(headers={"Authorization": f"Bearer {token}"})
    kind = None if path.startswith("/api/") else "multipart"

    client.post(path, dict.fromkeys(names, new) | {field: "wrong password"}, format=kind)
    olga.refresh_from_db()
    before = olga.check_password(new)
    client.post(path, dict.fromkeys(names, new) | {field: PASSWORD}, format=kind)
    olga.refresh_from_db()

    assert (before, olga.check_password(new)) == (False, True)


@pytest.mark.parametrize("way", ["page", "staff"])
def test_password_that_is_new_ends_every_other_session(way: str, ann: User, client: Client) -> None:
    there = Client()
    for browser in (client, there):
        browser.force_login(ann)
    new = "another good password"

    if way == "page":
        fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        client.post("/accounts/password/change/", fields)
    else:
        staff().patch(f"/api/v1/users/{ann.pk}/", {"password": new})

    page = "/accounts/sessions/"
    assert there.get(page).status_code == 302
    assert client.get(page).status_code == (200 if way == "page" else 302)


def test_password_that_is_old_opens_as_before(ann: User, time_machine: Any) -> None:
    time_machine.move_to(timezone.now().replace(year=timezone.now().year + 3))

    assert opens(PASSWORD)


class Inputs(HTMLParser):
    """Collects the inputs of a page that are for passwords, by their names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str | None]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        name = values.get("name") or ""
        if tag == "input" and "password" in name and values["type"] not in {"hidden", "radio"}:
            self.found[name] = values


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/accounts/login/", 1),
        ("/accounts/password/change/", 3),
        ("/accounts/reauthenticate/", 1),
        ("/admin/accounts/user/add/", 2),
        ("/api/v1/users/", 1),
    ],
)
def test_password_is_typed_unseen_and_by_password_managers(
    path: str, count: int, olga: User, client: Client
) -> None:
    if path != "/accounts/login/":
        client.force_login(olga)

    inputs = Inputs(client.get(path, headers={"Accept": "text/html"}).content.decode()).found

    assert len(inputs) == count
    for values in inputs.values():
        assert values["type"] == "password"
        assert values.get("autocomplete", "on") != "off"
        assert not values.keys() & {"onpaste", "readonly", "maxlength"}
        assert not values.get("value")


@pytest.mark.parametrize(
    ("password", "is_refused"),
    [
        ("correct horse battery", False),
        ("sunshine", True),
        ("!!Sunshine!!", True),
        ("2026sunshine", True),
        ("sunshine in the garden", False),
        ("1234567890!", True),
        ("focusflow", True),
        ("planner7", True),
        ("planner of example", True),
        ("planner of my own days", False),
    ],
)
def test_password_beside_known_words(password: str, is_refused: bool, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://planner.example.org"

    try:
        GuessableValidator().validate(password)
    except ValidationError:
        refused = True
    else:
        refused = False

    assert refused is is_refused
