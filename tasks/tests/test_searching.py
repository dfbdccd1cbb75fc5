"""Searches of tasks: what is found, in which order, and that every way to write keeps it so."""

# ruff: noqa: RUF001  # letters that look like others have to be found

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import NotSupportedError, connection, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Concat, Lower
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.make import make_user
from accounts.tests.threads import run_threads
from focusflow.bulk import insert
from tasks import actions
from tasks.folding import SearchError, join_parts, split_search
from tasks.models import Tag, Task, TaskTag
from tasks.searching import MOST_RANKED, holding
from tasks.tests.make import make_task

Api = Callable[[User | None], APIClient]

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
TASKS = "/api/v1/tasks/"


def tag(task: Task, *names: str) -> None:
    """Give a task these tags and no others."""
    actions.set_tags(task=task, names=names)


def titles(text: str) -> list[str]:
    """Return the titles of the tasks that match, by the alphabet."""
    return sorted(Task.objects.matching(text).values_list("title", flat=True))


def expected(task: Task) -> str:
    """Return what should be searched of a task, from the rows as they are."""
    names = TaskTag.objects.filter(task=task).values_list("tag__name", flat=True)
    return join_parts(task.title, names, task.description)


def assert_folded() -> None:
    """Look that every task is searched by what it holds, in the column and in SQLite's index."""
    for task in Task.objects.all():
        assert task.search_text == expected(task)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # Raises where the index differs from the table.
            cursor.execute(
                "INSERT INTO tasks_search (tasks_search, rank) VALUES ('integrity-check', 1)"
            )


# --- What is found ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("milk", True),
        ("MILK", True),
        ("ilk", True),
        # Each word, wherever it stands; in quotes, as they stand.
        ("market milk", True),
        ("oat milk", True),
        ('"oat milk"', False),
        ('"milk with"', True),
        ("milk wine", False),
        # No word reaches from the title into the tags, or from these into the description.
        ('"oats errand"', False),
        ('"errand ask"', False),
        # Tags and description.
        ("errand", True),
        ("naive", True),
        ("NAÏVE", True),
        # Fewer than three characters begin a word.
        ("mi", True),
        ("m", True),
        ("il", False),
        ("k", False),
        ("er", True),
        ("as", True),
        ("na", True),
        # Ideographs are words.
        ("会議", True),
        ("議", True),
        ("議会", False),
        ("🎂", True),
        ("🎂🎂", False),
        # Wildcards are characters.
        ("50%", True),
        ("5%", False),
        ("%", False),
        ("a_b", True),
        ("a_c", False),
        ("___", False),
        ("c:\\new", True),
        ("c:new", False),
        ("%%%", False),
        ("'); --", False),
        # Nothing to look for.
        ("", True),
        ("\x00", True),
        ("mi\x00lk", False),
    ],
)
def test_search_finds(text: str, is_found: bool, ann: User) -> None:
    task = make_task(
        ann,
        "Buy milk with oats",
        description="Ask the naïve man at the market: 50% off? 明日の会議 🎂 a_b C:\\new",
    )
    tag(task, "Errand")

    assert Task.objects.matching(text).exists() is is_found


def test_search_finds_turkish_and_german_words(ann: User) -> None:
    make_task(ann, "Işık İçin Straße")

    for text in ("isik", "IŞIK", "icin", "strasse", "STRASSE", "straße"):
        assert titles(text) == ["Işık İçin Straße"]


@pytest.mark.parametrize(
    "text",
    ["x" * 2000, "\ufdfa" * 2000, "会議" * 1000, '"' * 2000, "%_\\" * 600, " ".join(["ab"] * 600)],
    ids=ascii,
)
def test_long_search_is_answered(text: str, ann: User, api: Api) -> None:
    make_task(ann)

    assert not Task.objects.matching(text).exists()
    # Percent-encoded, the others are longer than an address may be.
    if text.isascii():
        assert api(ann).get(TASKS, {"search": text}).json()["results"] == []


def test_long_text_is_found(ann: User) -> None:
    make_task(ann, "Read", description="\ufdfa" * 20_000 + " needle")

    assert titles("needle") == ["Read"]
    assert titles("\ufdfa" * 2000) == ["Read"]


def test_search_for_too_many_words_is_refused(ann: User, api: Api) -> None:
    text = " ".join(f"word{number}" for number in range(21))

    with pytest.raises(SearchError):
        Task.objects.matching(text)
    answer = api(ann).get(TASKS, {"search": text})

    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["parameter"] == "search"
    assert "at most 20 words" in error["detail"]


def test_search_finds_ones_own_tasks_alone(ann: User, mallory: User, api: Api) -> None:
    make_task(ann, "Secret plan")

    assert api(mallory).get(TASKS, {"search": "secret"}).json()["results"] == []
    assert len(api(ann).get(TASKS, {"search": "secret"}).json()["results"]) == 1


