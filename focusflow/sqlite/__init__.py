"""Which SQLite serves the embedded database, and whether its write-ahead log is safe.

SQLite 3.7.0 to 3.51.2 can lose committed pages when two connections write and checkpoint a
WAL database at the same moment (https://www.sqlite.org/wal.html#walresetbug). Python often
carries one of those, so the pysqlite3 wheel, which carries a newer one, is preferred.

Every door to the file (server, tests, commands) takes its library from here: two copies of
SQLite in one process drop each other's POSIX locks (https://www.sqlite.org/howtocorrupt.html,
section 2.2.1).
"""

from types import ModuleType
from typing import cast

Version = tuple[int, int, int]

FIXED_IN: Version = (3, 51, 3)
# The branches of which SQLite's authors published a repaired patch release.
BACKPORTS: tuple[Version, ...] = ((3, 44, 6), (3, 50, 7))


def load_library() -> ModuleType:
    """Return the DB-API module that every connection to the file uses.

    pysqlite3 where its wheel is installed (see requirements.txt), else Python's own sqlite3.
    """
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        from sqlite3 import dbapi2
    return cast(ModuleType, dbapi2)


def wal_is_safe(version: Version) -> bool:
    """Say whether a SQLite of this version may write a WAL database from two connections."""
    if version >= FIXED_IN:
        return True
    return any(version[:2] == fixed[:2] and version >= fixed for fixed in BACKPORTS)
