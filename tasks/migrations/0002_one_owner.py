"""Let the database refuse a task in a category of somebody else, by whatever door it comes.

Serializers, forms and `Task.clean` say so in good words; `update()`, `bulk_create` and clients of
the database pass them by. A trigger rather than a second foreign key of two columns: Django's
models cannot say one, and on SQLite its ON DELETE SET NULL would empty the owner too.

A category never changes hands, so that its tasks need no second look. While a database is moved
(constraints deferred) tasks may come before their categories: then the categories are checked.
"""

from typing import Any

from django.db import migrations

WORDS = "a task and its category have one owner"
STRANGERS_CATEGORY = """
    EXISTS (SELECT 1 FROM categories WHERE id = NEW.category_id AND user_id <> NEW.user_id)
"""
STRANGERS_TASK = """
    EXISTS (SELECT 1 FROM tasks WHERE category_id = NEW.id AND user_id <> NEW.user_id)
"""
SQLITE = {
    "tasks_task_insert": ("INSERT ON tasks", STRANGERS_CATEGORY),
    "tasks_task_update": ("UPDATE OF category_id, user_id ON tasks", STRANGERS_CATEGORY),
    "tasks_category_insert": ("INSERT ON categories", STRANGERS_TASK),
    "tasks_category_update": ("UPDATE OF user_id ON categories", "NEW.user_id <> OLD.user_id"),
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
        CREATE FUNCTION tasks_task_owner() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {STRANGERS_CATEGORY} THEN
                RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$
        """,
        """
        CREATE CONSTRAINT TRIGGER tasks_task_owner
        AFTER INSERT OR UPDATE OF category_id, user_id ON tasks DEFERRABLE INITIALLY IMMEDIATE
        FOR EACH ROW WHEN (NEW.category_id IS NOT NULL) EXECUTE FUNCTION tasks_task_owner()
        """,
        f"""
        CREATE FUNCTION tasks_category_owner() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'check_violation';
        END $$
        """,
        """
        CREATE TRIGGER tasks_category_owner BEFORE UPDATE OF user_id ON categories
        FOR EACH ROW WHEN (NEW.user_id <> OLD.user_id) EXECUTE FUNCTION tasks_category_owner()
        """,
    ],
}
BACKWARDS = {
    "sqlite": [f"DROP TRIGGER {name}" for name in SQLITE],
    "postgresql": [
        "DROP TRIGGER tasks_task_owner ON tasks",
        "DROP FUNCTION tasks_task_owner",
        "DROP TRIGGER tasks_category_owner ON categories",
        "DROP FUNCTION tasks_category_owner",
    ],
}


def add(apps: Any, editor: Any) -> None:
    for statement in FORWARDS[editor.connection.vendor]:
        editor.execute(statement)


def remove(apps: Any, editor: Any) -> None:
    for statement in BACKWARDS[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial")]

    operations = [migrations.RunPython(add, remove)]