def test_condition_can_be_combined(ann: User) -> None:
    for title in ("milk", "bread", "oat milk", "ham"):
        make_task(ann, title)

    found = Task.objects.filter(holding("milk") & ~holding("oat") | holding("ha"))

    assert sorted(found.values_list("title", flat=True)) == ["ham", "milk"]


# Few letters, so that searches hit; what is special to SQL, to the index and to Unicode.
LETTERS = "abAB éß_%\\\"'- 会議🎂\u0301İ\n.\ufb01"
SHORT = st.text(st.sampled_from(LETTERS), max_size=8)
ROW = st.tuples(SHORT, st.lists(SHORT.filter(str.strip), max_size=2), SHORT)


@given(
    rows=st.lists(ROW, max_size=4),
    searches=st.lists(SHORT, min_size=1, max_size=4),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_search_finds_what_python_finds(
    rows: list[tuple[str, list[str], str]], searches: list[str], ann: User
) -> None:
    with transaction.atomic():
        for title, names, description in rows:
            tag(make_task(ann, title, description=description), *names)
        stored = dict(Task.objects.values_list("pk", "search_text"))
        assert_folded()

        for text in searches:
            found = set(Task.objects.matching(text).values_list("pk", flat=True))
            parts = split_search(text)
            assert found == {pk for pk, row in stored.items() if all(p in row for p in parts)}
        transaction.set_rollback(True)


# --- The order ----------------------------------------------------------------------------------


def make_hits(owner: User) -> None:
    """Make tasks that fit a search for milk and bread more or less, the older the better."""
    for number, (title, names, description) in enumerate(
        [
            ("Milk and bread", [], ""),
            ("Milk, breadcrumbs", ["milk"], "milk bread"),
            ("Bread", ["Milk"], ""),
            ("Shopping", ["milk", "bread"], ""),
            ("Milk", [], "and bread"),
            ("Shopping again", [], "bread, milk"),
            ("Ham", [], "milk"),
        ]
    ):
        task = make_task(owner, title, description=description)
        tag(task, *names)
        Task.objects.filter(pk=task.pk).update(created_at=AT + timedelta(hours=number))


BEST_FIRST = [
    "Milk, breadcrumbs",
    "Milk and bread",
    "Shopping",
    "Bread",
    "Shopping again",
    "Milk",
]


def test_hits_in_the_title_come_before_tags_and_description(ann: User) -> None:
    make_hits(ann)

    assert [task.title for task in Task.objects.search("bread milk")] == BEST_FIRST


@pytest.mark.parametrize("size", [1, 2, 4, 50])
def test_pages_of_the_api_hold_the_best_first(size: int, ann: User, api: Api) -> None:
    make_hits(ann)
    client = api(ann)

    pages = [client.get(TASKS, {"search": "bread milk", "page_size": f"{size}"}).json()]
    while pages[-1]["next"]:
        pages.append(client.get(pages[-1]["next"]).json())

    assert [row["title"] for page in pages for row in page["results"]] == BEST_FIRST
    if len(pages) > 1:
        before = client.get(pages[-1]["previous"]).json()
        assert before["results"] == pages[-2]["results"]


def test_other_order_is_kept_where_it_is_asked_for(ann: User, api: Api) -> None:
    make_hits(ann)

    rows = api(ann).get(TASKS, {"search": "bread milk", "ordering": "title"}).json()["results"]

    assert [row["title"] for row in rows] == sorted(BEST_FIRST)


def test_many_hits_come_newest_first(ann: User, api: Api) -> None:
    at = [AT + timedelta(minutes=n * 7 % (MOST_RANKED + 1)) for n in range(MOST_RANKED + 1)]
    Task.objects.bulk_create(
        Task(user=ann, title="Milk" if n % 2 else "Other", description="milk", created_at=one)
        for n, one in enumerate(at)
    )
    client = api(ann)

    page = client.get(TASKS, {"search": "milk", "page_size": "150"}).json()
    rest = client.get(page["next"]).json()

    ids = [row["id"] for row in page["results"] + rest["results"]]
    assert ids == list(Task.objects.order_by("-created_at", "-id").values_list("pk", flat=True))
    assert rest["next"] is None
    assert [task.pk for task in Task.objects.search("milk")] == ids
    Task.objects.filter(pk=ids[0]).delete()
    assert Task.objects.search("milk")[0].title == "Milk"


@pytest.mark.parametrize(
    "cursor", ["bnVsbA", "W10", "x", "%", "WzFd", "eyIwIjogIi1jcmVhdGVkX2F0In0"]
)
def test_cursor_that_is_none_is_refused(cursor: str, ann: User, api: Api) -> None:
    make_task(ann)

    answer = api(ann).get(TASKS, {"search": "water", "cursor": cursor})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "cursor"


def test_search_costs_one_query_more_than_a_list(
    ann: User, api: Api, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_hits(ann)
    client = api(ann)
    with django_assert_num_queries(4) as caught:
        client.get(TASKS)
    with django_assert_num_queries(len(caught) + 1):
        client.get(TASKS, {"search": "milk bread"})


# --- Every way to write -------------------------------------------------------------------------


def by_save(task: Task) -> None:
    task.title = "Whole Sàve"
    task.save()


def by_change(task: Task) -> None:
    task.change(title="Ünly the title")


def by_change_of_description(task: Task) -> None:
    task.change(description="Only thé description")


def by_update(task: Task) -> None:
    Task.objects.filter(title=task.title).update(title="Ùpdate")


def by_update_of_expressions(task: Task) -> None:
    Task.objects.update(description=Concat(Lower("title"), Value(" ÉX"), output_field=CharField()))


def by_bulk_update(task: Task) -> None:
    task.title, task.description = "Bulk", "ÜPDATE"
    Task.objects.bulk_update([task], ["title", "description"])


def by_edit(task: Task) -> None:
    actions.edit(task=task, now=None, title="Édit", tags=["Édited"])  # type: ignore[arg-type]  # unused


def by_other_tags(task: Task) -> None:
    tag(task, "Other", "Ërrand")


def by_no_tags(task: Task) -> None:
    tag(task)


def by_rename(task: Task) -> None:
    Tag.objects.get(name="Errand").change(name="Rênamed")


def by_update_of_tags(task: Task) -> None:
    Tag.objects.filter(name="Errand").update(name="Ùpdated", key="updated")


def by_removal_of_a_tag(task: Task) -> None:
    Tag.objects.get(name="Errand").remove()


def by_deletion_of_a_tag(task: Task) -> None:
    Tag.objects.get(name="Errand").delete()


def by_deletion_of_tags(task: Task) -> None:
    Tag.objects.all().delete()


def by_deletion_of_a_link(task: Task) -> None:
    task.task_tags.order_by("pk").first().delete()  # type: ignore[union-attr]  # it is there


def by_a_link(task: Task) -> None:
    TaskTag.objects.create(
        user=task.user, task=task, tag=Tag.objects.create(user=task.user, name="Ñ")
    )


WAYS = [
    by_save,
    by_change,
    by_change_of_description,
    by_update,
    by_update_of_expressions,
    by_bulk_update,
    by_edit,
    by_other_tags,
    by_no_tags,
    by_rename,
    by_update_of_tags,
    by_removal_of_a_tag,
    by_deletion_of_a_tag,
    by_deletion_of_tags,
    by_deletion_of_a_link,
    by_a_link,
]


@pytest.mark.parametrize("write", WAYS)
def test_every_way_to_write_keeps_what_is_searched(
    write: Callable[[Task], None], ann: User
) -> None:
    task = make_task(ann, "Bùy", description="Mîlk")
    tag(task, "Errand", "Ät home")
    before = Task.objects.get().search_text

    write(Task.objects.get())

    assert_folded()
    assert Task.objects.get().search_text != before


def test_task_in_memory_knows_what_was_written(ann: User) -> None:
    task = make_task(ann, "Bùy")
    tag(task, "Errand")
    assert task.search_text == join_parts("Bùy", [], "")

    task.change(title="Söld")

    assert task.search_text == join_parts("Söld", ["Errand"], "")


def test_rows_made_at_once_are_found(ann: User) -> None:
    Task.objects.bulk_create(Task(user=ann, title=title) for title in ("Mîlk", "Bread"))

    assert titles("milk") == ["Mîlk"]
    assert_folded()


def test_other_changes_leave_what_is_searched(ann: User) -> None:
    task = make_task(ann, "Bùy")
    tag(task, "Errand")
    stale = Task.objects.get()
    tag(task, "Other")

    stale.change(priority=1)
    stale.title = "Sell"
    stale.save()

    assert_folded()
    assert titles("other") == ["Sell"]


def test_search_is_nobodys_change(ann: User) -> None:
    task = make_task(ann)
    before = Task.objects.values("version", "updated_at").get()

    Task.objects.filter(pk=task.pk).update(search_text="")
    Task.objects.all().refold()

    assert Task.objects.values("version", "updated_at").get() == before
    assert_folded()


def test_link_cannot_be_changed(ann: User) -> None:
    with pytest.raises(NotSupportedError, match="Take the tag"):
        TaskTag.objects.update(tag=1)


def test_tags_of_others_stay(ann: User, ben: User) -> None:
    for owner in (ann, ben):
        tag(make_task(owner, owner.name), "Errand")

    Tag.objects.visible_to(ann).get().delete()

    assert titles("errand") == ["Ben"]
    assert_folded()


def test_removal_of_tasks_and_accounts_removes_them_from_the_index(ann: User, ben: User) -> None:
    for owner in (ann, ben):
        tag(make_task(owner, "Milk"), "Errand")
    Task.objects.visible_to(ann).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM users WHERE id = %s", [ben.pk])

    assert titles("milk") == []
    assert_folded()


@pytest.mark.django_db(transaction=True)
def test_title_and_tags_that_change_at_once_are_both_found() -> None:
    ann = make_user("ann@example.org")
    task = make_task(ann, "Start")

    def write(number: int) -> None:
        own = Task.objects.get(pk=task.pk)
        if number % 2:
            own.change(title=f"title{number}")
        else:
            tag(own, f"tag{number}")

    run_threads(8, write)

    assert_folded()


@pytest.mark.django_db(transaction=True)
def test_tag_that_is_renamed_while_it_is_given_is_found() -> None:
    ann = make_user("ann@example.org")
    errand = Tag.objects.create(user=ann, name="Errand")
    tasks = [make_task(ann, f"{number}") for number in range(8)]

    def write(number: int) -> None:
        if number == 3:
            Tag.objects.get(pk=errand.pk).change(name="Renamed")
        else:
            own = Tag.objects.get(pk=errand.pk)
            TaskTag.objects.bulk_create([TaskTag(user=ann, task=tasks[number], tag=own)])

    run_threads(8, write)

    assert_folded()
    assert len(titles("renamed")) == 7


# --- The index ----------------------------------------------------------------------------------


def plan_of(text: str, owner: User) -> str:
    """Return how the database finds the newest hits of a search."""
    query = Task.objects.visible_to(owner).matching(text).order_by("-created_at", "-id")[:50]
    return query.explain()


def test_search_reads_the_index(ann: User) -> None:
    insert(
        Task,
        ({"user_id": ann.pk, "title": f"{n}", "search_text": f" task{n}"} for n in range(5000)),
    )
    index = "task_by_search" if connection.vendor == "postgresql" else "tasks_search VIRTUAL TABLE"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The planner counts what is still to be put into the index against it.
            cursor.execute("SELECT gin_clean_pending_list('task_by_search')")
        cursor.execute("ANALYZE tasks")

    assert index in plan_of("ask4999", ann)
    assert re.search("SCAN tasks(?!_)|Seq Scan", plan_of("ask4999", ann)) is None
    if connection.vendor == "postgresql":
        # Both columns of it: without the owner a word that others write often is found slowly.
        assert re.search("Index Cond: .*user_id.*search_text", plan_of("ask4999", ann))
        # On SQLite, two characters with the space before them.
        assert index in plan_of("qz", ann)
        assert index in plan_of("q", ann)


# PostgreSQL makes no index while foreign keys of the transaction are still to be checked.
@pytest.mark.django_db(transaction=True)
def test_command_mends_what_was_written_past_the_models() -> None:
    ann = make_user("ann@example.org")
    task = make_task(ann)
    tag(task, "Errand")
    insert(Task, [{"user_id": ann.pk, "title": "By psql"}])
    assert titles("psql") == []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER tasks_search_insert")
        else:
            cursor.execute("DROP INDEX task_by_search")
        cursor.execute("UPDATE tasks SET search_text = '' WHERE id = %s", [task.pk])
    printed = StringIO()

    call_command("rebuild_search", stdout=printed)

    assert printed.getvalue() == "2 tasks can be searched.\n"
    assert titles("psql") == ["By psql"]
    assert_folded()


# --- The admin ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("MILK", {"Milk of Ann", "Milk of Ben"}),
        ("milk ann@", {"Milk of Ann"}),
        ("ben@example.org", {"Milk of Ben", "Bread of Ben"}),
        ("@errand", {"Bread of Ben"}),
        ("oat", set()),
    ],
)
def test_admin_searches_by_words_and_owner(
    text: str, found: set[str], ann: User, ben: User, olga: User
) -> None:
    make_task(ann, "Milk of Ann")
    make_task(ben, "Milk of Ben")
    make_task(ben, "Bread of Ben", description="@errand")
    client = Client()
    client.force_login(olga)

    page: Any = client.get("/admin/tasks/task/", {"q": text})

    assert {task.title for task in page.context["cl"].result_list} == found


def test_admin_shows_no_folded_text(ann: User, olga: User) -> None:
    client = Client()
    client.force_login(olga)

    page = client.get(f"/admin/tasks/task/{make_task(ann).pk}/change/")

    assert page.status_code == 200
    assert "search_text" not in page.content.decode()


def test_admin_says_what_it_cannot_search_for(olga: User) -> None:
    client = Client()
    client.force_login(olga)

    page = client.get("/admin/tasks/task/", {"q": " ".join(f"w{n}" for n in range(21))})

    assert page.status_code == 200
    assert "at most 20 words" in page.content.decode()
