"""Let the database refuse subtasks of somebody else, cycles, too many levels, and strange tags.

As in 0002 a trigger says what no constraint can, by whatever door a row comes. A chain of parents
that is longer than there are levels is refused, and a cycle is a chain without end. Who changes a
parent waits for others who do so in the same account: two moves at once could make a cycle that
neither of them sees.

PostgreSQL plans a trigger's queries once a session, maybe by statistics of an empty table, for which
any order of joins and any index looks as good as another. So it goes up and down level by level,
where the worst plan still reads each row once. (SQLite has no loops, and no such plans.)
"""

from typing import Any

from django.db import migrations

LEVELS = 5
WORDS = "a task and its parent have one owner, at most 5 levels and no cycle"
TAG_WORDS = "a task, its tags and its occurrences have one owner"


def chain(above: int) -> str:
    """Return a query for a chain of LEVELS + 1 tasks with that many of them above the new one."""
    up = "".join(
        f" JOIN tasks a{n} ON a{n}.id = {f'a{n - 1}' if n > 1 else 'n'}.parent_id"
        for n in range(1, above + 1)
    )
    down = "".join(
        f" JOIN tasks d{n} ON d{n}.parent_id = {f'd{n - 1}' if n > 1 else 'n'}.id"
        for n in range(1, LEVELS - above + 1)
    )
    return f"EXISTS (SELECT 1 FROM tasks n{up}{down} WHERE n.id = NEW.id)"  # noqa: S608  # nosec B608  # of our own names


RELATIVES = """
    EXISTS (SELECT 1 FROM tasks WHERE id = NEW.parent_id AND user_id <> NEW.user_id)
    OR EXISTS (SELECT 1 FROM tasks WHERE parent_id = NEW.id AND user_id <> NEW.user_id)
"""
TREE = " OR ".join([RELATIVES, *(chain(above) for above in range(LEVELS + 1))])
# A row that refers, the column, and the table that it refers to.
REFERENCES = {
    "task_tag_task": ("tasks_task_tag", "task_id", "tasks"),
    "task_tag_tag": ("tasks_task_tag", "tag_id", "tasks_tag"),
    "occurrence_task": ("tasks_occurrence", "task_id", "tasks"),
}


def stranger(column: str, target: str) -> str:
    return f"EXISTS (SELECT 1 FROM {target} WHERE id = NEW.{column} AND user_id <> NEW.user_id)"  # noqa: S608  # nosec B608


SQLITE = {
    "tasks_tree_insert": ("AFTER INSERT ON tasks", TREE, WORDS),
    "tasks_tree_update": ("AFTER UPDATE OF parent_id, user_id ON tasks", TREE, WORDS),
}
for name, (table, column, target) in REFERENCES.items():
    strange = stranger(column, target)
    SQLITE[f"tasks_{name}_insert"] = (f"BEFORE INSERT ON {table}", strange, TAG_WORDS)
    SQLITE[f"tasks_{name}_update"] = (
        f"BEFORE UPDATE OF {column}, user_id ON {table}",
        strange,
        TAG_WORDS,
    )
SQLITE["tasks_tag_owner"] = (
    "BEFORE UPDATE OF user_id ON tasks_tag",
    "NEW.user_id <> OLD.user_id",
    TAG_WORDS,
)

# Counts the levels above the row, its own, and those below; a cycle has too many.
CLIMB = f"""
    above := NEW.parent_id;
    WHILE above IS NOT NULL AND levels <= {LEVELS} LOOP
        levels := levels + 1;
        SELECT parent_id INTO above FROM tasks WHERE id = above;
    END LOOP;
    below := ARRAY[NEW.id];
    WHILE below <> '{{}}' AND levels <= {LEVELS} LOOP
        levels := levels + 1;
        below := ARRAY(SELECT id FROM tasks WHERE parent_id = ANY(below));
    END LOOP;
"""  # noqa: S608  # nosec B608  # of our own names
REFUSE = "RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation'"


def postgresql_trigger(name: str, table: str, column: str, condition: str, body: str) -> list[str]:
    return [
        f"""
        CREATE FUNCTION tasks_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
        {body}
            IF {condition} THEN
                {REFUSE.format(words=WORDS if table == "tasks" else TAG_WORDS)};
            END IF;
            RETURN NULL;
        END $$
        """,
        f"""
        CREATE CONSTRAINT TRIGGER tasks_{name}
        AFTER INSERT OR UPDATE OF {column}, user_id ON {table}
        DEFERRABLE INITIALLY IMMEDIATE
        FOR EACH ROW WHEN (NEW.{column} IS NOT NULL) EXECUTE FUNCTION tasks_{name}()
        """,
    ]


POSTGRESQL = postgresql_trigger(
    "tree",
    "tasks",
    "parent_id",
    f"levels > {LEVELS} OR {RELATIVES}",
    f"""
    DECLARE
        levels integer := 0;
        above bigint;
        below bigint[];
    BEGIN
        PERFORM 1 FROM users WHERE id = NEW.user_id FOR NO KEY UPDATE;
        {CLIMB}
    """,
)
for name, (table, column, target) in REFERENCES.items():
    POSTGRESQL += postgresql_trigger(name, table, column, stranger(column, target), "BEGIN")
POSTGRESQL += [
    f"""
    CREATE FUNCTION tasks_tag_owner() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN {REFUSE.format(words=TAG_WORDS)}; END $$
    """,
    """
    CREATE TRIGGER tasks_tag_owner BEFORE UPDATE OF user_id ON tasks_tag
    FOR EACH ROW WHEN (NEW.user_id <> OLD.user_id) EXECUTE FUNCTION tasks_tag_owner()
    """,
]
TABLES = {
    "tree": "tasks",
    "tag_owner": "tasks_tag",
    **{name: table for name, (table, _, _) in REFERENCES.items()},
}

FORWARDS = {
    "sqlite": [
        f"""
        CREATE TRIGGER {name} {event} WHEN {condition}
        BEGIN SELECT RAISE(ABORT, '{words}'); END
        """
        for name, (event, condition, words) in SQLITE.items()
    ],
    "postgresql": POSTGRESQL,
}
BACKWARDS = {
    "sqlite": [f"DROP TRIGGER {name}" for name in SQLITE],
    "postgresql": [
        statement
        for name, table in TABLES.items()
        for statement in (
            f"DROP TRIGGER tasks_{name} ON {table}",
            f"DROP FUNCTION tasks_{name}",
        )
    ],
}


def add(apps: Any, editor: Any) -> None:
    for statement in FORWARDS[editor.connection.vendor]:
        editor.execute(statement)


def remove(apps: Any, editor: Any) -> None:
    for statement in BACKWARDS[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0005_constraints")]

    operations = [migrations.RunPython(add, remove)]
