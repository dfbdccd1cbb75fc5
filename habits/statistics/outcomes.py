"""What became of each period of a habit, or of the last days up to each day of a rolling one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import accumulate

from habits.rules import ZERO, History, Rule, State, Tally, counted, state_of, tallies
from habits.schedule import Frequency, Period
from habits.streaks.windows import window_of

DAY = timedelta(1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a period: its state, and what its counted records add up to.

    `total` is in times or in the habit's unit, None where nothing is counted. `is_so_far` says that
    the period is not over, so that a limit which is kept may be passed still.
    """

    period: Period
    state: State
    total: Decimal | None
    is_so_far: bool


@dataclass(frozen=True)
class Review:
    """What became of the periods of a habit by the day that is today for its owner."""

    rule: Rule
    history: History
    today: date

    def on(self, day: date) -> Outcome | None:
        """Return the outcome of the period of a day, or of the last days up to it.

        None for a day before the start date, or a weekday that is not asked for.
        """
        if self.rule.schedule.is_rolling:
            return self.of_window(day) if day >= self.rule.schedule.start else None
        index = self.rule.schedule.index_of(day)
        return None if index is None else self.of_period(index)

    def between(self, days: Period) -> Iterator[Outcome]:
        """Give the outcomes of the periods that touch these days and have begun, in order."""
        schedule = self.rule.schedule
        last = min(days.last, self.today)
        if last < max(days.first, schedule.start):
            return
        if not schedule.is_rolling:
            yield from map(self.of_period, schedule.indexes(Period(days.first, last)))
            return
        first = max(days.first, schedule.start)
        for ahead in range((last - first).days + 1):
            yield self.of_window(first + ahead * DAY)

    def is_done(self, day: date) -> bool:
        """Whether a day by itself is done: of a sum over many days, one with a share in it."""
        value = self.history.values.get(day)
        return value is not None and is_done(self.rule, value)

    # --- Periods ----------------------------------------------------------------------------------

    def of_period(self, index: int) -> Outcome:
        """Return the outcome of a numbered period."""
        period, tally = self.rule.schedule.period_at(index), self.tallies.get(index)
        state = state_of(self.rule, self.history, period, tally)
        return self.conclude(period, state, tally.total if tally else None)

    def conclude(self, period: Period, state: State, total: Decimal | None) -> Outcome:
        """Return the outcome; OPEN where it can be met still, and no rest excuses it already."""
        is_so_far = period.last >= self.today
        is_passed = self.rule.is_limit and total is not None
        if is_so_far and not is_passed and state in {State.MISSED, State.PARTIAL}:
            state = State.OPEN
        return Outcome(period, state, total, is_so_far)

    @cached_property
    def tallies(self) -> dict[int, Tally]:
        """What is counted in each period, by its number."""
        return tallies(self.rule, self.history)

    # --- Windows ----------------------------------------------------------------------------------

    def of_window(self, day: date) -> Outcome:
        """Return the outcome of the last days up to one, as `habits.streaks.windows` lays them."""
        window, is_whole = self.window_of(day)
        begin, end = bisect_left(self.days, window.first), bisect_right(self.days, day)
        total = self.sums[end] - self.sums[begin] if begin < end else None
        state = self.state_of_window(window, total, is_whole=is_whole)
        return self.conclude(window, state, total)

    def window_of(self, day: date) -> tuple[Period, bool]:
        """Return the last `span` days up to one, and whether as many have passed since the start.

        Of a limit they are those of the calendar, else without rest on which nothing is counted.
        """
        start, span = self.rule.schedule.start, self.rule.schedule.length
        if self.rule.is_limit:
            return window_of(self.rule, day), (day - start).days + 1 >= span
        ordinals = range(start.toordinal(), day.toordinal() + 1)
        first = bisect_left(ordinals, self.place(day) - span + 1, key=self.place_ordinal)
        passed = self.place(day) - self.place(start) + (not self.is_idle(start))
        return Period(date.fromordinal(ordinals[first]), day), passed >= span

    def state_of_window(self, window: Period, total: Decimal | None, *, is_whole: bool) -> State:
        """Return the state of the last days up to one, whether or not more is to come."""
        is_limit, day = self.rule.is_limit, window.last
        if total is not None and self.rule.is_met(total):
            return State.MET
        if self.history.rests_in(window) if is_limit else self.is_idle(day):
            return State.REST
        is_passed = is_limit and total is not None
        return State.MISSED if is_whole or is_passed else State.PARTIAL

    def is_idle(self, day: date) -> bool:
        """Whether a day is one of rest on which nothing is counted."""
        return self.history.rests_on(day) and day not in self.weights

    def place(self, day: date) -> int:
        """Return the number of a day in a calendar without idle days."""
        return self.history.count_active(day) + bisect_right(self.busy_rest, day)

    def place_ordinal(self, ordinal: int) -> int:
        """Return the number of the day with an ordinal."""
        return self.place(date.fromordinal(ordinal))

    @cached_property
    def weights(self) -> dict[date, Decimal]:
        """The counted days, ascending, with their weights."""
        return dict(counted(self.rule, self.history))

    @cached_property
    def days(self) -> list[date]:
        """The counted days, ascending."""
        return list(self.weights)

    @cached_property
    def sums(self) -> list[Decimal]:
        """The sums of the weights before each counted day, and of all."""
        return list(accumulate(self.weights.values(), initial=ZERO))

    @cached_property
    def busy_rest(self) -> list[date]:
        """The counted days that are days of rest."""
        return [day for day in self.days if self.history.rests_on(day)]


def is_done(rule: Rule, value: Decimal) -> bool:
    """Whether a day with this value is done by itself.

    Where the values of many days are added up, a day is done that has a share in the sum, or is
    within the limit.
    """
    weight = rule.weight(value)
    is_single = rule.schedule.frequency in {Frequency.DAILY, Frequency.WEEKDAYS}
    return rule.is_met(weight) if is_single or rule.is_limit else weight > 0
