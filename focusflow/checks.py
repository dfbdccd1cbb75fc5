"""System checks of deployments that would start, and then disappoint."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.db import connection

from focusflow.sqlite import load_library, wal_is_safe


@register(deploy=True)
def check_sqlite(**_: Any) -> list[CheckMessage]:
    """Name the SQLite in use; warn when it cannot write ahead safely."""
    if connection.vendor != "sqlite":
        return []
    library = load_library()
    words = f"SQLite {library.sqlite_version} (by {library.__name__.partition('.')[0]})"
    if wal_is_safe(library.sqlite_version_info):
        return [Info(f"{words} serves the database, with a write-ahead log.", id="focusflow.I001")]
    return [
        Warning(
            f"{words} can corrupt a write-ahead log under several connections, so FocusFlow does "
            "without: writers block readers.",
            hint="Install requirements.txt, which brings pysqlite3 where it has a wheel; or use "
            "Python with SQLite 3.51.3 or newer, or PostgreSQL.",
            id="focusflow.W001",
        )
    ]


# As long as the hashes that it feeds.
SHORTEST_KEY = 32


@register(Tags.security)
def check_secret_key(**_: Any) -> list[CheckMessage]:
    """Refuse a key that can be tried out."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if settings.DEBUG or all(len(key.encode()) >= SHORTEST_KEY for key in keys):
        return []
    return [
        Error(
            f"SECRET_KEY, or one of SECRET_KEY_FALLBACKS, is shorter than {SHORTEST_KEY} bytes.",
            hint='Set a random one: python -c "import secrets; print(secrets.token_urlsafe(50))"',
            id="focusflow.E001",
        )
    ]


# What libpq calls encryption that it insists on.
ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})
THIS_MACHINE = frozenset({"", "localhost", "127.0.0.1", "::1"})


@register(Tags.security, deploy=True)
def check_database_connection(**_: Any) -> list[CheckMessage]:
    """Warn when rows travel to a database elsewhere, and may travel in the clear."""
    database = settings.DATABASES["default"]
    host = str(database["HOST"])
    if (
        not database["ENGINE"].endswith("postgresql")
        or host in THIS_MACHINE
        or host.startswith("/")
        or database["OPTIONS"].get("sslmode") in ENCRYPTED
    ):
        return []
    return [
        Warning(
            f"The database is at {host}, and its connections may be unencrypted.",
            hint="Add ?sslmode=verify-full to DATABASE_URL, with sslrootcert where its certificate "
            "is your own; fine without inside of one machine, as between containers.",
            id="focusflow.W004",
        )
    ]


@register(Tags.security, deploy=True)
def check_public_url(**_: Any) -> list[CheckMessage]:
    """Warn when passwords travel in the clear."""
    if settings.IS_HTTPS:
        return []
    return [
        Warning(
            f"PUBLIC_URL is {settings.PUBLIC_URL}: passwords and rows travel unencrypted.",
            hint="Fine on this machine alone or in a home network that you trust; else put a "
            "proxy with https before FocusFlow and set PUBLIC_URL to its address.",
            id="focusflow.W002",
        )
    ]


@register(Tags.security)
def check_debug(**_: Any) -> list[CheckMessage]:
    """Warn when DEBUG is on where others reach the server."""
    host = urlsplit(settings.PUBLIC_URL).hostname
    if not settings.DEBUG or host in {"localhost", "127.0.0.1", "::1"}:
        return []
    return [
        Warning(
            f"DEBUG is on and PUBLIC_URL is {settings.PUBLIC_URL}: error pages show too much.",
            hint="Set DEBUG=false.",
            id="focusflow.W003",
        )
    ]
