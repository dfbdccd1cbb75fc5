"""What a table's rows amount to."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any  # Values of a row are of every type.
from uuid import UUID

import pytest

from focusflow.transfer.digest import digest_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROWS: list[tuple[Any, ...]] = [
    (None,),
    ("",),
    (0,),
    (False,),
    (0.0,),
    ("0",),
    (b"0",),
    (NOON,),
    (NOON.date(),),
    (NOON.time(),),
    (timedelta(1),),
    (UUID(int=1),),
    ({},),
    ([],),
    ("a", "b"),
    ("ab", ""),
    ("a\ud800",),
]


def test_digest_is_of_64_hexadecimal_digits() -> None:
    digest = digest_of([("a",), ("b",)])

    assert digest.rows == 2
    assert len(bytes.fromhex(digest.digest)) == 32


def test_digest_does_not_depend_on_the_order() -> None:
    assert digest_of(ROWS) == digest_of(reversed(ROWS))


def test_digest_differs_between_values() -> None:
    assert len({digest_of([row]).digest for row in ROWS}) == len(ROWS)


def test_digest_sees_a_row_that_is_there_twice() -> None:
    assert digest_of([("a",), ("a",)]) != digest_of([("a",)])
    assert digest_of([("a",), ("a",)]).digest != digest_of([]).digest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NOON, NOON.astimezone(timezone(timedelta(hours=5)))),
        (Decimal("1.50"), Decimal("1.5")),
        (b"bytes", memoryview(b"bytes")),
        ({"a": 1, "b": [2.0]}, {"b": [2], "a": 1}),
        ([1e22], [10**22]),
    ],
)
def test_digest_is_of_values_rather_than_of_their_forms(one: object, other: object) -> None:
    assert digest_of([(one,)]) == digest_of([(other,)])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NOON, NOON + timedelta(microseconds=1)),
        (date(2026, 1, 1), date(2026, 1, 2)),
        (time(1), time(1, 0, 0, 1)),
        (Decimal("1.5"), Decimal("1.51")),
        ([0.1], [0.2]),
        (datetime(2026, 1, 1), datetime(2026, 1, 2)),
    ],
)
def test_digest_sees_small_differences(one: object, other: object) -> None:
    assert digest_of([(one,)]) != digest_of([(other,)])


def test_digest_refuses_a_value_that_it_does_not_know() -> None:
    with pytest.raises(KeyError):
        digest_of([(object(),)])
