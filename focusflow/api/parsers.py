"""Bodies, read strictly: what a database or a later list would choke on never gets in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any  # A JSON body holds values of every type.

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import QueryDict
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, FormParser, JSONParser, MultiPartParser

NUL_MESSAGE = "The body holds a NUL character (U+0000), which no text here may hold: remove it."


def read_body(stream: IO[Any]) -> bytes:
    """Return the whole body; raises RequestDataTooBig when it is larger than the setting allows."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    body: bytes = stream.read(limit + 1)
    if len(body) > limit:
        raise RequestDataTooBig
    return body


def read_json(body: bytes) -> Any:
    """Return the value of a body; raises ParseError with what is wrong and where.

    Refused, beside bad syntax: NaN and Infinity, lone surrogates, nesting beyond 1,024 levels
    (all by orjson), NUL characters, and whole numbers beyond 64 bits.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ParseError(f"The body is not valid JSON: {error}.") from error
    # A NUL can only come from its escape: orjson refuses the raw byte.
    if b"\\u0000" in body and holds_nul(value):
        raise ParseError(NUL_MESSAGE)
    return value


class StrictJSONParser(JSONParser):
    """JSON (RFC 8259) in UTF-8, read by `read_json`."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the value; raises ParseError with what is wrong and where."""
        return read_json(read_body(stream))


class StrictFormParser(FormParser):
    """A form, as the browsable API sends it."""

    def parse(  # type: ignore[override]  # the same class, by its public name
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> QueryDict:
        """Return the form's fields."""
        encoding = (parser_context or {}).get("encoding", settings.DEFAULT_CHARSET)
        return refuse_nul(QueryDict(read_body(stream), encoding=encoding))


class StrictMultiPartParser(MultiPartParser):
    """A form in parts, as the browsable API sends it."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles:
        """Return the form's fields and files."""
        parsed = super().parse(stream, media_type, parser_context)
        refuse_nul(parsed.data)
        return parsed


def refuse_nul(form: QueryDict) -> QueryDict:
    """Return the form; raises ParseError when a name or a value holds a NUL."""
    if any(holds_nul([name, values]) for name, values in form.lists()):
        raise ParseError(NUL_MESSAGE)
    return form


def holds_nul(value: Any) -> bool:
    """Say whether a NUL stands in a string or a name anywhere in the value.

    Walks with a stack of its own: the depth is the sender's choice.
    """
    pending = [value]
    while pending:
        inner = pending.pop()
        if isinstance(inner, str):
            if "\x00" in inner:
                return True
        elif isinstance(inner, dict):
            pending.extend(inner.keys())
            pending.extend(inner.values())
        elif isinstance(inner, list):
            pending.extend(inner)
    return False
