"""What the database itself says of its tables."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

# SQLite's PRAGMA and PostgreSQL's catalogue, each in the words of its own client.
COLUMNS = {
    "sqlite": """
        SELECT name, type, "notnull" = 0 AND pk = 0, dflt_value FROM pragma_table_xinfo(%s)
        ORDER BY cid
    """,
    "postgresql": """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
               pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = quote_ident(%s)::regclass AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum
    """,
}
FOREIGN_KEYS = {
    "sqlite": """
        SELECT "from", "table", on_delete FROM pragma_foreign_key_list(%s)
    """,
    "postgresql": """
        SELECT a.attname, c.confrelid::regclass::text,
               CASE c.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL'
                    WHEN 'd' THEN 'SET DEFAULT' WHEN 'r' THEN 'RESTRICT' ELSE 'NO ACTION' END
        FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.conrelid = quote_ident(%s)::regclass
    """,
}


@dataclass(frozen=True)
class Column:
    """A column: its type and default as the database writes them, and what it refers to."""

    name: str
    type: str
    nullable: bool
    default: str | None
    references: str | None
    on_delete: str | None


@dataclass(frozen=True)
class Table:
    """A table, how many rows it holds now, and its columns in their order."""

    name: str
    rows: int
    columns: list[Column]


def describe_tables() -> list[Table]:
    """Return every table of the database by name."""
    return [describe_table(name) for name in sorted(connection.introspection.table_names())]


def describe_table(name: str) -> Table:
    """Return one table."""
    with connection.cursor() as cursor:
        cursor.execute(FOREIGN_KEYS[connection.vendor], [name])
        keys = {column: (table, rule) for column, table, rule in cursor.fetchall()}
        cursor.execute(COLUMNS[connection.vendor], [name])
        columns = [
            Column(column, kind, bool(nullable), default, *keys.get(column, (None, None)))
            for column, kind, nullable, default in cursor.fetchall()
        ]
        # The name comes from the catalogue, not from anybody's input.
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
        return Table(name, cursor.fetchone()[0], columns)
