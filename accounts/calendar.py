"""Which calendar day an instant belongs to, for a person with a time zone and a start of day.

Pure rules over plain dates and instants.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


@cache
def zone_names() -> frozenset[str]:
    """Return the names of the time zones that this machine's tz database knows."""
    return frozenset(available_timezones())


def local_date(at: datetime, zone: ZoneInfo, day_starts_at: int) -> date:
    """Return the day to which the aware instant `at` belongs.

    The day is read from the clock on the wall of `zone` and starts `day_starts_at` hours (0 to 6)
    after midnight: at 01:30 with a day that starts at 3 it is still yesterday. The hours are taken
    from the wall clock and not from the instant, so that a day starts at the same reading on the
    two nights of the year on which the clock is changed.
    """
    wall_clock = at.astimezone(zone).replace(tzinfo=None)
    return (wall_clock - timedelta(hours=day_starts_at)).date()


def start_of_day(day: date, zone: ZoneInfo, day_starts_at: int) -> datetime:
    """Return the first instant, in UTC, that `local_date` gives to a day.

    Where the clock skips that reading the day starts when it goes on, and at the first of two.
    """
    return datetime.combine(day, time(day_starts_at), tzinfo=zone).astimezone(UTC)
