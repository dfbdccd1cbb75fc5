"""Writes of one row whose SQL is made once for a process, and run with other values each time.

Django compiles the statement of each `save()` anew, which takes longer than writing the row does.
Its text depends on the model and on the columns, and on those that get an expression in the place
of a value: all of that is in a `Question`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast  # Columns hold values of every type.

from django.db import connections
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault
from django.db.models.sql import InsertQuery, UpdateQuery

from focusflow.statements import Slot, fill, prepared_cursor, twin

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    Column = Field[Any, Any]


class ColumnSlot(Slot):
    """Stands for a value that is written into a column."""

    def prepare(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """Return the value as the database stores it."""
        return self.output_field.get_db_prep_save(value, connection)


@dataclass(frozen=True)
class Question:
    """What the SQL of a write depends on.

    `expressions` has one for each of `columns`, None for a plain value. `conditions` are columns of
    which the row must have the values that are given; an INSERT has none.
    """

    model: type[Model]
    columns: tuple[Column, ...]
    expressions: tuple[Any, ...]
    conditions: tuple[Column, ...]
    returned: tuple[Column, ...]
    alias: str

    def insertion(self) -> Any:
        """Return the compiler of an INSERT."""
        query = InsertQuery(self.model)
        row = self.model(**{one.attname: ColumnSlot(one.attname, one) for one in self.columns})
        query.insert_values(self.columns, [row], raw=True)
        return query.get_compiler(self.alias)

    def change(self) -> Any:
        """Return the compiler of an UPDATE."""
        rows = self.model._base_manager.using(self.alias)
        for column in self.conditions:
            rows = rows.filter(**{column.name: Slot(f"if {column.name}", column)})
        query: Any = rows.query.chain(UpdateQuery)
        pairs = zip(self.columns, self.expressions, strict=True)
        query.add_update_fields(
            [(one, None, given or ColumnSlot(one.attname, one)) for one, given in pairs]
        )
        return query.get_compiler(self.alias)


@dataclass(frozen=True)
class Write:
    """The SQL of a question, its parameters with slots, and how the returned columns are read."""

    sql: str
    parameters: tuple[Any, ...]
    returns: bool
    compiler: Any
    converters: Any

    def run(self, alias: str, values: Mapping[str, Any]) -> list[Any]:
        """Write, and return what is returned of each row that is written: of one, or none."""
        connection = connections[alias]
        parameters = fill(self.parameters, values, connection)
        with prepared_cursor(connection) as cursor:
            cursor.execute(self.sql, parameters)
            if not self.returns:
                return [()] * cursor.rowcount
            rows: list[Any] = cursor.fetchall()
        if not self.converters:
            return rows
        own = twin(self.compiler, connection=connection)
        return list(own.apply_converters(rows, self.converters))


@lru_cache(maxsize=1000)
def write_of(question: Question) -> Write:
    """Return the answer to a question."""
    compiler = question.change() if question.conditions else question.insertion()
    compiler.returning_fields = question.returned
    made = compiler.as_sql()
    sql, parameters = made if question.conditions else made[0]
    table = question.model._meta.db_table
    converters = compiler.get_converters([one.get_col(table) for one in question.returned])
    return Write(sql, tuple(parameters), bool(question.returned), compiler, converters)


def insert(
    row: Model, columns: Sequence[Column], returned: Sequence[Column], alias: str
) -> list[Any] | None:
    """Insert a row, and return its returned columns, as `Model._do_insert` does.

    None, with nothing written, where a column gets an expression that is not its own default.
    """
    values = {one.attname: one.pre_save(row, add=True) for one in columns}
    given = [one for one in columns if not isinstance(values[one.attname], DatabaseDefault)]
    if not returned or any(is_expression(values[one.attname]) for one in given):
        return None
    nothing = (None,) * len(given)
    question = Question(type(row), tuple(given), nothing, (), tuple(returned), alias)
    return write_of(question).run(alias, values)


def update(
    model: type[Model],
    conditions: Mapping[str, Any],
    values: Mapping[Column, Any],
    returned: Sequence[Column],
    alias: str,
    expressions: Collection[Any],
) -> list[Any] | None:
    """Change the row of these values, and return its returned columns, as `Model._do_update` does.

    None, with nothing written, where a column gets an expression other than these, which are the
    same each time: one that holds a value makes another statement.
    """
    made = tuple(value if is_expression(value) else None for value in values.values())
    if any(one is not None and one not in expressions for one in made):
        return None
    asked = {f"if {name}": value for name, value in conditions.items()}
    columns = tuple(cast("Column", model._meta.get_field(name)) for name in conditions)
    question = Question(model, tuple(values), made, columns, tuple(returned), alias)
    given = {one.attname: value for one, value in values.items()}
    return write_of(question).run(alias, given | asked)


def is_expression(value: Any) -> bool:
    """Say whether the database makes the value."""
    return hasattr(value, "resolve_expression")
