"""Rules and histories for tests, without a database."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from habits.rules import History, Kind, Rule
from habits.schedule import Frequency, Period, Schedule

MONDAY = date(2026, 11, 30)
DAY = timedelta(1)


def make_rule(
    frequency: str = "daily",
    kind: Kind = Kind.YES_NO,
    target: str | None = None,
    *,
    start: date = MONDAY,
    **fields: int,
) -> Rule:
    schedule = Schedule(frequency=Frequency(frequency), start=start, **fields)
    return Rule(schedule=schedule, kind=kind, target=None if target is None else Decimal(target))


def read_strip(strip: str) -> History:
    """Return what a strip of days from Monday on says.

    "." is a day without a record, "x" and "1" are one of 1, "r" is rest, "3!" is rest with a 3.
    """
    values, rest = {}, []
    for offset, (mark, is_rest) in enumerate(re.findall(r"([.rx\d])(!?)", strip)):
        day = MONDAY + offset * DAY
        if mark not in ".r":
            values[day] = Decimal(mark.replace("x", "1"))
        if is_rest or mark == "r":
            rest.append(Period(day, day))
    return History(values, rest)
