"""The day to which an instant belongs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.calendar import local_date, zone_names

ZONES = st.sampled_from(sorted(zone_names())).map(ZoneInfo)
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("at", "zone", "day_starts_at", "expected"),
    [
        ("2026-11-22T23:59:59Z", "UTC", 0, "2026-11-22"),
        ("2026-11-23T00:00:00Z", "UTC", 0, "2026-11-23"),
        ("2026-11-23T01:30:00Z", "UTC", 3, "2026-11-22"),
        ("2026-11-23T03:00:00Z", "UTC", 3, "2026-11-23"),
        ("2026-03-01T05:59:59Z", "UTC", 6, "2026-02-28"),
        ("2028-03-01T05:59:59Z", "UTC", 6, "2028-02-29"),
        ("2027-01-01T00:30:00Z", "UTC", 1, "2026-12-31"),
        # Kiritimati is 14 hours ahead, "Etc/GMT+12" is 12 behind.
        ("2026-11-22T10:00:00Z", "Pacific/Kiritimati", 0, "2026-11-23"),
        ("2026-11-22T11:59:59Z", "Etc/GMT+12", 0, "2026-11-21"),
        # The night of 29 March in Berlin has no 02:00 to 03:00: 03:30 is two and a half hours
        # after midnight, and the day that starts at 3 has begun.
        ("2026-03-29T00:59:00Z", "Europe/Berlin", 3, "2026-03-28"),
        ("2026-03-29T01:30:00Z", "Europe/Berlin", 3, "2026-03-29"),
        # The night of 25 October has 02:00 to 03:00 twice: the day begins after the second.
        ("2026-10-25T00:30:00Z", "Europe/Berlin", 3, "2026-10-24"),
        ("2026-10-25T01:30:00Z", "Europe/Berlin", 3, "2026-10-24"),
        ("2026-10-25T02:00:00Z", "Europe/Berlin", 3, "2026-10-25"),
        # Half an hour on Lord Howe; Samoa had no 30 December 2011.
        ("2026-10-03T15:30:00Z", "Australia/Lord_Howe", 2, "2026-10-04"),
        ("2011-12-30T10:00:00Z", "Pacific/Apia", 0, "2011-12-31"),
    ],
)
def test_local_date_is_the_day_on_the_wall(
    at: str, zone: str, day_starts_at: int, expected: str
) -> None:
    day = local_date(datetime.fromisoformat(at), ZoneInfo(zone), day_starts_at)

    assert day == date.fromisoformat(expected)


@given(at=INSTANTS, zone=ZONES, day_starts_at=st.integers(0, 6))
def test_local_date_is_within_a_day_of_utc(
    at: datetime, zone: ZoneInfo, day_starts_at: int
) -> None:
    day = local_date(at, zone, day_starts_at)

    assert abs(day - at.date()) <= timedelta(days=1)
