"""Strength: the formula of Loop, day by day and read from steps."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.tests.effort import count_calls
from habits.rules import History, Kind, Rule
from habits.schedule import Frequency, Period, Schedule
from habits.strength import (
    course,
    daily,
    decay_of,
    dump_steps,
    load_steps,
    pace_of,
    steps,
    strength_on,
)
from habits.tests.histories import cases

START = date(2024, 2, 26)
DAY = timedelta(1)
YES_NO, AT_LEAST, AT_MOST = Kind


def make_rule(
    frequency: str = "daily", kind: Kind = YES_NO, target: str | None = None, **fields: int
) -> Rule:
    schedule = Schedule(frequency=Frequency(frequency), start=START, **fields)
    return Rule(schedule=schedule, kind=kind, target=None if target is None else Decimal(target))


def on(*offsets: int, value: str = "1") -> dict[date, Decimal]:
    """Return records on days counted from the start date."""
    return {START + offset * DAY: Decimal(value) for offset in offsets}


def rest(first: int, last: int) -> Period:
    return Period(START + first * DAY, START + last * DAY)


def read(rule: Rule, history: History, offset: int) -> float:
    """Read a day as a list does."""
    return strength_on(steps(rule, history), decay_of(rule), START + offset * DAY)


def compute_daily(rule: Rule, history: History, last: date) -> dict[date, float]:
    """Compute the formula of Loop day after day."""
    schedule, target = rule.schedule, float(rule.target or 0)
    done = {
        day: value
        for day, value in history.values.items()
        if day >= schedule.start
        and day.weekday() in schedule.asked_weekdays
        and (rule.kind is AT_MOST or rule.weight(value) > 0)
    }
    n, d = {
        Frequency.DAILY: (1, 1),
        Frequency.WEEKDAYS: (len(schedule.asked_weekdays), 7),
        Frequency.WEEKLY: (schedule.times, 7),
        Frequency.MONTHLY: (schedule.times, 30),
        Frequency.YEARLY: (schedule.times, 365),
        Frequency.ROLLING: (schedule.times, schedule.span or 0),
        Frequency.INTERVAL: (1, schedule.span or 0),
    }[schedule.frequency]
    n, d = (1, 1) if n == d else (n, d)
    multiplier = 0.5 ** ((n / d) ** 0.5 / 13)
    is_counted = rule.kind is YES_NO or schedule.times > 1
    is_each = schedule.frequency is Frequency.WEEKDAYS
    if is_counted and n < d:
        n, d = 2 * n, 2 * d

    score, scores = float(rule.kind is AT_MOST), {}
    day = min(done, default=last + DAY)
    while day <= last:
        window = [each for each in done if 0 <= (day - each).days < d]
        total = sum(float(rule.weight(done[each])) for each in window)
        if is_counted:
            share = min(1.0, total / n)
        elif rule.kind is AT_LEAST:
            share = min(1.0, total / (target * (n if is_each else 1)))
        elif target > 0:
            limit = target * (n if is_each else 1)
            share = min(1.0, max(0.0, 1 - (total - limit) / limit))
        else:
            share = 0.0 if total > 0 else 1.0
        following = score * multiplier + share * (1 - multiplier)
        if not any(day in rest for rest in history.rest):
            score = following
        elif day in done:
            score = max(score, following)
        scores[day] = score
        day += DAY
    return scores


# --- Cases ----------------------------------------------------------------------------------------


def test_daily_habit_passes_99_percent_on_day_87() -> None:
    history = History(on(*range(100)))

    values = dict(daily(make_rule(), history, rest(0, 99)))

    assert min(day for day, value in values.items() if value > 0.99) == START + 86 * DAY


def test_weekly_habit_passes_99_percent_after_33_weeks() -> None:
    history = History(on(*range(0, 400, 7)))

    values = dict(daily(make_rule("weekly"), history, rest(0, 400)))

    passed = min(day for day, value in values.items() if value > 0.99)
    assert (passed - START).days // 7 == 33


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (make_rule(), (1, 1, 1, 1)),
        (make_rule(kind=AT_LEAST, target="8"), (1, 1, 1, 8)),
        (make_rule("weekdays", weekdays=0b1_1111), (5, 7, 14, 10)),
        (make_rule("weekdays", weekdays=0b111_1111), (1, 1, 1, 1)),
        (make_rule("weekdays", AT_LEAST, "8", weekdays=0b11), (2, 7, 7, 16)),
        (make_rule("weekly"), (1, 7, 14, 2)),
        (make_rule("weekly", times=3), (3, 7, 14, 6)),
        (make_rule("weekly", times=7), (1, 1, 1, 1)),
        (make_rule("weekly", AT_LEAST, "30", times=3), (3, 7, 14, 6)),
        (make_rule("weekly", AT_LEAST, "10.5"), (1, 7, 7, Decimal("10.5"))),
        (make_rule("weekly", AT_MOST, "4"), (1, 7, 7, 4)),
        (make_rule("monthly", times=2), (2, 30, 60, 4)),
        (make_rule("yearly"), (1, 365, 730, 2)),
        (make_rule("rolling", times=2, span=5), (2, 5, 10, 4)),
        (make_rule("rolling", times=3, span=3), (1, 1, 1, 1)),
        (make_rule("interval", span=3), (1, 3, 6, 2)),
    ],
)
def test_pace(rule: Rule, expected: tuple[int, int, int, Decimal]) -> None:
    pace = pace_of(rule)

    assert (pace.times, pace.days, pace.window, pace.need) == expected


# What Loop shows after one day: a share of the first day of the smoothing.
STEP = 1 - 0.5 ** (1 / 13)


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        (make_rule(), "1", STEP),
        (make_rule(kind=AT_LEAST, target="8"), "4", STEP / 2),
        (make_rule(kind=AT_LEAST, target="8"), "16", STEP),
        (make_rule(kind=AT_MOST, target="4"), "4", 1.0),
        (make_rule(kind=AT_MOST, target="4"), "5", 1 - STEP / 4),
        (make_rule(kind=AT_MOST, target="4"), "21", 1 - STEP),
        (make_rule(kind=AT_MOST, target="0"), "0", 1.0),
        (make_rule(kind=AT_MOST, target="0"), "0.001", 1 - STEP),
    ],
)
def test_strength_after_a_day(rule: Rule, value: str, expected: float) -> None:
    assert read(rule, History(on(0, value=value)), 0) == pytest.approx(expected)


def test_strength_without_records_is_0() -> None:
    rule = make_rule(kind=AT_MOST, target="4")

    assert steps(rule, History({})) == ()
    assert read(rule, History({}), 0) == 0
    assert list(daily(rule, History({}), rest(0, 9))) == []


def test_rest_leaves_strength_as_it_is() -> None:
    history = History(on(0, 1, 2), [rest(3, 20)])

    assert read(make_rule(), history, 20) == read(make_rule(), history, 2)
    assert read(make_rule(), history, 21) < read(make_rule(), history, 20)


def test_rest_excuses_too_little() -> None:
    rule = make_rule(kind=AT_LEAST, target="8")
    values = on(*range(9), value="8")

    some = read(rule, History(values | on(9, value="1"), [rest(9, 9)]), 9)
    enough = read(rule, History(values | on(9, value="8"), [rest(9, 9)]), 9)

    assert some == read(rule, History(values), 8)
    assert enough == read(rule, History(values | on(9, value="8")), 9)


def test_strength_before_the_first_step_is_that_of_the_first() -> None:
    history = History(on(4, 5))

    assert read(make_rule(), history, 4) == read(make_rule(), history, 5)


def test_strength_reaches_the_end_of_the_calendar() -> None:
    rule = make_rule("yearly")
    history = History({date.max: Decimal(1), START: Decimal(1)}, [Period(START, date.max)])

    assert strength_on(steps(rule, history), decay_of(rule), date.max) > 0
    assert steps(make_rule(), History({date.max: Decimal(1)}))[0].day == date.max


def test_steps_are_few_when_nothing_changes() -> None:
    assert len(steps(make_rule(), History(on(*range(1_000))))) == 1
    assert len(steps(make_rule("weekly"), History(on(*range(0, 1_000, 7))))) == 3


def test_steps_cost_as_much_for_each_day() -> None:
    rule = make_rule("weekly", times=3)
    rests = [rest(day, day + 3) for day in range(0, 3_600, 30)]

    few = count_calls(lambda: steps(rule, History(on(*range(365)), rests[:12])))
    many = count_calls(lambda: steps(rule, History(on(*range(3_650)), rests)))

    assert many < few * 12


# --- Properties -----------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(cases(), st.integers(0, 900))
def test_any_later_day_is_read_from_the_stored_steps(
    case: tuple[Rule, History], ahead: int
) -> None:
    rule, history = case
    stored = load_steps(json.loads(json.dumps(dump_steps(steps(rule, history)))))
    last = max([rule.schedule.start, *history.values]) + ahead * DAY

    expected = compute_daily(rule, history, last)

    assert strength_on(stored, decay_of(rule), last) == pytest.approx(expected.get(last, 0))


@settings(max_examples=200, deadline=None)
@given(cases())
def test_chart_shows_each_day(case: tuple[Rule, History]) -> None:
    rule, history = case
    first = rule.schedule.start
    last = max([first, *history.values]) + 30 * DAY

    values = dict(daily(rule, history, Period(first, last)))

    assert values == pytest.approx(compute_daily(rule, history, last))
    assert all(0 <= value <= 1 for value in values.values())


@settings(max_examples=100, deadline=None)
@given(cases())
def test_stored_steps_are_the_end_of_all(case: tuple[Rule, History]) -> None:
    rule, history = case

    whole, stored = course(rule, history), steps(rule, history)

    assert whole[len(whole) - len(stored) :] == stored
