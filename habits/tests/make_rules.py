"""Rules for tests, without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from habits.rules import Kind, Rule
from habits.schedule import Frequency, Schedule

MONDAY = date(2026, 11, 30)


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
