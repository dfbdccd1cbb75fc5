"""The API of accounts and personal tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiToken, User
from accounts.tests.make import PASSWORD, make_token, make_user

Api = Callable[[User | None], APIClient]

USERS = "/api/v1/users/"
ME = "/api/v1/users/me/"
TOKENS = "/api/v1/tokens/"
BODY = {"email": "New@Example.org", "name": "New", "password": "correct horse battery"}


def bearer(secret: str) -> APIClient:
    """Return a client that shows a token."""
    return APIClient(headers={"Authorization": f"Bearer {secret}"})


def faults(answer: Any) -> list[str]:
    """Return where an answer says that something is wrong."""
    assert answer.status_code == 400, answer.content
    return [fault["pointer"] for fault in answer.json()["errors"]]


@pytest.fixture
def sam(db: None) -> User:
    """Return somebody of the staff who is no superuser."""
    return make_user("sam@example.org", name="Sam", is_staff=True)


def test_user_create_makes_an_account_that_signs_in(sam: User, api: Api) -> None:
    answer = api(sam).post(USERS, BODY)

    assert answer.status_code == 201
    assert answer.json()["email"] == "new@example.org"
    assert "password" not in answer.json()
    assert User.objects.get(email="new@example.org").check_password(BODY["password"])
    assert EmailAddress.objects.filter(email="new@example.org", primary=True).count() == 1


@pytest.mark.parametrize("email", ["ANN@example.org", "ann@EXAMPLE.org", " ann@example.org "])
def test_user_create_with_a_used_address_in_other_case_is_refused(
    email: str, ann: User, sam: User, api: Api
) -> None:
    answer = api(sam).post(USERS, BODY | {"email": email})

    assert faults(answer) == ["#/email"]
    assert "already" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    "email",
    [
        *("ann", "ann@", "@example.org", "a b@example.org", "", None, 1),
        # Of these a mail program would make more than one address, or a header.
        *("x@example.org\nBcc: y@example.org", "x@example.org,y@example.org", "X <x@example.org>"),
    ],
)
def test_user_create_with_a_malformed_address_is_refused(email: Any, sam: User, api: Api) -> None:
    assert faults(api(sam).post(USERS, BODY | {"email": email})) == ["#/email"]


@pytest.mark.parametrize(
    "password", ["short", "1234567890123", "password123", "new@example.org", "", None]
)
def test_user_create_with_a_weak_password_is_refused(password: Any, sam: User, api: Api) -> None:
    assert set(faults(api(sam).post(USERS, BODY | {"password": password}))) == {"#/password"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("day_starts_at", 7),
        ("day_starts_at", -1),
        ("week_start", 2),
        ("language", "xx"),
        ("name", "x" * 151),
        ("name", ""),
    ],
)
def test_me_with_a_wrong_preference_is_refused(field: str, value: Any, ann: User, api: Api) -> None:
    assert faults(api(ann).patch(ME, {field: value})) == [f"#/{field}"]


def test_me_changes_preferences(ann: User, api: Api) -> None:
    body = {"time_zone": "Pacific/Auckland", "day_starts_at": 4, "week_start": 7, "language": "de"}

    answer = api(ann).patch(ME, body)

    assert answer.status_code == 200
    assert answer.json() | body == answer.json()


def test_me_get_then_put_is_accepted(ann: User, api: Api) -> None:
    client = api(ann)

    answer = client.put(ME, client.get(ME).json() | {"name": "Anna"})

    assert answer.status_code == 200, answer.content
    assert answer.json()["name"] == "Anna"


def test_me_cannot_change_the_address(ann: User, api: Api) -> None:
    assert faults(api(ann).patch(ME, {"email": "other@example.org"})) == ["#/email"]


def test_user_patch_by_staff_changes_both_tables(ann: User, sam: User, api: Api) -> None:
    answer = api(sam).patch(f"{USERS}{ann.pk}/", {"email": "Anna@example.org"})

    assert answer.status_code == 200
    assert User.objects.get(pk=ann.pk).email == "anna@example.org"
    assert [row.email for row in EmailAddress.objects.filter(user=ann)] == ["anna@example.org"]


def test_user_patch_to_a_used_address_is_refused(ann: User, ben: User, sam: User, api: Api) -> None:
    answer = api(sam).patch(f"{USERS}{ann.pk}/", {"email": "BEN@example.org"})

    assert faults(answer) == ["#/email"]


def test_user_put_without_a_password_leaves_it(ann: User, sam: User, api: Api) -> None:
    answer = api(sam).put(f"{USERS}{ann.pk}/", {"email": ann.email, "name": "Anna"})

    assert answer.status_code == 200, answer.content
    ann.refresh_from_db()
    assert ann.name == "Anna"
    assert ann.check_password(PASSWORD)


def test_user_patch_sets_a_password(ann: User, sam: User, api: Api) -> None:
    answer = api(sam).patch(f"{USERS}{ann.pk}/", {"password": "another good password"})

    assert answer.status_code == 200
    ann.refresh_from_db()
    assert ann.check_password("another good password")


@pytest.mark.parametrize(
    ("field", "value"), [("password", "another good password"), ("email", "other@example.org")]
)
def test_user_patch_of_what_opens_ones_own_account_is_refused(
    field: str, value: str, sam: User
) -> None:
    _, secret = make_token(sam)
    client = bearer(secret)
    own = f"{USERS}{sam.pk}/"

    assert faults(client.patch(own, {field: value})) == [f"#/{field}"]
    assert client.put(own, client.get(own).json()).status_code == 200
    sam.refresh_from_db()
    assert sam.check_password(PASSWORD)
    assert sam.email == "sam@example.org"


def test_user_deactivated_by_staff_is_kept_out(ann: User, sam: User, api: Api) -> None:
    client = api(ann)

    answer = api(sam).patch(f"{USERS}{ann.pk}/", {"is_active": False})

    assert answer.status_code == 200
    assert client.get(ME).status_code == 401


def test_user_deleted_by_staff_goes(ann: User, sam: User, api: Api) -> None:
    answer = api(sam).delete(f"{USERS}{ann.pk}/")

    assert answer.status_code == 204
    assert not User.objects.filter(pk=ann.pk).exists()


@pytest.mark.parametrize("rights", [{"is_staff": True}, {"is_superuser": True}])
@pytest.mark.parametrize(
    ("method", "body"),
    [("patch", {"name": "x"}), ("patch", {"password": "a new good one"}), ("delete", {})],
)
def test_user_with_rights_is_changed_by_superusers_only(
    rights: dict[str, bool],
    method: str,
    body: dict[str, str],
    sam: User,
    olga: User,
    api: Api,
) -> None:
    other = make_user("other@example.org", **rights)

    refused = getattr(api(sam), method)(f"{USERS}{other.pk}/", body)
    allowed = getattr(api(olga), method)(f"{USERS}{other.pk}/", body)

    assert refused.status_code == 403
    assert "superuser" in refused.json()["detail"]
    assert allowed.status_code in {200, 204}


@pytest.mark.parametrize(("method", "body"), [("patch", {"is_active": False}), ("delete", {})])
def test_user_who_is_the_last_superuser_stays(
    method: str, body: dict[str, bool], olga: User, api: Api
) -> None:
    make_user("gone@example.org", is_superuser=True, is_active=False)

    answer = getattr(api(olga), method)(f"{USERS}{olga.pk}/", body)

    assert answer.status_code == 409
    assert "last active superuser" in answer.json()["detail"]
    assert User.objects.get(pk=olga.pk).is_active


def test_user_list_finds_by_address_in_any_case(ann: User, ben: User, sam: User, api: Api) -> None:
    answer = api(sam).get(f"{USERS}?email=ANN@example.org")

    assert [row["id"] for row in answer.json()["results"]] == [ann.pk]


def test_user_list_searches(ann: User, ben: User, sam: User, api: Api) -> None:
    answer = api(sam).get(f"{USERS}?search=BEN")

    assert [row["name"] for row in answer.json()["results"]] == ["Ben"]


def test_user_list_filters_the_inactive(ann: User, sam: User, api: Api) -> None:
    make_user("gone@example.org", is_active=False)

    answer = api(sam).get(f"{USERS}?is_active=false")

    assert [row["email"] for row in answer.json()["results"]] == ["gone@example.org"]


def test_token_secret_is_shown_once(ann: User, api: Api) -> None:
    client = api(ann)

    created = client.post(TOKENS, {"name": "script", "scope": "read"}).json()

    assert bearer(created["secret"]).get(ME).status_code == 200
    row = client.get(f"{TOKENS}{created['id']}/").json()
    assert created.keys() - row.keys() == {"secret"}
    assert created["secret"] not in ApiToken.objects.values_list("digest", flat=True)


def test_token_that_is_deleted_opens_nothing(ann: User, api: Api) -> None:
    token, secret = make_token(ann)

    api(ann).delete(f"{TOKENS}{token.pk}/")

    assert bearer(secret).get(ME).status_code == 401


def test_token_that_expired_opens_nothing(ann: User) -> None:
    _, secret = make_token(ann, expires_at=timezone.now() - timedelta(seconds=1))

    assert bearer(secret).get(ME).status_code == 401


def test_token_of_the_deactivated_opens_nothing(ann: User) -> None:
    _, secret = make_token(ann)
    User.objects.update(is_active=False)

    assert bearer(secret).get(ME).status_code == 401


def test_token_that_writes_writes(ann: User) -> None:
    _, secret = make_token(ann)

    assert bearer(secret).patch(ME, {"name": "Anna"}).status_code == 200


def test_token_that_reads_says_so(ann: User) -> None:
    _, secret = make_token(ann, scope="read")

    answer = bearer(secret).patch(ME, {"name": "Anna"})

    assert answer.status_code == 403
    assert "may only read" in answer.json()["detail"]


def test_token_cannot_manage_tokens(ann: User) -> None:
    _, secret = make_token(ann)

    answer = bearer(secret).post(TOKENS, {"name": "another"})

    assert answer.status_code == 403
    assert "sign in" in answer.json()["detail"]


def test_token_use_is_noted_at_most_once_in_ten_minutes(ann: User, time_machine: Any) -> None:
    token, secret = make_token(ann)
    start = timezone.now()
    noted = []

    for minutes in (0, 9, 11):
        time_machine.move_to(start + timedelta(minutes=minutes), tick=False)
        bearer(secret).get(ME)
        token.refresh_from_db()
        noted.append(token.last_used_at)

    assert noted == [start, start, start + timedelta(minutes=11)]
    assert token.version == 1


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer a b", "Bearer ffp_unknown", "Bearer x", "bearer é"]
)
def test_authorization_that_is_no_good_is_401(header: str, db: None) -> None:
    answer = APIClient(headers={"Authorization": header}).get(ME)

    assert answer.status_code == 401


def test_authorization_of_another_scheme_is_nobodys(db: None) -> None:
    answer = APIClient(headers={"Authorization": "Basic YTpi"}).get(ME)

    assert answer.status_code == 401
    assert answer.json()["detail"] == "Authentication credentials were not provided."


def test_session_write_without_csrf_token_is_refused(ann: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(ann)

    assert client.patch(ME, {"name": "x"}).status_code == 403


@pytest.mark.real_passwords
def test_password_is_stored_by_argon2id(db: None) -> None:
    user = make_user("ann@example.org")

    assert user.password.startswith("argon2$argon2id$")
    assert user.check_password(PASSWORD)


def test_language_of_the_person_is_that_of_the_errors(api: Api, db: None) -> None:
    user = make_user("de@example.org", language="de")

    answer = api(user).patch(ME, {"name": ""})

    assert answer.json()["errors"][0]["detail"] == "Dieses Feld darf nicht leer sein."


def test_language_of_a_programs_owner_is_that_of_the_errors(db: None) -> None:
    _, secret = make_token(make_user("de@example.org", language="de"))

    answer = bearer(secret).patch(ME, {"name": ""})

    assert answer.json()["errors"][0]["detail"] == "Dieses Feld darf nicht leer sein."


def test_time_zone_of_the_person_does_not_stay_for_the_next(ann: User, api: Api) -> None:
    user = make_user("far@example.org", time_zone="Pacific/Kiritimati")
    _, secret = make_token(user)

    bearer(secret).get(ME)

    assert timezone.get_current_timezone_name() == "UTC"
