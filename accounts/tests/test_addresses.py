"""Changes of the address with which somebody signs in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.actions import LinkError, ask_for_email_change, confirm_email_change, update_user
from accounts.models import EmailChange, Event, User
from accounts.tests.make import PASSWORD, make_token, make_user
from accounts.tests.test_registration import link_in

PAGE = "/accounts/email/"
API = "/api/v1/users/me/email/"
NEW = "new@example.org"
Api = Callable[[User | None], APIClient]


def ask(client: Client, email: str = NEW, password: str = PASSWORD) -> Any:
    """Send the page's form."""
    return client.post(PAGE, {"email": email, "password": password})


def visitor(user: User) -> Client:
    """Return a browser that is signed in."""
    client = Client()
    client.force_login(user)
    return client


def ask_by_program(client: APIClient, email: str = NEW, password: str = PASSWORD) -> Any:
    """Send what a program sends."""
    return client.post(API, {"email": email, "password": password})


def email_of(user: User) -> str:
    """Return the address as it is stored."""
    user.refresh_from_db()
    return user.email


def test_address_is_changed_at_once_without_a_mail_server(ann: User, client: Client) -> None:
    client.force_login(ann)

    page = client.get(PAGE).content.decode()
    ask(client, "New@Example.org")

    assert "sends no mail" in page
    assert email_of(ann) == NEW
    assert EmailAddress.objects.get().email == NEW
    assert not EmailAddress.objects.get().verified
    assert client.get(PAGE).status_code == 200


def test_address_is_changed_by_a_program(ann: User, api: Api) -> None:
    answer = ask_by_program(api(ann))

    assert answer.status_code == 200
    assert answer.json() == {"email": NEW, "waiting": None}
    assert email_of(ann) == NEW


@pytest.mark.parametrize("has_mail", [False, True])
def test_address_needs_the_password(
    has_mail: bool, ann: User, api: Api, request: pytest.FixtureRequest
) -> None:
    if has_mail:
        request.getfixturevalue("mailer")
    page = ask(visitor(ann), password="wrong")
    program = ask_by_program(api(ann), password="wrong")

    assert "not your password" in page.content.decode()
    assert program.status_code == 400
    assert program.json()["errors"][0]["pointer"] == "#/password"
    assert email_of(ann) == "ann@example.org"
    assert not EmailChange.objects.exists()


def test_address_of_somebody_else_is_refused_without_a_mail_server(
    ann: User, ben: User, api: Api
) -> None:
    page = ask(visitor(ann), "BEN@example.org")
    program = ask_by_program(api(ann), ben.email)

    assert "Another account has this address" in page.content.decode()
    assert program.status_code == 409
    assert email_of(ann) == "ann@example.org"


@pytest.mark.usefixtures("mailer")
@pytest.mark.parametrize("first", [0, 1])
def test_address_is_confirmed_at_both_ends(
    first: int, ann: User, api: Api, mailoutbox: list[Any]
) -> None:
    asked = ask_by_program(api(ann))
    old, new = mailoutbox
    links = [link_in(old), link_in(new)]
    anybody = Client()

    shown = anybody.get(links[first])
    untouched = email_of(ann)
    anybody.post(links[first])
    half = email_of(ann)
    again = anybody.post(links[first])
    anybody.post(links[1 - first])

    assert asked.status_code == 202
    assert asked.json() == {"email": "ann@example.org", "waiting": NEW}
    assert Event.objects.get(action="email_change_asked").after == {"email": NEW}
    assert (old.to, new.to) == (["ann@example.org"], [NEW])
    assert "Confirm that the account" in shown.content.decode()
    assert untouched == half == "ann@example.org"
    assert again.status_code == 409
    assert email_of(ann) == NEW
    assert EmailAddress.objects.get().email == NEW
    assert EmailAddress.objects.get().verified
    assert mailoutbox[2].to == ["ann@example.org"]
    assert not EmailChange.objects.exists()
    assert "used already" in anybody.get(links[0]).content.decode()


@pytest.mark.usefixtures("mailer")
def test_address_is_asked_for_on_the_page(ann: User, mailoutbox: list[Any]) -> None:
    client = visitor(ann)

    page = ask(client)
    shown = client.get(PAGE).content.decode()

    assert page.headers["Location"] == "/accounts/"
    assert len(mailoutbox) == 2
    assert f"A change to <strong>{NEW}</strong> waits" in shown


@pytest.mark.usefixtures("mailer")
def test_address_that_is_taken_is_told_to_its_owner_alone(
    ann: User, ben: User, api: Api, mailoutbox: list[Any]
) -> None:
    taken = ask_by_program(api(ann), ben.email)
    taken_letters = list(mailoutbox)
    mailoutbox.clear()
    free = ask_by_program(api(ann))

    assert (taken.status_code, taken.json()["waiting"]) == (202, ben.email)
    assert (free.status_code, free.json()["waiting"]) == (202, NEW)
    assert len(taken_letters) == len(mailoutbox)
    assert taken_letters[1].to == [ben.email]
    assert "/accounts/email/confirm/" not in taken_letters[1].body


@pytest.mark.usefixtures("mailer")
def test_address_that_is_taken_meanwhile_is_409(ann: User, api: Api, mailoutbox: list[Any]) -> None:
    ask_by_program(api(ann))
    make_user(NEW)
    Client().post(link_in(mailoutbox[0]))

    answer = Client().post(link_in(mailoutbox[1]))

    assert answer.status_code == 409
    assert "Another account" in answer.content.decode()
    assert email_of(ann) == "ann@example.org"


