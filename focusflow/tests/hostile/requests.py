"""Requests to the operations of the OpenAPI document, hostile in one place or in several."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple  # The document is JSON.

from drf_spectacular.generators import SchemaGenerator
from hypothesis import strategies as st

from focusflow.instants import FIRST_INSTANT, LAST_INSTANT
from focusflow.tests.hostile.bodies import JSON, Body, Pairs, bodies, escape, queries
from focusflow.tests.hostile.values import DATES, DECIMALS, TEXTS, texts, values, words
from habits.tests.make import START, days_from

FILTERS = (
    *("today", "overdue | no date", "#Mine & !@errand", "p1 & 7 days", "(", "&", "search: x"),
    *("(" * 900 + "today" + ")" * 900, "!" * 1999 + "p1", "| ".join(("p1",) * 600)),
)
# What is right for a field where its type does not say so; without, no account would be changed.
KNOWN: dict[str, tuple[Any, ...]] = {
    "time_zone": ("UTC", "Etc/GMT+12", "Pacific/Kiritimati", "Asia/Kathmandu"),
    "language": ("en", "de", "ar", "zh-hans"),
    "rrule": (
        *("", "FREQ=DAILY", "FREQ=DAILY;COUNT=1", "FREQ=WEEKLY;BYDAY=MO,FR;INTERVAL=999"),
        *("FREQ=MONTHLY;BYDAY=-1SU", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "RRULE:freq=daily"),
        *("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=SECONDLY", "FREQ=DAILY;UNTIL=19000101"),
        *(
            "FREQ=DAILY;INTERVAL=0",
            f"FREQ=DAILY;INTERVAL={'9' * 900}",
            "FREQ=DAILY;COUNT=1;UNTIL=x",
        ),
    ),
    "dtstart": (
        "",
        "20261231",
        "20261231T180000",
        "99981231",
        "19000101T000000",
        "20260329T023000",
    ),
    "query": FILTERS,
    "filter": FILTERS,
    "text": (
        *("Call Ann tomorrow at 5pm p1 @phone", "every other monday at 9am", "#New // x", "p1"),
        *("in 99999999999999 days", "every 999999 years", "29 feb", "~99999999h", "@a " * 600),
        *("\u202etomorrow", "tomorrow at 25:99", "31.12.9999", "every day starting 1 1 1900"),
    ),
    "weekdays": (["mon"], ["sun", "mon", "sun"], [], None, ["mon"] * 999, ["Mon"], [["mon"]]),
    "reminder_at": ("00:00", "23:59:59", "24:00", "7:30", "07:30:00.5", "07:30Z", None),
    "password": ("correct horse battery", "\u202e" * 20, "\U0010ffff" * 1000),
}
HEADERS: dict[str, tuple[str, ...]] = {
    "If-Match": ("*", '"1"', '"2", "1"', 'W/"1"', '"', '"' * 999, '"9' + "9" * 5000 + '"', ""),
    "Idempotency-Key": ("k", '"k"', '"', '""', "x" * 255, "x" * 256, "\xe9", "", " ", "../k"),
    "Accept": (
        *("text/html", "application/json", "application/problem+json", "image/png", "*", "", ","),
        *("*/*;q=nan", "text/html;q=1e999", "application/json; indent=99999999999", ";", "/;/,;/"),
        *("application/json; indent=-1", "text/html; charset=zlib", "a/b," * 999, "\xff/\xff"),
    ),
    "Accept-Language": ("tr", "ar", "*", "de-" * 999, "x" * 999, "en;q=nan", "\xff", "zh-hant-x-y"),
    "Authorization": (
        *("Bearer", "Bearer ", "Bearer x", "Bearer x y", "Bearer \xff", "Bearer ffp_", "bearer\tx"),
        *("Basic eDp5", "Bearer eyJhbGciOiJub25lIn0.e30.", f"Bearer {'x' * 9999}", "Bearer a.b.c"),
        *("Bearer eyJhbGciOiJIUzI1NiJ9.bnVsbA.x", "Bearer ffp_\u00e9", "\xff", ""),
    ),
    "Cookie": (
        "sessionid=\xff",
        "sessionid=" + "x" * 999,
        "a",
        ";=;",
        "csrftoken=\xff",
        "language=../x",
    ),
    "Host": (
        "",
        "testserver:x",
        "testserver:99999",
        "[::1",
        "a b",
        "x" * 999,
        "\xff",
        "testserver.",
    ),
    "X-Forwarded-For": ("\xff", "x" * 999, ",,,", "127.0.0.1, ::1"),
    "X-Requested-With": ("XMLHttpRequest",),
    "If-None-Match": ('"1"', "*", "\xff"),
    "If-Modified-Since": ("Thu, 01 Jan 0001 00:00:00 GMT", "x", "Fri, 31 Dec 9999 23:59:59 GMT"),
    "Content-Encoding": ("gzip", "br"),
    "Range": ("bytes=9-1", "bytes=0-,0-,0-"),
    "X-HTTP-Method-Override": ("DELETE",),
}
IDS = ("0", "-1", "00", "1_0", "%D9%A1", "1.0", "x", "%00", "%ff", "..", "1%2F..%2F2", "%", "%zz")
LARGE_IDS = (str(2**63 - 1), str(2**63), str(2**64), "9" * 5000)
# Days that habits have check-ins on.
DAYS = st.sampled_from(days_from(START, 9)).map(str)
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "x")


class Operation(NamedTuple):
    """What the document says of an operation."""

    name: str
    method: str
    path: str
    # The schemas of the fields of its body and of the parameters of its query, by name.
    fields: dict[str, dict[str, Any]]
    required: frozenset[str]
    parameters: dict[str, dict[str, Any]]

    @property
    def resource(self) -> str:
        """The resource that it is of."""
        return self.path.split("/")[3]


class Attack(NamedTuple):
    """A request."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Body

    def __repr__(self) -> str:
        """Show what one would type to send it again, not all of a long body."""
        content = self.body.content[:2000]
        return f"{self.method} {self.path}?{self.query} {self.headers} {self.body.kind} {content!r}"


