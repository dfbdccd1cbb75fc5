"""Days of rest, counted by bisection and one by one."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habits.rules import History
from habits.schedule import Period
from habits.tests.make_rules import MONDAY

DAY = timedelta(1)
RESTS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 8)).map(
        lambda drawn: Period(MONDAY + drawn[0] * DAY, MONDAY + sum(drawn) * DAY)
    ),
    max_size=8,
)


def is_rest(rests: list[Period], day: date) -> bool:
    return any(rest.first <= day <= rest.last for rest in rests)


@given(RESTS)
def test_stretches_of_rest_neither_overlap_nor_touch(rests: list[Period]) -> None:
    merged = History({}, rests).rests

    days = [MONDAY + ahead * DAY for ahead in range(60)]
    assert [is_rest(rests, day) for day in days] == [is_rest([*merged], day) for day in days]
    assert all((later.first - earlier.last).days > 1 for earlier, later in pairwise(merged))


@given(RESTS, st.integers(-3, 55), st.integers(0, 9))
def test_rest_is_found(rests: list[Period], first: int, length: int) -> None:
    days = [MONDAY + (first + ahead) * DAY for ahead in range(length + 1)]

    history = History({}, rests)

    assert history.rests_on(days[0]) == is_rest(rests, days[0])
    assert history.rests_in(Period(days[0], days[-1])) == any(is_rest(rests, day) for day in days)


@given(RESTS, st.integers(-3, 55), st.integers(1, 20))
def test_day_after_is_found(rests: list[Period], offset: int, count: int) -> None:
    day = MONDAY + offset * DAY
    later = [day + ahead * DAY for ahead in range(1, 90)]
    active = [each for each in later if not is_rest(rests, each)]

    assert History({}, rests).day_after(day, count) == active[count - 1]


@given(RESTS, st.integers(-3, 55))
def test_active_days_are_counted(rests: list[Period], offset: int) -> None:
    history = History({}, rests)
    days = [MONDAY + ahead * DAY for ahead in range(-4, offset + 1)]

    passed = history.count_active(days[-1]) - history.count_active(days[0])

    assert passed == sum(not is_rest(rests, day) for day in days[1:])


@pytest.mark.parametrize("rest", [[], [Period(MONDAY, date.max)]])
def test_day_after_the_end_of_the_calendar_is_its_last(rest: list[Period]) -> None:
    assert History({}, rest).day_after(date.max - DAY, 9) == date.max
