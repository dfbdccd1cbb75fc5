"""Which days a schedule asks for, and into which periods it puts them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habits.schedule import Frequency, Period, Schedule, ScheduleError
from habits.tests.histories import days, schedules

START = date(2024, 2, 1)  # a Thursday, in a leap year
DAY = timedelta(1)
MON_WED_FRI = 0b001_0101


def make_schedule(frequency: str = "daily", **fields: Any) -> Schedule:
    return Schedule(frequency=Frequency(frequency), **{"start": START, **fields})


def period(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


# --- Days and periods -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "day", "expected"),
    [
        (make_schedule(), "2024-02-29", ("2024-02-29", "2024-02-29")),
        (make_schedule(), "2024-01-31", None),
        (
            make_schedule("weekdays", weekdays=MON_WED_FRI),
            "2024-03-01",
            ("2024-03-01", "2024-03-01"),
        ),
        (make_schedule("weekdays", weekdays=MON_WED_FRI), "2024-03-02", None),
        # A week that begins before the start date, and the days of it that do.
        (make_schedule("weekly"), "2024-02-01", ("2024-01-29", "2024-02-04")),
        (make_schedule("weekly"), "2024-01-31", None),
        (make_schedule("weekly", week_start=6), "2024-02-02", ("2024-01-27", "2024-02-02")),
        (make_schedule("weekly", week_start=6), "2024-02-03", ("2024-02-03", "2024-02-09")),
        (make_schedule("weekly", week_start=7), "2024-02-03", ("2024-01-28", "2024-02-03")),
        (make_schedule("weekly", week_start=7), "2024-02-04", ("2024-02-04", "2024-02-10")),
        # Week 53 of 2026 ends in 2027.
        (make_schedule("weekly"), "2026-12-28", ("2026-12-28", "2027-01-03")),
        (make_schedule("weekly"), "2027-01-03", ("2026-12-28", "2027-01-03")),
        (make_schedule("monthly"), "2024-02-29", ("2024-02-01", "2024-02-29")),
        (make_schedule("monthly"), "2025-02-28", ("2025-02-01", "2025-02-28")),
        (make_schedule("monthly"), "2024-12-31", ("2024-12-01", "2024-12-31")),
        (make_schedule("yearly"), "2024-02-29", ("2024-01-01", "2024-12-31")),
        (make_schedule("interval", span=3), "2024-02-01", ("2024-02-01", "2024-02-03")),
        (make_schedule("interval", span=3), "2024-02-29", ("2024-02-28", "2024-03-01")),
        (make_schedule("interval", span=3), "2024-01-31", None),
        (make_schedule("rolling", span=3), "2024-02-29", None),
        # The calendar ends in the middle of a week and a block.
        (make_schedule("weekly"), "9999-12-31", ("9999-12-27", "9999-12-31")),
        (make_schedule("interval", span=3_660), "9999-12-31", ("9990-07-29", "9999-12-31")),
        (
            make_schedule("weekly", week_start=7, start=date.min),
            "0001-01-01",
            ("0001-01-01", "0001-01-06"),
        ),
    ],
)
def test_period_of_a_day(schedule: Schedule, day: str, expected: tuple[str, str] | None) -> None:
    found = schedule.period_of(date.fromisoformat(day))

    assert found == (period(*expected) if expected else None)


@pytest.mark.parametrize(
    ("schedule", "asked"),
    [
        (make_schedule(), [1, 2, 3, 4, 5, 6, 7, 8]),
        (make_schedule("weekdays", weekdays=MON_WED_FRI), [2, 5, 7]),
        (make_schedule("weekly", times=3), [1, 2, 3, 4, 5, 6, 7, 8]),
        (make_schedule("monthly"), [1, 2, 3, 4, 5, 6, 7, 8]),
        (make_schedule("yearly"), [1, 2, 3, 4, 5, 6, 7, 8]),
        (make_schedule("rolling", span=3), [1, 2, 3, 4, 5, 6, 7, 8]),
        (make_schedule("interval", span=3), [1, 4, 7]),
    ],
)
def test_schedule_asks_for(schedule: Schedule, asked: list[int]) -> None:
    first_days = [START + offset * DAY for offset in range(-8, 8)]

    assert [day for day in first_days if schedule.asks_for(day)] == [
        date(2024, 2, day) for day in asked
    ]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (make_schedule("weekdays", weekdays=MON_WED_FRI), ["02-23", "02-26", "02-28", "03-01"]),
        (make_schedule("weekly"), ["02-19", "02-26"]),
        (make_schedule("weekly", week_start=7), ["02-18", "02-25"]),
        (make_schedule("monthly"), ["02-01", "03-01"]),
        (make_schedule("yearly"), ["01-01"]),
        (make_schedule("interval", span=5), ["02-21", "02-26", "03-02"]),
        (make_schedule("rolling", span=5), []),
    ],
)
def test_periods_that_touch_days(schedule: Schedule, expected: list[str]) -> None:
    found = schedule.periods(date(2024, 2, 23), date(2024, 3, 2))

    assert [f"{each.first:%m-%d}" for each in found] == expected


def test_periods_begin_with_that_of_the_start_date() -> None:
    found = make_schedule("weekly").periods(date.min, date(2024, 2, 11))

    assert [*found] == [period("2024-01-29", "2024-02-04"), period("2024-02-05", "2024-02-11")]


def test_periods_of_no_days_are_none() -> None:
    assert [*make_schedule().periods(START, START - DAY)] == []
    assert [*make_schedule().periods(date.min, START - DAY)] == []


def test_next_period_of_another_schedule_is_refused() -> None:
    with pytest.raises(ScheduleError, match="is no period of this schedule"):
        make_schedule("rolling", span=3).next_period(Period(START, START))


@settings(max_examples=200, deadline=None)
@given(schedules(set(Frequency) - {Frequency.ROLLING}), st.data())
def test_periods_follow_one_another(schedule: Schedule, data: st.DataObject) -> None:
    day = data.draw(days(schedule))
    last = day + 500 * DAY

    found = [*schedule.periods(day, last)]

    assert [schedule.next_period(each) for each in found[:-1]] == found[1:]
    for each in found:
        assert each in {schedule.period_of(inside) for inside in (each.last, max(each.first, day))}
    covered = [each.first + back * DAY for each in found for back in range(count_days(each))]
    asked = [day + ahead * DAY for ahead in range(501)]
    assert {each for each in asked if schedule.asks_for(each)} <= set(covered)
    assert len(set(covered)) == len(covered)


def count_days(days: Period) -> int:
    return (days.last - days.first).days + 1


@settings(max_examples=200, deadline=None)
@given(schedules(), st.integers(0, 800))
def test_calendar_ends_with_a_clear_error(schedule: Schedule, distance: int) -> None:
    day = date.max - distance * DAY

    found = [*schedule.periods(day, date.max)]

    assert all(each.last <= date.max for each in found)
    if found:
        assert schedule.period_of(found[-1].last) == found[-1]
        if found[-1].last == date.max:
            with pytest.raises(ScheduleError, match="The calendar ends on 9999-12-31"):
                schedule.next_period(found[-1])


@settings(max_examples=200, deadline=None)
@given(schedules(), st.integers(0, 800))
def test_calendar_begins_like_any_other_time(schedule: Schedule, distance: int) -> None:
    early = replace(schedule, start=date.min)
    day = date.min + distance * DAY

    assert [*early.periods(day, day)] == [each for each in [early.period_of(day)] if each]


# --- Words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "words", "unit"),
    [
        (make_schedule(), "every day", "day"),
        (make_schedule("weekdays", weekdays=MON_WED_FRI), "every Mon, Wed, Fri", "day"),
        (make_schedule("weekdays", weekdays=0b100_0000), "every Sun", "day"),
        (make_schedule("weekly"), "once a week", "week"),
        (make_schedule("weekly", times=3), "3 times a week", "week"),
        (make_schedule("monthly", times=2), "2 times a month", "month"),
        (make_schedule("yearly"), "once a year", "year"),
        (make_schedule("rolling", times=2, span=7), "2 times in any 7 days", "time"),
        (make_schedule("rolling", span=1), "once in any 1 day", "time"),
        (make_schedule("interval", span=3), "every 3 days", "time"),
        (make_schedule("interval", span=1), "every day", "time"),
    ],
)
def test_schedule_in_words(schedule: Schedule, words: str, unit: str) -> None:
    assert schedule.describe() == words
    assert schedule.unit == unit


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"times": 2}, "A habit daily is asked for once."),
        ({"times": 0}, "A habit daily is asked for once."),
        ({"frequency": "weekly", "times": 8}, "A habit weekly .* between 1 and 7 times."),
        ({"frequency": "monthly", "times": 29}, "between 1 and 28 times"),
        ({"frequency": "yearly", "times": 366}, "between 1 and 365 times"),
        ({"frequency": "rolling", "times": 4, "span": 3}, "between 1 and 3 times"),
        ({"frequency": "rolling"}, "between 1 and 3660 days"),
        ({"frequency": "interval", "span": 0}, "between 1 and 3660 days"),
        ({"frequency": "interval", "span": 3_661}, "between 1 and 3660 days"),
        ({"frequency": "interval", "span": 3, "times": 2}, "A habit interval is asked for once."),
        ({"span": 3}, "Only a habit in any days"),
        ({"frequency": "weekdays"}, "at least one weekday"),
        ({"frequency": "weekdays", "weekdays": 0}, "at least one weekday"),
        ({"frequency": "weekdays", "weekdays": 128}, "at least one weekday"),
        ({"weekdays": 1}, "Only a habit on chosen weekdays"),
        ({"week_start": 2}, "A week starts on"),
    ],
)
def test_schedule_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ScheduleError, match=message):
        make_schedule(**fields)


def test_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ScheduleError, match="comes before the first"):
        Period(START, START - DAY)
