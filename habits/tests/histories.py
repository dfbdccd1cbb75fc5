"""Any schedule, rule and history, for properties."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from habits.rules import History, Kind, Rule
from habits.schedule import MOST_TIMES, Frequency, Period, Schedule

# Near month ends, leap days, a week 53, and a change of daylight saving time.
STARTS = st.sampled_from(
    [*map(date.fromisoformat, ("2023-12-29", "2024-02-26", "2026-03-25", "2026-12-23"))]
)
VALUES = st.sampled_from([Decimal(text) for text in ("0", "0.001", "0.5", "1", "2", "4.999", "5")])
TARGETS = st.sampled_from([Decimal(text) for text in ("0.5", "1", "3.001", "5")])
LONG = {Frequency.MONTHLY: 8, Frequency.YEARLY: 90}


@st.composite
def schedules(
    draw: st.DrawFn, frequencies: Iterable[Frequency] = Frequency, most_times: int = 4
) -> Schedule:
    frequency = draw(st.sampled_from(list(frequencies)))
    has_span = frequency in {Frequency.ROLLING, Frequency.INTERVAL}
    span = draw(st.integers(1, 8)) if has_span else None
    most = span or 1 if frequency is Frequency.ROLLING else MOST_TIMES.get(frequency, 1)
    return Schedule(
        frequency=frequency,
        start=draw(STARTS),
        times=draw(st.integers(1, min(most, most_times))),
        span=span,
        weekdays=draw(st.integers(1, 127)) if frequency is Frequency.WEEKDAYS else None,
        week_start=draw(st.sampled_from([1, 6, 7])),
    )


@st.composite
def rules(
    draw: st.DrawFn, kinds: Iterable[Kind] = Kind, frequencies: Iterable[Frequency] = Frequency
) -> Rule:
    kind = draw(st.sampled_from(list(kinds)))
    schedule = draw(schedules(frequencies, 1 if kind is Kind.AT_MOST else 4))
    target = None if kind is Kind.YES_NO else draw(TARGETS)
    return Rule(schedule=schedule, kind=kind, target=target)


@st.composite
def days(draw: st.DrawFn, schedule: Schedule, last: int = 40) -> date:
    """Give days from the start date on, mostly close together."""
    step = LONG.get(schedule.frequency, 1)
    spread = draw(st.integers(0, step - 1)) if step > 1 else 0
    return schedule.start + timedelta(draw(st.integers(0, last)) * step + spread)


@st.composite
def rests(draw: st.DrawFn, schedule: Schedule) -> Period:
    first = draw(days(schedule))
    return Period(first, first + timedelta(draw(st.integers(0, 9))))


@st.composite
def histories(draw: st.DrawFn, schedule: Schedule) -> History:
    values = draw(st.dictionaries(days(schedule), VALUES, max_size=40))
    early = draw(st.lists(st.integers(1, 6), max_size=2))
    values |= {schedule.start - timedelta(back): Decimal(1) for back in early}
    return History(values, draw(st.lists(rests(schedule), max_size=5)))


@st.composite
def cases(
    draw: st.DrawFn, kinds: Iterable[Kind] = Kind, frequencies: Iterable[Frequency] = Frequency
) -> tuple[Rule, History]:
    rule = draw(rules(kinds, frequencies))
    return rule, draw(histories(rule.schedule))
