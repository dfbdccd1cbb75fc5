"""How people come in: invitations, registration, and the verification of their address."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.actions import InvitationError, register
from accounts.models import Event, Invitation, User
from accounts.tests.make import PASSWORD, make_invitation

SIGNUP = "/accounts/signup/"
API_SIGNUP = "/api/auth/app/v1/auth/signup"
NEW = {"email": "new@example.org", "name": "New"}


def invitation(email: str = "") -> str:
    """Make an invitation; return its secret."""
    return make_invitation(email=email)[1]


def sign_up(client: Client, **fields: str) -> Any:
    """Send the page's form."""
    return client.post(SIGNUP, NEW | {"password1": PASSWORD} | fields)


def sign_up_by_program(**fields: str) -> Any:
    """Send what a program sends."""
    return APIClient().post(API_SIGNUP, NEW | {"password": PASSWORD} | fields)


def link_in(letter: Any) -> str:
    """Return the path of the one link to this server in a letter."""
    (link,) = re.findall(r"http://testserver(/accounts/\S+)", letter.body)
    return unquote(link)


@pytest.mark.parametrize("registration", ["closed", "invitation"])
def test_registration_is_not_open_to_everybody(
    registration: str, settings: Settings, client: Client, db: None
) -> None:
    settings.REGISTRATION = registration

    page, program = sign_up(client), sign_up_by_program()

    assert "ask them for an invitation" in page.content.decode()
    assert program.status_code == (403 if registration == "closed" else 400)
    assert not User.objects.exists()


def test_registration_that_is_closed_takes_no_invitation(
    settings: Settings, client: Client, db: None
) -> None:
    secret = invitation()
    settings.REGISTRATION = "closed"

    assert client.get(f"/accounts/invitation/{secret}/").status_code == 404
    assert sign_up_by_program(invitation=secret).status_code == 403
    assert not User.objects.exists()


def test_registration_that_is_open_needs_no_invitation(
    settings: Settings, client: Client, db: None
) -> None:
    settings.REGISTRATION = "open"

    answer = sign_up(client)

    user = User.objects.get()
    assert answer.headers["Location"] == "/"
    assert (user.email, user.name) == ("new@example.org", "New")
    assert user.check_password(PASSWORD)
    assert user.first_access is not None
    assert client.get("/api/v1/users/me/").status_code == 200


def test_registration_takes_no_rights(settings: Settings, client: Client, db: None) -> None:
    settings.REGISTRATION = "open"

    sign_up(client, is_staff="on", is_superuser="on", is_active="")
    sign_up_by_program(email="b@example.org", is_staff="true", is_superuser="true")

    assert (
        list(User.objects.values_list("is_staff", "is_superuser", "is_active"))
        == [(False, False, True)] * 2
    )


def test_invitation_leads_to_one_account(client: Client, db: None) -> None:
    secret = invitation()

    led = client.get(f"/accounts/invitation/{secret}/")
    made = sign_up(client)
    again = Client().get(f"/accounts/invitation/{secret}/")

    assert led.headers["Location"] == SIGNUP
    assert made.headers["Location"] == "/"
    assert User.objects.get().email == "new@example.org"
    assert not Invitation.objects.exists()
    assert again.status_code == 404
    assert "used already" in again.content.decode()


def test_invitation_of_a_program_leads_to_one_account(db: None) -> None:
    secret = invitation()

    made = sign_up_by_program(invitation=secret)
    again = sign_up_by_program(invitation=secret, email="second@example.org")

    assert made.status_code == 200
    assert made.json()["meta"]["access_token"]
    assert again.status_code == 400
    assert User.objects.count() == 1


@pytest.mark.parametrize("secret", ["", "x", "é", "x" * 200])
def test_invitation_that_is_none_opens_nothing(secret: str, client: Client, db: None) -> None:
    invitation()

    assert sign_up_by_program(invitation=secret).status_code == 400
    assert not User.objects.exists()


