"""All rows from one database into another of either kind, in one transaction of the target.

Rows travel as the models read and write them, past `save()`, so that no default, no "last changed"
and no version is set anew. A kill leaves the target without rows; the next run starts clean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import batched
from typing import Any  # Rows hold values of every type.

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, Error, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from focusflow.settings import read_database_url
from focusflow.transfer import TransferError
from focusflow.transfer.backup import ENGINES
from focusflow.transfer.contents import compare, rows_of_people
from focusflow.transfer.digest import Digest, Tally, digest_of

SOURCE = DEFAULT_DB_ALIAS
TARGET = "move_target"
BATCH_ROWS = 2000

Model = type[models.Model]
# Called with a table and how many of its rows were written since the last call.
Advance = Callable[[str, int], None]


def open_target(url: str) -> None:
    """Make the database that the URL names known to Django as `TARGET`."""
    try:
        found = read_database_url(url, "--to")
    except ImproperlyConfigured as error:
        raise TransferError(str(error)) from error
    # One connection is enough, and a pool would have to be closed.
    found["OPTIONS"] = {key: value for key, value in found["OPTIONS"].items() if key != "pool"}
    configured = connections.configure_settings({DEFAULT_DB_ALIAS: found})
    connections.settings[TARGET] = configured[DEFAULT_DB_ALIAS]


def prepare(leave: Iterable[str]) -> dict[str, int]:
    """Return how many rows each table of the source holds, once both databases are ready.

    The target gets its tables here. Tables in `leave` are not counted, nor moved.
    """
    refuse_other_release()
    counts = count_rows(SOURCE)
    known = {model._meta.db_table for model in moved_models()}
    strange = sorted(name for name in counts.keys() - known - set(leave) if counts[name])
    if strange:
        raise TransferError(
            f"FocusFlow does not know the table {strange[0]}, which holds rows ({len(strange)} "
            f"such tables): drop it, or leave it behind with --leave {strange[0]}."
        )
    rows = rows_of_people(count_rows(TARGET))
    if rows:
        raise TransferError(f"The target holds {rows} rows already: name an empty database.")
    with told("preparing the target"):
        call_command("migrate", database=TARGET, verbosity=0, interactive=False)
    return {name: counts[name] for name in known - set(leave) if name in counts}


def refuse_other_release() -> None:
    """Refuse a source whose tables are not those of this release."""
    executor = MigrationExecutor(connections[SOURCE])
    unknown = executor.loader.applied_migrations.keys() - executor.loader.graph.nodes.keys()
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise TransferError("The database is of an older release: run `manage.py migrate` first.")
    if unknown:
        raise TransferError(
            f"The database is of a newer release: this one does not know {min(unknown)}."
        )


def count_rows(alias: str) -> dict[str, int]:
    """Return how many rows each table of a database holds."""
    connection = connections[alias]
    return ENGINES[connection.vendor].count_rows(connection.settings_dict)


def moved_models() -> list[Model]:
    """Return a model of each table, the applied migrations' too."""
    found = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    recorder = MigrationRecorder.Migration
    return [*found.values(), recorder]


def move(leave: set[str], advance: Advance) -> dict[str, Digest]:
    """Copy all rows and where the ids stand, compare, and return what each table holds."""
    chosen = [model for model in moved_models() if model._meta.db_table not in leave]
    with snapshot(), transaction.atomic(using=TARGET), told("writing the target"):
        defer_constraints(connections[TARGET])
        for model in chosen:
            empty(model)
        sent = {model._meta.db_table: copy(model, advance) for model in chosen}
        # Before any ALTER TABLE, which PostgreSQL refuses while checks are due.
        connections[TARGET].check_constraints()
        for model in chosen:
            copy_last_id(model)
        arrived = {model._meta.db_table: digest_of(read(model, TARGET)) for model in chosen}
        compare(arrived, sent, "the target")
    return sent


