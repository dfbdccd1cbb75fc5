"""Series in plain English."""

from __future__ import annotations

from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tasks.recurrence import (
    Mode,
    Recurrence,
    RuleError,
    describe,
    describe_with_start,
    make_recurrence,
    occurrences,
)
from tasks.tests.test_recurrence import make_series
from tasks.tests.test_rrule_expansion import STARTS, rules

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("rrule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=3", "every 3 days"),
        ("FREQ=WEEKLY", "every week"),
        ("FREQ=WEEKLY;BYDAY=MO", "every Monday"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "every Monday, Wednesday and Friday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("FREQ=WEEKLY;BYDAY=SA,SU", "every weekend"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "every 2 weeks on Monday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", "every 2 weeks on Monday and Sunday"),
        ("FREQ=MONTHLY", "every month"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "every 15th"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "every 1st and 15th"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every last day"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", "every 15th and last day"),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "every 31st"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,28,29,30;BYSETPOS=1,-1", "every 15th and 30th"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=22", "every 3 months on the 22nd"),
        ("FREQ=MONTHLY;BYDAY=3FR", "every 3rd Friday"),
        ("FREQ=MONTHLY;BYDAY=3FR;UNTIL=20270301", "every 3rd Friday until 1 Mar 2027"),
        ("FREQ=MONTHLY;BYDAY=2TU,4TU", "every 2nd and 4th Tuesday"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every last Friday"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "every last weekday"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=3FR", "every 2 months on the 3rd Friday"),
        ("FREQ=YEARLY", "every year"),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=27", "every 27 January"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1", "every 29 February"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=1;BYMONTHDAY=27", "every 2 years on 27 January"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "every 4th Thursday of November"),
        ("FREQ=DAILY;COUNT=10", "every day, 10 times"),
        ("FREQ=DAILY;COUNT=1", "every day, 1 time"),
        # From elsewhere.
        (
            "FREQ=MONTHLY;BYMONTHDAY=31",
            "every month on the 31st day of the month, where there is one",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=-2", "every 2nd last day"),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
            "every year on the 29th day of the month, where there is one, in February",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
            "every month on the 13th day of the month if it is Friday",
        ),
        ("FREQ=MONTHLY;BYDAY=3MO,WE", "every month on the 3rd Monday and Wednesday"),
        ("FREQ=YEARLY;BYDAY=20MO", "every year on the 20th Monday"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "every year in the 20th week of the year on Monday"),
        ("FREQ=YEARLY;BYYEARDAY=100", "every year on the 100th day of the year"),
        ("FREQ=DAILY;BYMONTH=1,2", "every day in January and February"),
        (
            "FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=1",
            "every week on Monday and Friday (only the 1st of these)",
        ),
    ],
)
def test_series_of_days_is_described(rrule: str, words: str) -> None:
    assert describe(make_series(rrule, "2026-01-15")) == words


@pytest.mark.parametrize(
    ("rrule", "words"),
    [
        ("FREQ=DAILY", "every day at 09:30"),
        ("FREQ=DAILY;COUNT=3", "every day at 09:30, 3 times"),
        ("FREQ=DAILY;UNTIL=20270301", "every day at 09:30 until 1 Mar 2027"),
        # The last occurrence is at 09:30; nothing of its day is left out.
        ("FREQ=DAILY;UNTIL=20270301T083000Z", "every day at 09:30 until 1 Mar 2027"),
        ("FREQ=DAILY;UNTIL=20270301T082959Z", "every day at 09:30 until 09:29:59 on 1 Mar 2027"),
        ("FREQ=DAILY;BYHOUR=8,18;BYMINUTE=0", "every day at 08:00 and 18:00"),
        ("FREQ=HOURLY;INTERVAL=12", "every 12 hours"),
        ("FREQ=HOURLY;UNTIL=20270301", "every hour until 1 Mar 2027"),
        ("FREQ=HOURLY;UNTIL=20270301T090000", "every hour until 09:00 on 1 Mar 2027"),
        ("FREQ=HOURLY;BYHOUR=8,9;BYMINUTE=5", "every hour in hour 8 and 9 at minute 5"),
    ],
)
def test_series_of_times_is_described(rrule: str, words: str) -> None:
    assert describe(make_series(rrule, "2026-01-15T09:30")) == words


@pytest.mark.parametrize(
    ("rrule", "dtstart", "words"),
    [
        ("FREQ=DAILY;INTERVAL=3", "2026-01-15", "every! 3 days starting 15 Jan 2026"),
        (
            "FREQ=DAILY;UNTIL=20270301",
            "2026-01-15T09:30",
            "every! day at 09:30 starting 15 Jan 2026 until 1 Mar 2027",
        ),
        (
            "FREQ=HOURLY;INTERVAL=8",
            "2026-01-15T09:30",
            "every! 8 hours starting 15 Jan 2026 at 09:30",
        ),
    ],
)
def test_series_is_described_with_its_start(rrule: str, dtstart: str, words: str) -> None:
    assert describe_with_start(make_series(rrule, dtstart, mode=Mode.COMPLETION)) == words


def make_or_none(rrule: str, dtstart: date) -> Recurrence | None:
    """Make a series, or None where it never occurs."""
    try:
        return make_recurrence(rrule, dtstart=dtstart, zone=BERLIN)
    except RuleError:
        return None


@settings(max_examples=80, deadline=None)
@given(rules(), STARTS, st.booleans(), st.data())
def test_description_leaves_nothing_out(
    rrule: str, at: datetime, all_day: bool, data: st.DataObject
) -> None:
    first, *parts = rrule.split(";")
    assume(parts)
    without = data.draw(st.sampled_from(parts))
    # Weeks begin where the reader's calendar begins them.
    assume(not without.startswith("WKST") or "BYWEEKNO" in rrule)
    dtstart = at.date() if all_day else at

    series = make_or_none(rrule, dtstart)
    other = make_or_none(";".join([first, *(part for part in parts if part != without)]), dtstart)

    assume(series and other)
    assert series is not None
    assert other is not None
    if describe(series) == describe(other):
        assert list(islice(occurrences(series), 15)) == list(islice(occurrences(other), 15))
