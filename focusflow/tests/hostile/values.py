"""Values that other programs crash on, each with the reason it is here."""

from __future__ import annotations

from typing import Any  # JSON holds values of every type.

from hypothesis import strategies as st

TEXTS = (
    *("", " ", "\t", "\n", "\x1f", "\x7f", "\x85", "\u200b", "\ufeff"),  # nothing, or what seems so
    *("\x00", "a\x00b", "\\u0000", "%00", "%2500"),  # NUL, which PostgreSQL's text does not hold
    *("\ud800", "\udfff", "a\udc80b", "\ud83d"),  # halves of characters, which UTF-8 does not have
    *("\u202egnp.exe", "\u200f\u200e", "\u2066x", "\u061c"),  # the other direction
    *(
        "e" + "\u0301" * 60,
        "\u0e33" * 40,
        "🏳️‍🌈👩‍👩‍👧‍👦",
        "\U0010ffff",
        "\uffff",
    ),  # more than one, and the last
    *("İ", "ß", "ŉ", "ﬃ", "Å", "ﷺ"),  # longer in another case or form
    *("null", "None", "undefined", "true", "NaN", "-Infinity", "[]", "{}", "[object Object]"),
    *(
        "0",
        "-0",
        "-1",
        "00",
        "+1",
        "1_0",
        "\u0661",
        "\uff19",
        "1.0",
        "1e309",
        "0x1",
        "²",
    ),  # digits, or not
    *(str(2**31), str(2**63 - 1), str(2**63), str(2**64), "9" * 40, "9" * 5000, "-" + "9" * 40),
    *("' OR 1=1 --", '"; DROP TABLE tasks; --', "%", "_%", "\\", "$$", "a'b\"c`d"),  # SQL
    *("<script>alert(1)</script>", "{{ 7 * 7 }}", "{% now %}", "%s%n%x", "{0.__class__}", "${7*7}"),
    *(
        "../../../etc/passwd",
        "//example.com",
        "javascript:alert(1)",
        "http://[::1",
        "/\\x",
        "?",
        "#",
    ),
    *("a\r\nSet-Cookie: a=b", "=?utf-8?q?x?=", "user__password__startswith", "pk", "__class__"),
    *("x" * 255, "x" * 256, "\u00e9" * 300, "x" * 5000, "x" * 50_001),  # at limits, and beyond
)
# Instants and days at both ends of calendars, between zones, and in forms that some parsers take.
DATES = (
    *("0000-01-01", "0001-01-01", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"),
    *("1582-10-10", "1899-12-31T23:59:59Z", "1900-01-01T00:00:00Z", "1900-01-01T00:00:00+14:00"),
    *("1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "2038-01-19T03:14:08Z"),
    *("9998-12-31T00:00:00Z", "9998-12-31T00:00:01Z", "9998-12-31", "9999-12-31T23:59:59-12:00"),
    *("9999-12-31T23:59:59.999999Z", "9999-12-31", "10000-01-01T00:00:00Z", "-0001-01-01"),
    *("2026-02-29", "2026-02-30T00:00:00Z", "2024-02-29T00:00:00Z", "2026-13-01", "2026-00-00"),
    *("2016-12-31T23:59:60Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00.1234567890Z"),
    *("2026-03-29T02:30:00", "2026-10-25T02:30:00", "2011-12-30T12:00:00"),  # in no zone's or two
    *("2026-01-01T00:00:00+23:59", "2026-01-01T00:00:00-23:59", "2026-01-01T00:00:00+24:00"),
    *("2026-W01-1", "20260101T000000Z", "2026-01-01 00:00", "2026-001", "today", "now", "1e10"),
)
NUMBERS = (
    *(0, 1, -1, 2, 6, 7, 13, 32, 255, 256, 2**15, 2**16, 2**31 - 1, 2**31, 2**32),
    *(2**53 + 1, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64, 10**30, 10**400),
    *(0.5, -0.0, 1.0, 1e308, -1e308, 5e-324, float("inf"), float("-inf"), float("nan")),
)
# At both ends of what a column of decimals holds, and beyond.
DECIMALS = (0, 1, -1, 8, 10.5, 0.001, 0.0001, -0.0, 999_999_999.999, 1e9, -1e9, 1e300, 1e-300, None)

texts = st.sampled_from(TEXTS) | st.text(max_size=20)
dates = st.sampled_from(DATES) | st.datetimes().map(lambda at: at.isoformat())
numbers = st.sampled_from(NUMBERS) | st.integers()
scalars = st.one_of(texts, dates, numbers, st.booleans(), st.none())
# As text, in addresses and forms.
words = st.one_of(texts, dates, numbers.map(str))


def wrap(value: Any, depth: int, key: str | None) -> Any:
    """Return a value inside of as many lists, or objects with this key."""
    for _ in range(depth):
        value = [value] if key is None else {key: value}
    return value


nested = st.builds(
    wrap,
    scalars,
    st.sampled_from((1, 1, 2, 3, 40, 500)),
    st.sampled_from((None, "id", "", "\x00", "__proto__")),
)
values = scalars | nested
