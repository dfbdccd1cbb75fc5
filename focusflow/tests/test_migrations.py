"""Migrations keep the rows that are there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any  # Historical models have fields that no type checker sees.
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps
from pytest_django import DjangoDbBlocker

from tasks.indexing import is_missing

# The schema of the first release: our own apps, then those whose tables our migrations alter.
FIRST = [("accounts", "0001_initial"), ("tasks", "0001_initial"), ("habits", "0001_initial")]
OTHERS = ["account", "admin", "mfa", "sessions", "usersessions"]

AT = datetime(2026, 3, 29, 1, 30, 0, 120, tzinfo=UTC)
# Its microseconds since 1970.
PLACE = 1_774_747_800_000_120
LATER = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
UID = UUID("0123456789abcdef0123456789abcdef")
OTHER_UID = UUID("fedcba9876543210fedcba9876543210")
THIRD_UID = UUID("00112233445566778899aabbccddeeff")

# A row by its model and id, and the values that it was made with.
Rows = dict[tuple[str, str, Any], dict[str, Any]]


@pytest.fixture
def _empty_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[None]:
    """Put a database without tables in the place of the tests' one.

    Its own, rather than the tests' migrated backwards: later migrations need not be reversible,
    and whatever happens in here, other tests find their tables.
    """
    tests = connections["default"]
    scratch = tests.copy()
    # The backend keeps a pool for each alias: the copy would get connections to the tests' one.
    scratch.settings_dict["OPTIONS"].pop("pool", None)
    name = f"{tests.settings_dict['NAME']}_migrations"
    with django_db_blocker.unblock():
        if tests.vendor == "sqlite":
            name = str(tmp_path / "migrations.sqlite3")
        else:
            run(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
        scratch.settings_dict["NAME"] = name
        connections["default"] = scratch
        try:
            yield
        finally:
            scratch.close()
            connections["default"] = tests
            if tests.vendor == "postgresql":
                run(f'DROP DATABASE "{name}"')


def run(*statements: str) -> None:
    """Run statements, each in a transaction of its own."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def migrate_to_first() -> StateApps:
    """Make the first schema and return its models."""
    executor = MigrationExecutor(connection)
    leaves = [leaf for label in OTHERS for leaf in executor.loader.graph.leaf_nodes(label)]
    return executor.migrate([*FIRST, *leaves]).apps


def migrate_to_newest() -> StateApps:
    """Bring the schema to where `manage.py migrate` brings it and return its models."""
    executor = MigrationExecutor(connection)
    return executor.migrate(executor.loader.graph.leaf_nodes()).apps


def migrate_to(label: str, name: str) -> StateApps:
    """Bring the tables of an app to one of its migrations, all others to their newest."""
    executor = MigrationExecutor(connection)
    leaves = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] != label]
    return executor.migrate([*leaves, (label, name)]).apps


def fill(apps: StateApps) -> Rows:
    """Make a row in each table and return all."""
    rows: Rows = {}

    def make(label: str, model: str, **values: Any) -> Any:
        row = apps.get_model(label, model)._base_manager.create(**values)
        rows[label, model, row.pk] = values
        return row.pk

    user = make(
        "accounts",
        "User",
        email="ann@example.org",
        name="Änn 🚀",
        password="argon2$a$b",
        first_access=AT,
        created_at=AT,
        last_login=LATER,
        is_staff=True,
        time_zone="Europe/Berlin",
        day_starts_at=4,
        week_start=7,
        language="de",
    )
    owned = {"user_id": user, "uid": UID, "created_at": AT, "updated_at": LATER, "version": 3}
    group = make("auth", "Group", name="family")
    make("accounts", "User_groups", user_id=user, group_id=group)
    make("account", "EmailAddress", user_id=user, email="ann@example.org", verified=True)
    make("mfa", "Authenticator", user_id=user, type="totp", data={"secret": "x"})
    make("admin", "LogEntry", user_id=user, object_repr="a row", action_flag=1)
    make("sessions", "Session", session_key="key", session_data="data", expire_date=LATER)
    make("usersessions", "UserSession", user_id=user, session_key="key", ip="127.0.0.1")
    make("accounts", "ApiToken", **owned, name="script", digest="1", scope="write", expires_at=AT)
    make("accounts", "RefreshToken", user_id=user, digest="2", family="3", expires_at=LATER)
    category = make("tasks", "Category", **owned, name="Home")
    make(
        "tasks",
        "Task",
        **owned,
        title="It's due",
        description="Two\nlines",
        completed=True,
        due_date=AT,
        category_id=category,
    )
    make("tasks", "Task", **owned | {"uid": THIRD_UID}, title="Party", due_date=LATER)
    bare = owned | {"uid": OTHER_UID}
    make("tasks", "Task", **bare, title="Some day", due_date=None, category_id=None)
    make("habits", "Habit", **owned, name="Read", frequency="weekly", streak=0)
    return rows


def read(apps: StateApps, rows: Rows) -> Rows:
    """Return the same columns of the same rows as they are now; a row that is gone is left out."""
    found: Rows = {}
    for (label, model, pk), values in rows.items():
        for row in apps.get_model(label, model)._base_manager.filter(pk=pk).values(*values):
            found[label, model, pk] = row
    return found


@pytest.mark.usefixtures("_empty_database")
def test_migrations_keep_the_rows_of_the_first_schema() -> None:
    rows = fill(migrate_to_first())

    newest = migrate_to_newest()

    assert read(newest, rows) == rows


