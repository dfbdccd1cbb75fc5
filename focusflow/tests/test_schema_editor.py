"""Migrations on SQLite make tables anew, and keep their triggers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any  # Historical models have fields that no type checker sees.

import pytest
from django.db import IntegrityError, connections, models
from django.db.migrations.state import ModelState, ProjectState
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

TRIGGERS = {
    "own": """
        CREATE TRIGGER own BEFORE INSERT ON shop_book WHEN NEW.title = 'bad'
        BEGIN SELECT RAISE(ABORT, 'no 100 % bad book'); END
    """,
    # Of another table, which speaks of the one that is made anew.
    "other": """
        CREATE TRIGGER other BEFORE INSERT ON shop_sale
        WHEN EXISTS (SELECT 1 FROM shop_book WHERE id = NEW.book_id AND title = 'free')
        BEGIN SELECT RAISE(ABORT, 'a free book is not sold'); END
    """,
}


@pytest.fixture
def database(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """Put a file of its own into the place of the tests' database, whichever that is."""
    settings = {"ENGINE": "focusflow.sqlite", "NAME": str(tmp_path / "shop.sqlite3")}
    tests = connections["default"]
    connections["default"] = ConnectionHandler({"default": settings})["default"]
    with django_db_blocker.unblock():
        try:
            yield connections["default"]
        finally:
            connections["default"].close()
            connections["default"] = tests


def make_shop(database: Any) -> tuple[Any, Any]:
    """Make two tables with triggers; return their models."""
    state = ProjectState()
    columns: dict[str, tuple[str, models.Field[Any, Any]]] = {
        "Book": ("title", models.TextField()),
        "Sale": ("book", models.ForeignKey("shop.Book", models.CASCADE)),
    }
    for name, column in columns.items():
        key = ("id", models.AutoField(primary_key=True))
        state.add_model(ModelState("shop", name, [key, column]))
    made = [state.apps.get_model("shop", name) for name in columns]
    with database.schema_editor() as editor:
        for model in made:
            editor.create_model(model)
    with database.cursor() as cursor:
        for statement in TRIGGERS.values():
            cursor.execute(statement)
    return made[0], made[1]


def triggers_of(database: Any) -> dict[str, str]:
    """Return the triggers of a database, by their names."""
    with database.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())


def alter(editor: Any, book: Any, **options: Any) -> None:
    old, new = book._meta.get_field("title"), models.CharField(max_length=99, **options)
    new.set_attributes_from_name("title")
    new.model = book
    editor.alter_field(book, old, new)


def make_unique(editor: Any, book: Any) -> None:
    alter(editor, book, unique=True)


def add_a_column(editor: Any, book: Any) -> None:
    field = models.IntegerField(unique=True, null=True)
    field.set_attributes_from_name("number")
    field.model = book
    editor.add_field(book, field)


@pytest.mark.parametrize("change", [alter, make_unique, add_a_column])
def test_triggers_survive_a_table_that_is_made_anew(change: Any, database: Any) -> None:
    book, _ = make_shop(database)
    before = triggers_of(database)
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO shop_book (title) VALUES ('free'), ('good')")

    with database.schema_editor() as editor:
        change(editor, book)

    assert set(before) == set(TRIGGERS)
    assert triggers_of(database) == before
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO shop_sale (book_id) VALUES (2)")
        with pytest.raises(IntegrityError, match="no 100 % bad book"):
            cursor.execute("INSERT INTO shop_book (title) VALUES ('bad')")
        with pytest.raises(IntegrityError, match="not sold"):
            cursor.execute("INSERT INTO shop_sale (book_id) VALUES (1)")


def test_triggers_survive_a_change_that_fails(database: Any) -> None:
    book, _ = make_shop(database)
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO shop_book (title) VALUES ('twice'), ('twice')")
    before = triggers_of(database)

    with pytest.raises(IntegrityError), database.schema_editor() as editor:
        make_unique(editor, book)

    assert triggers_of(database) == before
