"""Let the database refuse a task that changes hands without its subtasks, tags and occurrences.

0006 looks at rows that refer to others. This looks from the other side: at a task whose owner
changes, and on SQLite at tasks and tags that come after the rows that refer to them, as while a
database is moved. (PostgreSQL's deferred triggers look again at the end.)
"""

from typing import Any

from django.db import migrations

WORDS = "a task, its subtasks, its tags and its occurrences have one owner"
# The table of rows that refer, and the column by which they do.
TO_TASKS = (("tasks", "parent_id"), ("tasks_task_tag", "task_id"), ("tasks_occurrence", "task_id"))
TO_TAGS = (("tasks_task_tag", "tag_id"),)


def strangers(references: tuple[tuple[str, str], ...]) -> str:
    return " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE {column} = NEW.id AND user_id <> NEW.user_id)"  # noqa: S608  # nosec B608  # of our own names
        for table, column in references
    )


SQLITE = {
    "tasks_late_task": ("INSERT ON tasks", strangers(TO_TASKS)),
    "tasks_late_tag": ("INSERT ON tasks_tag", strangers(TO_TAGS)),
    "tasks_task_hands": ("UPDATE OF user_id ON tasks", strangers(TO_TASKS)),
}
FORWARDS = {
    "sqlite": [
        f"""
        CREATE TRIGGER {name} BEFORE {event} WHEN {condition}
        BEGIN SELECT RAISE(ABORT, '{WORDS}'); END
        """
        for name, (event, condition) in SQLITE.items()
    ],
    "postgresql": [
        f"""
        CREATE FUNCTION tasks_task_hands() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {strangers(TO_TASKS)} THEN
                RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$
        """,
        """
        CREATE CONSTRAINT TRIGGER tasks_task_hands
        AFTER UPDATE OF user_id ON tasks DEFERRABLE INITIALLY IMMEDIATE
        FOR EACH ROW WHEN (NEW.user_id <> OLD.user_id) EXECUTE FUNCTION tasks_task_hands()
        """,
    ],
}
BACKWARDS = {
    "sqlite": [f"DROP TRIGGER {name}" for name in SQLITE],
    "postgresql": [
        "DROP TRIGGER tasks_task_hands ON tasks",
        "DROP FUNCTION tasks_task_hands",
    ],
}


def add(apps: Any, editor: Any) -> None:
    for statement in FORWARDS[editor.connection.vendor]:
        editor.execute(statement)


def remove(apps: Any, editor: Any) -> None:
    for statement in BACKWARDS[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0006_trees")]

    operations = [migrations.RunPython(add, remove)]
