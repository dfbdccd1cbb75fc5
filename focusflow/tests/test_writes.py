"""Changes under several hands: ETags, idempotency keys, deadlocks, a database that is away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import sleep
from typing import Any
from unittest.mock import Mock

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiToken, User
from accounts.tests.make import make_token, make_user
from accounts.tests.threads import client_of, run_threads
from focusflow.api import writes
from focusflow.api.outages import is_away, is_full, is_locked
from focusflow.api.preconditions import matches
from focusflow.models import IdempotencyKey
from focusflow.tests.access.people import World
from focusflow.tests.access.routes import ACTIONS, ROUTES, VIEWS, of_family, path_for
from habits.tests.make import START, make_group, make_habit, make_rest
from tasks.models import Task
from tasks.tests.make import make_category, make_filter, make_tag, make_task

Api = Callable[[User | None], APIClient]

TASKS = "/api/v1/tasks/"
BODY = {"title": "Once"}
MAKE: dict[str, Callable[[User], Any]] = {
    "users": lambda _: make_user("row@example.org"),
    "tokens": lambda owner: make_token(owner)[0],
    "categories": make_category,
    "tags": make_tag,
    "tasks": make_task,
    "filters": make_filter,
    "habits": make_habit,
    "habit-groups": make_group,
    "rests": lambda owner: make_rest(owner, START),
}
# What is changed of a row, where it has no name.
CHANGED = {"tasks": "title", "rests": "note"}
# Where rows are read, made and changed; and where more is done to them.
PLAIN = {
    *("api/v1/", "api/v1/agenda/", "api/v1/habits/statistics/"),
    *(f"api/v1/habits/<int:pk>/{name}/" for name in ("statistics", "explain")),
    *(f"api/v1/habits/<int:pk>/checkins/{name}" for name in ("", "<str:day>/")),
    *VIEWS,
    *(f"{prefix}<int:pk>/" for prefix in VIEWS),
}
DOING = [
    route
    for route in ROUTES
    if route.startswith("api/v1/") and route not in PLAIN and "/me/" not in route
]


def post(client: APIClient, key: str, body: Any = BODY, path: str = TASKS) -> Any:
    """POST with an idempotency key."""
    return client.post(path, body, headers={"Idempotency-Key": key})


# --- If-Match -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('"3"', True),
        (' "3" ', True),
        ('"1", "3"', True),
        ('"1","3"', True),
        ("*", True),
        ('"2"', False),
        ('W/"3"', False),
        ("3", False),
        ("", False),
        ('"33"', False),
        ('"3', False),
    ],
)
def test_if_match_names_the_version(header: str, expected: bool) -> None:
    assert matches(header, 3) is expected


@pytest.mark.parametrize("name", MAKE)
def test_etag_of_a_row_is_its_version(name: str, olga: User, api: Api) -> None:
    row = MAKE[name](olga)

    answer = api(olga).get(f"/api/v1/{name}/{row.pk}/")

    assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize("method", ["patch", "delete"])
def test_if_match_of_the_version_lets_the_change_through(
    name: str, method: str, olga: User, api: Api
) -> None:
    row = MAKE[name](olga)
    client = api(olga)
    tag = client.get(f"/api/v1/{name}/{row.pk}/").headers["ETag"]
    body = {CHANGED.get(name, "name"): "New"}

    answer = getattr(client, method)(f"/api/v1/{name}/{row.pk}/", body, headers={"If-Match": tag})

    assert answer.status_code in {200, 204}
    assert method == "delete" or answer.headers["ETag"] == '"2"'


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize("method", ["patch", "delete"])
def test_if_match_of_another_version_is_412(name: str, method: str, olga: User, api: Api) -> None:
    row = MAKE[name](olga)
    body = {CHANGED.get(name, "name"): "New"}

    answer = getattr(api(olga), method)(
        f"/api/v1/{name}/{row.pk}/", body, headers={"If-Match": '"7"'}
    )

    assert answer.status_code == 412
    assert answer.json()["version"] == 1
    assert answer.headers["ETag"] == '"1"'
    row.refresh_from_db()
    assert row.version == 1


def test_if_match_holds_for_the_own_account(ann: User, api: Api) -> None:
    client = api(ann)
    tag = client.get("/api/v1/users/me/").headers["ETag"]

    first = client.patch("/api/v1/users/me/", {"name": "A"}, headers={"If-Match": tag})
    second = client.patch("/api/v1/users/me/", {"name": "B"}, headers={"If-Match": tag})

    assert (first.status_code, second.status_code) == (200, 412)


@pytest.mark.parametrize("values", [{"title": "mine"}, {}])
def test_change_of_a_row_that_moved_on_is_refused_in_the_update(
    values: dict[str, str], ann: User
) -> None:
    from accounts.versioning import StaleVersionError

    mine = make_task(ann)
    Task.objects.update(title="theirs")

    with pytest.raises(StaleVersionError) as caught:
        mine.change(expected=1, **values)

    assert caught.value.members == {"version": 2}
    assert Task.objects.get().title == "theirs"


def test_removal_of_a_row_that_moved_on_is_refused_in_the_delete(ann: User) -> None:
    from accounts.versioning import StaleVersionError

    mine = make_task(ann)
    Task.objects.update(title="theirs")

    with pytest.raises(StaleVersionError):
        mine.remove(expected=1)

    assert Task.objects.exists()


def test_change_of_a_row_that_is_gone_is_404(ann: User, api: Api, monkeypatch: Any) -> None:
    from focusflow.api.errors import problem_response

    mine = make_task(ann)
    Task.objects.all().delete()

    with pytest.raises(Task.NotUpdated) as caught:
        mine.change(title="x")

    answer = problem_response(caught.value, {})
    assert answer is not None
    assert answer.status_code == 404


@pytest.mark.django_db(transaction=True)
def test_read_modify_writes_by_if_match_lose_none() -> None:
    user = make_user("ann@example.org")
    task = make_task(user, "0")
    path = f"{TASKS}{task.pk}/"

    def count_up(number: int) -> None:
        client = client_of(user)
        for _turn in range(50):
            status = 0
            while status != 200:
                read = client.get(path)
                title = str(int(read.json()["title"]) + 1)
                headers = {"If-Match": read.headers["ETag"]}
                status = client.patch(path, {"title": title}, headers=headers).status_code
                assert status in {200, 412}
                if status == 412:
                    # As a client would, and not all of them at once.
                    sleep(number / 25)

    run_threads(8, count_up)

    task.refresh_from_db()
    assert (task.title, task.version) == ("400", 401)


# --- Idempotency-Key ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["8e03978e-40d5-43dd-bc93-6894a57f9324", '"quoted"', "a b", "x", "x" * 255]
)
def test_key_makes_one_row_and_one_answer(key: str, ann: User, api: Api) -> None:
    client = api(ann)

    first, second = post(client, key), post(client, key)

    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first.headers["ETag"] == second.headers["ETag"]
    assert Task.objects.count() == 1


@pytest.mark.parametrize("route", DOING)
def test_key_does_something_once(route: str, api: Api, db: None) -> None:
    world = World()
    client, path = api(world.ann), path_for(route, of_family(world.ids, route, 1))
    body = of_family(world.bodies | ACTIONS, route, None)

    first = post(client, "k", body, path)
    traces = world.traces()
    second = post(client, "k", body, path)

    assert 200 <= first.status_code < 300
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert world.traces() == traces


def test_key_with_another_body_is_422(ann: User, api: Api) -> None:
    client = api(ann)
    post(client, "k")

    answer = post(client, "k", {"title": "Another"})

    assert answer.status_code == 422
    assert Task.objects.count() == 1


def test_key_of_another_person_is_another_key(ann: User, mallory: User, api: Api) -> None:
    first, second = post(api(ann), "k"), post(api(mallory), "k")

    assert first.json()["id"] != second.json()["id"]


def test_key_of_another_route_is_another_key(ann: User, api: Api) -> None:
    client = api(ann)

    post(client, "k")
    answer = post(client, "k", {"name": "Once"}, "/api/v1/categories/")

    assert answer.status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "é", "a\tb", '"', '""', 'a"b', '" a"'])
def test_key_that_is_none_is_400(key: str, ann: User, api: Api) -> None:
    assert post(api(ann), key).status_code == 400


def test_key_of_a_refused_request_may_come_again(ann: User, api: Api) -> None:
    client = api(ann)
    refused = post(client, "k", {"title": ""})

    answer = post(client, "k")

    assert refused.status_code == 400
    assert answer.status_code == 201


def test_key_expires_after_a_day(ann: User, api: Api, time_machine: Any) -> None:
    client = APIClient()
    client.force_authenticate(ann)
    post(client, "k")
    time_machine.move_to(timezone.now() + timedelta(hours=24, seconds=1))

    answer = post(client, "k", {"title": "Another"})

    assert answer.status_code == 201
    assert IdempotencyKey.objects.count() == 1


def test_key_of_an_answer_with_a_secret_is_409_and_stores_none(ann: User, api: Api) -> None:
    client = api(ann)
    made = post(client, "k", {"name": "script"}, "/api/v1/tokens/").json()

    answer = post(client, "k", {"name": "script"}, "/api/v1/tokens/")

    assert answer.status_code == 409
    assert answer.json()["id"] == made["id"]
    assert made["secret"] not in IdempotencyKey.objects.get().body
    assert ApiToken.objects.count() == 1


def test_key_with_a_body_that_is_too_large_is_413(ann: User, api: Api) -> None:
    assert post(api(ann), "k", {"title": "x" * 1024 * 1024}).status_code == 413


@pytest.mark.django_db(transaction=True)
def test_key_from_twenty_threads_makes_one_row_and_twenty_equal_answers() -> None:
    user = make_user("ann@example.org")

    answers = run_threads(20, lambda _: post(client_of(user), "k"))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Task.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_key_of_a_request_that_takes_too_long_is_409(monkeypatch: Any) -> None:
    import threading

    monkeypatch.setattr(writes, "WAIT_SECONDS", 1)
    user = make_user("ann@example.org")
    inside, done = threading.Event(), threading.Event()
    keep = writes.keep

    def keep_slowly(*args: Any, **kwargs: Any) -> None:
        inside.set()
        done.wait(20)
        keep(*args, **kwargs)

    def request(index: int) -> Any:
        if index == 0:
            return post(client_of(user), "k")
        inside.wait(20)
        monkeypatch.setattr(writes, "keep", keep)
        try:
            return post(client_of(user), "k")
        finally:
            done.set()

    monkeypatch.setattr(writes, "keep", keep_slowly)
    first, second = run_threads(2, request)

    assert first.status_code == 201
    assert second.status_code == 409
    assert second.headers["Retry-After"] == "1"


# --- Outages ------------------------------------------------------------------------------------


@contextmanager
def failing(error: Exception, times: int) -> Iterator[Mock]:
    """Let the first statements of this connection's INSERTs fail."""
    left = iter(range(times))
    seen = Mock()

    def execute(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT INTO") and next(left, None) is not None:
            seen()
            raise error
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield seen


def caused_by(cause: BaseException, kind: type[Exception] = OperationalError) -> Exception:
    """Return Django's error with the driver's behind it."""
    error = kind(str(cause))
    error.__cause__ = cause
    return error


DEADLOCK = caused_by(psycopg.errors.DeadlockDetected("deadlock detected"))
GONE = caused_by(psycopg.OperationalError("server closed the connection unexpectedly"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("times", "status"), [(1, 201), (2, 201)])
def test_deadlock_is_tried_again(times: int, status: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(writes, "PAUSES", (0, 0))
    client = client_of(make_user("ann@example.org"))

    with failing(DEADLOCK, times) as seen:
        answer = client.post(TASKS, BODY)

    assert answer.status_code == status
    assert seen.call_count == times
    assert Task.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_deadlock_is_not_tried_for_ever(monkeypatch: Any) -> None:
    monkeypatch.setattr(writes, "PAUSES", (0, 0))
    client = client_of(make_user("ann@example.org"))
    client.raise_request_exception = False

    with failing(DEADLOCK, 9) as seen:
        answer = client.post(TASKS, BODY)

    assert answer.status_code == 503
    assert seen.call_count == 3


def test_database_that_is_away_is_503(ann: User, api: Api) -> None:
    client = client_of(ann)

    with failing(GONE, 1):
        answer = client.post(TASKS, BODY)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.django_db(transaction=True)
def test_commit_whose_answer_is_lost_does_not_count_as_undone(monkeypatch: Any) -> None:
    client = client_of(make_user("ann@example.org"))
    commit = connection._commit  # type: ignore[attr-defined]  # of every backend

    def commit_and_lose_the_answer() -> None:
        commit()
        monkeypatch.undo()
        raise GONE

    monkeypatch.setattr(connection, "_commit", commit_and_lose_the_answer)
    lost = post(client, "k")
    repeated = post(client, "k")

    assert (lost.status_code, repeated.status_code) == (503, 201)
    assert "nothing was changed" not in lost.json()["detail"]
    assert repeated.json()["id"] == Task.objects.get().pk


@pytest.mark.parametrize(
    ("error", "away", "locked", "full"),
    [
        (GONE, True, False, False),
        (caused_by(psycopg.errors.AdminShutdown("x")), True, False, False),
        (caused_by(psycopg.errors.TooManyConnections("x")), True, False, False),
        (caused_by(psycopg.InterfaceError("closed"), InterfaceError), True, False, False),
        (caused_by(psycopg.errors.DiskFull("x")), True, False, True),
        (caused_by(psycopg.errors.LockNotAvailable("x")), True, True, False),
        (caused_by(psycopg.errors.UndefinedTable("x")), False, False, False),
        (OperationalError("database is locked"), True, True, False),
        (OperationalError("database or disk is full"), True, False, True),
        (OperationalError("unable to open database file"), True, False, False),
        (OperationalError("no such table: x"), False, False, False),
        (RuntimeError("database is locked"), False, True, False),
    ],
)
def test_outage_is_told_from_other_errors(
    error: Exception, away: bool, locked: bool, full: bool
) -> None:
    assert (is_away(error), is_locked(error), is_full(error)) == (away, locked, full)
