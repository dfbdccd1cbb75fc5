"""Statistics: what became of each period and why, how often, how much, and a year at a glance."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings

from accounts.tests.effort import count_calls
from habits.rules import History, Kind, Rule, State
from habits.schedule import Frequency, Period
from habits.statistics import (
    Cell,
    Crowd,
    Rate,
    Review,
    Totals,
    explain,
    heatmap,
    heatmap_of_all,
    rate_by_month,
    rate_by_weekday,
    rate_of,
    totals_of,
)
from habits.streaks import derive
from habits.streaks.windows import judge
from habits.tests.histories import cases
from habits.tests.make_rules import MONDAY, make_rule, read_strip
from habits.tests.streak_oracle import Oracle

DAY = timedelta(1)
EVER = Period(date.min, date.max)
MON_WED_FRI = 0b001_0101
MET, OPEN, MISSED, REST, PARTIAL, NOT_ASKED = State

DAILY = make_rule()
EIGHT_A_DAY = make_rule(kind=Kind.AT_LEAST, target="8")
TWO_AT_MOST = make_rule(kind=Kind.AT_MOST, target="2")
NAMED = make_rule("weekdays", weekdays=MON_WED_FRI)
THRICE_A_WEEK = make_rule("weekly", times=3)
TEN_A_WEEK = make_rule("weekly", Kind.AT_LEAST, "10")
FOUR_A_WEEK = make_rule("weekly", Kind.AT_MOST, "4")
TWICE_IN_3 = make_rule("rolling", times=2, span=3)
FOUR_IN_3 = make_rule("rolling", Kind.AT_MOST, "4", span=3)


def review(rule: Rule, strip: str, today: int) -> Review:
    """Return what a strip of days says on a day counted from Monday."""
    return Review(rule, read_strip(strip), MONDAY + today * DAY)


# --- Why ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "strip", "today", "day", "state", "reason"),
    [
        (DAILY, "x", 0, -1, NOT_ASKED, "The habit starts on 2026-11-30."),
        (DAILY, "x", 0, 0, MET, "1 of 1 time on 2026-11-30: kept."),
        (DAILY, "0", 0, 0, OPEN, "0 of 1 time on 2026-11-30: open until the end of 2026-11-30."),
        (DAILY, ".", 0, 1, OPEN, "0 of 1 time on 2026-12-01: open until the end of 2026-12-01."),
        (DAILY, ".", 1, 0, MISSED, "0 of 1 time on 2026-11-30: missed."),
        (DAILY, "r", 1, 0, REST, "0 of 1 time on 2026-11-30: excused by rest."),
        (DAILY, "x!", 1, 0, MET, "1 of 1 time on 2026-11-30: kept."),
        (EIGHT_A_DAY, "3", 1, 0, MISSED, "3 of 8 cups on 2026-11-30: missed."),
        (TWO_AT_MOST, "2", 0, 0, MET, "2 of at most 2 cups on 2026-11-30: kept so far."),
        (TWO_AT_MOST, "2", 1, 0, MET, "2 of at most 2 cups on 2026-11-30: kept."),
        (TWO_AT_MOST, "3", 0, 0, MISSED, "3 of at most 2 cups on 2026-11-30: the limit is passed."),
        (TWO_AT_MOST, ".", 1, 0, MISSED, "Nothing recorded on 2026-11-30: missed."),
        (NAMED, ".", 1, 1, NOT_ASKED, "The habit is not asked for on a Tue."),
        (
            NAMED,
            ".x",
            1,
            1,
            NOT_ASKED,
            "The habit is not asked for on a Tue. The check-in is extra.",
        ),
        (NAMED, "..x", 2, 2, MET, "1 of 1 time on 2026-12-02: kept."),
        (
            *(THRICE_A_WEEK, "xx", 6, 3, OPEN),
            "2 of 3 times from 2026-11-30 to 2026-12-06: open until the end of 2026-12-06.",
        ),
        (
            *(THRICE_A_WEEK, "xx", 7, 3, MISSED),
            "2 of 3 times from 2026-11-30 to 2026-12-06: missed.",
        ),
        (
            *(THRICE_A_WEEK, "xx....r", 1, 3, REST),
            "2 of 3 times from 2026-11-30 to 2026-12-06: excused by rest.",
        ),
        (TEN_A_WEEK, "91", 1, 6, MET, "10 of 10 cups from 2026-11-30 to 2026-12-06: kept."),
        (
            *(FOUR_A_WEEK, "13", 1, 6, MET),
            "4 of at most 4 cups from 2026-11-30 to 2026-12-06: kept so far.",
        ),
        (
            *(FOUR_A_WEEK, "", 1, 6, OPEN),
            "Nothing recorded from 2026-11-30 to 2026-12-06: open until the end of 2026-12-06.",
        ),
        (
            *(FOUR_A_WEEK, "14", 1, 6, MISSED),
            "5 of at most 4 cups from 2026-11-30 to 2026-12-06: the limit is passed.",
        ),
        (
            *(make_rule("weekly", start=MONDAY + DAY), "", 9, 3, PARTIAL),
            "0 of 1 time from 2026-11-30 to 2026-12-06: it began before the habit did.",
        ),
        # Rest before the start date excuses nothing.
        (
            *(make_rule("weekly", start=MONDAY + DAY), "r", 9, 3, PARTIAL),
            "0 of 1 time from 2026-11-30 to 2026-12-06: it began before the habit did.",
        ),
        (
            *(make_rule("weekly", start=MONDAY + DAY), "", 3, 3, OPEN),
            "0 of 1 time from 2026-11-30 to 2026-12-06: open until the end of 2026-12-06.",
        ),
        (
            *(make_rule("weekly", Kind.AT_MOST, "4", start=MONDAY + DAY), ".9", 9, 3, MISSED),
            "9 of at most 4 cups from 2026-11-30 to 2026-12-06: the limit is passed.",
        ),
        (TWICE_IN_3, "xx.", 9, 2, MET, "2 of 2 times in the last 3 days up to 2026-12-02: kept."),
        (
            TWICE_IN_3,
            "x..",
            9,
            2,
            MISSED,
            "1 of 2 times in the last 3 days up to 2026-12-02: missed.",
        ),
        (
            *(TWICE_IN_3, "x..", 2, 2, OPEN),
            "1 of 2 times in the last 3 days up to 2026-12-02: open until the end of 2026-12-02.",
        ),
        (
            *(TWICE_IN_3, "x.", 9, 1, PARTIAL),
            "1 of 2 times in the last 3 days up to 2026-12-01: it began before the habit did.",
        ),
        # Without the day of rest the last three days begin before the start date, or on it.
        (
            *(TWICE_IN_3, "x.r.", 9, 3, MISSED),
            "1 of 2 times in the last 3 days up to 2026-12-03: missed.",
        ),
        (
            *(TWICE_IN_3, "xr.", 9, 2, PARTIAL),
            "1 of 2 times in the last 3 days up to 2026-12-02: it began before the habit did.",
        ),
        (TWICE_IN_3, "xrx", 9, 2, MET, "2 of 2 times in the last 3 days up to 2026-12-02: kept."),
        (
            *(TWICE_IN_3, "..r", 9, 2, REST),
            "0 of 2 times in the last 3 days up to 2026-12-02: excused by rest.",
        ),
        (
            FOUR_IN_3,
            "3",
            9,
            0,
            MET,
            "3 of at most 4 cups in the last 3 days up to 2026-11-30: kept.",
        ),
        (
            *(FOUR_IN_3, "3.2", 9, 2, MISSED),
            "5 of at most 4 cups in the last 3 days up to 2026-12-02: the limit is passed.",
        ),
        (
            *(FOUR_IN_3, "3r2", 9, 2, REST),
            "5 of at most 4 cups in the last 3 days up to 2026-12-02: excused by rest.",
        ),
        (
            *(FOUR_IN_3, "3...", 9, 3, MISSED),
            "Nothing recorded in the last 3 days up to 2026-12-03: missed.",
        ),
    ],
)
def test_explanation(
    rule: Rule, strip: str, today: int, day: int, state: State, reason: str
) -> None:
    found = explain(review(rule, strip, today), MONDAY + day * DAY, unit="cups")

    assert (found.state, found.reason) == (state, reason)


def test_explanation_names_rows() -> None:
    found = explain(review(TEN_A_WEEK, "2..3", 3), MONDAY)

    assert found.period == Period(MONDAY, MONDAY + 6 * DAY)
    assert (found.total, found.need, found.is_so_far) == (Decimal(5), Decimal(10), True)
    assert found.reason.startswith("5 of 10 from")


def test_explanation_writes_decimals_plainly() -> None:
    rule = make_rule("weekly", Kind.AT_LEAST, "100.000")
    history = History({MONDAY: Decimal("10.500")})

    found = explain(Review(rule, history, MONDAY), MONDAY, "km")

    assert found.reason.startswith("10.5 of 100 km from")


# --- Rates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "strip", "today", "expected"),
    [
        (DAILY, "", -1, Rate(0, 0)),
        (DAILY, "xx.x", 3, Rate(3, 4)),
        (DAILY, "xx.x", 4, Rate(3, 4)),
        (DAILY, "xx.x", 5, Rate(3, 5)),
        (DAILY, "xxrx", 3, Rate(3, 3)),
        (DAILY, "xxx!x", 3, Rate(4, 4)),
        (TWO_AT_MOST, "0.34", 3, Rate(1, 4)),
        (NAMED, "xx..x..", 6, Rate(2, 3)),
        (THRICE_A_WEEK, "xxx.... x......", 13, Rate(1, 1)),
        (THRICE_A_WEEK, "xxx.... x......", 14, Rate(1, 2)),
        (THRICE_A_WEEK, "xxx.... x.....r", 14, Rate(1, 1)),
        (FOUR_A_WEEK, "4...... 5", 7, Rate(1, 2)),
        (TWICE_IN_3, "xx.x..", 5, Rate(3, 4)),
        (TWICE_IN_3, "xx.x..", 6, Rate(3, 5)),
    ],
)
def test_rate(rule: Rule, strip: str, today: int, expected: Rate) -> None:
    assert rate_of(review(rule, strip, today), EVER) == expected


def test_rate_of_nothing_has_no_share() -> None:
    assert Rate().share is None
    assert (Rate(1, 2) + Rate(2, 2)).share == 0.75


def test_rate_by_month_is_that_of_the_end_of_a_period() -> None:
    history = History({date(2026, 11, 30): Decimal(1), date(2026, 12, 7): Decimal(1)})
    daily, weekly = (
        Review(make_rule(frequency, start=date(2026, 11, 23)), history, date(2026, 12, 8))
        for frequency in ("daily", "weekly")
    )

    assert rate_by_month(daily, EVER) == {(2026, 11): Rate(1, 8), (2026, 12): Rate(1, 7)}
    assert rate_by_month(weekly, EVER) == {(2026, 11): Rate(0, 1), (2026, 12): Rate(2, 2)}


def test_rate_by_month_has_what_is_not_over_in_that_of_today() -> None:
    assert rate_by_month(review(THRICE_A_WEEK, "xxx", 0), EVER) == {(2026, 11): Rate(1, 1)}


@pytest.mark.parametrize(
    ("rule", "strip", "today", "expected"),
    [
        (DAILY, "x.r.xxx .xxxxxx", 13, [(1, 2), (1, 2), (1, 1), (1, 2), (2, 2), (2, 2), (2, 2)]),
        (NAMED, "xx..x..", 6, [(1, 1), (0, 0), (0, 1), (0, 0), (1, 1), (0, 0), (0, 0)]),
        (THRICE_A_WEEK, "xr.....", 6, [(1, 1), (0, 0), (0, 1), (0, 1), (0, 1), (0, 1), (0, 0)]),
        (THRICE_A_WEEK, "", -1, [(0, 0)] * 7),
        (EIGHT_A_DAY, "87", 2, [(1, 1), (0, 1), *[(0, 0)] * 5]),
        (TEN_A_WEEK, "10", 2, [(1, 1), (0, 1), *[(0, 0)] * 5]),
        (FOUR_A_WEEK, "45", 2, [(1, 1), (0, 1), *[(0, 0)] * 5]),
    ],
)
def test_rate_by_weekday(
    rule: Rule, strip: str, today: int, expected: list[tuple[int, int]]
) -> None:
    found = rate_by_weekday(review(rule, strip, today), EVER)

    assert [(rate.kept, rate.asked) for rate in found] == expected


# --- Totals and years -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "strip", "expected"),
    [
        (DAILY, "x0x", Totals(3, 2, Decimal(2), None)),
        (EIGHT_A_DAY, "8398", Totals(4, 3, Decimal(28), MONDAY + 2 * DAY)),
        (EIGHT_A_DAY, "88", Totals(2, 2, Decimal(16), MONDAY + DAY)),
        (TWO_AT_MOST, "3102", Totals(4, 3, Decimal(6), MONDAY + 2 * DAY)),
        (TWO_AT_MOST, "", Totals(0, 0, Decimal(0), None)),
    ],
)
def test_totals(rule: Rule, strip: str, expected: Totals) -> None:
    assert totals_of(review(rule, strip, 9), EVER) == expected


def test_totals_are_of_the_days_asked_for() -> None:
    found = totals_of(review(EIGHT_A_DAY, "1234", 9), Period(MONDAY + DAY, MONDAY + 2 * DAY))

    assert (found.total, found.average) == (Decimal(5), Decimal("2.5"))
    assert totals_of(review(EIGHT_A_DAY, "", 9), EVER).average is None


def test_heatmap_shows_each_day_of_a_year() -> None:
    cells = heatmap(review(NAMED, "3x.rr", 3), 2026)

    assert len(cells) == 365
    assert cells[-33:-26] == (
        Cell(MONDAY - DAY, None, NOT_ASKED, is_rest=False),
        Cell(MONDAY, Decimal(3), MET, is_rest=False),
        Cell(MONDAY + DAY, Decimal(1), NOT_ASKED, is_rest=False),
        Cell(MONDAY + 2 * DAY, None, MISSED, is_rest=False),
        Cell(MONDAY + 3 * DAY, None, NOT_ASKED, is_rest=True),
        Cell(MONDAY + 4 * DAY, None, REST, is_rest=True),
        Cell(MONDAY + 5 * DAY, None, NOT_ASKED, is_rest=False),
    )


@pytest.mark.parametrize(("year", "days"), [(1, 365), (2024, 366), (2100, 365), (9999, 365)])
def test_heatmap_of_any_year(year: int, days: int) -> None:
    for frequency in Frequency:
        fields = {"span": 5} if frequency in {Frequency.ROLLING, Frequency.INTERVAL} else {}
        if frequency is Frequency.WEEKDAYS:
            fields = {"weekdays": 127}
        for start in (date(1, 1, 1), MONDAY):
            rule = make_rule(frequency, start=start, **fields)  # type: ignore[arg-type]  # int

            cells = heatmap(Review(rule, read_strip("xrx"), MONDAY), year)

            assert [cell.day for cell in cells] == [
                date(year, 1, 1) + ahead * DAY for ahead in range(days)
            ]


def test_heatmap_of_all_counts_habits() -> None:
    strips = ((DAILY, "x.r"), (NAMED, "xx."), (THRICE_A_WEEK, "r.x!"))

    days = heatmap_of_all([review(rule, strip, 3) for rule, strip in strips], 2026)

    assert days[-33:-28] == (
        Crowd(MONDAY - DAY, 0, 0),
        Crowd(MONDAY, 2, 2),
        Crowd(MONDAY + DAY, 1, 3),
        Crowd(MONDAY + 2 * DAY, 1, 2),
        Crowd(MONDAY + 3 * DAY, 0, 2),
    )


def test_a_year_costs_as_much_for_each_day() -> None:
    def count(rule: Rule, days: int) -> int:
        values = {MONDAY + ahead * DAY: Decimal(1) for ahead in range(0, days, 2)}
        rest = [Period(day, day) for day in list(values)[::3]]
        asked = Review(rule, History(values, rest), MONDAY + days * DAY)
        return count_calls(lambda: (rate_by_month(asked, EVER), rate_by_weekday(asked, EVER)))

    for rule in (DAILY, THRICE_A_WEEK, TWICE_IN_3, FOUR_IN_3):
        assert count(rule, 3_650) < 15 * count(rule, 365)


# --- Properties -----------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(cases(frequencies=set(Frequency) - {Frequency.ROLLING}))
def test_outcomes_make_the_longest_streak(case: tuple[Rule, History]) -> None:
    rule, history = case
    today = max([rule.schedule.start, *history.values]) + 800 * DAY
    longest = length = 0

    for outcome in Review(rule, history, today).between(EVER):
        length += outcome.state is MET
        longest = max(longest, length)
        length *= outcome.state not in {MISSED, OPEN}

    run = derive(rule, history).longest
    assert longest == (run.length if run else 0)


@settings(max_examples=200, deadline=None)
@given(cases([Kind.YES_NO, Kind.AT_LEAST], [Frequency.ROLLING]))
def test_outcomes_of_any_days_are_those_of_the_timeline(case: tuple[Rule, History]) -> None:
    rule, history = case
    oracle, start = Oracle(rule, history), rule.schedule.start
    today = start + 70 * DAY

    for outcome in Review(rule, history, today).between(Period(start, today - DAY)):
        day = outcome.period.last
        ahead = [start + offset * DAY for offset in range((day - start).days + 1)]
        active = [each for each in ahead if each in oracle.records or not oracle.rests(each)]
        window = active[-rule.schedule.length :]
        idle = day not in active
        expected = REST if idle else PARTIAL if len(active) < rule.schedule.length else MISSED
        assert outcome.state == (MET if oracle.has_enough(window) else expected)


@settings(max_examples=200, deadline=None)
@given(cases([Kind.AT_MOST], [Frequency.ROLLING]))
def test_outcomes_of_a_limit_in_any_days_are_those_of_its_streak(
    case: tuple[Rule, History],
) -> None:
    rule, history = case
    today = max([rule.schedule.start, *history.values]) + DAY
    found = Review(rule, history, today)

    for day, state in judge(rule, history):
        outcome = found.on(day)
        assert outcome
        assert outcome.state == state
