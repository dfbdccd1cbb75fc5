"""New passwords for people who forgot theirs: by mail, or by a link of the operator."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.http import int_to_base36
from rest_framework.test import APIClient

from accounts.actions import make_reset_link, update_user
from accounts.models import ApiToken, Event, User
from accounts.tests.make import PASSWORD, make_token, make_user
from accounts.tests.test_factors import AUTHENTICATE, activate, move_on
from accounts.tests.test_registration import link_in

PAGE = "/accounts/password/reset/"
API = "/api/auth/app/v1/auth/password/"
NEW_PASSWORD = "another good password"


def link_for(user: User) -> str:
    """Return the path of a link that the operator makes."""
    return make_reset_link(user=user).removeprefix("http://testserver")


def use(link: str, client: Client | None = None) -> Any:
    """Open a link, and set a new password where it leads."""
    client = client or Client()
    led = client.get(link)
    if led.status_code != 302:
        return led
    return client.post(
        led.headers["Location"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    )


def use_by_program(link: str, password: str = NEW_PASSWORD) -> Any:
    """Send the key of a link with a new password."""
    key = link.rstrip("/").rpartition("/")[2]
    return APIClient().post(f"{API}reset", {"key": key, "password": password})


def has(user: User, password: str) -> bool:
    """Say whether this is the account's password."""
    user.refresh_from_db()
    return user.check_password(password)


def test_page_without_a_mail_server_says_who_has_a_link(client: Client, db: None) -> None:
    page = client.get(PAGE).content.decode()
    sent = client.post(PAGE, {"email": "ann@example.org"}).content.decode()

    assert "Whoever runs it can give you a link" in page
    assert page == sent
    assert "sent" not in sent.replace("sends no mail", "")


def test_link_of_the_operator_sets_a_password(ann: User) -> None:
    answer = use(link_for(ann))

    assert answer.headers["Location"] == "/accounts/password/reset/key/done/"
    assert has(ann, NEW_PASSWORD)


def test_link_of_the_operator_sets_a_password_by_a_program(ann: User) -> None:
    answer = use_by_program(link_for(ann))

    assert answer.status_code == 401  # Set, and nobody is signed in by it.
    assert has(ann, NEW_PASSWORD)


def test_link_works_once(ann: User) -> None:
    link = link_for(ann)
    use(link)

    again, program = use(link), use_by_program(link, "a third good password")

    assert again.status_code == 200
    assert "invalid" in again.content.decode()
    assert program.status_code == 400
    assert has(ann, NEW_PASSWORD)


