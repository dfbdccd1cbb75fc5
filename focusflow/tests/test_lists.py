"""Lists of every resource: the fast path, the pages, the number of queries."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from unittest.mock import patch

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from rest_framework.serializers import Serializer
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.make import make_event, make_invitation, make_token, make_user
from focusflow.api.prepared import STATEMENTS
from focusflow.api.renderers import JSONRenderer
from focusflow.api.rows import shape_of
from focusflow.api.views import ResourceViewSet
from focusflow.instants import FIRST_INSTANT, LAST_INSTANT
from focusflow.urls import router
from habits.models import Habit
from habits.tests.make import START, make_checkin, make_group, make_habit, make_rest
from tasks.actions import set_tags
from tasks.api.filters import LISTS
from tasks.api.views import ORDERINGS_OF_LISTS
from tasks.models import Task
from tasks.tests.make import (
    make_category,
    make_filter,
    make_occurrence,
    make_tag,
    make_task,
    make_trashed,
)

Api = Callable[[User | None], APIClient]


def make_tagged(owner: User, name: str) -> Task:
    """Make a task in a category, with a tag."""
    task = make_task(owner, name, category=make_category(owner, name))
    set_tags(task=task, names=[name])
    return task


def make_kept(owner: User, name: str) -> Habit:
    """Make a habit in a group, with a check-in and a day of rest."""
    habit = make_habit(owner, name, group=make_group(owner, name), start_date=START)
    make_checkin(habit)
    make_rest(owner, START, habit=habit)
    return habit


MAKE: dict[str, Callable[[User, int], Any]] = {
    "users": lambda owner, number: make_user(f"{number}@example.org"),
    "invitations": lambda owner, number: make_invitation(owner)[0],
    "tokens": lambda owner, number: make_token(owner, name=f"{number}")[0],
    "history": lambda owner, number: make_event(owner, row_id=number),
    "categories": lambda owner, number: make_category(owner, f"{number}"),
    "tags": lambda owner, number: make_tag(owner, f"{number}"),
    "tasks": lambda owner, number: make_tagged(owner, f"{number}"),
    "occurrences": lambda owner, number: make_occurrence(make_task(owner, f"{number}")),
    "filters": lambda owner, number: make_filter(owner, f"{number}"),
    "habits": lambda owner, number: make_kept(owner, f"{number}"),
    "habit-groups": lambda owner, number: make_group(owner, f"g{number}"),
    "rests": lambda owner, number: make_rest(owner, START + timedelta(days=number)),
}
BODIES: dict[str, dict[str, str]] = {
    "invitations": {"email": "new@example.org"},
    "users": {"email": "new@example.org", "name": "New", "password": "correct horse battery"},
    "tokens": {"name": "script"},
    "categories": {"name": "Home"},
    "tags": {"name": "errand"},
    "tasks": {"title": "Water the plants"},
    "filters": {"name": "Errands", "query": "today"},
    "habits": {"name": "Read", "frequency": "daily"},
    "habit-groups": {"name": "Morning"},
    "rests": {"first_day": "2026-12-24"},
}
VIEWS: dict[str, Any] = {
    prefix: view for prefix, view, _ in router.registry if issubclass(view, ResourceViewSet)
}
NAMES = list(VIEWS)
# Those whose rows are made over the API.
MADE = [name for name in NAMES if "post" in VIEWS[name].http_method_names]


def queries_of(name: str) -> int:
    """Return how many queries a list takes.

    They are the session, the person, the page, and what the columns of other tables take.
    """
    return 3 + (0 if name == "tokens" else shape_of(VIEWS[name].serializer_class).queries)


@pytest.mark.parametrize("name", NAMES)
def test_list_costs_the_same_queries_for_any_number_of_rows(
    name: str, olga: User, api: Api, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = api(olga)
    for number in range(30):
        MAKE[name](olga, number)

    with django_assert_num_queries(queries_of(name)):
        answer = client.get(f"/api/v1/{name}/")

    assert len(answer.json()["results"]) >= 30


@pytest.mark.parametrize("name", NAMES)
def test_list_shows_what_the_row_shows(name: str, olga: User, api: Api) -> None:
    pk = MAKE[name](olga, 1).pk
    client = api(olga)

    listed = client.get(f"/api/v1/{name}/?ordering=-created_at").content
    shown = client.get(f"/api/v1/{name}/{pk}/").content

    assert shown in listed


PREPARED = [name for name in NAMES if VIEWS[name].is_prepared]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=99)
INSTANTS = st.datetimes(
    FIRST_INSTANT.replace(tzinfo=None), LAST_INSTANT.replace(tzinfo=None), timezones=st.just(UTC)
)


def by_serializer(serializer: type[Serializer[Any]], row: Any) -> bytes:
    """Return a row as the ordinary serializer and the renderer write it."""
    return JSONRenderer().render(serializer(row).data)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    title=TEXTS.filter(bool),
    description=TEXTS,
    due_date=st.none() | INSTANTS,
    completed=st.booleans(),
    priority=st.integers(0, 9),
    category=st.none() | TEXTS.filter(str.strip),
)
def test_fast_path_equals_the_serializer_to_the_byte(
    category: str | None, ann: User, api: Api, **columns: Any
) -> None:
    sorted_into = make_category(ann, f"{category} {time.monotonic_ns()}") if category else None
    task = make_task(ann, category=sorted_into, **columns)
    client = api(ann)

    shown = client.get(f"/api/v1/tasks/{task.pk}/").content
    listed = client.get("/api/v1/tasks/?ordering=-created_at").content

    expected = by_serializer(VIEWS["tasks"].serializer_class, Task.objects.get(pk=task.pk))
    assert shown == expected
    assert expected in listed


@pytest.mark.parametrize("name", PREPARED)
def test_each_fast_path_equals_its_serializer_to_the_byte(name: str, olga: User, api: Api) -> None:
    pk = MAKE[name](olga, 1).pk
    client = api(olga)
    listed = client.get(f"/api/v1/{name}/?ordering=-created_at").content
    shown = client.get(f"/api/v1/{name}/{pk}/").content

    with patch.object(VIEWS[name], "is_prepared", new=False):
        by_the_book = client.get(f"/api/v1/{name}/{pk}/").content

    assert shown == by_the_book
    assert shown in listed


@pytest.mark.parametrize("name", PREPARED)
def test_prepared_pages_are_those_of_the_orm(name: str, olga: User, api: Api) -> None:
    for number in range(5):
        MAKE[name](olga, number)
    client = api(olga)
    first = f"/api/v1/{name}/?ordering=-created_at&page_size=2"
    second = client.get(first).json()["next"]
    questions = (
        f"/api/v1/{name}/",
        first,
        second,
        client.get(second).json()["previous"],
        f"/api/v1/{name}/?created_after=2026-01-01T00:00:00Z",
        f"/api/v1/{name}/?created_after=9000-01-01T00:00:00Z",
        f"/api/v1/{name}/?count=true",
    )
    prepared = [client.get(question).content for question in questions]

    with patch.object(VIEWS[name], "is_prepared", new=False):
        ordinary = [client.get(question).content for question in questions]

    assert prepared == ordinary


@pytest.mark.parametrize(
    "query",
    [
        *(f"list={word}" for word in LISTS),
        "completed=false",
        "completed=true&ordering=title",
        "priority=0",
        "category={category}&due_after=2026-01-01T00:00:00Z&due_before=2027-01-01T00:00:00Z",
        "no_category=true",
        "is_subtask=false",
        "tag=2",
        "search=2",
        "search=",
        "recurs=false",
        "filter=no%20date",
    ],
)
def test_prepared_lists_are_filtered_as_those_of_the_orm(query: str, olga: User, api: Api) -> None:
    tasks = [MAKE["tasks"](olga, number) for number in range(3)]
    Task.objects.filter(pk=tasks[1].pk).update(
        due_date=datetime(2026, 3, 1, tzinfo=UTC), due_day=datetime(2026, 3, 1, tzinfo=UTC).date()
    )
    question = "/api/v1/tasks/?" + query.format(category=tasks[1].category_id)
    client = api(olga)

    prepared = client.get(question)

    with patch.object(VIEWS["tasks"], "is_prepared", new=False):
        assert prepared.content == client.get(question).content
    assert prepared.status_code == 200


def test_prepared_list_asks_for_nobody_in_particular(ann: User, mallory: User, api: Api) -> None:
    task = make_task(ann, "Ann's")
    STATEMENTS.clear()

    assert api(mallory).get("/api/v1/tasks/").json()["results"] == []
    assert api(mallory).get(f"/api/v1/tasks/{task.pk}/").status_code == 404
    assert [row["id"] for row in api(ann).get("/api/v1/tasks/").json()["results"]] == [task.pk]
    assert api(ann).get(f"/api/v1/tasks/{task.pk}/").status_code == 200


def test_prepared_statements_are_kept_by_the_question_and_not_by_its_values(
    ann: User, ben: User, api: Api
) -> None:
    STATEMENTS.clear()

    for user, hour in ((ann, 1), (ben, 2), (ann, 3)):
        api(user).get(f"/api/v1/tasks/?completed=false&due_after=2026-01-01T0{hour}:00:00Z")

    assert len(STATEMENTS) == 1


def test_filters_in_another_order_are_the_same_question(ann: User, api: Api) -> None:
    pairs = ["completed=false", "no_due_date=true", "no_category=true"]
    STATEMENTS.clear()

    for order in permutations(pairs):
        assert api(ann).get(f"/api/v1/tasks/?{'&'.join(order)}").status_code == 200

    assert len(STATEMENTS) == 1


@pytest.mark.parametrize(
    ("query", "is_kept"),
    [
        ("", True),
        ("list=open", True),
        ("list=today", False),
        ("search=x", False),
        ("filter=today", False),
        ("tag=x", False),
        ("count=true", False),
    ],
)
def test_prepared_statements_are_of_what_depends_on_no_value(
    query: str, is_kept: bool, ann: User, api: Api
) -> None:
    STATEMENTS.clear()

    assert api(ann).get(f"/api/v1/tasks/?{query}").status_code == 200

    assert len(STATEMENTS) == is_kept


def test_prepared_statements_are_forgotten_beyond_a_number(
    ann: User, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    STATEMENTS.clear()
    monkeypatch.setattr("focusflow.api.prepared.MOST_STATEMENTS", 3)

    sizes = [len(STATEMENTS) for size in range(1, 8) if ask_for(api(ann), size)]

    assert max(sizes) == 3


def ask_for(client: APIClient, size: int) -> bool:
    """Ask for a page of tasks of a size; say whether there was one."""
    return bool(client.get(f"/api/v1/tasks/?page_size={size}").status_code == 200)


def test_view_with_a_queryset_of_its_own_is_not_prepared_unless_it_says_so() -> None:
    class Plain(ResourceViewSet):
        pass

    class Own(ResourceViewSet):
        def get_queryset(self) -> Any:
            return Task.objects.none()

    class Stated(Own):
        is_prepared = True

    assert [view.is_prepared for view in (Plain, Own, Stated)] == [True, False, True]


def test_fast_path_refuses_a_field_that_computes() -> None:
    from rest_framework import serializers

    class Computing(Serializer[Any]):
        shout = serializers.SerializerMethodField()

    with pytest.raises(TypeError, match="shout"):
        shape_of(Computing)


@pytest.mark.parametrize("name", MADE)
def test_new_row_names_its_address(name: str, olga: User, api: Api) -> None:
    client = api(olga)

    made = client.post(f"/api/v1/{name}/", BODIES[name])

    shown = client.get(made.headers["Location"])
    assert shown.status_code == 200
    assert shown.json()["id"] == made.json()["id"]


def read_all(client: APIClient, url: str, link: str = "next") -> list[list[int]]:
    """Follow the links of a list from an address on; return each page's ids."""
    pages = []
    while url:
        page = client.get(url).json()
        pages.append([row["id"] for row in page["results"]])
        url = page[link]
    return pages


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(
    ("name", "ordering"),
    [(name, ordering) for name in NAMES for ordering in sorted(VIEWS[name].orderings)],
)
def test_pages_hold_each_row_once_in_both_directions(
    name: str, ordering: str, sign: str, olga: User, api: Api
) -> None:
    rows = {MAKE[name](olga, number).pk for number in range(7)}
    client = api(olga)
    url = f"/api/v1/{name}/?ordering={sign}{ordering}&page_size=3"

    forwards = read_all(client, url)
    last = client.get(url)
    while last.json()["next"]:
        last = client.get(last.json()["next"])
    backwards = read_all(client, last.wsgi_request.build_absolute_uri(), "previous")

    flat = [row for page in forwards for row in page]
    assert rows <= set(flat)
    assert len(flat) == len(set(flat))
    assert sorted(row for page in backwards for row in page) == sorted(flat)


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(
    ("name", "ordering"),
    [(name, word) for name, words in ORDERINGS_OF_LISTS.items() for word in words],
)
def test_pages_of_a_list_that_has_its_own_order_hold_each_row_once(
    name: str, ordering: str, sign: str, ann: User, api: Api
) -> None:
    put: dict[str, Callable[[Task], Any]] = {"completed": make_occurrence, "trash": make_trashed}
    tasks = [make_task(ann, title) for title in "abcdefg"]
    make_task(ann, "in neither list")
    client = api(ann)
    for task in tasks:
        put[name](task)

    ordered = f"/api/v1/tasks/?list={name}&ordering={sign}{ordering}&page_size=3"
    pages = read_all(client, ordered)
    unordered = read_all(client, f"/api/v1/tasks/?list={name}&page_size=3")

    rows = [task.pk for task in tasks]
    assert [row for page in pages for row in page] == (rows[::-1] if sign else rows)
    # What came last is what is looked for.
    assert [row for page in unordered for row in page] == rows[::-1]


