"""The day to which an instant belongs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.calendar import local_date, start_of_day, zone_names

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


@pytest.mark.parametrize(
    ("day", "zone", "day_starts_at", "expected"),
    [
        ("2026-11-23", "UTC", 0, "2026-11-23T00:00:00Z"),
        ("2026-11-23", "UTC", 6, "2026-11-23T06:00:00Z"),
        ("2028-02-29", "Europe/Berlin", 3, "2028-02-29T02:00:00Z"),
        ("2026-11-23", "Pacific/Kiritimati", 0, "2026-11-22T10:00:00Z"),
        ("2026-11-23", "Etc/GMT+12", 0, "2026-11-23T12:00:00Z"),
        # 29 March has no 02:00 to 03:00: a day that starts at 2 starts at 03:00, at the same
        # instant as one that starts at 3.
        ("2026-03-29", "Europe/Berlin", 2, "2026-03-29T01:00:00Z"),
        ("2026-03-29", "Europe/Berlin", 3, "2026-03-29T01:00:00Z"),
        # 25 October has 02:00 twice: the day starts at the first, or with 3 after the second.
        ("2026-10-25", "Europe/Berlin", 2, "2026-10-25T00:00:00Z"),
        ("2026-10-25", "Europe/Berlin", 3, "2026-10-25T02:00:00Z"),
        ("2026-03-08", "America/New_York", 2, "2026-03-08T07:00:00Z"),
        ("2026-11-01", "America/New_York", 1, "2026-11-01T05:00:00Z"),
        ("2026-11-01", "America/New_York", 2, "2026-11-01T07:00:00Z"),
        # Half an hour on Lord Howe, at 02:00.
        ("2026-10-04", "Australia/Lord_Howe", 2, "2026-10-03T15:30:00Z"),
        ("2026-04-05", "Australia/Lord_Howe", 2, "2026-04-04T15:30:00Z"),
        # Beirut has no midnight on this day; Havana has two.
        ("2026-03-29", "Asia/Beirut", 0, "2026-03-28T22:00:00Z"),
        ("2026-11-01", "America/Havana", 0, "2026-11-01T04:00:00Z"),
        # Samoa had no 30 December 2011; where days start at 3, its last three hours.
        ("2011-12-30", "Pacific/Apia", 0, "2011-12-30T10:00:00Z"),
        ("2011-12-31", "Pacific/Apia", 0, "2011-12-30T10:00:00Z"),
        ("2011-12-30", "Pacific/Apia", 3, "2011-12-30T10:00:00Z"),
        ("2011-12-31", "Pacific/Apia", 3, "2011-12-30T13:00:00Z"),
        # St. John's went from 00:01 to 01:01, and back from 00:01 to 23:01.
        ("2010-03-14", "America/St_Johns", 1, "2010-03-14T03:31:00Z"),
        ("2010-11-07", "America/St_Johns", 0, "2010-11-07T02:30:00Z"),
    ],
)
def test_day_start_is_its_first_instant(
    day: str, zone: str, day_starts_at: int, expected: str
) -> None:
    start = start_of_day(date.fromisoformat(day), ZoneInfo(zone), day_starts_at)

    assert start == datetime.fromisoformat(expected)


@given(at=INSTANTS, zone=ZONES, day_starts_at=st.integers(0, 6))
@example(datetime(2011, 12, 30, 12, tzinfo=UTC), ZoneInfo("Pacific/Apia"), 3)
@example(datetime(2010, 3, 14, 3, 45, tzinfo=UTC), ZoneInfo("America/St_Johns"), 1)
def test_instant_lies_between_the_starts_of_its_day_and_the_next(
    at: datetime, zone: ZoneInfo, day_starts_at: int
) -> None:
    day = local_date(at, zone, day_starts_at)

    assert start_of_day(day, zone, day_starts_at) <= at
    # What the clock shows a second time may have been the next day before.
    if not at.astimezone(zone).fold:
        assert at < start_of_day(day + timedelta(days=1), zone, day_starts_at)