def test_invitation_expires(client: Client, time_machine: Any, db: None) -> None:
    secret = invitation()
    time_machine.move_to(timezone.now() + timedelta(days=7, seconds=1))

    assert client.get(f"/accounts/invitation/{secret}/").status_code == 404
    assert sign_up_by_program(invitation=secret).status_code == 400


def test_page_of_registration_closes_with_its_invitation(
    client: Client, time_machine: Any, db: None
) -> None:
    client.get(f"/accounts/invitation/{invitation()}/")
    before = client.get(SIGNUP).content.decode()
    time_machine.move_to(timezone.now() + timedelta(days=7, seconds=1))
    # Another one is open.
    invitation()

    after = client.get(SIGNUP).content.decode()

    assert "ask them for an invitation" not in before
    assert "ask them for an invitation" in after


@pytest.mark.parametrize(
    ("wrong", "later"),
    [
        ({"invitation": "another"}, timedelta()),
        ({"email": "other@example.org"}, timedelta()),
        ({}, timedelta(days=7, seconds=1)),
    ],
)
def test_invitation_that_does_not_hold_makes_no_account(
    wrong: dict[str, str], later: timedelta, db: None
) -> None:
    fields = NEW | {"password": PASSWORD, "invitation": invitation(NEW["email"])} | wrong

    with pytest.raises(InvitationError):
        register(at=timezone.now() + later, **fields)

    assert not User.objects.exists()
    assert Invitation.objects.count() == 1


def test_invitation_for_an_address_is_for_that_one(client: Client, db: None) -> None:
    secret = invitation("Invited@Example.org")

    page = client.get(f"/accounts/invitation/{secret}/", follow=True).content.decode()
    other = sign_up(client)
    named = sign_up(client, email="INVITED@example.org")

    assert "invited@example.org" in page
    assert other.status_code == 200
    assert "for another address" in other.content.decode()
    assert named.status_code == 302
    assert User.objects.get().email == "invited@example.org"


def test_invitation_is_stored_as_its_digest(db: None) -> None:
    secret = invitation()

    assert len(Invitation.objects.get().digest) == 64
    assert secret not in str(Invitation.objects.values())


@pytest.mark.django_db(transaction=True)
def test_invitation_used_by_many_at_once_makes_one_account() -> None:
    secret = invitation()

    def use(number: int) -> bool:
        try:
            register(
                email=f"{number}@example.org",
                name="",
                password=PASSWORD,
                invitation=secret,
                at=timezone.now(),
            )
        except InvitationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(use, range(8)))

    assert outcomes == [False] * 7 + [True]
    assert User.objects.count() == 1


def test_invitation_that_somebody_else_just_used_is_409(
    client: Client, monkeypatch: Any, db: None
) -> None:
    client.get(f"/accounts/invitation/{invitation()}/")

    def refuse(**_: Any) -> None:
        raise InvitationError

    monkeypatch.setattr("accounts.forms.register", refuse)

    assert sign_up(client).status_code == 409
    assert not User.objects.exists()


def test_account_of_an_address_that_is_taken_is_not_made(ann: User, settings: Settings) -> None:
    settings.REGISTRATION = "open"

    answer = sign_up_by_program(email="ANN@example.org")

    assert answer.status_code == 400
    assert User.objects.count() == 1


def test_account_half_made_is_undone_with_its_invitation(ann: User) -> None:
    secret = invitation()

    with pytest.raises(IntegrityError):
        register(email=ann.email, name="", password=PASSWORD, invitation=secret, at=timezone.now())

    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("password", ["short", "1234567890", "new@example.org", "password123"])
def test_password_that_is_weak_is_refused(
    password: str, settings: Settings, client: Client, db: None
) -> None:
    settings.REGISTRATION = "open"

    assert sign_up(client, password1=password).status_code == 200
    assert sign_up_by_program(password=password).status_code == 400
    assert not User.objects.exists()


