"""What is written to the log: one line a record, nothing that anybody typed.

A request's line is written by `focusflow.operation`. No line holds a body, a header, an address
with its ids, a query's parameters, or, outside DEBUG, the words of an error: those of a database
quote the row.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any  # Fields of a line, and what a wrapper of queries gets.

import orjson

if TYPE_CHECKING:
    from django.http import HttpRequest


# Others are called OTHER: a method is any word that the client chooses.
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


@dataclass
class Entry:
    """What is known of the request that is being answered."""

    request: HttpRequest | None = None
    request_id: str = field(default_factory=lambda: secrets.token_hex(8))
    user_id: int | None = None
    queries: int = 0

    def count(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        """Run a query, counted: a wrapper as `connection.execute_wrapper` takes them."""
        self.queries += 1
        return execute(sql, params, many, context)


# None outside of a request.
current: ContextVar[Entry | None] = ContextVar("current", default=None)


def note_sign_in(user: Any, **_: Any) -> None:
    """Keep who signed in, from Django's signal: allauth's endpoints for programs forget it."""
    if entry := current.get():
        entry.user_id = user.pk


class Formatter(logging.Formatter):
    """What both formats have in common; `with_words` shows the words of errors too."""

    def __init__(self, *, with_words: bool = False) -> None:
        super().__init__()
        self.with_words = with_words

    def error_of(self, record: logging.LogRecord) -> str:
        """Return where the record's error came from; empty without one."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return ""
        if self.with_words:
            return "".join(traceback.format_exception(error)).rstrip()
        return "\n".join(describe(error))


class JSONFormatter(Formatter):
    """One JSON object a line, for programs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; `fields` of a record become its members."""
        entry = current.get()
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage().encode(errors="replace").decode(),
            "request": entry.request_id if entry else None,
            **getattr(record, "fields", {}),
            "error": self.error_of(record) or None,
        }
        kept = {name: value for name, value in line.items() if name in KEPT or value is not None}
        return orjson.dumps(kept, option=orjson.OPT_UTC_Z, default=str).decode()


# Members of a request's line that are there even when nothing is known.
KEPT = frozenset({"user", "route"})


class TextFormatter(Formatter):
    """One line for people, and an error's lines below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created).astimezone()
        entry = current.get()
        request = f" [{entry.request_id}]" if entry else ""
        line = f"{at:%H:%M:%S} {record.levelname}{request} {record.getMessage()}"
        # Whoever writes a line break into a record does not write a second line.
        line = line.replace("\r", "\\r").replace("\n", "\\n")
        return "\n".join(filter(None, [line, self.error_of(record)]))


class ErrorsOfRequests(logging.Filter):
    """Of what Django says of requests, keep errors, without the address.

    The address may hold a key that opens something, and each request has a line anyway.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop what is no error; replace the words of one."""
        record.msg, record.args = "The request failed.", ()
        return bool(record.exc_info)


def describe(error: BaseException) -> list[str]:
    """Return lines of an error and its causes, the first cause first: places, classes, no words."""
    lines = []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        lines += [*describe(cause), "", "which led to:", ""]
    for place in traceback.extract_tb(error.__traceback__):
        lines.append(f'File "{place.filename}", line {place.lineno}, in {place.name}')
        lines.append(f"    {place.line}")
    lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
    return lines


def configuration(*, level: str, style: str, with_words: bool) -> dict[str, Any]:
    """Return Django's LOGGING: `level` is that of FocusFlow's own lines, `style` json or text."""
    formatter = JSONFormatter if style == "json" else TextFormatter
    others = max(level, "WARNING", key=logging.getLevelNamesMapping().__getitem__)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"errors": {"()": ErrorsOfRequests}},
        "formatters": {"line": {"()": formatter, "with_words": with_words}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": others},
        "loggers": {
            "focusflow": {"level": level},
            # Replaces Django's own handlers: a second line, and mail with local variables.
            "django": {"handlers": [], "level": others},
            "django.request": {"level": "ERROR", "filters": ["errors"]},
            # What was refused has its line; the words quote what was sent.
            "django.security": {"level": "CRITICAL"},
        },
    }
