"""The text of a rule: `FREQ=WEEKLY;BYDAY=MO,FR`, read strictly and written in one form.

Source: RFC 5545, sections 3.3.10 (RECUR) and 3.8.2.4 (DTSTART).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from tasks.recurrence.rule import WEEKDAYS, ByDay, Frequency, Rule, RuleError, ordered, ordered_days
from tasks.recurrence.validity import check_combination

# What bounds the time that a rule can take.
TEXT_LENGTH: Final = 1_000
INTERVAL_MAX: Final = 99_999
COUNT_MAX: Final = 5_000

BY_DAY: Final = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
NUMBER: Final = re.compile(r"[+-]?[0-9]{1,5}")
UNTIL: Final = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")


@dataclass(frozen=True)
class Numbers:
    """The numbers that a part takes; with `from_end` their negatives, too, and never 0."""

    lowest: int
    highest: int
    from_end: bool = False

    def __str__(self) -> str:
        both = f" and -{self.highest} to -{self.lowest}" if self.from_end else ""
        return f"{self.lowest} to {self.highest}{both}"

    def __contains__(self, number: int) -> bool:
        return self.lowest <= (abs(number) if self.from_end else number) <= self.highest


INTERVALS: Final = Numbers(1, INTERVAL_MAX)
COUNTS: Final = Numbers(1, COUNT_MAX)
LISTS: Final = {
    "BYMONTH": Numbers(1, 12),
    "BYWEEKNO": Numbers(1, 53, from_end=True),
    "BYYEARDAY": Numbers(1, 366, from_end=True),
    "BYMONTHDAY": Numbers(1, 31, from_end=True),
    "BYHOUR": Numbers(0, 23),
    "BYMINUTE": Numbers(0, 59),
    "BYSECOND": Numbers(0, 59),
    "BYSETPOS": Numbers(1, 366, from_end=True),
}
# Each part's field of Rule, in the order of the text that is written.
FIELDS: Final = {
    "FREQ": "freq",
    "INTERVAL": "interval",
    "COUNT": "count",
    "UNTIL": "until",
    "BYMONTH": "by_month",
    "BYWEEKNO": "by_week_no",
    "BYYEARDAY": "by_year_day",
    "BYMONTHDAY": "by_month_day",
    "BYDAY": "by_day",
    "BYHOUR": "by_hour",
    "BYMINUTE": "by_minute",
    "BYSECOND": "by_second",
    "BYSETPOS": "by_set_pos",
    "WKST": "wkst",
}


# --- Reading --------------------------------------------------------------------------------------


@lru_cache(maxsize=1_024)
def parse_rule(text: str) -> Rule:
    """Return the rule that the text of an RRULE writes, with or without `RRULE:` before it.

    Raises RuleError, with a sentence for people, for what RFC 5545 does not allow and for what
    FocusFlow does not keep: FREQ=SECONDLY and MINUTELY, parts of other programs, big numbers.
    """
    values = {}
    for name, value in split_parts(text):
        if name in values:
            raise RuleError(f"{name} is there twice. Keep one of them.")
        values[name] = value
    if "FREQ" not in values:
        raise RuleError("FREQ is missing. Begin with it: FREQ=WEEKLY;BYDAY=MO, for example.")
    # Any: each part has a type of its own, which its reader gives.
    fields: dict[str, Any] = {FIELDS[name]: READERS[name](values[name]) for name in values}
    rule = Rule(**fields)
    check_combination(rule)
    return rule


def split_parts(text: str) -> Iterator[tuple[str, str]]:
    """Give the parts of a text, in capitals, with their values."""
    if len(text) > TEXT_LENGTH:
        raise RuleError(f"The rule has {len(text)} characters. Shorten it to {TEXT_LENGTH}.")
    # Some programs end a rule with a semicolon.
    for part in text.strip().upper().removeprefix("RRULE:").removesuffix(";").split(";"):
        name, _, value = part.partition("=")
        if name not in FIELDS:
            raise RuleError(
                f"“{part[:40]}” is no part of a rule. Use NAME=VALUE with these names: "
                f"{', '.join(FIELDS)}."
            )
        yield name, value


def read_frequency(value: str) -> Frequency:
    """Return a FREQ."""
    try:
        return Frequency(value)
    except ValueError as error:
        names = ", ".join(Frequency)
        raise RuleError(f"FREQ is “{value[:40]}”. Use one of these: {names}.") from error


def number_reader(name: str, allowed: Numbers) -> Callable[[str], int]:
    """Return the function that reads one number of a part."""

    def read(value: str) -> int:
        if not NUMBER.fullmatch(value) or int(value) not in allowed:
            raise RuleError(f"{name} is “{value[:40]}”. Use whole numbers from {allowed}.")
        return int(value)

    return read


def list_reader(name: str, allowed: Numbers) -> Callable[[str], tuple[int, ...]]:
    """Return the function that reads the numbers of a part."""
    read = number_reader(name, allowed)
    return lambda value: ordered(read(number) for number in value.split(","))


def read_days(value: str) -> tuple[ByDay, ...]:
    """Return the weekdays of BYDAY."""
    return ordered_days(read_day(day) for day in value.split(","))


def read_day(value: str) -> ByDay:
    """Return one weekday of BYDAY: `MO`, `3MO`, `-1FR`."""
    match = BY_DAY.fullmatch(value)
    nth = int(match[1] or 0) if match else 0
    if match is None or abs(nth) > 53 or (match[1] and nth == 0):
        raise RuleError(
            f"BYDAY is “{value[:40]}”. Use {', '.join(WEEKDAYS)}, and before one of them which of "
            "the month or year is meant: 3MO, -1FR."
        )
    return ByDay(WEEKDAYS.index(match[2]), nth)


def read_week_start(value: str) -> int:
    """Return the weekday of WKST."""
    if value not in WEEKDAYS:
        raise RuleError(f"WKST is “{value[:40]}”. Use one of these: {', '.join(WEEKDAYS)}.")
    return WEEKDAYS.index(value)


def read_until(value: str) -> date | datetime:
    """Return a day, a local time, or with a Z at its end an instant."""
    error = RuleError(
        f"UNTIL is “{value[:40]}”. Use a day or an instant that exists: 20261231 or "
        "20261231T225959Z."
    )
    if not UNTIL.fullmatch(value):
        raise error
    try:
        return parse_instant(value) if value.endswith("Z") else parse_dtstart(value)
    except ValueError as reason:
        raise error from reason


def parse_instant(value: str) -> datetime:
    """Return the UTC instant of `20261231T225959Z`."""
    return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def parse_dtstart(value: str) -> date | datetime:
    """Return the day of `20261231`, or the local time of `20261231T180000`; raises ValueError."""
    # Neither form has a zone: the zone of a series is a value of its own.
    if len(value) == 8:
        return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007
    return datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007


READERS: Final[dict[str, Callable[[str], object]]] = {
    "FREQ": read_frequency,
    "INTERVAL": number_reader("INTERVAL", INTERVALS),
    "COUNT": number_reader("COUNT", COUNTS),
    "UNTIL": read_until,
    "BYDAY": read_days,
    "WKST": read_week_start,
} | {name: list_reader(name, allowed) for name, allowed in LISTS.items()}


# --- Writing --------------------------------------------------------------------------------------


def format_rule(rule: Rule) -> str:
    """Return the one text of a rule: parts in a fixed order, without those that say nothing."""
    return ";".join(
        f"{name}={format_value(getattr(rule, field), is_weekday=name == 'WKST')}"
        for name, field in FIELDS.items()
        if name == "FREQ" or getattr(rule, field) != getattr(PLAIN, field)
    )


# Any frequency: it is always written.
PLAIN: Final = Rule(freq=Frequency.DAILY)


def format_value(value: object, *, is_weekday: bool = False) -> str:
    """Return the text of a part's value."""
    if isinstance(value, tuple):
        return ",".join(format_value(item) for item in value)
    if isinstance(value, ByDay):
        return f"{value.nth or ''}{WEEKDAYS[value.weekday]}"
    if isinstance(value, date):
        return format_dtstart(value) + ("Z" if getattr(value, "tzinfo", None) else "")
    if is_weekday and isinstance(value, int):
        return WEEKDAYS[value]
    return str(value)


def format_dtstart(value: date) -> str:
    """Return the text of a day or a local time, as `parse_dtstart` reads it."""
    return value.strftime("%Y%m%dT%H%M%S" if isinstance(value, datetime) else "%Y%m%d")
