"""Which instant a reading of the clock on the wall is, in a zone that changes its clocks.

A time that the clock skips is taken by the offset before the change, so that it moves forward by
as much as was skipped; one that it shows twice is the first (RFC 5545, section 3.3.5). A zone may
skip a whole day, as Samoa did with 30 December 2011.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# No clock has ever been changed by more; a time that it skips is late by less.
LONGEST_SKIP = timedelta(days=1)
SECOND = timedelta(seconds=1)


def to_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a local time (a naive datetime)."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def to_local(at: datetime, zone: ZoneInfo) -> datetime:
    """Return the local time of an instant, as a naive datetime."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def next_second(at: datetime) -> datetime:
    """Return the first whole second after an instant."""
    return at.replace(microsecond=0) + SECOND


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day begins; for a day that the zone skips, the next one."""
    return to_instant(datetime.combine(day, time()), zone)


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant of a day's last second."""
    return day_start(day + timedelta(days=1), zone) - SECOND


def to_instants(locals_: Iterable[datetime], zone: ZoneInfo) -> Iterator[datetime]:
    """Give ascending local times as instants, strictly ascending.

    Times that the clock skips move forward and are overtaken by some that it does not: 02:45
    becomes 03:45 and comes after 03:15. Where two meet they are one.
    """
    moved: deque[datetime] = deque()
    last: datetime | None = None
    for local in locals_:
        at = to_instant(local, zone)
        is_moved = to_local(at, zone) != local
        # All that comes is later than this, and what was moved before it can be given.
        settled = at - LONGEST_SKIP if is_moved else at
        while moved and moved[0] <= settled:
            last = moved.popleft()
            yield last
        if is_moved:
            moved.append(at)
        elif at != last:
            last = at
            yield at
    yield from moved