@pytest.mark.parametrize("ordering", ["completed_at", "-deleted_at"])
@pytest.mark.parametrize("name", sorted({*LISTS, ""}))
def test_order_by_what_other_lists_lack_is_refused(
    name: str, ordering: str, ann: User, api: Api
) -> None:
    query = {"ordering": ordering} | ({"list": name} if name else {})
    is_taken = ordering.strip("-") in ORDERINGS_OF_LISTS.get(name, {})

    answer = api(ann).get("/api/v1/tasks/", query)

    assert answer.status_code == (200 if is_taken else 400)


def test_pages_of_equal_due_dates_hold_each_row_once(ann: User, api: Api) -> None:
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    for number in range(20):
        make_task(ann, due_date=[None, at, at + timedelta(microseconds=1)][number % 3])

    pages = read_all(api(ann), "/api/v1/tasks/?page_size=3")

    dues = [Task.objects.get(pk=row).due_order for page in pages for row in page]
    assert len(dues) == 20
    assert dues == sorted(dues)


def test_pages_skip_and_repeat_nothing_while_rows_come_and_go(ann: User, api: Api) -> None:
    tasks = [make_task(ann, title) for title in "bdfhj"]
    client = api(ann)
    first = client.get("/api/v1/tasks/?ordering=title&page_size=2").json()
    make_task(ann, "a")
    tasks[0].delete()

    second = client.get(first["next"]).json()

    assert [row["title"] for row in second["results"]] == ["f", "h"]


