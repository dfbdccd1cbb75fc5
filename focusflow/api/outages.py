"""What a database's error says about the database: whether to repeat, to wait, or to look at it."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

# https://www.postgresql.org/docs/current/errcodes-appendix.html
SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"
LOCK_NOT_AVAILABLE = "55P03"
# Connection exceptions, rollbacks that another attempt may survive, insufficient resources,
# operator intervention.
AWAY_CLASSES = ("08", "40", "53", "57")
DISK_FULL = "53100"

# SQLite's words (https://www.sqlite.org/rescode.html); its numbers are not in every driver.
SQLITE_LOCKED = ("database is locked", "database table is locked")
SQLITE_FULL = ("database or disk is full",)
SQLITE_AWAY = ("unable to open database file", "disk i/o error", "readonly database")


def sqlstate(error: BaseException) -> str | None:
    """Return PostgreSQL's code of the error; None where the connection itself failed."""
    return getattr(error.__cause__, "sqlstate", None)


def is_transient(error: BaseException) -> bool:
    """Say whether the same transaction, run again, would likely succeed."""
    return sqlstate(error) in {SERIALIZATION_FAILURE, DEADLOCK}


def is_locked(error: BaseException) -> bool:
    """Say whether the wait for another's lock took too long."""
    return sqlstate(error) == LOCK_NOT_AVAILABLE or says(error, SQLITE_LOCKED)


def is_full(error: BaseException) -> bool:
    """Say whether the database's disk is full."""
    return sqlstate(error) == DISK_FULL or says(error, SQLITE_FULL)


def is_away(error: BaseException) -> bool:
    """Say whether the database does not answer now, and may again in a moment."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    if is_full(error) or is_locked(error) or says(error, SQLITE_AWAY):
        return True
    module = type(error.__cause__).__module__
    if not module.startswith("psycopg"):
        return False
    code = sqlstate(error)
    return code is None or code.startswith(AWAY_CLASSES)


def says(error: BaseException, words: tuple[str, ...]) -> bool:
    """Say whether the message holds one of these."""
    return any(word in str(error).lower() for word in words)
