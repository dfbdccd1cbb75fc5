"""What holds of the streaks of any history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from habits.rules import History, Kind, Rule
from habits.schedule import Frequency, Period, Schedule
from habits.streaks import best, derive
from habits.tests.histories import cases, days, rests
from habits.tests.streak_oracle import Oracle

MONDAY = date(2026, 11, 30)
TWICE_IN_THREE = Rule(schedule=Schedule(frequency=Frequency.ROLLING, start=MONDAY, times=2, span=3))
FOUR_IN_SEVEN = Rule(
    schedule=Schedule(frequency=Frequency.ROLLING, start=MONDAY, span=7),
    kind=Kind.AT_MOST,
    target=Decimal(4),
)


FIVE_IN_SEVEN = replace(FOUR_IN_SEVEN, kind=Kind.AT_LEAST, target=Decimal(5))

# Half of the cases are rolling, where most can go wrong.
ROLLING = [Frequency.ROLLING]


def on(*offsets: int, value: int = 1) -> dict[date, Decimal]:
    """Return records on days counted from Monday."""
    return {MONDAY + timedelta(offset): Decimal(value) for offset in offsets}


def rest(first: int, last: int) -> Period:
    """Return rest on days counted from Monday."""
    return Period(MONDAY + timedelta(first), MONDAY + timedelta(last))


def with_rest(case: tuple[Rule, History]) -> st.SearchStrategy[tuple[Rule, History, Period]]:
    """Give a case with rest to add."""
    return rests(case[0].schedule).map(lambda added: (*case, added))


def longest(rule: Rule, history: History) -> int:
    run = derive(rule, history).longest
    return run.length if run else 0


@settings(max_examples=800, deadline=None)
@given(cases() | cases(frequencies=ROLLING))
# Of a target, the window that begins with a streak may be the only one with too little.
@example((FIVE_IN_SEVEN, History(on(0) | on(7, value=5))))
# A day of rest with a check-in is a day of the calendar again.
@example((TWICE_IN_THREE, History(on(0, 1, 2, 4), [rest(0, 2)])))
def test_streaks_are_those_of_a_second_reading(case: tuple[Rule, History]) -> None:
    rule, history = case

    assert derive(rule, history) == Oracle(rule, history).streaks()


@settings(max_examples=500, deadline=None)
@given(cases([Kind.YES_NO]) | cases([Kind.YES_NO], ROLLING), st.data())
def test_longest_streak_is_not_shortened_by_a_check_in(
    case: tuple[Rule, History], data: st.DataObject
) -> None:
    rule, history = case
    day = data.draw(days(rule.schedule, 60))
    assume(rule.schedule.asks_for(day) and not history.values.get(day))

    inserted = replace(history, values={**history.values, day: Decimal(1)})

    assert longest(rule, inserted) >= longest(rule, history)


@settings(max_examples=800, deadline=None)
@given((cases() | cases(frequencies=ROLLING)).flatmap(with_rest))
# A streak that is made of two must hold as long as the second did.
@example((TWICE_IN_THREE, History(on(0, 1, 4)), rest(2, 2)))
# A limit must not draw two weeks into one.
@example((FOUR_IN_SEVEN, History(on(0, 7, value=3)), rest(3, 3)))
def test_rest_takes_nothing_away(case: tuple[Rule, History, Period]) -> None:
    rule, history, added = case
    rested = replace(history, rest=[*history.rest, added])

    before, after = derive(rule, history), derive(rule, rested)

    assert longest(rule, rested) >= longest(rule, history)
    # No streak is read on a day before the last check-in.
    for day in (*history.days[-1:], max([*history.days, before.holds_until or date.min])):
        assert after.length_on(day) >= before.length_on(day)


@settings(max_examples=200, deadline=None)
@given(cases(), st.randoms())
def test_streaks_depend_on_rows_alone(case: tuple[Rule, History], random: Random) -> None:
    rule, history = case
    rows, ranges = list(history.values.items()), list(history.rest)
    random.shuffle(rows)
    random.shuffle(ranges)

    assert derive(rule, History(dict(rows), ranges)) == derive(rule, history)


@settings(max_examples=200, deadline=None)
@given(cases())
def test_streaks_reach_into_no_day_without_a_record(case: tuple[Rule, History]) -> None:
    rule, history = case

    for run in best(rule, history):
        assert run.first_day in history.values
        assert run.last_day in history.values
        assert run.first_day >= rule.schedule.start


@settings(max_examples=200, deadline=None)
@given(cases())
def test_best_streaks_begin_with_the_longest(case: tuple[Rule, History]) -> None:
    rule, history = case

    runs = best(rule, history)

    assert runs[:1] == [run for run in [derive(rule, history).longest] if run]
    assert runs == sorted(runs, key=lambda run: (run.length, run.last_day), reverse=True)
    assert len(runs) <= 10