@pytest.mark.usefixtures("_empty_database")
def test_migration_fills_what_tasks_did_not_have() -> None:
    fill(migrate_to_first())

    newest = migrate_to_newest()

    tasks = newest.get_model("tasks", "Task")._base_manager
    filled = tasks.values_list("title", "time_zone", "due_day", "completed_at", "position")
    # Of the owner's zone, in which it is the next day at midnight in London; and of the time at
    # which each was made and last changed.
    assert set(filled) == {
        ("It's due", "Europe/Berlin", date(2026, 3, 29), LATER, PLACE),
        ("Party", "Europe/Berlin", date(2027, 1, 1), None, PLACE),
        ("Some day", "Europe/Berlin", None, None, PLACE),
    }
    assert set(tasks.values_list("all_day", "rrule", "parent", "deleted_at")) == {
        (False, "", None, None)
    }
    categories = newest.get_model("tasks", "Category")._base_manager
    assert categories.values_list("position", "colour", "archived_at").get() == (
        PLACE,
        "grey",
        None,
    )


@pytest.mark.usefixtures("_empty_database")
def test_migration_fills_what_habits_did_not_have() -> None:
    old = migrate_to_first()
    fill(old)
    user = old.get_model("accounts", "User")._base_manager.get()
    habits = old.get_model("habits", "Habit")._base_manager
    late = datetime(2026, 3, 29, 2, 30, tzinfo=UTC)
    made_up = {"uid": UID, "user_id": user.pk, "name": "Run", "frequency": "daily", "streak": 7}
    habits.create(**made_up | {"uid": OTHER_UID, "created_at": late})
    for number in range(2_100):
        habits.create(**made_up | {"uid": UUID(int=number), "created_at": LATER})

    newest = migrate_to_newest().get_model("habits", "Habit")._base_manager.order_by("pk")

    columns = ("name", "start_date", "position", "streak", "times", "kind", "target", "group")
    filled = list(newest.values_list(*columns))
    # The owner's day starts at 4 in Berlin: one was made before it, in the night that has no 2, the
    # other after it. Nothing was checked in so far.
    assert filled[:2] == [
        ("Read", date(2026, 3, 28), PLACE, 0, 1, "yes_no", None, None),
        ("Run", date(2026, 3, 29), PLACE + 3_600_000_000 - 120, 0, 1, "yes_no", None, None),
    ]
    assert {row[1:4] for row in filled[2:]} == {
        (date(2026, 12, 31), PLACE + (LATER - AT) // timedelta(microseconds=1), 0)
    }
    assert set(newest.values_list("streak_holds_until", "longest_streak")) == {(None, 0)}
    assert newest.first().strength_steps == []


@pytest.mark.usefixtures("_empty_database")
def test_migrations_of_habits_go_back_and_forth() -> None:
    fill(migrate_to_first())
    migrate_to_newest()

    back = migrate_to("habits", "0001_initial").get_model("habits", "Habit")
    again = migrate_to_newest().get_model("habits", "Habit")

    assert back._base_manager.count() == again._base_manager.count() == 1


@pytest.mark.usefixtures("_empty_database")
def test_migration_vouches_for_addresses_that_the_operator_named() -> None:
    old = migrate_to_first()
    user = old.get_model("accounts", "User")._base_manager.create(email="a@example.org", name="")
    addresses = old.get_model("account", "EmailAddress")._base_manager
    addresses.create(user_id=user.pk, email="a@example.org", primary=True, verified=False)
    addresses.create(user_id=user.pk, email="b@example.org", primary=False, verified=False)

    newest = migrate_to_newest()

    found = newest.get_model("account", "EmailAddress")._base_manager.order_by("email")
    assert list(found.values_list("email", "verified")) == [
        ("a@example.org", True),
        ("b@example.org", False),
    ]


@pytest.mark.usefixtures("_empty_database")
def test_migrations_fold_the_tasks_that_are_there_and_back() -> None:
    old = migrate_to("tasks", "0007_owners")
    user = old.get_model("accounts", "User")._base_manager.create(email="a@example.org", name="")
    tasks, tags, links = (
        old.get_model("tasks", name)._base_manager for name in ("Task", "Tag", "TaskTag")
    )
    for number in range(1_100):
        task = tasks.create(user_id=user.pk, title=f"Straße {number}", description="Dü")
    tag = tags.create(user_id=user.pk, name="Été", key="été")
    links.create(user_id=user.pk, task_id=task.pk, tag_id=tag.pk)

    folded = migrate_to_newest().get_model("tasks", "Task")._base_manager.order_by("pk")

    texts = list(folded.values_list("search_text", flat=True))
    assert texts[0] == " strasse 0\n \n\n du"
    assert texts[-1] == " strasse 1099\n ete\n\n du"
    assert len(set(texts)) == 1_100
    assert not is_missing(connection)

    back = migrate_to("tasks", "0007_owners").get_model("tasks", "Task")

    assert back._base_manager.count() == 1_100
    assert not is_missing(connection)
    again = migrate_to_newest().get_model("tasks", "Task")._base_manager.order_by("pk")
    assert list(again.values_list("search_text", flat=True)) == texts


@pytest.mark.django_db
def test_migrations_make_what_the_models_say(capsys: pytest.CaptureFixture[str]) -> None:
    # Exits with 1 where a model has a change that no migration makes.
    call_command("makemigrations", "--check", "--dry-run")

    assert "No changes detected" in capsys.readouterr().out
