"""Strength: how firmly a habit sits, from 0 to 1, by exponential smoothing.

The formula is that of Loop Habit Tracker (github.com/iSoron/uhabits, `Score.kt` and
`ScoreList.kt`), so that people who come from it see the numbers they know. Each day from the first
record on, with n the times asked for in d days and m = 0.5 ** (sqrt(n / d) / 13):

    strength = strength * m + share * (1 - m)

where the share of a day is how much of what is asked for was done in the last d days, from 0 to 1.
A daily habit passes 99 % on day 87. Where days are counted and fewer are asked for than there are,
both n and d are doubled for the share: that evens out weeks of which one is done early, one late.
A limit starts at 1, takes a day without a record for one of 0, and its share falls from 1 to 0 as
the sum grows from the target to its double.

A day of rest without a check-in leaves the strength as it is, though it stays a day of the window.
With a check-in it can only raise it, a case that Loop does not have: there a day is skipped or
recorded.

Strength is stored as steps, from which any later day is read by a closed formula.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import sqrt
from typing import Final, NamedTuple

from habits.rules import ZERO, History, Rule, counted
from habits.schedule import LAST_ORDINAL, Frequency, Period

HALF_LIFE: Final = 13  # days without, of a daily habit
DAYS_OF: Final = {
    Frequency.WEEKDAYS: 7,
    Frequency.WEEKLY: 7,
    Frequency.MONTHLY: 30,
    Frequency.YEARLY: 365,
}


class Step(NamedTuple):
    """The strength at the end of a day, and the share of each later day until the next step.

    `share` is None while these are days of rest, which leave the strength as it is.
    """

    day: date
    strength: float
    share: float | None


@dataclass(frozen=True)
class Pace:
    """How much is asked for: `times` in `days`, and the sum of a window that makes a share of 1."""

    times: int
    days: int
    window: int
    need: Decimal

    @property
    def decay(self) -> float:
        """What is left of the strength after a day with a share of 0."""
        return float(0.5 ** (sqrt(self.times / self.days) / HALF_LIFE))


def pace_of(rule: Rule) -> Pace:
    """Return how much a rule asks for; as often as there are days is once a day, as in Loop."""
    schedule = rule.schedule
    days = DAYS_OF.get(schedule.frequency, schedule.length)
    is_named = schedule.frequency is Frequency.WEEKDAYS
    times = len(schedule.asked_weekdays) if is_named else schedule.times
    # The target of a weekday is that of each, and a window holds all of them.
    need = rule.need * times if is_named else rule.need
    if times == days:
        return Pace(1, 1, 1, need / times)
    doubling = 2 if rule.counts_days else 1
    return Pace(times, days, days * doubling, need * doubling)


def decay_of(rule: Rule) -> float:
    """Return by what a day multiplies the strength: what `strength_on` has to know of a rule."""
    return pace_of(rule).decay


def share_of(rule: Rule, need: Decimal, total: Decimal) -> float:
    """Return how much of what is asked for the sum of a window is, from 0 to 1."""
    if not rule.is_limit:
        return min(1.0, float(total / need))
    if need == 0:
        return float(total == 0)
    return min(1.0, max(0.0, float(2 - total / need)))


def advance(strength: float, share: float | None, power: float) -> float:
    """Return the strength after days of the same share; `power` is the decay of all of them."""
    return strength if share is None else share + (strength - share) * power


# --- Steps ----------------------------------------------------------------------------------------


def course(rule: Rule, history: History) -> tuple[Step, ...]:
    """Return the steps from the first recorded day on; none where nothing is recorded."""
    weights = {day.toordinal(): weight for day, weight in counted(rule, history)}
    return tuple(walk(rule, weights, history.rests)) if weights else ()


def steps(rule: Rule, history: History) -> tuple[Step, ...]:
    """Return the steps from the last recorded day on, which are stored.

    They say the strength of that day and of each later one, however late, when nothing more is
    recorded, and with the rest that is entered ahead.
    """
    last_day = max((day for day, _ in counted(rule, history)), default=date.max)
    return tuple(step for step in course(rule, history) if step.day >= last_day)


def walk(rule: Rule, weights: Mapping[int, Decimal], rests: Sequence[Period]) -> Iterator[Step]:
    """Give the steps of weights by the ordinals of their days, ascending."""
    pace, first = pace_of(rule), next(iter(weights))
    decay, window = pace.decay, pace.window
    begins, ends = edges_of(rests, first)
    turns = begins | ends
    turns.update(turn for day in weights for turn in (day, day + 1, day + window))
    strength, share, total = float(rule.is_limit), None, ZERO
    last, is_rest = first, False
    # From one turn to the next each day has the same share.
    for turn in sorted(turn for turn in turns if turn <= LAST_ORDINAL + 1):
        strength = advance(strength, share, decay ** (turn - last))
        total += weights.get(turn, ZERO) - weights.get(turn - window, ZERO)
        is_rest = (is_rest or turn in begins) and turn not in ends
        following: float | None = share_of(rule, pace.need, total)
        if is_rest and (turn not in weights or (following or 0) <= strength):
            following = None
        if turn - 1 in weights or (turn > first and following != share):
            yield Step(date.fromordinal(turn - 1), strength, following)
        share, last = following, turn


def edges_of(rests: Sequence[Period], first: int) -> tuple[set[int], set[int]]:
    """Return the ordinals of the first days of rest and of those after the last, from a day on."""
    later = [rest for rest in rests if rest.last.toordinal() >= first]
    return (
        {max(rest.first.toordinal(), first) for rest in later},
        {rest.last.toordinal() + 1 for rest in later},
    )


# --- Reading --------------------------------------------------------------------------------------


def strength_on(steps: Sequence[Step], decay: float, day: date) -> float:
    """Return the strength at the end of a day; 0 without steps.

    Before the first step it is that of the first: west of where a day was recorded it may not have
    begun.
    """
    if not steps:
        return 0.0
    place = bisect_right(steps, day, key=lambda step: step.day)
    step = steps[max(place - 1, 0)]
    return advance(step.strength, step.share, decay ** max((day - step.day).days, 0))


def daily(rule: Rule, history: History, days: Period) -> Iterator[tuple[date, float]]:
    """Give the strength of each of these days, from the first recorded one on."""
    whole, decay = course(rule, history), decay_of(rule)
    if not whole:
        return
    first = max(days.first, whole[0].day)
    for ordinal in range(first.toordinal(), days.last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        yield day, strength_on(whole, decay, day)


# --- JSON -----------------------------------------------------------------------------------------


def dump_steps(steps: Sequence[Step]) -> list[list[str | float | None]]:
    """Return steps as JSON holds them."""
    return [[step.day.isoformat(), step.strength, step.share] for step in steps]


def load_steps(rows: Sequence[tuple[str, float, float | None]]) -> tuple[Step, ...]:
    """Return steps of what `dump_steps` made of them."""
    return tuple(Step(date.fromisoformat(day), strength, share) for day, strength, share in rows)
