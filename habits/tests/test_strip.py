"""Some days at a glance, each by itself."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from habits.rules import Kind, Rule
from habits.schedule import Period
from habits.statistics import Mark, Square, strip
from habits.tests.make_rules import MONDAY, make_rule, read_strip

DAY = timedelta(1)
WEEK = Period(MONDAY, MONDAY + 6 * DAY)
MON_WED_FRI = 0b001_0101
SIGNS = {
    Mark.DONE: "#",
    Mark.NOT_DONE: "+",
    Mark.REST: "=",
    Mark.EMPTY: ".",
    Mark.NOT_ASKED: "_",
}


def show(rule: Rule, history: str, days: Period = WEEK) -> str:
    """Return the marks of days as the signs that the command prints."""
    return "".join(SIGNS[square.mark] for square in strip(rule, read_strip(history), days))


@pytest.mark.parametrize(
    ("rule", "history", "expected"),
    [
        (make_rule(), "x0r..x", "#+=..#."),
        # Rest excuses a no, and takes nothing away from a yes.
        (make_rule(), "x!0!rx!", "#==#..."),
        (make_rule("weekdays", weekdays=MON_WED_FRI), "xx.x0", "##.#+__"),
        (make_rule("weekdays", weekdays=MON_WED_FRI), ".r.r", ".=.=.__"),
        (make_rule("interval", span=3), "..x", "._#.__."),
        # Where any day of a period will do, each is asked for, also when the period is kept.
        (make_rule("weekly", times=1), "x", "#......"),
        (make_rule("rolling", times=2, span=3), "x0.x", "#+.#..."),
        (make_rule(kind=Kind.AT_LEAST, target="8"), "789", "+##...."),
        (make_rule("weekly", Kind.AT_LEAST, "8"), "0109", "+#+#..."),
        (make_rule("weekly", Kind.AT_LEAST, "8", times=2), "789", "+##...."),
        (make_rule(kind=Kind.AT_MOST, target="2"), "0123", "###+..."),
        (make_rule(kind=Kind.AT_MOST, target="2"), "3!2!3", "=#+...."),
        (make_rule("weekly", Kind.AT_MOST, "4"), "445", "##+...."),
        (make_rule(start=MONDAY + 2 * DAY), "x.", "#_....."),
        (make_rule(start=MONDAY + 2 * DAY), "0r", "+=....."),
    ],
)
def test_strip_marks_each_day_by_itself(rule: Rule, history: str, expected: str) -> None:
    assert show(rule, history) == expected


def test_strip_gives_each_day_with_its_value() -> None:
    rule = make_rule(kind=Kind.AT_LEAST, target="8")

    squares = list(strip(rule, read_strip("9.0"), Period(MONDAY, MONDAY + 2 * DAY)))

    assert squares == [
        Square(MONDAY, Mark.DONE, Decimal(9)),
        Square(MONDAY + DAY, Mark.EMPTY, None),
        Square(MONDAY + 2 * DAY, Mark.NOT_DONE, Decimal(0)),
    ]


def test_strip_of_days_needs_no_record_of_others() -> None:
    rule = make_rule("weekly", Kind.AT_LEAST, "8")
    days = Period(MONDAY + 2 * DAY, MONDAY + 4 * DAY)

    assert show(rule, "99x0.99", days) == show(rule, "..x0", days) == "#+."


def test_strip_reaches_the_last_day_there_is() -> None:
    days = Period(date.max - DAY, date.max)

    assert show(make_rule(), "", days) == ".."
