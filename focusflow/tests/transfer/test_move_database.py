"""``manage.py move_database``: every row, into an empty database, or none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from focusflow.sqlite import load_library
from focusflow.tests.process import run, start
from focusflow.tests.transfer.conftest import IS_SQLITE, Rows, Scratch
from focusflow.transfer.contents import WRITTEN_BY_MIGRATE
from focusflow.transfer.move import TARGET

# A target that changes one of the rows it is given.
SPOIL = {
    "sqlite": """
        CREATE TRIGGER spoil AFTER INSERT ON tasks WHEN new.id = 7
        BEGIN UPDATE tasks SET title = 'Spoilt' WHERE id = 7; END;
    """,
    "postgresql": """
        CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN new.title = ''Spoilt''; RETURN new; END';
        CREATE TRIGGER spoil BEFORE INSERT ON tasks
        FOR EACH ROW WHEN (new.id = 7) EXECUTE FUNCTION spoil();
    """,
}


@dataclass(frozen=True)
class Moved:
    """A database that was moved into a SQLite file and from there into a third database."""

    before: Rows
    source: Scratch
    said: str
    file: Path
    back: Scratch


@pytest.fixture(scope="module")
def moved(
    make_empty: Callable[..., Scratch],
    template: Scratch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Moved:
    """Return the two moves, made once for all the tests that look at them."""
    source, back = make_empty(template), make_empty()
    folder = tmp_path_factory.mktemp("moved")
    there = f"sqlite:///{folder}/there.sqlite3"
    before = source.rows()
    said = source.manage("move_database", "--to", there)
    again = run(
        "move_database", DATA_DIR=str(folder), DATABASE_URL=there, TARGET_DATABASE_URL=back.url
    )
    assert again.returncode == 0, again.stderr
    return Moved(before, source, said, folder / "there.sqlite3", back)


def refused(source: Scratch, *arguments: str) -> str:
    """Return the sentence with which a move ends that must not begin."""
    done = run("move_database", *arguments, **source.variables)
    assert done.returncode == 1
    return done.stderr


def rows_of_people(database: Scratch) -> int:
    return sum(
        len(rows) for name, rows in database.rows().items() if name not in WRITTEN_BY_MIGRATE
    )


def test_move_to_sqlite_and_back_keeps_every_row(moved: Moved) -> None:
    assert rows_of_people(moved.back) > 1600
    assert moved.back.rows() == moved.before


def test_move_to_sqlite_makes_the_index_of_searches(moved: Moved) -> None:
    with closing(load_library().connect(str(moved.file), isolation_level=None)) as file:
        # Raises where the index is not of the rows that are there.
        file.execute("INSERT INTO tasks_search (tasks_search, rank) VALUES ('integrity-check', 1)")
        found = "SELECT count(*) FROM tasks_search WHERE tasks_search MATCH 'the'"
        assert file.execute(found).fetchone()[0] > 100


def test_move_finds_a_row_of_each_kind(moved: Moved) -> None:
    filled = {"tasks_tag", "tasks_task_tag", "tasks_occurrence", "tasks_filter"}

    assert all(moved.before[name] for name in filled)
    assert moved.source.query("SELECT id FROM tasks WHERE parent_id > id")
    assert moved.source.query("SELECT id FROM tasks WHERE parent_id < id")


def test_move_keeps_which_ids_were_given(moved: Moved) -> None:
    assert moved.back.last_ids() == moved.source.last_ids()


def test_move_leaves_the_source_as_it_was(moved: Moved) -> None:
    assert moved.source.rows() == moved.before


def test_move_tells_how_many_rows_there_were(moved: Moved) -> None:
    rows = sum(len(table) for table in moved.before.values())

    assert f"Moved {rows:,} rows of {len(moved.before)} tables" in moved.said


@pytest.mark.skipif(IS_SQLITE, reason="needs PostgreSQL: set DATABASE_URL")
@pytest.mark.parametrize(
    "query",
    [
        "SELECT id, email, hashed_password, name, time_zone FROM users ORDER BY id",
        "SELECT id, title, description, version, user_id, category_id FROM tasks ORDER BY id",
        "SELECT id, parent_id, position, priority, time_zone, rrule FROM tasks ORDER BY id",
        "SELECT id, user_id, name, key FROM tasks_tag ORDER BY id",
        "SELECT id, user_id, task_id, tag_id FROM tasks_task_tag ORDER BY id",
        "SELECT id, user_id, task_id, status, missed FROM tasks_occurrence ORDER BY id",
        "SELECT id, user_id, name, query, position FROM tasks_filter ORDER BY id",
        "SELECT session_key, session_data FROM django_session",
        "SELECT id, content_type_id, codename, name FROM auth_permission ORDER BY id",
        "SELECT id, app, name FROM django_migrations ORDER BY id",
    ],
)
def test_move_keeps_what_both_databases_store_alike(query: str, moved: Moved) -> None:
    with closing(load_library().connect(str(moved.file))) as file:
        assert file.execute(query).fetchall() == moved.source.query(query)


def test_moved_database_gives_no_id_again(moved: Moved, make_empty: Callable[..., Scratch]) -> None:
    database = make_empty(moved.back)
    last = database.last_ids()["habits"]
    (highest,) = database.query("SELECT max(id) FROM habits")[0]

    database.manage("demo", "--tasks", "3", "--habits", "1", "--email", "new@example.org")

    assert highest == last - 1  # The one that was deleted before the moves.
    assert database.query("SELECT max(id) FROM habits")[0][0] == last + 1


def test_move_that_is_killed_leaves_no_rows_and_can_be_repeated(
    template: Scratch, empty: Scratch
) -> None:
    with start("move_database", "--to", empty.url, "-v2", **template.variables) as process:
        assert process.stdout is not None
        while process.stdout.readline() not in {"tasks\n", ""}:
            pass
        process.kill()

    assert process.returncode < 0
    assert rows_of_people(empty) == 0
    template.manage("move_database", "--to", empty.url)
    assert empty.rows() == template.rows()


def test_move_spares_rows_of_the_target(template: Scratch, planner: Scratch) -> None:
    planner.change("UPDATE tasks SET title = 'Of the target'")
    before = planner.rows()

    assert "The target holds" in refused(template, "--to", planner.url)
    assert planner.rows() == before


def test_move_names_the_table_that_the_target_refuses(template: Scratch, planner: Scratch) -> None:
    planner.clear()
    planner.change("CREATE UNIQUE INDEX one_of_each ON tasks (completed)")

    assert "While writing tasks: " in refused(template, "--to", planner.url)
    assert rows_of_people(planner) == 0


def test_move_that_arrives_otherwise_is_undone(template: Scratch, planner: Scratch) -> None:
    planner.clear()
    planner.change(SPOIL["sqlite" if IS_SQLITE else "postgresql"])

    assert "The table tasks differs in the target" in refused(template, "--to", planner.url)
    assert rows_of_people(planner) == 0


def test_move_refuses_a_table_that_it_does_not_know(planner: Scratch, empty: Scratch) -> None:
    planner.change("CREATE TABLE mine (id integer); INSERT INTO mine VALUES (1);")

    assert "does not know the table mine" in refused(planner, "--to", empty.url)
    assert empty.rows() == {}


def test_move_leaves_a_table_behind_when_told_so(planner: Scratch, empty: Scratch) -> None:
    planner.change("CREATE TABLE mine (id integer); INSERT INTO mine VALUES (1);")

    planner.manage("move_database", "--to", empty.url, "--leave", "mine")

    assert empty.rows() == {name: rows for name, rows in planner.rows().items() if name != "mine"}


def test_move_refuses_a_source_of_an_older_release(planner: Scratch, nothing: Scratch) -> None:
    planner.change("DELETE FROM django_migrations WHERE app = 'tasks'")

    assert "run `manage.py migrate` first" in refused(planner, "--to", nothing.url)
    assert nothing.rows() == {}


def test_move_refuses_a_source_of_a_newer_release(planner: Scratch, nothing: Scratch) -> None:
    planner.change(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('tasks', '9999_later', "
        "'2026-01-01 00:00:00')"
    )

    assert "9999_later" in refused(planner, "--to", nothing.url)
    assert nothing.rows() == {}


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://ann@localhost/focusflow", "use sqlite:///path"),
        ("focusflow.sqlite3", "use sqlite:///path"),
        ("sqlite://", "names no database"),
        ("sqlite://:memory:", "names no database"),
        ("postgres://ann@localhost", "names no database"),
    ],
)
def test_move_refuses_a_url_that_names_no_database(url: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("move_database", f"--to={url}")

    assert TARGET not in connections.settings


def test_move_asks_where_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TARGET_DATABASE_URL", raising=False)

    with pytest.raises(CommandError, match="Say where to"):
        call_command("move_database")


def test_move_says_that_it_cannot_open_the_target(template: Scratch, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nowhere/a.sqlite3"

    assert "unable to open database file" in refused(template, "--to", url)


@pytest.mark.django_db
@pytest.mark.skipif(IS_SQLITE, reason="SQLite defers the keys of each transaction that asks so")
def test_every_foreign_key_can_be_deferred() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT condeferrable"
        )
        assert cursor.fetchall() == []
