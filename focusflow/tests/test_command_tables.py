"""``manage.py tables``."""

from __future__ import annotations

import json
from dataclasses import asdict
from io import StringIO
from typing import Any  # Options hold values of every type.

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from focusflow.catalogue import describe_tables
from tasks.tests.make import make_task


def run(*arguments: str, **options: Any) -> str:
    """Run the command and return what it prints."""
    output = StringIO()
    call_command("tables", *arguments, stdout=output, **options)
    return output.getvalue()


def lines_of(output: str) -> list[list[str]]:
    """Return the words of each line."""
    return [line.split() for line in output.splitlines()]


def test_tables_are_all_shown_with_their_rows(ann: User, ben: User) -> None:
    make_task(ann)

    titles = [line for line in run().splitlines() if line.endswith(("row)", "rows)"))]

    assert "tasks (1 row)" in titles
    assert "users (2 rows)" in titles
    assert "habits (0 rows)" in titles
    assert titles == sorted(titles)


@pytest.mark.django_db
def test_tables_named_are_shown_alone_in_that_order() -> None:
    output = run("tasks", "categories")

    assert [line for line in output.splitlines() if "rows)" in line] == [
        "tasks (0 rows)",
        "categories (0 rows)",
    ]


@pytest.mark.django_db
def test_tables_show_columns_with_their_references() -> None:
    lines = lines_of(run("tasks"))

    assert ["column", "type", "null", "default", "references"] in lines
    assert ["user_id", "bigint", "no", "users", "ON", "DELETE", "CASCADE"] in lines
    assert ["category_id", "bigint", "yes", "categories", "ON", "DELETE", "SET", "NULL"] in lines


@pytest.mark.django_db
def test_tables_show_which_columns_are_generated() -> None:
    line = next(line for line in lines_of(run("tasks")) if line[:1] == ["due_order"])

    assert line[-2:] == ["yes", "(generated)"]


def test_tables_are_printed_as_json(ann: User) -> None:
    make_task(ann)

    printed = json.loads(run(json=True))

    assert printed == {"tables": [asdict(table) for table in describe_tables()]}


@pytest.mark.django_db
def test_tables_that_are_unknown_are_refused() -> None:
    with pytest.raises(CommandError, match=r"No table chores: there are .*, tasks, .*, users"):
        run("tasks", "chores")
