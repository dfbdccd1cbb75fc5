"""What the database itself says of its tables."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

# SQLite's PRAGMA and PostgreSQL's catalogue, each in the words of its own client.
COLUMNS = {
    # SQLite writes some types in capitals and others as they were declared: all become small. A
    # lone INTEGER key is the row's number and never NULL; other keys may be, unless they say so.
    "sqlite": """
        SELECT name, lower(type),
               "notnull" = 0 AND NOT (pk = 1 AND max(pk) OVER () = 1 AND lower(type) = 'integer'),
               dflt_value, hidden IN (2, 3)
        FROM pragma_table_xinfo(%s)
        WHERE hidden <> 1
        ORDER BY cid
    """,
    # The expression of a generated column is kept where the defaults are, but is none.
    "postgresql": """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
               CASE a.attgenerated WHEN '' THEN pg_get_expr(d.adbin, d.adrelid) END,
               a.attgenerated <> ''
        FROM pg_attribute a
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = quote_ident(%s)::regclass AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum
    """,
}
# Keys of several columns come first, so that of two keys on one column the narrower is told.
FOREIGN_KEYS = {
    "sqlite": """
        SELECT "from", "table", on_delete FROM pragma_foreign_key_list(%s)
        ORDER BY count(*) OVER (PARTITION BY id) DESC
    """,
    "postgresql": """
        SELECT a.attname, target.relname,
               CASE c.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL'
                    WHEN 'd' THEN 'SET DEFAULT' WHEN 'r' THEN 'RESTRICT' ELSE 'NO ACTION' END
        FROM pg_constraint c
        JOIN pg_class target ON target.oid = c.confrelid
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
        WHERE c.contype = 'f' AND c.conrelid = quote_ident(%s)::regclass
        ORDER BY cardinality(c.conkey) DESC
    """,
}
NO_KEY = (None, None)


@dataclass(frozen=True)
class Column:
    """A column: its type and default as the database writes them, and what it refers to.

    A generated column is computed by the database and has no default.
    """

    name: str
    type: str
    nullable: bool
    default: str | None
    generated: bool
    references: str | None
    on_delete: str | None


@dataclass(frozen=True)
class Table:
    """A table, how many rows it holds now, and its columns in their order."""

    name: str
    rows: int
    columns: list[Column]


def table_names() -> list[str]:
    """Return the names of all tables, sorted: no views, nothing of the database's own."""
    names = connection.introspection.table_names()
    # What ANALYZE and AUTOINCREMENT keep; SQLite lets nobody else use the prefix.
    return sorted(name for name in names if not name.startswith("sqlite_"))


def describe_tables() -> list[Table]:
    """Return every table of the database by name."""
    return [describe_table(name) for name in table_names()]


def describe_table(name: str) -> Table:
    """Return one table, which is one of `table_names`."""
    with connection.cursor() as cursor:
        cursor.execute(FOREIGN_KEYS[connection.vendor], [name])
        keys = {column: (table, rule) for column, table, rule in cursor.fetchall()}
        cursor.execute(COLUMNS[connection.vendor], [name])
        columns = [
            Column(
                column, kind, bool(nullable), default, bool(generated), *keys.get(column, NO_KEY)
            )
            for column, kind, nullable, default, generated in cursor.fetchall()
        ]
        # The name comes from the catalogue; Django's quote_name would pass a quote in it on.
        quoted = '"' + name.replace('"', '""') + '"'
        cursor.execute(f"SELECT count(*) FROM {quoted}")  # noqa: S608  # nosec B608  # a quoted name of the catalogue's
        return Table(name, cursor.fetchone()[0], columns)
