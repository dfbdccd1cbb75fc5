"""Let the database refuse to change an event: history is added to, and goes with its account.

A trigger rather than a rule of the models alone: what could be rewritten by one UPDATE proves
nothing. Deleting stays possible, for accounts that go and for events past their time.
"""

from typing import Any

from django.db import migrations

FORWARDS = {
    "sqlite": [
        """
        CREATE TRIGGER history_append_only BEFORE UPDATE ON history
        BEGIN SELECT RAISE(ABORT, 'history is only added to'); END
        """,
    ],
    "postgresql": [
        """
        CREATE FUNCTION history_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'history is only added to'; END $$
        """,
        """
        CREATE TRIGGER history_append_only BEFORE UPDATE ON history
        FOR EACH STATEMENT EXECUTE FUNCTION history_append_only()
        """,
    ],
}
BACKWARDS = {
    "sqlite": ["DROP TRIGGER history_append_only"],
    "postgresql": [
        "DROP TRIGGER history_append_only ON history",
        "DROP FUNCTION history_append_only",
    ],
}


def add(apps: Any, editor: Any) -> None:
    for statement in FORWARDS[editor.connection.vendor]:
        editor.execute(statement)


def remove(apps: Any, editor: Any) -> None:
    for statement in BACKWARDS[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_history")]

    operations = [migrations.RunPython(add, remove)]
