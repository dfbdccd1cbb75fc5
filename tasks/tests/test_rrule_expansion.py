"""What a rule means on the wall clock: tables, an oracle that counts days, and python-dateutil."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice, takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tasks.recurrence import RuleError, month_rule, parse_rule, year_rule
from tasks.recurrence.expansion import LAST_DAY, expand
from tasks.recurrence.rule import WEEKDAYS
from tasks.recurrence.text import format_rule
from tasks.tests.rrule_oracle import list_occurrences

DAY = timedelta(days=1)


def days(text: str, dtstart: str, number: int) -> str:
    """Return the first days of a rule: month-day, and the year where it changes."""
    start = datetime.fromisoformat(dtstart)
    found = islice(expand(parse_rule(text), start, start), number)
    return " ".join(f"{at:%Y-%m-%d}" for at in found)


@pytest.mark.parametrize(
    ("text", "dtstart", "expected"),
    [
        # Anchored to the 31st, the 30th, the 29th, and 29 February: month and year ends.
        (
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
            "2026-12-31",
            "2026-12-31 2027-01-31 2027-02-28 2027-03-31 2027-04-30",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
            "2027-12-30",
            "2027-12-30 2028-01-30 2028-02-29 2028-03-30",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1",
            "2027-01-29",
            "2027-01-29 2027-02-28 2027-03-29",
        ),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1",
            "2027-02-28",
            "2027-02-28 2028-02-29 2029-02-28 2030-02-28 2031-02-28 2032-02-29",
        ),
        # As text, the RFC skips what a month does not have.
        ("FREQ=MONTHLY", "2027-01-31", "2027-01-31 2027-03-31 2027-05-31"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-15", "2027-01-31 2027-03-31 2027-05-31"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2028-01-15", "2028-01-31 2028-02-29 2028-03-31"),
        ("FREQ=YEARLY", "2028-02-29", "2028-02-29 2032-02-29"),
        ("FREQ=YEARLY", "2096-02-29", "2096-02-29 2104-02-29"),
        # What python-dateutil gets wrong, or reads as every month.
        (
            "FREQ=MONTHLY;BYDAY=3MO,WE,FR",
            "2026-01-15",
            "2026-01-16 2026-01-19 2026-01-21 2026-01-23 2026-01-28 2026-01-30 2026-02-04",
        ),
        ("FREQ=YEARLY;BYMONTHDAY=-1", "2027-02-01", "2027-02-28 2028-02-29 2029-02-28"),
        # The first of Monday, Wednesday and Friday is Monday, though DTSTART is a Wednesday.
        (
            "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1",
            "2026-01-14",
            "2026-01-19 2026-01-26",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "2026-01-28", "2026-01-31 2026-02-28"),
        ("FREQ=YEARLY;BYWEEKNO=20", "2026-01-15", "2026-05-14 2027-05-20"),
        # Weeks: from Monday to Sunday, or from Sunday to Saturday (an example of the RFC).
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO",
            "1997-08-05",
            "1997-08-05 1997-08-10 1997-08-19 1997-08-24",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
            "1997-08-05",
            "1997-08-05 1997-08-17 1997-08-19 1997-08-31",
        ),
        ("FREQ=WEEKLY", "2026-12-31", "2026-12-31 2027-01-07"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-12-31", "2026-12-31 2027-01-01 2027-01-04"),
        # Week 53, and week 1 in the last days of the year before.
        ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU", "2020-01-01", "2021-01-03 2027-01-03"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "2025-06-01", "2025-12-29 2027-01-04"),
        ("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", "2026-01-15", "2026-12-28 2027-12-27"),
        # More examples of RFC 5545, section 3.8.5.3.
        ("FREQ=MONTHLY;BYDAY=1FR", "1997-09-05", "1997-09-05 1997-10-03 1997-11-07"),
        (
            "FREQ=MONTHLY;INTERVAL=2;BYDAY=1SU,-1SU",
            "1997-09-07",
            "1997-09-07 1997-09-28 1997-11-02",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28", "1997-09-28 1997-10-29 1997-11-28"),
        (
            "FREQ=YEARLY;INTERVAL=3;BYYEARDAY=1,100,200",
            "1997-01-01",
            "1997-01-01 1997-04-10 1997-07-19 2000-01-01 2000-04-09",
        ),
        ("FREQ=YEARLY;BYDAY=20MO", "1997-05-19", "1997-05-19 1998-05-18 1999-05-17"),
        (
            "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
            "1997-03-13",
            "1997-03-13 1997-03-20 1997-03-27 1998-03-05",
        ),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1997-09-02", "1998-02-13 1998-03-13 1998-11-13"),
        (
            "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
            "1997-09-13",
            "1997-09-13 1997-10-11",
        ),
        (
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
            "1996-11-05",
            "1996-11-05 2000-11-07 2004-11-02",
        ),
        (
            "FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3",
            "1997-09-04",
            "1997-09-04 1997-10-07 1997-11-06",
        ),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29", "1997-09-29 1997-10-30"),
        ("FREQ=DAILY;INTERVAL=10", "2028-02-20", "2028-02-20 2028-03-01 2028-03-11"),
    ],
)
def test_rule_gives_days(text: str, dtstart: str, expected: str) -> None:
    assert days(text, dtstart, expected.count(" ") + 1) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=DAILY;BYHOUR=18,8;BYMINUTE=0,30", "15 18:00, 15 18:30, 16 08:00, 16 08:30"),
        ("FREQ=DAILY;BYHOUR=8,18;BYSETPOS=1", "16 08:15, 17 08:15"),
        ("FREQ=HOURLY;INTERVAL=12", "15 09:15, 15 21:15, 16 09:15"),
        ("FREQ=HOURLY;INTERVAL=5;BYHOUR=9,19", "15 09:15, 15 19:15, 20 09:15, 20 19:15"),
        ("FREQ=HOURLY;INTERVAL=30;BYDAY=SA", "17 21:15, 24 03:15, 31 15:15"),
        ("FREQ=HOURLY;BYHOUR=22,23;BYMINUTE=10,50;BYSETPOS=-1", "15 22:50, 15 23:50, 16 22:50"),
    ],
)
def test_rule_gives_times(text: str, expected: str) -> None:
    start = datetime(2026, 1, 15, 9, 15)

    found = islice(expand(parse_rule(text), start, start), expected.count(",") + 1)

    assert ", ".join(f"{at:%d %H:%M}" for at in found) == expected


def test_rule_ends_with_the_calendar() -> None:
    start = datetime(9998, 12, 28, 9)

    assert list(expand(parse_rule("FREQ=DAILY"), start, start)) == [start, start + DAY]
    assert (start + DAY).date() == LAST_DAY


@pytest.mark.parametrize(
    ("chosen", "rrule"),
    [
        ([15], "FREQ=MONTHLY;BYMONTHDAY=15"),
        ([28], "FREQ=MONTHLY;BYMONTHDAY=28"),
        ([29], "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1"),
        ([30], "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        ([31], "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
        ([-1], "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ([1, 15], "FREQ=MONTHLY;BYMONTHDAY=1,15"),
        ([15, 30], "FREQ=MONTHLY;BYMONTHDAY=15,28,29,30;BYSETPOS=1,-1"),
    ],
)
def test_month_rule_is_anchored(chosen: list[int], rrule: str) -> None:
    assert format_rule(month_rule(chosen)) == rrule


@pytest.mark.parametrize(
    ("month", "day", "rrule"),
    [
        (1, 27, "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=27"),
        (1, 31, "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31"),
        (2, 28, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28"),
        (2, 29, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1"),
    ],
)
def test_year_rule_is_anchored(month: int, day: int, rrule: str) -> None:
    assert format_rule(year_rule(month, day)) == rrule


@given(st.sets(st.integers(1, 31), min_size=1, max_size=6), st.booleans(), st.integers(1, 3))
def test_month_rule_falls_on_the_last_day_of_shorter_months(
    chosen: set[int], with_last: bool, interval: int
) -> None:
    rule = month_rule([*chosen, *([-1] if with_last else [])], interval)
    start = datetime(2027, 1, 1)

    found = takewhile(lambda at: at.year < 2029, expand(rule, start, start))

    expected = set()
    for month in range(0, 24, interval):
        first = date(2027 + month // 12, month % 12 + 1, 1)
        last = (first + 31 * DAY).replace(day=1) - DAY
        expected |= {first.replace(day=min(day, last.day)) for day in chosen}
        expected |= {last} if with_last else set()
    assert [at.date() for at in found] == sorted(expected)


# --- Compared with others -------------------------------------------------------------------------


def some(
    lowest: int, highest: int, *, from_end: bool = False, size: int = 3
) -> st.SearchStrategy[str]:
    numbers = st.integers(lowest, highest)
    if from_end:
        numbers |= numbers.map(lambda number: -number)
    return st.lists(numbers, min_size=1, max_size=size, unique=True).map(
        lambda chosen: ",".join(map(str, chosen))
    )


def weekdays(*, nth: int = 0) -> st.SearchStrategy[str]:
    day = st.sampled_from(WEEKDAYS)
    if nth:
        number = st.integers(-nth, nth).map(lambda n: str(n or ""))
        day = st.tuples(number, day).map("".join)
    return st.lists(day, min_size=1, max_size=4, unique=True).map(",".join)


TIMES = {"BYHOUR": some(0, 23, size=2), "BYMINUTE": some(0, 59, size=2)}
PARTS = {
    "YEARLY": {
        "BYMONTH": some(1, 12),
        "BYWEEKNO": some(1, 53, from_end=True, size=6),
        "BYYEARDAY": some(1, 366, from_end=True, size=9),
        "BYMONTHDAY": some(1, 31, from_end=True, size=6),
        "BYDAY": weekdays(nth=53),
        "BYSETPOS": some(1, 4, from_end=True),
        "WKST": st.sampled_from(WEEKDAYS),
    },
    "MONTHLY": {
        "BYMONTH": some(1, 12, size=6),
        "BYMONTHDAY": some(1, 31, from_end=True, size=6),
        "BYDAY": weekdays(nth=5),
        "BYSETPOS": some(1, 4, from_end=True),
    },
    "WEEKLY": {
        "BYMONTH": some(1, 12, size=6),
        "BYDAY": weekdays(),
        "BYSETPOS": some(1, 3, from_end=True),
        "WKST": st.sampled_from(WEEKDAYS),
    },
    "DAILY": {
        "BYMONTH": some(1, 12, size=6),
        "BYMONTHDAY": some(1, 31, from_end=True, size=9),
        "BYDAY": weekdays(),
    },
    "HOURLY": {"BYMONTH": some(1, 12, size=6), "BYDAY": weekdays()},
}


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Draw a rule that can be read."""
    frequency = draw(st.sampled_from(sorted(PARTS)))
    parts = PARTS[frequency] | TIMES | {"INTERVAL": st.integers(1, 4).map(str)}
    names = draw(st.lists(st.sampled_from(sorted(parts)), max_size=4, unique=True))
    text = ";".join([f"FREQ={frequency}", *(f"{name}={draw(parts[name])}" for name in names)])
    try:
        parse_rule(text)
    except RuleError:
        assume(False)
    return text


