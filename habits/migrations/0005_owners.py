"""Let the database refuse check-ins, days of rest and groups of somebody else, by whatever door.

Serializers, forms and `clean` say so in good words; `update()`, `bulk_create` and clients of the
database pass them by. As in `tasks` a trigger says what no constraint can: it looks at a row that
refers to another, and from the other side at one whose owner changes. While a database is moved
(constraints deferred) rows may come before those that they refer to: SQLite looks again when these
come, PostgreSQL at the end.

PostgreSQL plans a trigger's queries once a session, maybe while the tables are empty; the plan must
serve a hundred thousand rows as well. So it may walk the indexes alone.
"""

from typing import Any

from django.db import migrations

WORDS = "a habit, its group, its check-ins and its days of rest have one owner"
# A row that refers, the column, and the table that it refers to.
REFERENCES = {
    "checkin_habit": ("habits_checkin", "habit_id", "habits"),
    "rest_habit": ("habits_rest", "habit_id", "habits"),
    "habit_group": ("habits", "group_id", "habits_group"),
}


def of_stranger(column: str, target: str) -> str:
    return f"EXISTS (SELECT 1 FROM {target} WHERE id = NEW.{column} AND user_id <> NEW.user_id)"  # noqa: S608  # nosec B608  # of our own names


def has_strangers(target: str) -> str:
    return " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE {column} = NEW.id AND user_id <> NEW.user_id)"  # noqa: S608  # nosec B608
        for table, column, other in REFERENCES.values()
        if other == target
    )


# By name: the table, the events, and what is refused.
TARGETS = {"habit": "habits", "group": "habits_group"}
SQLITE = {}
for name, (table, column, target) in REFERENCES.items():
    strange = of_stranger(column, target)
    SQLITE[f"habits_{name}_insert"] = (f"INSERT ON {table}", strange)
    SQLITE[f"habits_{name}_update"] = (f"UPDATE OF {column}, user_id ON {table}", strange)
for name, target in TARGETS.items():
    SQLITE[f"habits_{name}_late"] = (f"INSERT ON {target}", has_strangers(target))
    SQLITE[f"habits_{name}_hands"] = (f"UPDATE OF user_id ON {target}", has_strangers(target))

BY_INDEX = "SET enable_seqscan = off"


def function(name: str, condition: str) -> str:
    return f"""
        CREATE FUNCTION habits_{name}() RETURNS trigger LANGUAGE plpgsql {BY_INDEX} AS $$
        BEGIN
            IF {condition} THEN
                RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$
        """


def trigger(name: str, table: str, events: str, condition: str) -> str:
    return f"""
        CREATE CONSTRAINT TRIGGER habits_{name} AFTER {events} ON {table}
        DEFERRABLE INITIALLY IMMEDIATE
        FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION habits_{name}()
        """


POSTGRESQL = {}
for name, (table, column, target) in REFERENCES.items():
    events = f"INSERT OR UPDATE OF {column}, user_id"
    POSTGRESQL[name] = (table, events, f"NEW.{column} IS NOT NULL", of_stranger(column, target))
for name, target in TARGETS.items():
    changes = "NEW.user_id <> OLD.user_id"
    POSTGRESQL[f"{name}_hands"] = (target, "UPDATE OF user_id", changes, has_strangers(target))

FORWARDS = {
    "sqlite": [
        f"""
        CREATE TRIGGER {name} BEFORE {event} WHEN {condition}
        BEGIN SELECT RAISE(ABORT, '{WORDS}'); END
        """
        for name, (event, condition) in SQLITE.items()
    ],
    "postgresql": [
        statement
        for name, (table, events, when, condition) in POSTGRESQL.items()
        for statement in (function(name, condition), trigger(name, table, events, when))
    ],
}
BACKWARDS = {
    "sqlite": [f"DROP TRIGGER {name}" for name in SQLITE],
    "postgresql": [
        statement
        for name, (table, *_) in POSTGRESQL.items()
        for statement in (
            f"DROP TRIGGER habits_{name} ON {table}",
            f"DROP FUNCTION habits_{name}",
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
    dependencies = [("habits", "0004_constraints")]

    operations = [migrations.RunPython(add, remove)]
