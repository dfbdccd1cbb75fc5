"""What a table's rows amount to: how many, and a digest that their order does not change.

The digest is the sum of the rows' SHA-256 modulo 2**256. Each database sorts text by rules of its
own, so a digest of rows in order would differ between two tables that are equal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypeVar  # Values of a row are of every type.
from uuid import UUID

Row = TypeVar("Row", bound=Sequence[Any])


@dataclass(frozen=True)
class Digest:
    """How many rows a table holds, and 64 hexadecimal digits that stand for them."""

    rows: int
    digest: str


class Tally:
    """A digest in the making: it grows by the rows that pass through `watch`."""

    def __init__(self) -> None:
        self.rows = 0
        self.sum = 0

    def watch(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows, counted."""
        for row in rows:
            self.rows += 1
            self.sum += int.from_bytes(sha256(as_bytes(row)).digest())
            yield row

    def result(self) -> Digest:
        """Return the digest of the rows so far."""
        return Digest(self.rows, f"{self.sum % 2**256:064x}")


def digest_of(rows: Iterable[Sequence[Any]]) -> Digest:
    """Return the digest of all the rows."""
    tally = Tally()
    for _ in tally.watch(rows):
        pass
    return tally.result()


def as_bytes(row: Sequence[Any]) -> bytes:
    """Return the row's values in one form, whichever database they come from.

    Each carries its length, so that no two rows share a form. Raises KeyError for a value of an
    unknown type.
    """
    forms = [FORMS[type(value)](value) for value in row]
    return b"".join(b"%d:%b" % (len(form), form) for form in forms)


def of_text(value: str) -> bytes:
    """Return text, a lone surrogate in it too."""
    return b"s" + value.encode("utf-8", "surrogatepass")


def of_decimal(value: Decimal) -> bytes:
    """Return a decimal without zeros at its end: 1.50 is 1.5."""
    return b"d%b" % f"{value.normalize():f}".encode()


def of_instant(value: datetime) -> bytes:
    """Return an aware instant in UTC; a naive one as it is."""
    aware = value if value.tzinfo is None else value.astimezone(UTC)
    return b"t%b" % aware.isoformat(timespec="microseconds").encode()


def of_json(value: Any) -> bytes:
    """Return a JSON value with its keys sorted; 1.0 is 1, as PostgreSQL writes some numbers."""
    plain = json.loads(json.dumps(value), parse_float=number)
    return b"j%b" % json.dumps(plain, sort_keys=True).encode()


def number(text: str) -> float | int:
    """Return the number that the text says, a whole one as an int."""
    value = float(text)
    return int(value) if value.is_integer() else value


def of_bytes(value: bytes | memoryview) -> bytes:
    """Return bytes as they are."""
    return b"b" + bytes(value)


FORMS: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda value: b"n",
    bool: lambda value: b"true" if value else b"false",
    int: lambda value: b"i%d" % value,
    float: lambda value: b"f%b" % repr(value).encode(),
    Decimal: of_decimal,
    str: of_text,
    bytes: of_bytes,
    memoryview: of_bytes,
    datetime: of_instant,
    date: lambda value: b"t%b" % value.isoformat().encode(),
    time: lambda value: b"t%b" % value.isoformat(timespec="microseconds").encode(),
    timedelta: lambda value: b"p%d" % (value // timedelta(microseconds=1)),
    UUID: lambda value: b"u" + value.bytes,
    dict: of_json,
    list: of_json,
}
