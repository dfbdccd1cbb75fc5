"""The index of searches, where it can be made and where not."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models import User
from tasks import checks, indexing
from tasks.checks import check_search
from tasks.models import Task
from tasks.tests.make import make_task

MIGRATION = import_module("tasks.migrations.0010_search_index")
NEEDS_POSTGRESQL = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="needs PostgreSQL: set DATABASE_URL"
)
NEEDS_SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="needs SQLite")


def execute(*statements: str) -> None:
    """Run statements."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def found() -> list[str | None]:
    """Return the ids of what the check says."""
    return [message.id for message in check_search(databases=["default"])]


@pytest.fixture
def _no_extensions(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let PostgreSQL lack an extension, and the index with it."""
    missing = "CREATE EXTENSION IF NOT EXISTS no_such_extension"
    monkeypatch.setitem(indexing.MAKE, "postgresql", (missing,))
    execute("DROP INDEX task_by_search")


@pytest.mark.django_db
def test_whole_index_needs_no_words() -> None:
    assert found() == []
    assert check_search(databases=None) == []


@NEEDS_SQLITE
@pytest.mark.django_db
@pytest.mark.parametrize("name", indexing.TRIGGERS)
def test_index_that_lost_a_trigger_is_named(name: str) -> None:
    execute(f"DROP TRIGGER {name}")

    assert found() == ["tasks.W001"]
    call_command("rebuild_search", verbosity=0)
    assert found() == []


@NEEDS_SQLITE
@pytest.mark.django_db
def test_sqlite_without_fts5_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "takes_fts5", lambda connection: False)

    assert found() == ["tasks.E001"]


@pytest.mark.django_db
def test_tables_that_are_not_there_yet_need_no_words() -> None:
    with transaction.atomic():
        MIGRATION.remove(None, editor())
        execute("ALTER TABLE tasks RENAME COLUMN search_text TO other")

        assert found() == []
        transaction.set_rollback(True)


def editor() -> Any:
    """Return what a migration is given, as far as these ask for it."""
    return type("Editor", (), {"connection": connection})


@NEEDS_POSTGRESQL
@pytest.mark.usefixtures("_no_extensions")
def test_migration_goes_on_without_the_extensions(
    ann: User, caplog: pytest.LogCaptureFixture
) -> None:
    make_task(ann, "Mîlk")

    MIGRATION.add(None, editor())

    assert "Searches go without an index" in caplog.text
    assert "no_such_extension" in caplog.text
    assert Task.objects.matching("milk").count() == 1
    (warning,) = check_search(databases=["default"])
    assert warning.id == "tasks.W002"
    assert "CREATE EXTENSION IF NOT EXISTS pg_trgm;" in str(warning.hint)
    assert "CREATE EXTENSION IF NOT EXISTS btree_gin;" in str(warning.hint)
    assert "python manage.py rebuild_search" in str(warning.hint)


@NEEDS_POSTGRESQL
@pytest.mark.usefixtures("_no_extensions")
def test_command_says_why_there_is_no_index() -> None:
    with pytest.raises(CommandError, match="no_such_extension"):
        call_command("rebuild_search")


@pytest.mark.django_db
@pytest.mark.parametrize("way", [indexing.make_index, indexing.drop_index])
def test_index_is_made_and_dropped_again_and_again(way: Callable[[Any], None]) -> None:
    way(connection)
    way(connection)

    assert indexing.is_missing(connection) is (way is indexing.drop_index)
