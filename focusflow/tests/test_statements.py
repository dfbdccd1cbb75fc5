"""Statements: a queryset compiled once, run with other values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.db.models import BigIntegerField, CharField, DateField, DateTimeField, F
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

from accounts.models import User
from accounts.tests.make import make_user
from accounts.tests.threads import run_threads
from focusflow.statements import Among, IdsSlot, Slot, Statement
from habits.models import CheckIn
from habits.tests.make import START, make_checkin, make_habit
from tasks.models import Task
from tasks.tests.make import make_category, make_task

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC)


def by_title() -> Statement:
    """Return the tasks of a title, with their categories."""
    rows = Task.objects.filter(title=Slot("title", CharField())).select_related("category")
    return Statement(rows.order_by("pk"))


def among() -> Statement:
    """Return the titles of tasks by their ids."""
    rows = Task.objects.filter(Among(F("pk"), IdsSlot("ids"))).order_by("pk")
    return Statement(rows.values_list("title", flat=True))


def test_statement_gives_what_its_queryset_would(ann: User) -> None:
    task = make_task(ann, "Sow", category=make_category(ann, "Garden"), due_date=AT)
    make_task(ann, "Reap")

    (found,) = by_title().run({"title": "Sow"})

    assert found == task
    assert found.category.name == "Garden"
    assert (found.due_date, found.uid) == (AT, task.uid)


def test_statement_takes_other_values_each_time(ann: User) -> None:
    statement = by_title()
    for title in ("Sow", "Reap", "Sow"):
        make_task(ann, title)

    assert [len(statement.run({"title": title})) for title in ("Sow", "Reap", "x")] == [2, 1, 0]


def test_statement_is_compiled_once_and_has_one_text(ann: User) -> None:
    statement = by_title()
    statement.run({"title": "Sow"})
    texts: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        texts.append(sql)
        return execute(sql, params, many, context)

    with patch.object(SQLCompiler, "as_sql") as compiled, connection.execute_wrapper(note):
        statement.run({"title": "Reap"})
        statement.run({"title": "Mow"})

    compiled.assert_not_called()
    assert len(texts) == 2
    assert len(set(texts)) == 1


def test_statement_without_a_value_is_refused() -> None:
    with pytest.raises(KeyError, match="title"):
        by_title().run({})


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_alone() -> None:
    statement = Statement(Task.objects.select_for_update().filter(title=Slot("t", CharField())))
    with transaction.atomic():
        assert statement.run({"t": "Sow"}) == []

    with pytest.raises(TransactionManagementError, match="begin one"):
        statement.run({"t": "Sow"})


@pytest.mark.parametrize("word", ["it's", 'a "b"', "100 %", "%s", "\\", "', '')", "日本"])
def test_value_is_never_read_as_sql(word: str, ann: User) -> None:
    task = make_task(ann, word)
    make_task(ann, "another")

    assert by_title().run({"title": word}) == [task]


def test_values_of_each_type_find_their_rows(ann: User) -> None:
    task = make_task(ann, "Sow", due_date=AT)
    make_task(ann, "Reap", due_date=AT + timedelta(seconds=1))
    rows = Task.objects.filter(
        user_id=Slot("owner", BigIntegerField()),
        due_date__lte=Slot("at", DateTimeField()),
        due_day=Slot("day", DateField()),
    )

    found = Statement(rows).run({"owner": ann.pk, "at": AT, "day": AT.date()})

    assert found == [task]


def test_columns_of_each_type_come_as_the_orm_has_them(ann: User) -> None:
    checkin = make_checkin(make_habit(ann, "Run", start_date=START), START)
    CheckIn.objects.filter(pk=checkin.pk).update(value=Decimal("10.50"))
    own = ("pk", "day", "value", "note", "created_at", "uid")
    columns = (*own, "habit__streak", "habit__strength_steps", "habit__reminder_at")

    (found,) = Statement(CheckIn.objects.values_list(*columns)).run({})

    assert found == CheckIn.objects.values_list(*columns).get()
    assert isinstance(found[1], date)


@pytest.mark.parametrize("count", [0, 1, 2, 300])
def test_ids_are_any_number(count: int, ann: User) -> None:
    rows = Task.objects.bulk_create(Task(user=ann, title=f"{n:03}") for n in range(count + 1))

    found = among().run({"ids": [row.pk for row in rows[:count]]})

    assert found == [row.title for row in rows[:count]]


@pytest.mark.django_db(transaction=True)
def test_statement_is_shared_by_threads() -> None:
    ann = make_user("ann@example.org")
    for number in range(8):
        make_task(ann, f"{number}")
    statement = by_title()

    def read(number: int) -> list[str]:
        return [statement.run({"title": f"{number}"})[0].title for _ in range(20)]

    assert run_threads(8, read) == [[f"{number}"] * 20 for number in range(8)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="its prepared statements")
def test_postgresql_keeps_the_plan_after_some_runs(ann: User) -> None:
    statement = by_title()

    for _ in range(10):
        statement.run({"title": "Sow"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        texts = [text for (text,) in cursor.fetchall()]
    assert any('"tasks"."title" = $1' in text.replace("($1)", "$1") for text in texts)
