"""Reading, writing and refusing the text of recurrence rules."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tasks.recurrence import (
    ByDay,
    Frequency,
    Mode,
    Rule,
    RuleError,
    format_dtstart,
    format_rule,
    make_recurrence,
    parse_dtstart,
    parse_rule,
)

BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 1, 15)
NINE = datetime(2026, 1, 15, 9)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("FREQ=DAILY", Rule(freq=Frequency.DAILY)),
        ("RRULE:FREQ=DAILY;", Rule(freq=Frequency.DAILY)),
        ("freq=weekly;byday=mo,fr", Rule(freq=Frequency.WEEKLY, by_day=(ByDay(0), ByDay(4)))),
        ("INTERVAL=2;FREQ=HOURLY", Rule(freq=Frequency.HOURLY, interval=2)),
        (
            "FREQ=MONTHLY;BYDAY=-1FR,+3MO,3MO",
            Rule(freq=Frequency.MONTHLY, by_day=(ByDay(0, 3), ByDay(4, -1))),
        ),
        (
            "FREQ=DAILY;UNTIL=20261231T225959Z",
            Rule(freq=Frequency.DAILY, until=datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)),
        ),
        (
            "FREQ=DAILY;UNTIL=20261231T225959",
            Rule(freq=Frequency.DAILY, until=datetime(2026, 12, 31, 22, 59, 59)),
        ),
        ("FREQ=DAILY;UNTIL=20261231", Rule(freq=Frequency.DAILY, until=date(2026, 12, 31))),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1,28;WKST=SU",
            Rule(freq=Frequency.YEARLY, by_month=(2,), by_month_day=(28, -1), wkst=6),
        ),
    ],
)
def test_rule_is_read(text: str, rule: Rule) -> None:
    assert parse_rule(text) == rule


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("RRULE:INTERVAL=1;FREQ=DAILY;WKST=MO", "FREQ=DAILY"),
        ("byday=fr,mo,fr;freq=weekly", "FREQ=WEEKLY;BYDAY=MO,FR"),
        (
            "FREQ=MONTHLY;BYSETPOS=-1;BYMONTHDAY=31,30,29,28",
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
        ),
        ("FREQ=MONTHLY;BYDAY=-1FR,+2FR,FR", "FREQ=MONTHLY;BYDAY=FR,2FR,-1FR"),
        ("FREQ=YEARLY;BYMONTHDAY=-1,-2,3;BYMONTH=12", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=3,-2,-1"),
        ("FREQ=DAILY;BYHOUR=08;BYMINUTE=05", "FREQ=DAILY;BYHOUR=8;BYMINUTE=5"),
        ("FREQ=DAILY;UNTIL=20260102T030405Z", "FREQ=DAILY;UNTIL=20260102T030405Z"),
    ],
)
def test_rule_is_written_in_one_form(text: str, canonical: str) -> None:
    assert format_rule(parse_rule(text)) == canonical
    assert format_rule(parse_rule(canonical)) == canonical


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "“” is no part of a rule. Use NAME=VALUE"),
        ("every monday", "“EVERY MONDAY” is no part of a rule"),
        ("FREQ=DAILY;X-FOO=1", "“X-FOO=1” is no part"),
        ("FREQ=DAILY;RSCALE=GREGORIAN", "is no part"),
        ("FREQ=DAILY;;COUNT=1", "“” is no part"),
        ("INTERVAL=2", "FREQ is missing"),
        ("FREQ=DAILY;FREQ=WEEKLY", "FREQ is there twice"),
        ("FREQ=SECONDLY", "FREQ is “SECONDLY”. Use one of these: HOURLY, DAILY"),
        ("FREQ=MINUTELY", "FREQ is “MINUTELY”"),
        ("FREQ=", "FREQ is “”"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL is “0”. Use whole numbers from 1 to 99999."),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL is “-1”"),
        ("FREQ=DAILY;INTERVAL=1.5", "INTERVAL is “1.5”"),
        ("FREQ=DAILY;INTERVAL=\u0661", "INTERVAL is “\u0661”"),
        ("FREQ=DAILY;COUNT=0", "COUNT is “0”"),
        ("FREQ=DAILY;COUNT=5001", "COUNT is “5001”. Use whole numbers from 1 to 5000."),
        ("FREQ=DAILY;COUNT=1;UNTIL=20270101", "COUNT and UNTIL both end"),
        ("FREQ=DAILY;UNTIL=20260230", "UNTIL is “20260230”. Use a day or an instant that exists"),
        ("FREQ=DAILY;UNTIL=20260101T250000Z", "UNTIL is"),
        ("FREQ=DAILY;UNTIL=2026-01-01", "UNTIL is"),
        ("FREQ=DAILY;UNTIL=00000101", "UNTIL is"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH is “13”. Use whole numbers from 1 to 12."),
        ("FREQ=YEARLY;BYMONTH=-1", "BYMONTH is “-1”"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY is “0”. Use whole numbers from 1 to 31 and -31"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY is “32”"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,,2", "BYMONTHDAY is “”"),
        ("FREQ=DAILY;BYHOUR=24", "BYHOUR is “24”"),
        ("FREQ=DAILY;BYSECOND=60", "BYSECOND is “60”"),
        ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY is “0MO”"),
        ("FREQ=MONTHLY;BYDAY=54MO", "BYDAY is “54MO”"),
        ("FREQ=WEEKLY;BYDAY=MONDAY", "BYDAY is “MONDAY”. Use MO, TU"),
        ("FREQ=WEEKLY;WKST=XX", "WKST is “XX”"),
        ("FREQ=WEEKLY;BYDAY=1MO", "Use its numbers with FREQ=MONTHLY or YEARLY."),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "BYDAY counts weekdays in weeks"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO numbers the weeks of a year"),
        ("FREQ=DAILY;BYYEARDAY=1", "BYYEARDAY numbers the days of a year"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY numbers the days of a month"),
        ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS picks from what other BY parts give"),
        ("FREQ=HOURLY;BYMINUTE=0,30", "More than 24 times a day"),
        ("FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5", "More than 24 times a day"),
        ("FREQ=DAILY;" + "X" * 1000, "The rule has 1011 characters. Shorten it to 1000."),
    ],
)
def test_rule_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(RuleError) as error:
        parse_rule(text)

    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "No day fits the rule for more than ten years"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "No day fits"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,2;BYSETPOS=3", "No day fits"),
        ("FREQ=WEEKLY;BYMONTH=2;BYDAY=MO;BYSETPOS=2", "No day fits"),
        ("FREQ=HOURLY;INTERVAL=2;BYHOUR=4", "No day fits"),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29", "No day fits"),
        ("FREQ=YEARLY;INTERVAL=11", "more than ten years after 2026-01-15"),
        ("FREQ=YEARLY;INTERVAL=99999", "No day fits"),
        ("FREQ=DAILY;INTERVAL=3654", "No day fits"),
        # In 2029, 2035 and 2046.
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;BYDAY=MO", "more than ten years after 2035-01-01"),
        # 24 times on 29 February 2044 of all days until 2066.
        ("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "No day fits"),
        ("FREQ=DAILY;UNTIL=20260114", "UNTIL is before DTSTART"),
        ("FREQ=DAILY;UNTIL=20260115T075959Z", "UNTIL is before DTSTART"),
        ("FREQ=DAILY;UNTIL=00010101", "UNTIL is before DTSTART"),
    ],
)
def test_series_is_refused_where_it_never_occurs(text: str, sentence: str) -> None:
    with pytest.raises(RuleError) as error:
        make_recurrence(text, dtstart=NINE, zone=BERLIN)

    assert sentence in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=YEARLY;INTERVAL=10",
        "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
        "FREQ=YEARLY;INTERVAL=20;UNTIL=20300101",
        "FREQ=DAILY;INTERVAL=3653",
        "FREQ=HOURLY;INTERVAL=87660",
    ],
)
def test_series_may_be_rare(text: str) -> None:
    assert make_recurrence(text, dtstart=DAY if "HOUR" not in text else NINE, zone=BERLIN)


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(9998, 12, 30)])
def test_series_is_refused_outside_of_the_years(day: date) -> None:
    with pytest.raises(RuleError, match="DTSTART lies outside the years 1900 to 9998"):
        make_recurrence("FREQ=DAILY", dtstart=day, zone=BERLIN)


@pytest.mark.parametrize("dtstart", [NINE.replace(tzinfo=UTC), NINE.replace(microsecond=1)])
def test_series_is_refused_where_dtstart_is_no_local_time(dtstart: datetime) -> None:
    with pytest.raises(RuleError, match="DTSTART is a local time"):
        make_recurrence("FREQ=DAILY", dtstart=dtstart, zone=BERLIN)


def test_series_of_days_cannot_be_hourly() -> None:
    with pytest.raises(RuleError, match="An all-day series cannot be hourly"):
        make_recurrence("FREQ=HOURLY", dtstart=DAY, zone=BERLIN)


@pytest.mark.parametrize(
    ("text", "dtstart", "kept"),
    [
        # UNTIL is a day where DTSTART is one, and an instant where it is not.
        ("FREQ=DAILY;UNTIL=20260131", DAY, "FREQ=DAILY;UNTIL=20260131"),
        ("FREQ=DAILY;UNTIL=20260131", NINE, "FREQ=DAILY;UNTIL=20260131T225959Z"),
        ("FREQ=DAILY;UNTIL=20260731", NINE, "FREQ=DAILY;UNTIL=20260731T215959Z"),
        ("FREQ=DAILY;UNTIL=20260731T090000", NINE, "FREQ=DAILY;UNTIL=20260731T070000Z"),
        ("FREQ=DAILY;UNTIL=20260731T090000", DAY, "FREQ=DAILY;UNTIL=20260731"),
        ("FREQ=DAILY;UNTIL=20260730T230000Z", DAY, "FREQ=DAILY;UNTIL=20260731"),
        ("FREQ=DAILY;UNTIL=99991231T235959Z", NINE, "FREQ=DAILY"),
        # Times have no meaning in a series of days.
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=30;BYSECOND=5", DAY, "FREQ=DAILY"),
        ("FREQ=DAILY;BYHOUR=9,18;BYSETPOS=1", DAY, "FREQ=DAILY"),
        ("FREQ=MONTHLY;BYDAY=MO;BYHOUR=9;BYSETPOS=1", DAY, "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1"),
        # What readers of RRULE would guess differently is said.
        ("FREQ=YEARLY;BYMONTHDAY=16", DAY, "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=16"),
        ("FREQ=YEARLY;BYMONTHDAY=-1", DAY, "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=-1"),
        ("FREQ=YEARLY;BYWEEKNO=20", DAY, "FREQ=YEARLY;BYWEEKNO=20;BYDAY=TH"),
        # What all read alike is left as it is.
        ("FREQ=MONTHLY", DAY, "FREQ=MONTHLY"),
        ("FREQ=YEARLY;BYMONTH=6", DAY, "FREQ=YEARLY;BYMONTH=6"),
    ],
)
def test_series_keeps_a_rule_that_all_read_alike(
    text: str, dtstart: date | datetime, kept: str
) -> None:
    assert make_recurrence(text, dtstart=dtstart, zone=BERLIN).rrule == kept


def test_until_of_a_day_includes_its_second_last_hour() -> None:
    # Sao Paulo set its clocks back at midnight: the last hour of 17 February 2018 came twice.
    series = make_recurrence(
        "FREQ=DAILY;UNTIL=20180217",
        dtstart=datetime(2018, 2, 1, 23, 30),
        zone=ZoneInfo("America/Sao_Paulo"),
    )

    assert series.rrule == "FREQ=DAILY;UNTIL=20180218T025959Z"


def test_series_from_completion_is_checked_as_it_counts() -> None:
    # By the schedule, 29 February comes every twelve years with INTERVAL=3.
    series = make_recurrence(
        "FREQ=YEARLY;INTERVAL=3", dtstart=date(2028, 2, 29), zone=BERLIN, mode=Mode.COMPLETION
    )

    assert series.rrule == "FREQ=YEARLY;INTERVAL=3"


@pytest.mark.parametrize(("value", "text"), [(DAY, "20260115"), (NINE, "20260115T090000")])
def test_dtstart_is_kept_as_text(value: date | datetime, text: str) -> None:
    assert format_dtstart(value) == text
    assert parse_dtstart(text) == value
    assert type(parse_dtstart(text)) is type(value)
