"""The column that searches of tasks read, and how each database looks into it."""

from __future__ import annotations

from typing import Any, Final  # SQL's parameters are of every type.

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.expressions import Col
from django.db.models.functions import Concat

from tasks.folding import head_of, join_parts, tail_of

# SQLite's index of words, which its triggers keep: each three characters in a row are a word of it.
INDEX: Final = "tasks_search"
WORD_LENGTH: Final = 3
# The index may pass a row that lacks a part: the text is looked at as well.
MOST_INDEX_WORDS: Final = 50


class SearchField(models.TextField):
    """Title, tags and description of a task in one text, folded (`tasks.folding.join_parts`).

    Whoever writes the title or the description writes this along (`Task.derived_from`). What is
    written then is an expression that keeps the tags, which somebody else may be changing.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return what to write: a new task has no tags yet."""
        title, description = model_instance.title, model_instance.description  # type: ignore[attr-defined]  # a task
        if not add:
            head, tail = Value(head_of(title)), Value(tail_of(description))
            return Concat(head, TagLine(F(self.attname)), tail, output_field=models.TextField())
        text = join_parts(title, (), description)
        setattr(model_instance, self.attname, text)
        return text


class BigInteger(Value):
    """A whole number that PostgreSQL takes for a bigint.

    Plain ones are integers to it, and its GIN compares a bigint with a bigint alone.
    """

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Say the type."""
        sql, params = self.as_sql(compiler, connection)
        return f"{sql}::bigint", list(params)


class TagLine(Func):
    """The part of a searched text that holds the tags."""

    function = "SPLIT_PART"
    template = "%(function)s(%(expressions)s, CHR(10), 2)"
    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Cut it out: SQLite has no function that splits."""
        return self.as_sql(compiler, connection, template=BETWEEN_BREAKS, **context)


REST: Final = "SUBSTR(%(expressions)s, INSTR(%(expressions)s, CHAR(10)) + 1)"
BETWEEN_BREAKS: Final = f"SUBSTR({REST}, 1, INSTR({REST}, CHAR(10)) - 1)"


@SearchField.register_lookup
class Holds(models.Lookup[str]):
    """Whether the text holds a part that `tasks.folding.split_search` returned."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Compare as PostgreSQL's index of trigrams can, unless there is no letter in the part.

        It has letters and digits alone, and would be read as a whole for anything else.
        """
        column, params = self.process_lhs(compiler, connection)
        if not any(map(str.isalnum, self.rhs)):
            return f"STRPOS({column}, %s) > 0", (*params, self.rhs)
        pattern = f"%{connection.ops.prep_for_like_query(self.rhs)}%"
        return f"{column} LIKE %s", (*params, pattern)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Ask the index first, where the part is long enough for it.

        Not by LIKE, which takes no pattern of more than 50,000 bytes.
        """
        column, params = self.process_lhs(compiler, connection)
        words = index_words(self.rhs)
        if not (words and isinstance(self.lhs, Col)):
            return f"INSTR({column}, %s) > 0", (*params, self.rhs)
        key = connection.ops.quote_name(self.lhs.target.model._meta.pk.column)
        row = f"{connection.ops.quote_name(self.lhs.alias)}.{key}"
        found = f"{row} IN (SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s)"  # noqa: S608  # nosec B608  # our own names
        return f"({found} AND INSTR({column}, %s) > 0)", (words, *params, self.rhs)


def index_words(part: str) -> str:
    """Return what SQLite's index has to hold of a text with this part; nothing for a short one."""
    starts = range(len(part) - WORD_LENGTH + 1)
    words = list(dict.fromkeys(part[start : start + WORD_LENGTH] for start in starts))
    quoted = ('"' + word.replace('"', '""') + '"' for word in words[:MOST_INDEX_WORDS])
    return " AND ".join(quoted)