@contextmanager
def snapshot() -> Iterator[None]:
    """Read the source as it is at one instant; on SQLite nobody writes meanwhile."""
    with transaction.atomic(using=SOURCE):
        if connections[SOURCE].vendor == "postgresql":
            execute(SOURCE, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def told(what: str) -> Iterator[None]:
    """Turn what a database refuses into a sentence."""
    try:
        yield
    except Error as error:
        raise TransferError(f"While {what}: {str(error).strip()}") from error


def defer_constraints(connection: BaseDatabaseWrapper) -> None:
    """Let rows come before those they refer to: foreign keys are checked after the last."""
    statements = {
        "sqlite": "PRAGMA defer_foreign_keys = ON",
        "postgresql": "SET CONSTRAINTS ALL DEFERRED",
    }
    execute(TARGET, statements[connection.vendor])


def empty(model: Model) -> None:
    """Delete what `migrate` wrote: content types and permissions have other ids there."""
    execute(TARGET, f"DELETE FROM {quote(model._meta.db_table)}")  # noqa: S608  # nosec B608  # quoted names of our own


def copy(model: Model, advance: Advance) -> Digest:
    """Copy the rows of a table and return the digest of those that were read."""
    table = model._meta.db_table
    fields = fields_of(model)
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(table)} ({columns}) VALUES ({marks})"  # noqa: S608  # nosec B608  # quoted names of our own
    tally = Tally()
    advance(table, 0)
    with told(f"writing {table}"), connections[TARGET].cursor() as cursor:
        for batch in batched(tally.watch(read(model, SOURCE)), BATCH_ROWS):
            cursor.executemany(statement, [prepared(fields, row) for row in batch])
            advance(table, len(batch))
    return tally.result()


def fields_of(model: Model) -> list[models.Field]:
    """Return the fields that are stored as they are given: the database computes the others."""
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def read(model: Model, alias: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table as its model reads them, in the order of their keys."""
    names = [field.attname for field in fields_of(model)]
    rows = model._base_manager.using(alias).order_by("pk").values_list(*names)
    return rows.iterator(chunk_size=BATCH_ROWS)


def prepared(fields: list[models.Field], row: tuple[Any, ...]) -> list[Any]:
    """Return the row's values as the target stores them."""
    target = connections[TARGET]
    return [
        field.get_db_prep_save(value, connection=target)
        for field, value in zip(fields, row, strict=True)
    ]


def copy_last_id(model: Model) -> None:
    """Let the target count on where the source stands, so that no id is ever given twice."""
    key = model._meta.pk
    if not isinstance(key, models.AutoField | models.BigAutoField | models.SmallAutoField):
        return
    table, column = model._meta.db_table, str(key.column)
    last = read_last_id(table, column)
    if connections[TARGET].vendor == "sqlite":
        execute(TARGET, "DELETE FROM sqlite_sequence WHERE name = %s", [table])
        execute(TARGET, "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
    else:
        # In the transaction, unlike setval(): a kill undoes it.
        counter = f"{quote(table)} ALTER COLUMN {quote(column)}"
        execute(TARGET, f"ALTER TABLE {counter} RESTART WITH {last + 1}")


def read_last_id(table: str, column: str) -> int:
    """Return the highest id that the source's table ever gave; 0 where it gave none."""
    if connections[SOURCE].vendor == "sqlite":
        return execute(SOURCE, "SELECT max(seq) FROM sqlite_sequence WHERE name = %s", [table]) or 0
    names = [quote(table), column]
    sequence = execute(SOURCE, "SELECT pg_get_serial_sequence(%s, %s)", names)
    # What was set and never used has not been given yet; PostgreSQL quoted the name.
    found = execute(SOURCE, f"SELECT last_value - (NOT is_called)::int FROM {sequence}")  # noqa: S608  # nosec B608  # a quoted name of the catalogue's
    return int(found)


def execute(alias: str, statement: str, parameters: Iterable[Any] | None = None) -> Any:
    """Run a statement and return its first value, if there is one."""
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, None if parameters is None else list(parameters))
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def quote(name: str) -> str:
    """Return a name as SQL of either database takes it; it comes from a model."""
    return connections[TARGET].ops.quote_name(name)
