"""When the rows are of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

# What share of a window's days is over.
PAST = 0.75


@dataclass(frozen=True)
class Window:
    """The days that the rows tell of: three quarters of them before `today`."""

    today: date
    days: int
    zone: ZoneInfo

    @cached_property
    def first_day(self) -> date:
        """The day of the oldest row."""
        return self.today - timedelta(days=int(self.days * PAST))

    @cached_property
    def start(self) -> datetime:
        """The instant at which the first day starts."""
        return self.instant(self.first_day)

    @cached_property
    def now(self) -> datetime:
        """The instant at which today starts: the latest at which anything was done."""
        return self.instant(self.today)

    def instant(self, day: date, at: time = time.min) -> datetime:
        """Return when the clock on the wall shows this, in UTC."""
        return datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC)
