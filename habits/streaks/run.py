"""A streak as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Run:
    """A streak: its length in the schedule's unit, and the first and last day recorded in it."""

    length: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Chain:
    """The streaks of a habit in order of time, and through which day the last one holds.

    `holds_until` is None where none runs: there is none, or the last was broken by a record.
    """

    runs: tuple[Run, ...] = ()
    holds_until: date | None = None


@dataclass(frozen=True, slots=True)
class Streaks:
    """The numbers of a habit that are stored.

    `current` holds through the day `holds_until` when nothing more is written, and is 0 after it;
    both are None where no streak runs. `longest` is None where nothing was ever kept, and of equals
    the latest.
    """

    current: Run | None = None
    holds_until: date | None = None
    longest: Run | None = None

    def length_on(self, day: date) -> int:
        """Return the streak as it is read on a day."""
        if self.current is None or self.holds_until is None or day > self.holds_until:
            return 0
        return self.current.length