def test_link_used_at_once_by_two_works_once(ann: User, monkeypatch: Any) -> None:
    client, link = Client(), link_for(ann)
    led = client.get(link).headers["Location"]
    stale = User.objects.get(pk=ann.pk)
    monkeypatch.setattr("allauth.account.forms.UserTokenForm._get_user", lambda *_: copy(stale))
    key = link.rstrip("/").rpartition("/")[2]

    ann.set_password("the first of both")
    ann.save()
    page = client.post(led, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    program = APIClient().post(f"{API}reset", {"key": key, "password": NEW_PASSWORD})

    assert page.status_code == 409
    assert program.status_code == 409
    assert program.headers["Content-Type"] == "application/problem+json"
    assert has(ann, "the first of both")


@pytest.mark.django_db(transaction=True)
def test_link_used_by_many_at_once_works_once() -> None:
    user = make_user("ann@example.org")
    link = link_for(user)

    def reset(number: int) -> int:
        try:
            return int(use_by_program(link, f"good password {number}").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(reset, range(8)))

    assert statuses.count(401) == 1
    assert set(statuses) <= {400, 401, 409}


def end_by_time(user: User, time_machine: Any) -> None:
    time_machine.move_to(timezone.now() + timedelta(days=1, seconds=2))


def end_by_sign_in(user: User, time_machine: Any) -> None:
    time_machine.move_to(timezone.now() + timedelta(seconds=2))
    Client().post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def end_by_change_of_address(user: User, time_machine: Any) -> None:
    update_user(user=user, by=None, email="other@example.org")


def end_by_deletion(user: User, time_machine: Any) -> None:
    user.delete()


@pytest.mark.parametrize(
    "end", [end_by_time, end_by_sign_in, end_by_change_of_address, end_by_deletion]
)
def test_link_is_void_after(end: Any, ann: User, time_machine: Any) -> None:
    link = link_for(ann)

    end(ann, time_machine)

    assert "invalid" in use(link).content.decode()
    assert use_by_program(link).status_code == 400


def test_link_of_another_person_opens_nothing(ann: User, ben: User) -> None:
    own = link_for(ann)
    link = own.replace(f"/{int_to_base36(ann.pk)}-", f"/{int_to_base36(ben.pk)}-")

    use(link)

    assert link != own

    assert has(ann, PASSWORD)
    assert has(ben, PASSWORD)


def test_reset_ends_what_was_open(ann: User) -> None:
    there = Client()
    there.force_login(ann)
    _, secret = make_token(ann)

    use(link_for(ann))

    assert there.get("/api/v1/users/me/").status_code == 401
    assert not ApiToken.objects.exists()
    answer = APIClient(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/users/me/")
    assert answer.status_code == 401


def test_reset_signs_nobody_in_without_the_second_factor(
    ann: User, client: Client, time_machine: Any
) -> None:
    activate(client, ann)
    ann.refresh_from_db()
    move_on(time_machine)
    browser = Client()
    login = {"login": ann.email, "password": NEW_PASSWORD}

    use(link_for(ann), browser)
    after_reset = "_auth_user_id" in browser.session
    asked = browser.post("/accounts/login/", login)
    ann.refresh_from_db()
    program = use_by_program(link_for(ann), "a third good password")

    assert not after_reset
    assert asked.headers["Location"] == AUTHENTICATE
    assert "_auth_user_id" not in browser.session
    assert "access_token" not in program.json()["meta"]


def test_reset_needs_a_good_password(ann: User) -> None:
    assert use_by_program(link_for(ann), "short").status_code == 400
    assert has(ann, PASSWORD)


@pytest.mark.usefixtures("mailer")
def test_letter_brings_a_link_that_sets_a_password(
    ann: User, client: Client, mailoutbox: list[Any]
) -> None:
    client.post(PAGE, {"email": "ANN@example.org"})
    use(link_in(mailoutbox[0]))

    assert mailoutbox[0].to == ["ann@example.org"]
    assert has(ann, NEW_PASSWORD)
    assert "password" in mailoutbox[1].subject.lower()


@pytest.mark.usefixtures("mailer")
def test_letter_links_to_the_public_address(
    ann: User, client: Client, mailoutbox: list[Any]
) -> None:
    client.post(PAGE, {"email": ann.email}, headers={"Host": "localhost"})

    assert "http://testserver/accounts/password/reset/key/" in mailoutbox[0].body
    assert "localhost" not in mailoutbox[0].body


@pytest.mark.usefixtures("mailer")
def test_request_tells_nobody_who_has_an_account(
    ann: User, client: Client, mailoutbox: list[Any]
) -> None:
    emails = [ann.email, "nobody@example.org"]

    pages = [client.post(PAGE, {"email": email}) for email in emails]
    programs = [APIClient().post(f"{API}request", {"email": email}) for email in emails]

    assert pages[0].headers["Location"] == pages[1].headers["Location"]
    assert programs[0].content == programs[1].content
    # As many letters for each: neither takes longer.
    assert [letter.to for letter in mailoutbox] == [[email] for email in emails * 2]


@pytest.mark.usefixtures("mailer")
def test_requests_for_one_address_are_limited(ann: User) -> None:
    request = [
        APIClient().post(f"{API}request", {"email": ann.email}).status_code for _ in range(4)
    ]

    assert request == [200] * 3 + [429]


def test_keys_are_tried_twenty_times_a_minute(ann: User) -> None:
    statuses = [use_by_program("/1-x-y/").status_code for _ in range(21)]

    assert statuses == [400] * 20 + [429]


def test_command_prints_a_link(ann: User, capsys: Any) -> None:
    call_command("reset_link", "ANN@example.org")

    use(capsys.readouterr().out.splitlines()[0].removeprefix("http://testserver"))
    assert has(ann, NEW_PASSWORD)


def test_command_refuses_an_unknown_address(db: None) -> None:
    with pytest.raises(CommandError, match="no account"):
        call_command("reset_link", "nobody@example.org")


def test_command_refuses_an_account_that_is_closed(db: None) -> None:
    make_user("gone@example.org", is_active=False)

    with pytest.raises(CommandError, match="not active"):
        call_command("reset_link", "gone@example.org")


def test_admin_shows_a_link_once(ann: User, olga: User, client: Client) -> None:
    client.force_login(olga)
    form = client.get(f"/admin/accounts/user/{ann.pk}/change/").content.decode()

    page = client.post(f"/admin/accounts/user/{ann.pk}/reset-link/")

    assert f"/admin/accounts/user/{ann.pk}/reset-link/" in form
    assert "no-store" in page.headers["Cache-Control"]
    (link,) = re.findall(r'value="http://testserver(/accounts/\S+)"', page.content.decode())
    use(link)
    assert has(ann, NEW_PASSWORD)
    assert Event.objects.get(action="reset_link_made").actor_id == olga.pk


def test_admin_makes_no_link_by_get(ann: User, olga: User, client: Client) -> None:
    client.force_login(olga)

    assert client.get(f"/admin/accounts/user/{ann.pk}/reset-link/").status_code == 405


@pytest.mark.parametrize("pk", ["0", "99999999999999999999"])
def test_admin_makes_no_link_for_nobody(pk: str, olga: User, client: Client) -> None:
    client.force_login(olga)

    assert client.post(f"/admin/accounts/user/{pk}/reset-link/").status_code == 404


def test_admin_makes_no_link_to_a_superuser_for_staff(olga: User, client: Client) -> None:
    staff = make_user("staff@example.org", is_staff=True)
    from django.contrib.auth.models import Permission

    staff.user_permissions.set(Permission.objects.filter(codename="change_user"))
    client.force_login(staff)

    assert client.post(f"/admin/accounts/user/{olga.pk}/reset-link/").status_code == 403
