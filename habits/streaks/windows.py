"""Streaks of a rolling schedule: "2 times in any 7 days", "at most 4 in any 7 days".

Windows are laid from no fixed day, so a streak counts times: the days that are recorded in it.

A streak of times is a stretch from one recorded day to another of which every `span` days in a row
hold enough, and which holds enough at all: "3 times in any 7 days" begins with the third time, as a
week does. Days of rest on which nothing was done are taken out of the calendar first, so that days
in a row may have rest between them. Both only ever help: a day more in a window does not make it
hold less, and a day of rest less draws other days into it. Two such stretches may share days, where
neither can be made longer. The last one holds through the day that ends the first window with too
little. It is the same day for each stretch that ends with the last time, which is why a stretch
that never held enough is no streak: a short new one would hold longer than the long one that rest
makes of it and of the one before.

Of a limit, rest that is taken out would draw more into a window and break it. There each recorded
day is judged by the last `span` days of the calendar: kept when they are within the limit, neutral
when they are not but hold rest. A streak counts kept days, and is broken by a day that is neither
and by `span` days without record or rest.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate

from habits.rules import ZERO, History, Rule, State, counted
from habits.schedule import Period
from habits.streaks.run import Chain, Run

# --- Times ----------------------------------------------------------------------------------------


def chain_times(rule: Rule, history: History) -> Chain:
    """Return the streaks of "2 times", or of a target, in any days."""
    times = list(counted(rule, history))
    days = [day for day, _ in times]
    places = place(days, history)
    sums = [*accumulate((weight for _, weight in times), initial=ZERO)]
    runs: list[Run] = []
    end, holds_until = 0, None
    for first, breaks_at in enumerate(find_breaks(places, sums, rule)):
        last_end, end = end, bisect_left(places, breaks_at)
        if end > last_end and sums[end] - sums[first] >= rule.need:
            runs.append(Run(end - first, days[first], days[end - 1]))
            if end == len(days):
                holds_until = history.day_after(days[-1], breaks_at - places[-1])
    return Chain(tuple(runs), holds_until)


def place(days: Sequence[date], history: History) -> list[int]:
    """Return the numbers of days, ascending, in a calendar without all other days of rest."""
    places: list[int] = []
    kept_in_rest = 0
    for day in days:
        kept_in_rest += history.rests_on(day)
        places.append(history.count_active(day) + kept_in_rest)
    return places


def find_breaks(places: Sequence[int], sums: Sequence[Decimal], rule: Rule) -> list[int]:
    """Return where the first window with too little ends, for each time a streak may begin with.

    `sums` are those of the weights before each time. Of all windows, only those count that begin
    with the streak or right after one of its times: any other holds no less than one of these, and
    ends later.
    """
    span, need = rule.schedule.length, rule.need
    breaks: list[int] = []
    following = 0
    for index in range(len(places) - 1, -1, -1):
        begin = places[index]
        if sums[bisect_right(places, begin + span)] - sums[index + 1] < need:
            following = begin + span
        is_short = sums[bisect_left(places, begin + span)] - sums[index] < need
        breaks.append(begin + span - 1 if is_short else following)
    return breaks[::-1]


# --- Limits ---------------------------------------------------------------------------------------


def chain_kept_days(rule: Rule, history: History) -> Chain:
    """Return the streaks of a limit in any days."""
    kept: list[list[date]] = []
    holds_until: date | None = None
    is_running = False
    for day, state in judge(rule, history):
        if is_running and holds_until is not None and day > holds_until:
            is_running = False
        elif is_running and state is State.MISSED:
            is_running, holds_until = False, None
        if state is State.MET:
            if not is_running:
                kept.append([])
            kept[-1].append(day)
            is_running = True
        if is_running:
            holds_until = history.day_after(day, rule.schedule.length)
    return Chain(tuple(Run(len(days), days[0], days[-1]) for days in kept), holds_until)


def judge(rule: Rule, history: History) -> Iterator[tuple[date, State]]:
    """Give each recorded day, ascending, with the state of the last days up to it."""
    records = list(counted(rule, history))
    total, oldest = ZERO, 0
    for day, weight in records:
        window = window_of(rule, day)
        total += weight
        while records[oldest][0] < window.first:
            total -= records[oldest][1]
            oldest += 1
        if rule.is_met(total):
            yield day, State.MET
        else:
            yield day, State.REST if history.rests_in(window) else State.MISSED


def window_of(rule: Rule, day: date) -> Period:
    """Return the last `span` days up to this one, none of them before the start date."""
    schedule = rule.schedule
    first = max(day.toordinal() - schedule.length + 1, schedule.start.toordinal())
    return Period(date.fromordinal(first), day)
