"""The index that searches of tasks read: trigrams on PostgreSQL, FTS5 on SQLite.

No model can say it: PostgreSQL's needs two extensions, and SQLite's is a table that triggers keep.
Searches find the same without PostgreSQL's, and read all tasks of their owner for it.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

# PostgreSQL's own, and both trusted: a database's owner may create them.
EXTENSIONS: Final = ("pg_trgm", "btree_gin")
POSTGRESQL: Final = (
    *(f"CREATE EXTENSION IF NOT EXISTS {name}" for name in EXTENSIONS),
    # Each search reads the list of what is still to be put into the index: 256 kB at most. Without
    # such a list each change of a task waits four times as long for the index.
    """
    CREATE INDEX IF NOT EXISTS task_by_search ON tasks
    USING gin (user_id, search_text gin_trgm_ops) WITH (gin_pending_list_limit = 256)
    """,
)

FORGET: Final = """
    INSERT INTO tasks_search (tasks_search, rowid, search_text)
    VALUES ('delete', OLD.id, OLD.search_text);
"""
LEARN: Final = "INSERT INTO tasks_search (rowid, search_text) VALUES (NEW.id, NEW.search_text);"
IS_NEW: Final = "(OLD.id, OLD.search_text) IS NOT (NEW.id, NEW.search_text)"
TRIGGERS: Final = {
    "tasks_search_insert": f"INSERT ON tasks BEGIN {LEARN} END",
    "tasks_search_update": f"UPDATE OF id, search_text ON tasks WHEN {IS_NEW} "
    f"BEGIN {FORGET} {LEARN} END",
    "tasks_search_delete": f"DELETE ON tasks BEGIN {FORGET} END",
}
SQLITE: Final = (
    # It reads the texts from the table itself, and keeps which rows hold three characters in a row,
    # not where: that is smaller, and enough, since each row that it names is looked at.
    """
    CREATE VIRTUAL TABLE tasks_search USING fts5(
        search_text, content='tasks', content_rowid='id',
        tokenize='trigram case_sensitive 1', detail='none', columnsize=0
    )
    """,
    "INSERT INTO tasks_search (tasks_search) VALUES ('rebuild')",
    *(f"CREATE TRIGGER {name} AFTER {event}" for name, event in TRIGGERS.items()),
)

MAKE: Final = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
DROP: Final = {
    "postgresql": ("DROP INDEX IF EXISTS task_by_search",),
    "sqlite": (
        *(f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS),
        "DROP TABLE IF EXISTS tasks_search",
    ),
}

HAS_COLUMN: Final = {
    "postgresql": "SELECT count(*) FROM pg_attribute "
    "WHERE attrelid = to_regclass('tasks') AND attname = 'search_text'",
    "sqlite": "SELECT count(*) FROM pragma_table_info('tasks') WHERE name = 'search_text'",
}
IS_KEPT: Final = {
    "postgresql": "SELECT count(*) = 1 FROM pg_index "
    "WHERE indexrelid = to_regclass('task_by_search') AND indisvalid",
    "sqlite": "SELECT count(*) = 4 FROM sqlite_master WHERE name LIKE 'tasks\\_search%' "
    "ESCAPE '\\' AND (type = 'trigger' OR name = 'tasks_search')",
}


def make_index(connection: BaseDatabaseWrapper) -> None:
    """Make the index of all tasks anew.

    Raises a database error and leaves all as it was where PostgreSQL has not the extensions, or
    does not let this role create them.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in (*DROP[connection.vendor], *MAKE[connection.vendor]):
            cursor.execute(statement)


def drop_index(connection: BaseDatabaseWrapper) -> None:
    """Drop the index; extensions stay, which others may use."""
    with connection.cursor() as cursor:
        for statement in DROP[connection.vendor]:
            cursor.execute(statement)


def is_missing(connection: BaseDatabaseWrapper) -> bool:
    """Say whether tasks can be searched, and without the index."""
    with connection.cursor() as cursor:
        cursor.execute(HAS_COLUMN[connection.vendor])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(IS_KEPT[connection.vendor])
        return not cursor.fetchone()[0]


def takes_fts5(connection: BaseDatabaseWrapper) -> bool:
    """Say whether this SQLite can make the index: FTS5 came in 3.9, its trigrams in 3.34."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pragma_module_list WHERE name = 'fts5'")
        return bool(cursor.fetchone()[0])