def test_registration_is_in_the_history(settings: Settings, client: Client, db: None) -> None:
    settings.REGISTRATION = "open"

    sign_up(client)

    events = Event.objects.filter(user=User.objects.get()).order_by("id")
    assert [event.action for event in events] == ["created", "registered", "signed_in"]
    assert PASSWORD not in str(events.values())


def test_registration_from_one_address_is_limited(settings: Settings, db: None) -> None:
    statuses = [sign_up_by_program(invitation="x").status_code for _ in range(21)]

    assert statuses == [400] * 20 + [429]


@pytest.mark.usefixtures("mailer")
def test_address_is_verified_before_the_first_sign_in(
    settings: Settings, client: Client, mailoutbox: list[Any], db: None
) -> None:
    settings.REGISTRATION = "open"

    sign_up(client)
    before = client.get("/api/v1/users/me/").status_code
    client.post(link_in(mailoutbox[0]))
    client.post("/accounts/login/", {"login": NEW["email"], "password": PASSWORD})

    assert before == 401
    assert EmailAddress.objects.get().verified
    assert client.get("/api/v1/users/me/").status_code == 200


@pytest.mark.usefixtures("mailer")
def test_address_is_verified_by_a_program(
    settings: Settings, mailoutbox: list[Any], db: None
) -> None:
    settings.REGISTRATION = "open"

    made = sign_up_by_program()
    key = link_in(mailoutbox[0]).rstrip("/").rpartition("/")[2]
    APIClient().post("/api/auth/app/v1/auth/email/verify", {"key": key})

    assert made.status_code == 401
    assert EmailAddress.objects.get().verified


@pytest.mark.usefixtures("mailer")
def test_address_that_the_operator_named_is_verified(
    client: Client, mailoutbox: list[Any], db: None
) -> None:
    invitation("new@example.org")

    client.get(link_in(mailoutbox[0]))
    sign_up(client)

    assert len(mailoutbox) == 1
    assert EmailAddress.objects.get().verified
    assert client.get("/api/v1/users/me/").status_code == 200


@pytest.mark.usefixtures("mailer")
def test_invitation_for_anybody_is_no_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    letters: list[str] = []
    monkeypatch.setattr("accounts.mail.post", lambda *, to, **_: letters.append(to))

    for email in ("", "new@example.org"):
        invitation(email)

    assert letters == ["new@example.org"]


