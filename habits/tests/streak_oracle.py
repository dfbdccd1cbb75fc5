"""A second reading of streaks: day by day and stretch by stretch, slow and plain."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from habits.rules import History, Kind, Rule
from habits.schedule import Frequency, Schedule
from habits.streaks import Run, Streaks

DAY = timedelta(1)


class Oracle:
    """What a history says of a rule."""

    def __init__(self, rule: Rule, history: History) -> None:
        self.rule, self.schedule = rule, rule.schedule
        self.rest = list(history.rest)
        self.values = {
            day: value
            for day, value in history.values.items()
            if day >= rule.schedule.start and self.is_named(day)
        }
        self.records = sorted(day for day in self.values if self.is_counted(day))

    # --- Days -------------------------------------------------------------------------------------

    def is_named(self, day: date) -> bool:
        mask = self.schedule.weekdays
        return mask is None or bool(mask & 2 ** day.weekday())

    def is_counted(self, day: date) -> bool:
        return self.rule.kind is Kind.AT_MOST or self.weigh(day) > 0

    def weigh(self, day: date) -> Decimal:
        value, target = self.values.get(day, Decimal(0)), self.rule.target
        if self.rule.kind is Kind.YES_NO:
            return Decimal(value > 0)
        if self.rule.kind is Kind.AT_LEAST and self.schedule.times > 1:
            assert target is not None
            return Decimal(value >= target)
        return value

    def rests(self, day: date) -> bool:
        return any(rest.first <= day <= rest.last for rest in self.rest)

    def has_enough(self, days: list[date]) -> bool:
        total = sum((self.weigh(day) for day in days), Decimal(0))
        target = self.rule.target
        if self.rule.kind is Kind.AT_MOST:
            return total <= (target or 0)
        is_sum = self.rule.kind is Kind.AT_LEAST and self.schedule.times == 1
        need = target if is_sum else Decimal(self.schedule.times)
        assert need is not None
        return total >= need

    def streaks(self) -> Streaks:
        if self.schedule.frequency is not Frequency.ROLLING:
            return self.by_period()
        return self.by_limit() if self.rule.kind is Kind.AT_MOST else self.by_times()

    # --- Periods ----------------------------------------------------------------------------------

    def by_period(self) -> Streaks:
        """Walk from period to period until nothing written matters any more."""
        horizon = max([self.schedule.start, *self.values, *(rest.last for rest in self.rest)])
        runs: list[Run] = []
        running: list[list[date]] = []  # the records of each period kept in a row
        holds_until: date | None = None
        day = self.schedule.start
        while True:
            if not self.is_named(day):
                day += DAY
                continue
            days = days_of_period(self.schedule, day)
            records = [each for each in days if each in self.records]
            if records and self.has_enough(days):
                running.append(records)
                holds_until = None
            elif not any(self.rests(each) for each in days):
                is_passed = self.rule.kind is Kind.AT_MOST and bool(records)
                if running:
                    runs.append(Run(len(running), running[0][0], running[-1][-1]))
                    holds_until = None if is_passed else days[-1]
                    running = []
                if day > horizon:
                    break
            day = days[-1] + DAY
        return conclude(runs, runs[-1] if runs and holds_until else None, holds_until)

    # --- Windows ----------------------------------------------------------------------------------

    def timeline(self) -> list[date]:
        """Return the days in a row, up to well after what is written."""
        last = max([self.records[-1], *(rest.last for rest in self.rest)])
        days = [self.records[0]]
        while days[-1] < last + 2 * self.schedule.length * DAY:
            days.append(days[-1] + DAY)
        return [day for day in days if day in self.records or not self.rests(day)]

    def by_times(self) -> Streaks:
        if not self.records:
            return Streaks()
        timeline = self.timeline()
        runs: list[Run] = []
        current, holds_until = None, None
        for first in self.records:
            for last in [day for day in self.records if day >= first]:
                stretch = [day for day in timeline if first <= day <= last]
                if self.is_streak(stretch):
                    run = Run(len([day for day in stretch if day in self.records]), first, last)
                    runs.append(run)
                    if last == self.records[-1] and (not current or run.length > current.length):
                        current = run
                        ahead = [day for day in timeline if day >= first]
                        holds_until = next(
                            window[-1]
                            for window in windows(ahead, self.schedule.length)
                            if window[-1] > last and not self.has_enough(window)
                        )
        return conclude(runs, current, holds_until)

    def is_streak(self, stretch: list[date]) -> bool:
        full = windows(stretch, self.schedule.length)
        return self.has_enough(stretch) and all(self.has_enough(window) for window in full)

    # --- Limits in windows ------------------------------------------------------------------------

    def by_limit(self) -> Streaks:
        if not self.records:
            return Streaks()
        timeline, length = self.timeline(), self.schedule.length
        kept, broken = [], []
        for day in self.records:
            window = [day - back * DAY for back in range(length)]
            window = [each for each in window if each >= self.schedule.start]
            if self.has_enough(window):
                kept.append(day)
            elif not any(self.rests(each) for each in window):
                broken.append(day)
        silent = [
            window[-1]
            for window in windows(timeline, length)
            if not any(day in self.records for day in window)
        ]

        runs: list[list[date]] = [kept[:1]] if kept else []
        for day, following in pairwise(kept):
            is_cut = any(day < each < following for each in [*broken, *silent])
            if is_cut:
                runs.append([following])
            else:
                runs[-1].append(following)
        holds_until = None
        if kept:
            silence = next(day for day in silent if day > kept[-1])
            is_passed = any(kept[-1] < day <= silence for day in broken)
            holds_until = None if is_passed else silence
        found = [Run(len(run), run[0], run[-1]) for run in runs]
        return conclude(found, found[-1] if holds_until else None, holds_until)


def conclude(runs: list[Run], current: Run | None, holds_until: date | None) -> Streaks:
    longest = max(runs, key=lambda run: (run.length, run.last_day), default=None)
    return Streaks(current, holds_until, longest)


def windows(days: list[date], length: int) -> list[list[date]]:
    return [days[place : place + length] for place in range(len(days) - length + 1)]


def days_of_period(schedule: Schedule, day: date) -> list[date]:
    """Return the days, from the start date on, that are counted together with this one."""
    days = [day]
    while is_same_period(schedule, day, days[-1] + DAY):
        days.append(days[-1] + DAY)
    while days[0] > schedule.start and is_same_period(schedule, day, days[0] - DAY):
        days.insert(0, days[0] - DAY)
    return days


def is_same_period(schedule: Schedule, day: date, other: date) -> bool:
    match schedule.frequency:
        case Frequency.WEEKLY:
            return start_of_week(schedule, day) == start_of_week(schedule, other)
        case Frequency.MONTHLY:
            return (day.year, day.month) == (other.year, other.month)
        case Frequency.YEARLY:
            return day.year == other.year
        case Frequency.INTERVAL:
            start, length = schedule.start, schedule.length
            return (day - start).days // length == (other - start).days // length
        case _:
            return day == other


def start_of_week(schedule: Schedule, day: date) -> date:
    while day.isoweekday() != schedule.week_start:
        day -= DAY
    return day
