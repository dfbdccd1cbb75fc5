"""Reads whose SQL is made once for a process, and run with other values each time.

Building a queryset and compiling it costs more than the answer's rows do, and planning a list costs
PostgreSQL more than reading a page of it. A `Statement` is a queryset with a `Slot` wherever a
value differs between two runs. Whoever builds it sees the slot and not the value, so that its SQL
cannot depend on one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple  # Columns hold values of every type.

from django.db import connections
from django.db.models import BigIntegerField, Expression, Field, Lookup, QuerySet
from django.db.models.query import ValuesListIterable
from django.db.transaction import TransactionManagementError

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler


class Slot(Expression):
    """Stands for a value that is given when the statement is run; `field` says of what type."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any]]:
        """Return the place of the value, and the slot for the value."""
        return "%s", (self,)

    def prepare(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """Return the value as the database takes it."""
        return self.output_field.get_db_prep_value(value, connection)


class IdsSlot(Slot):
    """Stands for any number of ids."""

    def __init__(self, name: str) -> None:
        super().__init__(name, BigIntegerField())

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any]]:
        """Return SQLite's table of them."""
        return "SELECT value FROM json_each(%s)", (self,)

    def as_postgresql(self, *_: Any) -> tuple[str, tuple[Slot]]:
        """Return PostgreSQL's array of them."""
        return "%s::bigint[]", (self,)

    def prepare(self, value: Collection[int], connection: BaseDatabaseWrapper) -> str:
        """Return one parameter for all, as the database writes it."""
        text = ",".join(map(str, value))
        return f"{{{text}}}" if connection.vendor == "postgresql" else f"[{text}]"


class Among(Lookup[Any]):
    """Whether a column holds one of the ids of a slot: one statement for any number of ids."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition."""
        column, before = self.process_lhs(compiler, connection)
        ids, after = compiler.compile(self.rhs)
        verb = "= ANY" if connection.vendor == "postgresql" else "IN"
        return f"{column} {verb} ({ids})", (*before, *after)


class Compiled(NamedTuple):
    """A queryset's SQL for one database, its parameters with slots, and how its rows are read."""

    sql: str
    parameters: tuple[Any, ...]
    compiler: SQLCompiler
    # Whether the rows of the database are those of the queryset.
    is_plain: bool


class Statement:
    """A queryset with slots, compiled once. Safe for threads."""

    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        self.queryset = queryset
        self.compiled: dict[str, Compiled] = {}

    def run(self, values: Mapping[str, Any]) -> list[Any]:
        """Return what the queryset gives with these values in its slots, by their names.

        Raises KeyError for a slot without a value, and TransactionManagementError, as Django does,
        where rows would be locked for no longer than it takes to read them.
        """
        alias = self.queryset.db
        connection = connections[alias]
        if self.queryset.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("Rows are locked in a transaction: begin one.")
        made = self.compiled.get(alias) or self.compile(alias)
        parameters = fill(made.parameters, values, connection)
        with prepared_cursor(connection) as cursor:
            cursor.execute(made.sql, parameters)
            rows: list[Any] = cursor.fetchall()
        if made.is_plain:
            return rows
        return self.read(twin(made.compiler, connection=connection, execute_sql=giving([rows])))

    def compile(self, alias: str) -> Compiled:
        """Make the SQL for a database."""
        compiler = self.queryset.query.get_compiler(alias)
        sql, parameters = compiler.as_sql()
        # What turns values of the database into Python's depends on the columns alone.
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        is_plain = self.queryset._iterable_class is ValuesListIterable and not converters  # noqa: SLF001  # what QuerySet reads by
        compiler = twin(compiler, get_converters=giving(converters))
        self.compiled[alias] = Compiled(sql, tuple(parameters), compiler, is_plain)
        return self.compiled[alias]

    def read(self, compiler: SQLCompiler) -> list[Any]:
        """Return what Django makes of the rows that a compiler of this queryset gives."""
        query = twin(self.queryset.query, get_compiler=giving(compiler))
        # Not by QuerySet's own copy, which would copy the query's conditions too.
        queryset: Any = twin(self.queryset, _query=query)
        return list(queryset._iterable_class(queryset))  # noqa: SLF001  # what QuerySet reads by


def fill(
    parameters: Iterable[Any], values: Mapping[str, Any], connection: BaseDatabaseWrapper
) -> list[Any]:
    """Return parameters with a value in each slot, by its name, as the database takes it.

    Raises KeyError for a slot without a value.
    """
    return [
        one.prepare(values[one.name], connection) if isinstance(one, Slot) else one
        for one in parameters
    ]


def twin[Thing](thing: Thing, **changes: Any) -> Thing:
    """Return a shallow copy of an object with other attributes."""
    made = object.__new__(type(thing))
    made.__dict__.update(thing.__dict__, **changes)
    return made


def giving(value: Any) -> Callable[..., Any]:
    """Return a function that returns this value, whatever it is called with."""
    return lambda *_, **__: value


def prepared_cursor(connection: Any) -> Any:
    """Return a cursor that lets the database keep a statement's plan, where that must be said."""
    make = getattr(connection, "prepared_cursor", connection.cursor)
    return make()