def test_invitation_is_no_letter_without_a_mail_server(
    monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    letters: list[str] = []
    monkeypatch.setattr("accounts.mail.write", lambda _, to, **__: letters.append(to))

    invitation("new@example.org")

    assert letters == []


@pytest.mark.usefixtures("mailer")
def test_invitation_for_anybody_is_not_even_written(monkeypatch: pytest.MonkeyPatch) -> None:
    letters: list[str] = []
    monkeypatch.setattr("accounts.mail.write", lambda _, to, **__: letters.append(to))

    invitation("")

    assert letters == []


@pytest.mark.usefixtures("mailer")
def test_registration_tells_nobody_who_has_an_account(
    ann: User, settings: Settings, mailoutbox: list[Any]
) -> None:
    settings.REGISTRATION = "open"

    known = sign_up_by_program(email=ann.email)
    unknown = sign_up_by_program(email="nobody@example.org")

    assert known.status_code == unknown.status_code == 401
    assert known.json()["data"] == unknown.json()["data"]
    assert [letter.to for letter in mailoutbox] == [[ann.email], ["nobody@example.org"]]
    assert User.objects.filter(email=ann.email).count() == 1


def test_endpoint_that_needs_mail_is_not_there_without(db: None) -> None:
    for path in ("auth/email/verify", "auth/password/request"):
        assert APIClient().post(f"/api/auth/app/v1/{path}", {}).status_code == 404


def test_command_prints_an_invitation(client: Client, capsys: Any, db: None) -> None:
    call_command("invite", "new@example.org")

    link = capsys.readouterr().out.splitlines()[0]
    client.get(link.removeprefix("http://testserver"))
    assert sign_up(client).status_code == 302


def test_command_invites_nobody_by_a_wrong_address(db: None) -> None:
    with pytest.raises(CommandError, match="not an e-mail address"):
        call_command("invite", "nobody")


@pytest.mark.parametrize("registration", ["open", "closed"])
def test_command_invites_nobody_where_invitations_open_nothing(
    registration: str, settings: Settings, db: None
) -> None:
    settings.REGISTRATION = registration

    with pytest.raises(CommandError, match="REGISTRATION"):
        call_command("invite")


def test_admin_shows_an_invitation_once(olga: User, client: Client, mailoutbox: list[Any]) -> None:
    client.force_login(olga)

    page = client.post("/admin/accounts/invitation/add/", {"email": "new@example.org"})
    listed = client.get("/admin/accounts/invitation/").content.decode()

    (link,) = re.findall(
        r'value="http://testserver/accounts/invitation/([\w-]+)/"', page.content.decode()
    )
    assert "no-store" in page.headers["Cache-Control"]
    assert link not in listed
    assert "new@example.org" in listed
    assert sign_up_by_program(invitation=link).status_code == 200
    assert Event.objects.get(action="invited").after == {"email": "new@example.org"}
    # Without a mail server nothing is sent.
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("email", "title"),
    [
        ("new@example.org", "An invitation for new@example.org"),
        ("", "An invitation for anybody"),
    ],
)
def test_admin_says_for_whom_an_invitation_is_and_who_made_it(
    email: str, title: str, olga: User, client: Client
) -> None:
    client.force_login(olga)

    page = client.post("/admin/accounts/invitation/add/", {"email": email}).content.decode()

    assert title in page
    assert LogEntry.objects.get(user=olga).object_id == str(Invitation.objects.get().pk)


def test_api_shows_an_invitation_once(olga: User) -> None:
    client = APIClient()
    client.force_login(olga)
    key = {"Idempotency-Key": "one"}

    made = client.post("/api/v1/invitations/", {}, headers=key).json()
    again = client.post("/api/v1/invitations/", {}, headers=key)
    read = client.get(f"/api/v1/invitations/{made['id']}/").json()

    assert made["link"].startswith("http://testserver/accounts/invitation/")
    assert again.status_code == 409
    assert again.json()["id"] == made["id"]
    assert "link" not in read
    assert client.delete(f"/api/v1/invitations/{made['id']}/").status_code == 204
    assert client.get(made["link"].removeprefix("http://testserver")).status_code == 404


def test_api_shows_no_invitation_that_has_expired(olga: User, time_machine: Any) -> None:
    made, _ = make_invitation(olga)
    time_machine.move_to(timezone.now() + timedelta(days=7, seconds=1))
    client = APIClient()
    client.force_login(olga)

    assert client.get("/api/v1/invitations/").json()["results"] == []
    assert client.get(f"/api/v1/invitations/{made.pk}/").status_code == 404


@pytest.mark.parametrize("change", [{"is_staff": False}, {"is_active": False}])
def test_invitation_holds_as_long_as_its_maker_is_staff(
    change: dict[str, bool], olga: User, client: Client
) -> None:
    _, secret = make_invitation(olga)
    before = client.get(f"/accounts/invitation/{secret}/").status_code

    User.objects.filter(pk=olga.pk).update(**change)

    assert before == 302
    assert sign_up(client).status_code == 200
    assert sign_up_by_program(invitation=secret).status_code == 400
    assert User.objects.count() == 1


def test_invitation_goes_with_its_maker(olga: User) -> None:
    make_invitation(olga)

    olga.delete()

    assert not Invitation.objects.exists()