def test_page_has_a_size_of_fifty_and_two_hundred_at_most(ann: User, api: Api) -> None:
    Task.objects.bulk_create(Task(user=ann, title="x") for _ in range(201))
    client = api(ann)

    assert len(client.get("/api/v1/tasks/").json()["results"]) == 50
    assert len(client.get("/api/v1/tasks/?page_size=200").json()["results"]) == 200


def test_list_never_counts_or_skips(
    ann: User, api: Api, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_task(ann)
    client = api(ann)

    with django_assert_num_queries(queries_of("tasks")) as caught:
        client.get("/api/v1/tasks/")

    sql = " ".join(query["sql"] for query in caught.captured_queries)
    assert "COUNT" not in sql
    assert "OFFSET" not in sql


def test_list_counts_when_asked(ann: User, mallory: User, api: Api) -> None:
    make_task(ann)
    make_task(mallory)

    assert api(ann).get("/api/v1/tasks/?count=true").json()["count"] == 1


def test_cursor_of_another_order_is_refused(ann: User, api: Api) -> None:
    make_task(ann)
    make_task(ann)
    client = api(ann)
    link = client.get("/api/v1/tasks/?page_size=1&ordering=title").json()["next"]

    answer = client.get(link.replace("ordering=title", "ordering=-title"))

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "parts",
    [
        ["due_date", "2026-01-01T00:00:00Z", 0, False],
        ["due_date", "2026-01-01T00:00:00Z", 2**63, False],
        ["due_date", "2026-01-01T00:00:00Z", True, False],
        ["due_date", "2026-01-01T00:00:00Z", 1, 0],
        ["due_date", None, 1, False],
        ["due_date", {}, 1, False],
        ["due_date", "0001-01-01T00:00:00+14:00", 1, False],
        ["due_date", "x", 1, False],
        [[], "2026-01-01T00:00:00Z", 1, False],
        [1, 2],
    ],
    ids=repr,
)
def test_cursor_that_nobody_wrote_is_refused(parts: list[Any], ann: User, api: Api) -> None:
    import base64

    cursor = base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")

    answer = api(ann).get("/api/v1/tasks/", {"cursor": cursor})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "cursor"
