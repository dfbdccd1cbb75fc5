"""Input that other programs crash on is a clear 400, or 413 for its size, on every resource."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.make import make_user
from focusflow.api.parsers import holds_nul
from focusflow.instants import DAY_OUT_OF_RANGE, OUT_OF_RANGE
from tasks.models import Task
from tasks.tests.make import make_category, make_task

Api = Callable[[User | None], APIClient]

PROBLEM = "application/problem+json"
# A valid body of each resource, to be spoilt.
BODIES: dict[str, dict[str, Any]] = {
    "/api/v1/tasks/": {"title": "Water the plants"},
    "/api/v1/categories/": {"name": "Home"},
    "/api/v1/habits/": {"name": "Read", "frequency": "daily"},
    "/api/v1/tokens/": {"name": "script"},
    "/api/v1/users/": {"email": "x@example.org", "name": "X", "password": "correct horse"},
}


def send(client: APIClient, path: str, body: bytes, kind: str = "application/json") -> Any:
    """POST a body as it is."""
    return client.generic("POST", path, body, content_type=kind)  # type: ignore[arg-type]  # bytes


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "required"),
        (b"{", "not valid JSON"),
        (b"[]", "dictionary"),
        (b"null", "No data provided"),
        (b'"text"', "dictionary"),
        (b'{"name": NaN}', "not valid JSON"),
        (b'{"name": "\xff"}', "not valid JSON"),
        (rb'{"name": "\ud800"}', "not valid JSON"),
        (rb'{"name": "a\u0000b"}', "NUL"),
        (rb'{"\u0000": 1}', "NUL"),
        (b'{"name": "a\x00b"}', "not valid JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "not valid JSON"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "not valid JSON"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_body_that_is_broken_is_400(
    path: str, body: bytes, words: str, olga: User, api: Api
) -> None:
    answer = send(api(olga), path, body)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == PROBLEM
    assert words in answer.content.decode()


@pytest.mark.parametrize("path", BODIES)
def test_body_that_is_too_large_is_413(path: str, olga: User, api: Api) -> None:
    answer = send(api(olga), path, b'{"name": "' + b"x" * 1024 * 1024 + b'"}')

    assert answer.status_code == 413
    assert answer.json()["detail"] == "The body is too large: send at most 1 MiB."


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_form_that_is_too_large_is_413(kind: str, ann: User, api: Api) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n'
    body = part + b"x" * (1024 * 1024 + 1) + b"\r\n--x--\r\n"

    assert send(api(ann), "/api/v1/tasks/", body, kind).status_code == 413


@pytest.mark.parametrize("path", BODIES)
def test_body_of_another_type_is_415(path: str, olga: User, api: Api) -> None:
    answer = send(api(olga), path, b"<a/>", "application/xml")

    assert answer.status_code == 415
    assert answer.headers["Content-Type"] == PROBLEM


def test_body_that_is_compressed_is_not_unpacked(ann: User, api: Api) -> None:
    body = gzip.compress(b'{"title": "' + b"x" * 10_000_000 + b'"}')

    answer = api(ann).generic(
        "POST",
        "/api/v1/tasks/",
        body,  # type: ignore[arg-type]  # bytes
        content_type="application/json",
        headers={"Content-Encoding": "gzip"},
    )

    assert len(body) < 1024 * 1024
    assert answer.status_code == 400
    assert not Task.objects.exists()


def test_file_in_a_form_is_refused_by_name(ann: User, api: Api) -> None:
    file = SimpleUploadedFile("a.html", b"<script>alert(1)</script>")

    answer = api(ann).post("/api/v1/tasks/", {"title": "x", "picture": file}, format="multipart")

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["#/picture"]


def test_form_with_a_nul_is_400(ann: User, api: Api) -> None:
    kind = "application/x-www-form-urlencoded"
    answer = send(api(ann), "/api/v1/tasks/", b"title=a%00b", kind)

    assert answer.status_code == 400
    assert "NUL" in answer.json()["detail"]


def test_multipart_with_a_nul_is_400(ann: User, api: Api) -> None:
    answer = api(ann).post("/api/v1/tasks/", {"title": "a\x00b"}, format="multipart")

    assert answer.status_code == 400
    assert "NUL" in answer.json()["detail"]


def test_multipart_that_is_broken_is_400(ann: User, api: Api) -> None:
    answer = send(api(ann), "/api/v1/tasks/", b"x", "multipart/form-data")

    assert answer.status_code == 400


@pytest.mark.parametrize("path", BODIES)
def test_unknown_field_is_refused_by_name(path: str, olga: User, api: Api) -> None:
    answer = api(olga).post(path, BODIES[path] | {"colour/tint": 1})

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["#/colour~1tint"]


@pytest.mark.parametrize("path", ["/api/v1/tasks/", "/api/v1/categories/", "/api/v1/habits/"])
@pytest.mark.parametrize("name", ["user", "user_id", "id", "uid", "version", "created_at"])
def test_field_that_nobody_writes_is_refused_by_name(
    path: str, name: str, ann: User, mallory: User, api: Api
) -> None:
    answer = api(mallory).post(path, BODIES[path] | {name: ann.pk})

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"#/{name}"]


@pytest.mark.parametrize(
    "name", ["is_staff", "is_superuser", "groups", "hashed_password", "first_access"]
)
def test_account_field_that_nobody_writes_is_refused_by_name(
    name: str, olga: User, api: Api
) -> None:
    body = BODIES["/api/v1/users/"] | {name: True}

    answer = api(olga).post("/api/v1/users/", body)

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"#/{name}"]


@pytest.mark.parametrize(
    ("path", "name"), [("/api/v1/tasks/", "completed_at"), ("/api/v1/users/", "first_access")]
)
def test_null_where_nothing_is_stored_is_refused_by_name(
    path: str, name: str, olga: User, api: Api
) -> None:
    answer = api(olga).post(path, BODIES[path] | {name: None})

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"#/{name}"]


@pytest.mark.parametrize(
    ("path", "change", "pointer", "words"),
    [
        (
            "/api/v1/tasks/",
            # Whose day there began in 1899.
            {
                "start_date": "1900-01-01T00:00:00Z",
                "all_day": True,
                "time_zone": "Europe/Berlin",
            },
            "#/start_date",
            "in the years 1900 to 9998",
        ),
        (
            "/api/v1/tasks/",
            {"start_date": "2026-11-25T00:00:00Z", "due_date": "2026-11-24T00:00:00Z"},
            "#",
            "A task starts before it is due.",
        ),
        ("/api/v1/users/", {"email": "OLGA@example.org"}, "#/email", "exists already"),
    ],
)
def test_rule_of_the_database_names_the_one_field_that_it_is_about(
    path: str, change: dict[str, Any], pointer: str, words: str, olga: User, api: Api
) -> None:
    answer = api(olga).post(path, BODIES[path] | change)

    assert answer.status_code == 400
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == pointer
    assert words in fault["detail"]


@pytest.mark.parametrize(
    ("path", "name", "value", "words"),
    [
        ("/api/v1/tasks/", "title", 1, "Send a string."),
        ("/api/v1/tasks/", "title", ["x"], "Send a string."),
        ("/api/v1/tasks/", "completed", 1, "Send true or false."),
        ("/api/v1/tasks/", "completed", "yes", "Send true or false."),
        ("/api/v1/tasks/", "due_date", 2026, "Send a string."),
        ("/api/v1/tasks/", "category", "1", "Send a whole number."),
        ("/api/v1/habits/", "frequency", 1, "Send a string."),
        ("/api/v1/users/", "email", 1.5, "Send a string."),
        ("/api/v1/users/", "day_starts_at", "4", "Send a whole number."),
        ("/api/v1/users/", "day_starts_at", 4.5, "Send a whole number."),
        ("/api/v1/users/", "day_starts_at", True, "Send a whole number."),
        ("/api/v1/users/", "week_start", "1", "Send a whole number."),
    ],
)
def test_value_of_another_type_is_refused_by_name(
    path: str, name: str, value: Any, words: str, olga: User, api: Api
) -> None:
    answer = api(olga).post(path, BODIES[path] | {name: value})

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"pointer": f"#/{name}", "detail": words, "code": "wrong_type"}
    ]


def test_whole_number_with_a_point_is_whole(olga: User, api: Api) -> None:
    body = BODIES["/api/v1/users/"] | {"day_starts_at": 4.0}

    assert api(olga).post("/api/v1/users/", body).json()["day_starts_at"] == 4


def test_form_has_nothing_but_text(ann: User, api: Api) -> None:
    category = make_category(ann)
    form = {"title": "1", "completed": "true", "category": str(category.pk)}

    answer = api(ann).post("/api/v1/tasks/", form, format="multipart")

    assert answer.status_code == 201
    assert answer.json()["completed"] is True


@pytest.mark.parametrize("value", [-1, 7])
def test_day_starts_within_the_bounds_of_the_document(value: int, ann: User, api: Api) -> None:
    answer = api(ann).patch("/api/v1/users/me/", {"day_starts_at": value})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/day_starts_at"


@pytest.mark.parametrize(
    "value",
    [2**63, -(2**63) - 1, 2**64, 10**30, 1.5, "x", True, [], {}, "1" * 5000, 0, -1],
    ids=lambda value: repr(value)[:24],
)
def test_related_id_that_is_none_is_400(value: Any, ann: User, api: Api) -> None:
    make_category(ann)

    answer = api(ann).post("/api/v1/tasks/", {"title": "x", "category": value})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/category"


def test_related_id_with_a_point_is_none(ann: User, api: Api) -> None:
    # Beyond 2**53 it would be the id of another row.
    category = make_category(ann)

    answer = api(ann).post("/api/v1/tasks/", {"title": "x", "category": float(category.pk)})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/category"


@pytest.mark.parametrize(
    "row_id", ["0", str(2**63), str(2**64), "9" * 5000, "-1", "x", "1.5", "%00"]
)
def test_id_that_is_none_is_404(row_id: str, ann: User, api: Api) -> None:
    answer = api(ann).get(f"/api/v1/tasks/{row_id}/")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == PROBLEM


@pytest.mark.parametrize(
    "due_date",
    [
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "1899-12-31T23:59:59Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-12:00",
        "10000-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:00:00+99:00",
        "tomorrow",
        1,
        2**63,
        True,
        [],
        {},
        "",
    ],
    ids=repr,
)
def test_due_date_that_is_none_is_400(due_date: Any, ann: User, api: Api) -> None:
    answer = api(ann).post("/api/v1/tasks/", {"title": "x", "due_date": due_date})

    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["pointer"] == "#/due_date"


@pytest.mark.parametrize("due_date", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_due_date_beyond_the_calendar_is_told_the_years(due_date: str, ann: User, api: Api) -> None:
    answer = api(ann).post("/api/v1/tasks/", {"title": "x", "due_date": due_date})

    assert answer.json()["errors"] == [
        {"pointer": "#/due_date", "detail": OUT_OF_RANGE, "code": "out_of_range"}
    ]


@pytest.mark.parametrize("due_day", ["1900-01-01", "9998-12-30", "9999-12-31"])
def test_day_beyond_the_calendar_is_told_the_years(due_day: str, ann: User, api: Api) -> None:
    answer = api(ann).post("/api/v1/tasks/", {"title": "x", "due_day": due_day})

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"pointer": "#/due_day", "detail": DAY_OUT_OF_RANGE, "code": "out_of_range"}
    ]


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Pacific/Kiritimati", "Pacific/Apia", "UTC"])
@pytest.mark.parametrize("due_date", ["1900-01-01T00:00:00Z", "9998-12-31T00:00:00Z"])
def test_due_date_at_either_end_breaks_no_list(
    zone: str, due_date: str, api: Api, db: None
) -> None:
    client = api(make_user("far@example.org", time_zone=zone))

    created = client.post("/api/v1/tasks/", {"title": "x", "due_date": due_date})

    assert created.status_code == 201
    assert client.get("/api/v1/tasks/").json()["results"][0]["due_date"] == due_date
    assert client.get("/api/v1/tasks/", headers={"Accept": "text/html"}).status_code == 200


def test_due_date_beyond_the_calendar_is_refused_by_the_database(ann: User) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        make_task(ann, due_date=datetime(9999, 6, 1, tzinfo=UTC))


def test_due_date_without_offset_is_read_in_the_persons_zone(api: Api, db: None) -> None:
    client = api(make_user("berlin@example.org", time_zone="Europe/Berlin"))

    answer = client.post("/api/v1/tasks/", {"title": "x", "due_date": "2026-07-01T09:00"})

    assert answer.json()["due_date"] == "2026-07-01T07:00:00Z"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("colour=red", "colour"),
        ("user=1", "user"),
        ("user__password__startswith=a", "user__password__startswith"),
        ("completed=maybe", "completed"),
        ("category=x", "category"),
        ("category=9999999999999999999999", "category"),
        ("category=1.5", "category"),
        ("due_after=yesterday", "due_after"),
        ("due_after=0001-01-01T00:00:00%2B14:00", "due_after"),
        ("due_before=9999-12-31T23:59:59-12:00", "due_before"),
        ("ordering=user__password", "ordering"),
        ("ordering=--title", "ordering"),
        ("ordering=", "ordering"),
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=٣", "page_size"),
        ("page_size=" + "9" * 5000, "page_size"),
        ("count=perhaps", "count"),
        ("cursor=x", "cursor"),
        ("cursor=%25", "cursor"),
        ("cursor=é", "cursor"),
        ("cursor=bnVsbA", "cursor"),
        ("cursor=W10", "cursor"),
        ("cursor=" + "A" * 4000, "cursor"),
        ("offset=50", "offset"),
        ("format=json", "format"),
        ("completed=true&completed=false", "completed"),
        ("page_size=2&page_size=2", "page_size"),
    ],
)
def test_parameter_that_is_wrong_is_refused_by_name(
    query: str, name: str, ann: User, api: Api
) -> None:
    answer = api(ann).get(f"/api/v1/tasks/?{query}")

    assert answer.status_code == 400, answer.content
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [name]


@pytest.mark.parametrize("offset", ["%2B23:59", "-23:59"])
def test_filter_with_an_offset_that_no_zone_has_is_an_instant(
    offset: str, ann: User, api: Api
) -> None:
    answer = api(ann).get(f"/api/v1/tasks/?due_after=2026-01-01T00:00:00{offset}")

    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize("query", ["search=a%00", "%00=1", "cursor=%00", "category=%00"])
def test_query_with_a_nul_is_400(query: str, ann: User, api: Api) -> None:
    assert api(ann).get(f"/api/v1/tasks/?{query}").status_code == 400


def test_text_of_every_plane_comes_back_as_it_was(ann: User, api: Api) -> None:
    title = "Ünïcödé ✓ 🚀 \u202e \ufdd0 \U0010ffff"

    api(ann).post("/api/v1/tasks/", {"title": title})

    assert api(ann).get("/api/v1/tasks/").json()["results"][0]["title"] == title


def test_text_with_a_lone_surrogate_is_never_stored(ann: User, api: Api) -> None:
    send(api(ann), "/api/v1/tasks/", rb'{"title": "\udfff"}')

    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", False),
        ("\x00", True),
        ({"a": ["b", {"c": "\x00"}]}, True),
        ({"a\x00": 1}, True),
        ([1, None, True, 1.5], False),
    ],
)
def test_holds_nul_finds_it_anywhere(value: Any, expected: bool) -> None:
    assert holds_nul(value) is expected


def test_unknown_address_of_the_api_is_a_problem(ann: User, api: Api) -> None:
    answer = api(ann).get("/api/v1/nowhere/")

    assert answer.status_code == 404
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no endpoint at /api/v1/nowhere/.",
    }


def test_answer_in_an_unknown_form_is_406(ann: User, api: Api) -> None:
    answer = api(ann).get("/api/v1/tasks/", headers={"Accept": "image/png"})

    assert answer.status_code == 406


def test_method_that_is_none_is_405(ann: User, api: Api) -> None:
    assert api(ann).delete("/api/v1/tasks/").status_code == 405
