"""Which calendar day an instant belongs to, for a person with a time zone and a start of day.

Pure rules over plain dates and instants.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

SECOND = timedelta(seconds=1)


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
    """Return the first UTC instant that belongs to a day, or to a later one if the zone skips it.

    The other direction of `local_date`: what lies between the starts of two days belongs to the
    first. The two differ only where a clock goes back over the start of a day, as St. John's did
    at one minute past midnight: the day that had started goes on, while the wall shows the old one.
    """
    wall_clock = datetime.combine(day, time(day_starts_at))
    early, late = sorted(
        wall_clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
    )
    if early.astimezone(zone).replace(tzinfo=None) == wall_clock:
        return early
    # The clock skips this reading, at an instant between what the two offsets make of it.
    while late - early > SECOND:
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(zone).replace(tzinfo=None) < wall_clock:
            early = middle
        else:
            late = middle
    return late
