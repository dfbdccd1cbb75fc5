"""Streaks of days, weeks, months, years and blocks: kept periods with only rest between them.

A kept period is one that is met. Any other that holds a day of rest is neutral, and so is one that
began before the start date: as the first of all it stands between no others. The last streak holds
until the end of the first period after it that is not neutral: until then it is open.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from habits.rules import History, Rule, tallies
from habits.schedule import LAST_ORDINAL, Schedule
from habits.streaks.run import Chain, Run

FAR: Final = 2 * LAST_ORDINAL  # beyond the number of every period


@dataclass(frozen=True)
class Excused:
    """The numbers of the periods that hold rest, in ascending ranges that do not overlap."""

    ranges: tuple[range, ...]

    def first_after(self, index: int) -> int:
        """Return the first number after this one that is not excused."""
        index += 1
        place = bisect_right(self.ranges, index, key=lambda excused: excused.start)
        return max(index, self.ranges[place - 1].stop) if place else index


def chain_periods(rule: Rule, history: History) -> Chain:
    """Return the streaks of a schedule that has periods."""
    found = tallies(rule, history)
    kept = [index for index, tally in found.items() if rule.is_met(tally.total)]
    if not kept:
        return Chain()
    excused = excuse(rule.schedule, history)
    runs, opened, length = [], kept[0], 0
    for index, following in pairwise([*kept, FAR]):
        length += 1
        if following > index + 1 and excused.first_after(index) < following:
            runs.append(Run(length, found[opened].first_day, found[index].last_day))
            opened, length = following, 0
    first_open = excused.first_after(kept[-1])
    # A limit is passed at once, and not at the end of the period.
    is_broken = rule.is_limit and first_open in found
    return Chain(tuple(runs), None if is_broken else rule.schedule.last_day(first_open))


def excuse(schedule: Schedule, history: History) -> Excused:
    """Return which periods hold a day of rest."""
    ranges: list[range] = []
    for rest in history.rests:
        touched = schedule.indexes(rest)
        if ranges and touched.start <= ranges[-1].stop:
            ranges[-1] = range(ranges[-1].start, touched.stop)
        elif touched:
            ranges.append(touched)
    return Excused(tuple(ranges))