@cache
def operations() -> dict[str, Operation]:
    """Return the operations of the document by their ids."""
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    read = [
        read_operation(document, path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return {operation.name: operation for operation in read}


def read_operation(
    document: dict[str, Any], path: str, method: str, operation: dict[str, Any]
) -> Operation:
    """Return what is needed of an operation."""
    content = operation.get("requestBody", {}).get("content", {})
    reference = content.get(JSON, {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    schema = document["components"]["schemas"].get(reference, {})
    parameters = operation.get("parameters", [])
    return Operation(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        fields=schema.get("properties", {}),
        required=frozenset(schema.get("required", [])),
        parameters={one["name"]: one["schema"] for one in parameters if one["in"] == "query"},
    )


def mostly(right: st.SearchStrategy[Any], wrong: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw what is right four times out of five, so that something is stored."""
    return st.sampled_from((right,) * 4 + (wrong,)).flatmap(lambda strategy: strategy)


def fitting(name: str, schema: dict[str, Any], ids: tuple[int, ...]) -> st.SearchStrategy[Any]:
    """Draw what a field takes, at the edge of what it takes."""
    if known := KNOWN.get(name, tuple(schema.get("enum", ()))):
        return st.sampled_from(known)
    types = schema.get("type", "string")
    if "array" in types:
        items = st.lists(fitting("", schema["items"], ids), max_size=4)
        return items | items.map(lambda drawn: drawn * 200)
    if "boolean" in types:
        return st.booleans()
    if "integer" in types:
        bounds = (schema.get("minimum", 0), schema.get("maximum", 2**31))
        return st.sampled_from((*ids, None) if schema.get("format") == "int64" else bounds)
    if drawn := OF_FORMAT.get(schema.get("format", "")):
        return drawn()
    return filled(schema.get("maxLength", 255))


def instants() -> st.SearchStrategy[str | None]:
    """Draw instants that every time zone can show, and those at both ends."""
    first, last = (at.replace(tzinfo=None) for at in (FIRST_INSTANT, LAST_INSTANT))
    drawn = st.datetimes(first, last).map(lambda at: f"{at.isoformat()}Z")
    return st.sampled_from((*DATES, None)) | drawn


OF_FORMAT: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
    "date-time": instants,
    "date": lambda: st.sampled_from((*DATES, None)) | st.dates().map(str),
    "double": lambda: st.sampled_from(DECIMALS),
    "email": lambda: st.integers(0, 10**9).map(lambda number: f"x{number}@example.org"),
}


def filled(length: int) -> st.SearchStrategy[str]:
    """Draw texts that are stored as they are: of every plane and direction, of full length."""
    every = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    kept = [text for text in TEXTS if 0 < len(text) <= length and is_storable(text)]
    return st.text(every, min_size=1, max_size=min(length, 30)) | st.sampled_from(
        (*kept, "\U0001f6b2" * length)
    )


def is_storable(text: str) -> bool:
    """Say whether a database takes the text: UTF-8 without NUL."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def objects(operation: Operation, ids: tuple[int, ...]) -> st.SearchStrategy[Pairs]:
    """Draw the members of a body: those it has to have, some that it may, and others."""
    fields = {
        name: mostly(fitting(name, schema, ids), values)
        for name, schema in operation.fields.items()
    }
    required = {name: fields.pop(name) for name in sorted(operation.required)}
    whole = st.fixed_dictionaries(required, optional=fields).map(lambda body: list(body.items()))
    names = st.sampled_from((*operation.fields, "id", "user", "version", "is_superuser")) | texts
    more = st.lists(st.tuples(names, values), min_size=1, max_size=2)
    return mostly(whole, st.tuples(whole, more).map(lambda parts: parts[0] + parts[1]))


def cursors(orderings: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Draw places in a list, as the list would write them and not."""
    parts = st.tuples(st.sampled_from(orderings), values, values, st.booleans())
    written = parts.map(lambda cursor: json.dumps(cursor).encode())
    return written.map(lambda text: base64.urlsafe_b64encode(text).decode().rstrip("=")) | words


def parameters(operation: Operation, ids: tuple[int, ...]) -> st.SearchStrategy[str]:
    """Draw a query: of one or two parameters of the list, or of none that it has."""
    orderings = tuple(operation.parameters.get("ordering", {}).get("enum", ("id",)))
    pairs = [
        st.tuples(st.just(name), mostly(fitting(name, schema, ids), words))
        for name, schema in operation.parameters.items()
    ]
    pairs.append(st.tuples(st.just("cursor"), cursors(orderings)))
    some = st.lists(st.sampled_from(pairs).flatmap(lambda pair: pair), max_size=2)
    return mostly(
        some.map(lambda drawn: "&".join(f"{name}={escape(value)}" for name, value in drawn)),
        queries(tuple(operation.parameters)),
    )


def headers() -> st.SearchStrategy[dict[str, str]]:
    """Draw one header or two."""
    names = st.lists(st.sampled_from(sorted(HEADERS)), min_size=1, max_size=2, unique=True)
    return names.flatmap(
        lambda drawn: st.fixed_dictionaries(
            {name: st.sampled_from(HEADERS[name]) for name in drawn}
        )
    )


def attacks(operation: Operation, ids: tuple[int, ...]) -> st.SearchStrategy[Attack]:
    """Draw requests to an operation; `ids` are those of rows, of the person's own and others."""
    own = st.sampled_from(tuple(map(str, ids)))
    path = st.tuples(mostly(own, st.sampled_from(IDS + LARGE_IDS)), mostly(DAYS, words)).map(
        lambda drawn: operation.path.replace("{id}", drawn[0]).replace("{day}", escape(drawn[1]))
    )
    is_read = operation.method == "GET"
    query = parameters(operation, ids)
    return st.builds(
        Attack,
        method=mostly(st.just(operation.method), st.sampled_from(METHODS)),
        path=path,
        query=query if is_read else mostly(st.just(""), query),
        headers=mostly(st.just({}), headers()),
        body=st.just(Body(b"", JSON)) if is_read else bodies(objects(operation, ids)),
    )
