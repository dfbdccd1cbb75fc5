"""A command's connection to the database."""

from __future__ import annotations

from django.db import connection


def close_database() -> None:
    """Close the connection and its pool, so that this process holds nothing of the database."""
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's backend