STARTS = st.datetimes(datetime(2019, 1, 1), datetime(2029, 12, 31)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
# Periods are walked from a year before DTSTART: long enough for what is rare.
YEARS = {"YEARLY": 6, "MONTHLY": 3, "WEEKLY": 1, "DAILY": 1, "HOURLY": 0}


@settings(max_examples=120, deadline=None)
@given(rules(), STARTS)
@example("FREQ=YEARLY;BYWEEKNO=1,-1;BYDAY=MO,SU;WKST=SU", datetime(2024, 12, 30, 9))
@example("FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1;BYDAY=MO", datetime(2025, 12, 31))
@example("FREQ=YEARLY;BYMONTHDAY=-1", datetime(2024, 2, 1))
def test_rule_gives_what_counting_days_gives(text: str, dtstart: datetime) -> None:
    years = YEARS[text.removeprefix("FREQ=").split(";")[0]]
    last_day = dtstart.date() + timedelta(days=366 * years + 30)

    found = takewhile(lambda at: at.date() <= last_day, expand(parse_rule(text), dtstart, dtstart))

    assert list(found) == list_occurrences(text, dtstart, last_day)


def reads_as_dateutil(text: str) -> bool:
    """Whether python-dateutil gives what RFC 5545 says (see docs/adr/0013-recurrence.md)."""
    parts = dict(part.split("=") for part in text.split(";"))
    by_day = parts.get("BYDAY", "").split(",")
    return not (
        len({len(day) > 2 for day in by_day}) > 1
        or (parts["FREQ"] == "WEEKLY" and "BYSETPOS" in parts)
        or (parts["FREQ"] == "YEARLY" and "BYMONTHDAY" in parts and "BYMONTH" not in parts)
        or ("BYWEEKNO" in parts and ("BYDAY" not in parts or "BYSETPOS" in parts))
        or ("BYWEEKNO" in parts and "INTERVAL" in parts)
        # It looks for a 25th Monday of a month beyond the end of the year.
        or ("BYMONTH" in parts and any(abs(int(day[:-2] or 0)) > 5 for day in by_day))
    )


@settings(max_examples=250, deadline=None)
@given(rules().filter(reads_as_dateutil), STARTS)
def test_rule_gives_what_dateutil_gives(text: str, dtstart: datetime) -> None:
    found = list(islice(expand(parse_rule(text), dtstart, dtstart, 1500 * DAY), 20))

    assume(found)
    assert list(islice(rrulestr(text, dtstart=dtstart), len(found))) == found


@settings(max_examples=250, deadline=None)
@given(rules(), STARTS, st.integers(0, 900))
def test_rule_gives_the_same_from_any_instant_on(
    text: str, dtstart: datetime, days_later: int
) -> None:
    since = dtstart + timedelta(days=days_later, hours=5)

    late = list(islice(expand(parse_rule(text), dtstart, since), 5))

    if late:
        whole = takewhile(lambda at: at <= late[-1], expand(parse_rule(text), dtstart, dtstart))
        assert late == [at for at in whole if at >= since]
    else:
        assert all(at < since for at in expand(parse_rule(text), dtstart, dtstart))
