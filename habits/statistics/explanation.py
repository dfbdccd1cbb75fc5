"""Why a day or its period has its state, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from habits.rules import ZERO, Rule, State
from habits.schedule import WEEKDAYS, Period, say_days
from habits.statistics.outcomes import Outcome, Review


@dataclass(frozen=True, slots=True)
class Explanation:
    """The state of a day's period, and the recorded rows that make it so.

    `period` is None where the day belongs to none. `total` is what is counted in it and `need` what
    that is compared with, both in times or in the habit's unit. `is_so_far` says that the period is
    not over.
    """

    day: date
    state: State
    period: Period | None
    total: Decimal | None
    need: Decimal
    is_so_far: bool
    reason: str


def explain(review: Review, day: date, unit: str = "") -> Explanation:
    """Return the state of a day's period by today, with its reason in English.

    `unit` is that of the habit's target.
    """
    outcome, need = review.on(day), review.rule.need
    if outcome is None:
        reason = say_not_asked(review, day)
        return Explanation(day, State.NOT_ASKED, None, None, need, is_so_far=False, reason=reason)
    words = (say_amount(review.rule, outcome, unit), say_when(review.rule, outcome.period))
    return Explanation(
        day=day,
        state=outcome.state,
        period=outcome.period,
        total=outcome.total,
        need=need,
        is_so_far=outcome.is_so_far,
        reason=f"{' '.join(words)}: {say_verdict(review, outcome)}.",
    )


def say_not_asked(review: Review, day: date) -> str:
    """Return why nothing is asked of a day."""
    start = review.rule.schedule.start
    if day < start:
        return f"The habit starts on {start}."
    extra = " The check-in is extra." if day in review.history.values else ""
    return f"The habit is not asked for on a {WEEKDAYS[day.weekday()]}.{extra}"


def say_amount(rule: Rule, outcome: Outcome, unit: str) -> str:
    """Return "2 of 3 times", "10.5 of 12 km", "5 of at most 4", "Nothing recorded"."""
    if rule.is_limit and outcome.total is None:
        return "Nothing recorded"
    need = say_number(rule.need)
    if rule.counts_days:
        unit = "time" if rule.need == 1 else "times"
    amount = f"{say_number(outcome.total or ZERO)} of {'at most ' * rule.is_limit}{need}"
    return f"{amount} {unit}".rstrip()


def say_when(rule: Rule, period: Period) -> str:
    """Return "on 2026-11-30", "from … to …", "in the last 7 days"."""
    if rule.schedule.is_rolling:
        return f"in the last {say_days(rule.schedule.length)} up to {period.last}"
    if period.first == period.last:
        return f"on {period.first}"
    return f"from {period.first} to {period.last}"


def say_verdict(review: Review, outcome: Outcome) -> str:
    """Return what that means."""
    is_limit = review.rule.is_limit
    match outcome.state:
        case State.MET:
            return "kept so far" if is_limit and outcome.is_so_far else "kept"
        case State.OPEN:
            return f"open until the end of {outcome.period.last}"
        case State.REST:
            return "excused by rest"
        case State.PARTIAL:
            return "it began before the habit did"
        case _:
            is_passed = is_limit and outcome.total is not None
            return "the limit is passed" if is_passed else "missed"


def say_number(number: Decimal) -> str:
    """Return a number without trailing zeros: 10.500 as "10.5", 1E+1 as "10"."""
    return f"{number.normalize():f}"
