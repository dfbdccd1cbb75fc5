"""How PostgreSQL reads the lists of somebody with 50,000 of a million tasks.

The rows are made once, in one transaction that is rolled back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any  # A plan is JSON.

import pytest
from django.db import connection, transaction
from psycopg import ClientCursor
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.make import make_user
from focusflow.api.keyset import Cursor
from tasks.tests.many import make_people, make_tasks

TASKS = "/api/v1/tasks/"
ROWS = 1_000_000
OTHERS = 999
MOST_BUFFERS = 300

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    # All of its tests on one worker: they share the rows.
    pytest.mark.xdist_group("plans"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="its plans, its buffers"),
]


@pytest.fixture(scope="module")
def heavy(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[User]:
    """Return somebody with 50,000 of a million tasks."""
    with django_db_blocker.unblock(), transaction.atomic():
        user = make_user("heavy@example.org")
        make_people(OTHERS)
        make_tasks(user, 1, ROWS)
        yield user
        transaction.set_rollback(True)


@dataclass
class Reads:
    """Collects the statements that read tasks: an execution wrapper of a connection."""

    statements: list[Statement] = field(default_factory=list)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Run a statement, and keep it."""
        if 'FROM "tasks"' in sql:
            is_prepared = not isinstance(context["cursor"].cursor, ClientCursor)
            self.statements.append(Statement(sql, list(params or ()), is_prepared))
        return execute(sql, params, many, context)


@dataclass(frozen=True)
class Statement:
    """A statement as it was run."""

    sql: str
    params: list[Any]
    # Whether PostgreSQL may keep its plan, which then knows of no value.
    is_prepared: bool


def plans_of(user: User, query: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the plans of what a page of the list reads of tasks."""
    client = APIClient()
    client.force_login(user)
    reads = Reads()
    with connection.execute_wrapper(reads):
        answer = client.get(TASKS, query)
    assert answer.status_code == 200, answer.content
    assert len(answer.json()["results"]) > 0
    return [plan for statement in reads.statements for plan in explain(statement)]


def explain(statement: Statement) -> list[dict[str, Any]]:
    """Return the plan of a statement for its values; of a prepared one, the plan for any too."""
    values: Any = connection.ops
    plans = [read_plan(values.compose_sql(statement.sql, statement.params))]
    if statement.is_prepared:
        sql = statement.sql
        for place in range(len(statement.params)):
            sql = sql.replace("%s", f"${place + 1}", 1)
        places = ", ".join(["%s"] * len(statement.params))
        with connection.cursor() as cursor:
            cursor.execute(f"PREPARE of_any AS {sql}")
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        plans.append(read_plan(values.compose_sql(f"EXECUTE of_any({places})", statement.params)))
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL plan_cache_mode = auto")
            cursor.execute("DEALLOCATE of_any")
    return plans


def read_plan(sql: str) -> dict[str, Any]:
    """Return the plan of what is written out, with what it read."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()
    parsed = json.loads(plan) if isinstance(plan, str) else plan
    found: dict[str, Any] = parsed[0]["Plan"]
    return found


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give a plan's nodes."""
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


def kinds_in(plans: list[dict[str, Any]]) -> set[str]:
    """Return what the plans do."""
    return {node["Node Type"] for plan in plans for node in nodes(plan)}


def buffers(plan: dict[str, Any]) -> int:
    """Return how many shared buffers a plan touched."""
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


LISTS: list[dict[str, Any]] = [
    {},
    {"ordering": "title"},
    {"ordering": "position"},
    {"ordering": "-created_at"},
    {"completed": "false"},
    *({"list": name} for name in ("today", "upcoming", "overdue", "inbox", "open")),
    {"list": "completed"},
    {"list": "trash"},
    {"list": "today", "ordering": "-due_date"},
    {"filter": "overdue"},
    {"filter": "no date"},
]


@pytest.mark.parametrize("query", LISTS, ids=lambda query: str(query) or "all")
def test_page_of_a_list_reads_an_index(query: dict[str, Any], heavy: User) -> None:
    plans = plans_of(heavy, query)

    assert {"Seq Scan", "Sort"}.isdisjoint(kinds_in(plans)), plans
    assert max(map(buffers, plans)) <= MOST_BUFFERS, plans


def test_page_of_a_category_reads_an_index(heavy: User) -> None:
    category = heavy.categories.unarchived().latest("pk")

    every = plans_of(heavy, {"category": category.pk})
    plans = [plan for plan in every if plan["Node Type"] == "Limit"]

    assert len(plans) == 2
    assert {"Seq Scan", "Sort"}.isdisjoint(kinds_in(plans)), plans
    assert max(map(buffers, plans)) <= MOST_BUFFERS


@pytest.mark.parametrize("text", ["quixotic", "ixoti", "qu"])
def test_page_of_a_rare_word_reads_an_index(text: str, heavy: User) -> None:
    plans = plans_of(heavy, {"search": text})

    assert "Seq Scan" not in kinds_in(plans), plans
    assert sum(map(buffers, plans)) <= MOST_BUFFERS, plans


def test_page_of_a_word_in_all_tasks_reads_an_index(heavy: User) -> None:
    plans = plans_of(heavy, {"search": "water"})

    # The first asks whether there are too many to rank.
    assert len(plans) == 2
    assert "Seq Scan" not in kinds_in(plans), plans
    assert max(map(buffers, plans)) <= MOST_BUFFERS, plans


def test_page_in_the_middle_reads_no_more_than_the_first(heavy: User) -> None:
    middle = heavy.tasks.kept().order_by("day_order", "due_order", "pk")[20_000]
    place = (middle.day_order, middle.due_order)
    cursor = Cursor("due_date", place, middle.pk, backwards=False).encode()

    plans = plans_of(heavy, {"cursor": cursor})

    assert len(plans) == 2
    assert max(map(buffers, plans)) <= MOST_BUFFERS
