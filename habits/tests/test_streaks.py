"""Streaks, case by case: each schedule with each kind, with and without rest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.tests.effort import count_calls
from habits.rules import History, Kind, Rule, RuleError
from habits.schedule import Frequency, Period, Schedule
from habits.streaks import Run, Streaks, best, derive
from habits.tests.make_rules import MONDAY, make_rule, read_strip

DAY = timedelta(1)
MON_WED_FRI = 0b001_0101


def summarize(streaks: Streaks) -> tuple[int, int | None, int]:
    """Return the streak, the offset of the day through which it holds, and the longest."""
    return (
        streaks.current.length if streaks.current else 0,
        (streaks.holds_until - MONDAY).days if streaks.holds_until else None,
        streaks.longest.length if streaks.longest else 0,
    )


def on(*days: str) -> dict[date, Decimal]:
    return {date.fromisoformat(day): Decimal(1) for day in days}


NOTHING = (0, None, 0)
DAILY = make_rule()
EIGHT_A_DAY = make_rule(kind=Kind.AT_LEAST, target="8")
TWO_AT_MOST = make_rule(kind=Kind.AT_MOST, target="2")
NONE_AT_ALL = make_rule(kind=Kind.AT_MOST, target="0")


@pytest.mark.parametrize(
    ("rule", "strip", "expected"),
    [
        (DAILY, "", NOTHING),
        (DAILY, "...", NOTHING),
        (DAILY, "rrr", NOTHING),
        (DAILY, "0", NOTHING),
        (DAILY, "x", (1, 1, 1)),
        (DAILY, "xxx", (3, 3, 3)),
        (DAILY, "xx.x", (1, 4, 2)),
        (DAILY, "xx0x", (1, 4, 2)),
        (DAILY, "xx.", (2, 2, 2)),
        (DAILY, "xxxrxxx", (6, 7, 6)),
        (DAILY, "xxx0!xxx", (6, 7, 6)),
        (DAILY, "xxx1!xxx", (7, 7, 7)),
        (DAILY, "xxxr.xxx", (3, 8, 3)),
        (DAILY, "xxxrr", (3, 5, 3)),
        (DAILY, "rrrx", (1, 4, 1)),
        (DAILY, "xx.rr", (2, 2, 2)),
        # Seven days with a skip in the middle are one streak.
        (EIGHT_A_DAY, "888r888", (6, 7, 6)),
        (EIGHT_A_DAY, "8898", (4, 4, 4)),
        # Some, but not enough: open until the day ends.
        (EIGHT_A_DAY, "8883", (3, 3, 3)),
        (EIGHT_A_DAY, "88838", (1, 5, 3)),
        (EIGHT_A_DAY, "8883!8", (4, 5, 4)),
        (EIGHT_A_DAY, "8889!8", (5, 5, 5)),
        (TWO_AT_MOST, "0120", (4, 4, 4)),
        # A limit is broken at once, by nothing on record at the end of the day.
        (TWO_AT_MOST, "013", (0, None, 2)),
        (TWO_AT_MOST, "01.", (2, 2, 2)),
        (TWO_AT_MOST, "01.0", (1, 4, 2)),
        (TWO_AT_MOST, "01.3", (2, 2, 2)),
        (TWO_AT_MOST, "0130", (1, 4, 2)),
        (TWO_AT_MOST, "01r0", (3, 4, 3)),
        (TWO_AT_MOST, "013!", (2, 3, 2)),
        (TWO_AT_MOST, "013!0", (3, 4, 3)),
        (TWO_AT_MOST, "3", NOTHING),
        (NONE_AT_ALL, "000", (3, 3, 3)),
        (NONE_AT_ALL, "001", (0, None, 2)),
    ],
)
def test_streak_of_days(rule: Rule, strip: str, expected: tuple[int, int | None, int]) -> None:
    assert summarize(derive(rule, read_strip(strip))) == expected


NAMED = make_rule("weekdays", weekdays=MON_WED_FRI)
NAMED_EIGHT = make_rule("weekdays", Kind.AT_LEAST, "8", weekdays=MON_WED_FRI)
NAMED_LIMIT = make_rule("weekdays", Kind.AT_MOST, "2", weekdays=MON_WED_FRI)


@pytest.mark.parametrize(
    ("rule", "strip", "expected"),
    [
        (NAMED, "x", (1, 2, 1)),
        (NAMED, "x.x.x..", (3, 7, 3)),
        (NAMED, "x.x.x.. x.x", (5, 11, 5)),
        (NAMED, "x.x.x.. ..x", (1, 11, 3)),
        # On other days they are extra.
        (NAMED, ".x.x.xx", NOTHING),
        (NAMED, "xxxxxxx", (3, 7, 3)),
        # Rest on such a day excuses no other.
        (NAMED, "xr.rx", (1, 7, 1)),
        (NAMED, "x.r.x", (2, 7, 2)),
        (NAMED, "x.rrr.. rr", (1, 9, 1)),
        (NAMED_EIGHT, "8.9.3", (2, 4, 2)),
        (NAMED_EIGHT, "8.7.8", (1, 7, 1)),
        (NAMED_EIGHT, "8.7!.8", (2, 7, 2)),
        (NAMED_LIMIT, "292", (2, 4, 2)),
        (NAMED_LIMIT, "2.3", (0, None, 1)),
        (NAMED_LIMIT, "2.3!.2", (2, 7, 2)),
    ],
)
def test_streak_of_weekdays(rule: Rule, strip: str, expected: tuple[int, int | None, int]) -> None:
    assert summarize(derive(rule, read_strip(strip))) == expected


WEEKLY = make_rule("weekly")
THRICE_A_WEEK = make_rule("weekly", times=3)
TEN_A_WEEK = make_rule("weekly", Kind.AT_LEAST, "10")
FIVE_TWICE_A_WEEK = make_rule("weekly", Kind.AT_LEAST, "5", times=2)
FOUR_A_WEEK = make_rule("weekly", Kind.AT_MOST, "4")


@pytest.mark.parametrize(
    ("rule", "strip", "expected"),
    [
        # A tick is one week, and holds through the next.
        (WEEKLY, "x", (1, 13, 1)),
        (WEEKLY, "xxxxxxx", (1, 13, 1)),
        (WEEKLY, "x...... ......x", (2, 20, 2)),
        (WEEKLY, "x...... ....... x", (1, 27, 1)),
        (WEEKLY, "x...... ..r.... x", (2, 27, 2)),
        (WEEKLY, "x...... .0!..... x", (2, 27, 2)),
        (WEEKLY, "x...... r......", (1, 20, 1)),
        (WEEKLY, "x.....r ....... x", (1, 27, 1)),
        # What is met is met, whatever rest there is.
        (WEEKLY, "x...... ..rxrrr x", (3, 27, 3)),
        (THRICE_A_WEEK, "x", NOTHING),
        (THRICE_A_WEEK, "xx.x...", (1, 13, 1)),
        (THRICE_A_WEEK, "xx.x... xx.....", (1, 13, 1)),
        (THRICE_A_WEEK, "xx.x... xx....r", (1, 20, 1)),
        (THRICE_A_WEEK, "xx.x... xx....r xxx", (2, 27, 2)),
        (THRICE_A_WEEK, "xx.x... ....xxx", (2, 20, 2)),
        (TEN_A_WEEK, "9......", NOTHING),
        (TEN_A_WEEK, "91..... 5.....5", (2, 20, 2)),
        (TEN_A_WEEK, "91..... 5.....4 99", (1, 27, 1)),
        (TEN_A_WEEK, "91..... 5.....4! 99", (2, 27, 2)),
        # Two days of five each, not ten.
        (FIVE_TWICE_A_WEEK, "9914...", (1, 13, 1)),
        (FIVE_TWICE_A_WEEK, "94.....", NOTHING),
        (FIVE_TWICE_A_WEEK, "55..... 5....5.", (2, 20, 2)),
        (FOUR_A_WEEK, "0", (1, 13, 1)),
        (FOUR_A_WEEK, "1111... ...4...", (2, 20, 2)),
        # At most 4 a week, with 21.
        (FOUR_A_WEEK, "4...... 3333333", (0, None, 1)),
        (FOUR_A_WEEK, "3333333 3333333", NOTHING),
        (FOUR_A_WEEK, "4...... 333333r 1", (2, 27, 2)),
        (FOUR_A_WEEK, "4...... ....... 1", (1, 27, 1)),
        (FOUR_A_WEEK, "4...... .r..... 1", (2, 27, 2)),
        (FOUR_A_WEEK, "4...... .......", (1, 13, 1)),
    ],
)
def test_streak_of_weeks(rule: Rule, strip: str, expected: tuple[int, int | None, int]) -> None:
    assert summarize(derive(rule, read_strip(strip))) == expected


EVERY_3_DAYS = make_rule("interval", span=3)


@pytest.mark.parametrize(
    ("rule", "strip", "expected"),
    [
        (EVERY_3_DAYS, "x.. ", (1, 5, 1)),
        (EVERY_3_DAYS, "x.. ..x .x.", (3, 11, 3)),
        (EVERY_3_DAYS, "xxx xxx", (2, 8, 2)),
        (EVERY_3_DAYS, "x.. ... x..", (1, 11, 1)),
        (EVERY_3_DAYS, "x.. .r. x..", (2, 11, 2)),
        (make_rule("interval", Kind.AT_LEAST, "5", span=3), "2.3 5.. 4.. ", (2, 8, 2)),
        (make_rule("interval", Kind.AT_MOST, "5", span=3), "2.3 0.. ", (2, 8, 2)),
        (make_rule("interval", Kind.AT_MOST, "5", span=3), "2.3 2.4 ", (0, None, 1)),
        (make_rule("interval", Kind.AT_MOST, "5", span=3), "2.3 2r4 1..", (2, 11, 2)),
    ],
)
def test_streak_of_blocks(rule: Rule, strip: str, expected: tuple[int, int | None, int]) -> None:
    assert summarize(derive(rule, read_strip(strip))) == expected


ONCE_IN_7 = make_rule("rolling", span=7)
TWICE_IN_3 = make_rule("rolling", times=2, span=3)
THRICE_IN_7 = make_rule("rolling", times=3, span=7)
FIVE_IN_3 = make_rule("rolling", Kind.AT_LEAST, "5", span=3)
FIVE_TWICE_IN_3 = make_rule("rolling", Kind.AT_LEAST, "5", times=2, span=3)
FOUR_IN_3 = make_rule("rolling", Kind.AT_MOST, "4", span=3)


@pytest.mark.parametrize(
    ("rule", "strip", "expected"),
    [
        (ONCE_IN_7, "x", (1, 7, 1)),
        (ONCE_IN_7, "x......x......x", (3, 21, 3)),
        (ONCE_IN_7, "x.......x", (1, 15, 1)),
        (ONCE_IN_7, "x..r....x", (2, 15, 2)),
        (ONCE_IN_7, "x.rr", (1, 9, 1)),
        (ONCE_IN_7, "x...... .rr", (1, 7, 1)),
        (ONCE_IN_7, "x...... rr", (1, 9, 1)),
        (ONCE_IN_7, "xxx...", (3, 9, 3)),
        # It begins with the third time, as a week does, and then counts all three.
        (THRICE_IN_7, "x.x", NOTHING),
        (THRICE_IN_7, "x.x.x..", (3, 7, 3)),
        (THRICE_IN_7, "x.x.x.. x.x.x", (6, 14, 6)),
        (THRICE_IN_7, "x.x.x.. .x", (3, 9, 3)),
        (THRICE_IN_7, "x.x.x.. r......", (3, 8, 3)),
        (THRICE_IN_7, "x.x.x.. rx", (4, 10, 4)),
        # One before the others takes none of them away.
        (TWICE_IN_3, "...xx.xx.xx", (6, 12, 6)),
        (TWICE_IN_3, ".x.xx.xx.xx", (7, 12, 7)),
        (TWICE_IN_3, "x..xx.xx.xx", (6, 12, 6)),
        # A streak that rest makes of two holds no shorter than the second did.
        (TWICE_IN_3, "xx..x", (0, None, 2)),
        (TWICE_IN_3, "xx.rx", (3, 5, 3)),
        (TWICE_IN_3, "xx..xx", (2, 7, 2)),
        (TWICE_IN_3, "xx0!0!xx", (4, 7, 4)),
        (FIVE_IN_3, "5", (1, 3, 1)),
        (FIVE_IN_3, "14", (2, 3, 2)),
        (FIVE_IN_3, "1211", (0, None, 0)),
        (FIVE_IN_3, "5..5..5", (3, 9, 3)),
        (FIVE_IN_3, "5...5", (1, 7, 1)),
        (FIVE_IN_3, "5..r5", (2, 7, 2)),
        (FIVE_TWICE_IN_3, "95", (2, 3, 2)),
        (FIVE_TWICE_IN_3, "9.4", NOTHING),
        (FOUR_IN_3, "0", (1, 3, 1)),
        (FOUR_IN_3, "0..4..4", (3, 9, 3)),
        (FOUR_IN_3, "0...4", (1, 7, 1)),
        (FOUR_IN_3, "0..r4", (2, 7, 2)),
        # Five in the last three days, though no more than three on any.
        (FOUR_IN_3, "323", (0, None, 1)),
        (FOUR_IN_3, "3230002", (3, 9, 3)),
        (FOUR_IN_3, "9", NOTHING),
        # Rest draws no two days nearer, and excuses what is too much.
        (FOUR_IN_3, "3..3", (2, 6, 2)),
        (FOUR_IN_3, "3.r3", (2, 6, 2)),
        (FOUR_IN_3, "3r3", (1, 5, 1)),
        (FOUR_IN_3, "3r300", (3, 7, 3)),
    ],
)
def test_streak_of_any_days(rule: Rule, strip: str, expected: tuple[int, int | None, int]) -> None:
    assert summarize(derive(rule, read_strip(strip))) == expected


# --- Calendars ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frequency", "fields", "days", "length", "holds_until"),
    [
        ("daily", {}, ("2024-02-28", "2024-02-29", "2024-03-01"), 3, "2024-03-02"),
        ("daily", {}, ("2025-02-28", "2025-03-01"), 2, "2025-03-02"),
        ("daily", {}, ("2024-12-31", "2025-01-01"), 2, "2025-01-02"),
        # The nights of both changes of daylight saving time in Europe.
        ("daily", {}, ("2026-03-28", "2026-03-29", "2026-03-30"), 3, "2026-03-31"),
        ("daily", {}, ("2026-10-24", "2026-10-25", "2026-10-26"), 3, "2026-10-27"),
        ("weekdays", {"weekdays": 0b1000}, ("2024-02-22", "2024-02-29"), 2, "2024-03-07"),
        # Week 53 of 2026, and the week before and after it.
        ("weekly", {}, ("2026-12-27", "2026-12-28", "2027-01-04"), 3, "2027-01-17"),
        ("weekly", {}, ("2026-12-28", "2027-01-03"), 1, "2027-01-10"),
        ("weekly", {}, ("2024-02-29", "2024-03-04"), 2, "2024-03-17"),
        # A Saturday, Sunday and Monday, by the first day of the week.
        ("weekly", {"week_start": 1}, ("2026-12-05", "2026-12-06", "2026-12-07"), 2, "2026-12-20"),
        ("weekly", {"week_start": 7}, ("2026-12-05", "2026-12-06", "2026-12-07"), 2, "2026-12-19"),
        ("weekly", {"week_start": 6}, ("2026-12-05", "2026-12-06", "2026-12-07"), 1, "2026-12-18"),
        ("monthly", {}, ("2024-01-31", "2024-02-29", "2024-03-31"), 3, "2024-04-30"),
        ("monthly", {}, ("2024-12-01", "2025-01-31"), 2, "2025-02-28"),
        ("monthly", {"times": 2}, ("2024-02-01", "2024-02-29"), 1, "2024-03-31"),
        ("yearly", {}, ("2023-12-31", "2024-02-29", "2025-01-01"), 3, "2026-12-31"),
        ("yearly", {"times": 2}, ("2024-02-29", "2024-12-31"), 1, "2025-12-31"),
        ("interval", {"span": 2}, ("2024-02-28", "2024-02-29", "2024-03-02"), 3, "2024-03-05"),
        ("rolling", {"span": 2}, ("2024-02-28", "2024-03-01"), 2, "2024-03-03"),
    ],
)
def test_streak_in_the_calendar(
    frequency: str, fields: dict[str, int], days: tuple[str, ...], length: int, holds_until: str
) -> None:
    schedule = Schedule(frequency=Frequency(frequency), start=date(2023, 1, 1), **fields)

    streaks = derive(Rule(schedule=schedule), History(on(*days)))

    run = Run(length, date.fromisoformat(days[0]), date.fromisoformat(days[-1]))
    assert streaks == Streaks(run, date.fromisoformat(holds_until), run)


WEDNESDAY = MONDAY + 2 * DAY


@pytest.mark.parametrize(
    ("rule", "strip", "expected"),
    [
        # Of the days before the start date none is counted, and the first week is partial.
        (make_rule(start=WEDNESDAY), "xxx", (1, 3, 1)),
        (make_rule("weekly", start=WEDNESDAY, times=3), "xxx", NOTHING),
        (make_rule("weekly", start=WEDNESDAY, times=3), "..xxx", (1, 13, 1)),
        (make_rule("weekly", start=WEDNESDAY, times=3), "..x.... xxx", (1, 20, 1)),
        (make_rule("interval", start=WEDNESDAY, span=3), "xxx...x", (2, 10, 2)),
        (make_rule("rolling", start=WEDNESDAY, span=3), "xxx", (1, 5, 1)),
        (make_rule("weekly", Kind.AT_MOST, "4", start=WEDNESDAY), "9.1", (1, 13, 1)),
        (make_rule("rolling", Kind.AT_MOST, "4", start=WEDNESDAY, span=3), ".91", (1, 5, 1)),
    ],
)
def test_streak_from_the_start_date(
    rule: Rule, strip: str, expected: tuple[int, int | None, int]
) -> None:
    assert summarize(derive(rule, read_strip(strip))) == expected


def test_streak_tells_its_recorded_days() -> None:
    streaks = derive(THRICE_A_WEEK, read_strip(".x.xx.. 0xx.x.. ......."))

    assert streaks.current == Run(2, MONDAY + DAY, MONDAY + 11 * DAY)


def test_streak_is_0_after_the_day_through_which_it_holds() -> None:
    streaks = derive(WEEKLY, read_strip("x"))

    assert [streaks.length_on(MONDAY + offset * DAY) for offset in (0, 13, 14)] == [1, 1, 0]
    assert Streaks().length_on(MONDAY) == 0


def test_longest_of_equals_is_the_latest() -> None:
    streaks = derive(DAILY, read_strip("xx.x.xx"))

    assert streaks.longest == Run(2, MONDAY + 5 * DAY, MONDAY + 6 * DAY)


def test_best_streaks_are_the_longest_and_then_the_latest() -> None:
    runs = best(DAILY, read_strip("xx.x.xx.xxx.x"), count=4)

    assert [(run.length, (run.first_day - MONDAY).days) for run in runs] == [
        (3, 8),
        (2, 5),
        (2, 0),
        (1, 12),
    ]


def test_decimals_add_up_exactly() -> None:
    rule = make_rule("weekly", Kind.AT_LEAST, "0.3")
    values = {MONDAY + offset * DAY: Decimal("0.1") for offset in range(3)}

    assert derive(rule, History(values)).current == Run(1, MONDAY, MONDAY + 2 * DAY)


# --- Limits ---------------------------------------------------------------------------------------


def each_schedule(start: date) -> Iterable[Rule]:
    for frequency in Frequency:
        fields = {"weekdays": 127} if frequency is Frequency.WEEKDAYS else {}
        if frequency in {Frequency.ROLLING, Frequency.INTERVAL}:
            fields = {"span": 3_660}
        for kind in Kind:
            target = None if kind is Kind.YES_NO else "1"
            yield make_rule(frequency, kind, target, start=start, **fields)


@pytest.mark.parametrize("start", [date.min, date.max])
@pytest.mark.parametrize("rest", [[], [Period(date.min, date.max)]])
def test_streaks_at_the_ends_of_the_calendar(start: date, rest: list[Period]) -> None:
    history = History({start: Decimal(1)}, rest)

    for rule in each_schedule(start):
        streaks = derive(rule, history)

        assert streaks.current == Run(1, start, start)
        assert streaks.holds_until == date.max or (start == date.min and not rest)


def count_effort(rule: Rule, history: History) -> int:
    return count_calls(lambda: derive(rule, history))


def test_rest_without_end_costs_nothing() -> None:
    endless = History({MONDAY: Decimal(1)}, [Period(MONDAY + DAY, date.max)])

    for rule in each_schedule(MONDAY):
        assert count_effort(rule, endless) < 200
        assert derive(rule, endless).holds_until == date.max


def test_streaks_cost_as_much_for_each_day() -> None:
    for rule in [*each_schedule(MONDAY), THRICE_IN_7, FOUR_IN_3]:
        few, many = (count_effort(rule, make_years(days)) for days in (365, 3_650))

        assert many < few * 12


def make_years(days: int) -> History:
    """Return a record on most days, with a day of rest each week."""
    values = {MONDAY + offset * DAY: Decimal(1) for offset in range(days) if offset % 9}
    rest = [Period(MONDAY + offset * DAY, MONDAY + offset * DAY) for offset in range(0, days, 7)]
    return History(values, rest)


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "target", "times", "message"),
    [
        (Kind.YES_NO, "1", 1, "A yes/no habit has no target."),
        (Kind.AT_LEAST, None, 1, "Choose a target of 0.001 or more."),
        (Kind.AT_LEAST, "0", 1, "Choose a target of 0.001 or more."),
        (Kind.AT_LEAST, "NaN", 1, "Choose a target of 0.001 or more."),
        (Kind.AT_MOST, None, 1, "Choose a target of 0 or more."),
        (Kind.AT_MOST, "-0.001", 1, "Choose a target of 0 or more."),
        (Kind.AT_MOST, "4", 2, "A limit holds for the whole period"),
    ],
)
def test_rule_is_refused(kind: Kind, target: str | None, times: int, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        make_rule("weekly", kind, target, times=times)