@pytest.mark.usefixtures("mailer", "ben")
def test_address_that_is_ones_own_already_is_confirmed(
    ann: User, api: Api, mailoutbox: list[Any]
) -> None:
    ask_by_program(api(ann), "ANN@example.org")

    answers = [Client().post(link_in(letter)).status_code for letter in mailoutbox[:2]]

    assert answers == [302, 302]
    assert EmailAddress.objects.get(user=ann, email="ann@example.org").verified


@pytest.mark.usefixtures("mailer")
def test_change_that_waits_is_shown_to_who_asked_alone(
    ann: User, ben: User, mallory: User, api: Api
) -> None:
    emails = {ann: "anna@example.com", ben: "benny@example.com"}
    for user, email in emails.items():
        ask_by_program(api(user), email)

    for user in (ann, ben, mallory):
        page = visitor(user).get(PAGE).content.decode()
        own = [emails[user]] if user in emails else []
        assert api(user).get(API).json()["waiting"] == emails.get(user)
        assert [email for email in emails.values() if email in page] == own


@pytest.mark.usefixtures("mailer")
def test_confirmation_expires(
    ann: User, api: Api, mailoutbox: list[Any], time_machine: Any
) -> None:
    ask_by_program(api(ann))
    time_machine.move_to(timezone.now() + timedelta(days=1, seconds=1))

    assert api(ann).get(API).json()["waiting"] is None
    assert NEW not in visitor(ann).get(PAGE).content.decode()
    for letter in mailoutbox:
        assert "has expired" in Client().get(link_in(letter)).content.decode()
        assert Client().post(link_in(letter)).status_code == 409
    assert email_of(ann) == "ann@example.org"


@pytest.mark.usefixtures("mailer")
def test_confirmation_by_another_link_is_none(ann: User, api: Api) -> None:
    ask_by_program(api(ann))

    page = Client().get("/accounts/email/confirm/another/").content.decode()

    assert "has expired" in page
    assert NEW not in page


def end_by_password(user: User) -> None:
    user.set_password("another good password")
    user.save()


def end_by_operator(user: User) -> None:
    update_user(user=user, by=None, email="third@example.org")


def end_by_another(user: User) -> None:
    ask_for_email_change(user=user, email="third@example.org", at=timezone.now())


@pytest.mark.usefixtures("mailer")
@pytest.mark.parametrize("end", [end_by_password, end_by_operator, end_by_another])
def test_confirmation_is_void_after(
    end: Any, ann: User, ben: User, api: Api, mailoutbox: list[Any]
) -> None:
    ask_by_program(api(ann))
    letters = mailoutbox[:2]
    ask_by_program(api(ben), "benny@example.org")

    end(ann)

    assert [Client().post(link_in(letter)).status_code for letter in letters] == [409, 409]
    assert email_of(ann) != NEW
    assert EmailChange.objects.filter(user=ben).exists()


@pytest.mark.usefixtures("mailer")
def test_confirmation_is_stored_as_digests(ann: User, api: Api, mailoutbox: list[Any]) -> None:
    ask_by_program(api(ann))

    stored = str(EmailChange.objects.values())
    for letter in mailoutbox:
        assert link_in(letter).rstrip("/").rpartition("/")[2] not in stored


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("mailer")
def test_confirmations_at_once_change_the_address_once(mailoutbox: list[Any]) -> None:
    user = make_user("ann@example.org")
    ask_for_email_change(user=user, email=NEW, at=timezone.now())
    secrets = [link_in(letter).rstrip("/").rpartition("/")[2] for letter in mailoutbox]

    def confirm(secret: str) -> str:
        try:
            return str(confirm_email_change(secret=secret, at=timezone.now()))
        except LinkError:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(confirm, secrets * 4))

    assert outcomes == ["False", "True"] + ["refused"] * 6
    assert email_of(user) == NEW


def test_change_that_waits_for_nothing_is_refused_by_the_database(ann: User) -> None:
    with pytest.raises(IntegrityError):
        EmailChange.objects.create(user=ann, email=NEW, expires_at=timezone.now())


def test_change_is_in_the_history(ann: User, api: Api) -> None:
    ask_by_program(api(ann))

    event = Event.objects.get(action="changed", kind="user")
    assert event.before == {"email": "ann@example.org"}
    assert event.after == {"email": NEW}
    assert event.actor_id == ann.pk


def test_personal_token_changes_no_address(ann: User) -> None:
    _, secret = make_token(ann)
    client = APIClient(headers={"Authorization": f"Bearer {secret}"})

    assert ask_by_program(client).status_code == 403
    assert email_of(ann) == "ann@example.org"


def test_password_is_tried_ten_times_a_minute(ann: User, api: Api, settings: Settings) -> None:
    client = api(ann)

    by_key = [
        client.post(
            API,
            {"email": NEW, "password": "wrong"},
            headers={"Idempotency-Key": str(number)},
        ).status_code
        for number in range(6)
    ]
    by_page = [ask(visitor(ann), password="wrong").status_code for _ in range(5)]
    refused = ask_by_program(client)

    assert by_key == [400] * 6
    assert by_page == [200] * 4 + [429]
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert email_of(ann) == "ann@example.org"
