"""Series in their time zones: what is due when, what comes next, what lies ahead."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tasks.recurrence import (
    Mode,
    Occurrence,
    Recurrence,
    RuleError,
    Span,
    between,
    make_recurrence,
    next_due,
    occurrences,
)
from tasks.tests.test_rrule_expansion import STARTS, rules

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
APIA = ZoneInfo("Pacific/Apia")
DAY = timedelta(days=1)


def make_series(
    rrule: str, dtstart: str, zone: ZoneInfo = BERLIN, mode: Mode = Mode.SCHEDULE
) -> Recurrence:
    """Make a series from ISO 8601: a day is all day."""
    start = datetime.fromisoformat(dtstart) if "T" in dtstart else date.fromisoformat(dtstart)
    return make_recurrence(rrule, dtstart=start, zone=zone, mode=mode)


def make_occurrence(series: Recurrence, local: str) -> Occurrence:
    """Make the occurrence of a day or a local time."""
    naive = datetime.fromisoformat(local)
    return series.occurrence(naive.replace(tzinfo=series.zone).astimezone(UTC))


def show(series: Recurrence, occurrence: Occurrence | None) -> str:
    """Write an occurrence on its own clock; a time with its offset."""
    if occurrence is None:
        return "None"
    if series.all_day:
        return occurrence.day.isoformat()
    return f"{occurrence.at.astimezone(series.zone):%Y-%m-%d %H:%M%z}"


def first(series: Recurrence, number: int) -> list[str]:
    return [show(series, each) for each in islice(occurrences(series), number)]


# --- Clocks that change ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "rrule", "dtstart", "expected"),
    [
        # 29 March 2026 in Berlin has no 02:00 to 03:00, 25 October has it twice.
        (
            BERLIN,
            "FREQ=DAILY",
            "2026-03-28T02:30",
            ["2026-03-28 02:30+0100", "2026-03-29 03:30+0200", "2026-03-30 02:30+0200"],
        ),
        (
            BERLIN,
            "FREQ=DAILY",
            "2026-10-24T02:30",
            ["2026-10-24 02:30+0200", "2026-10-25 02:30+0200", "2026-10-26 02:30+0100"],
        ),
        (
            BERLIN,
            "FREQ=DAILY",
            "2026-10-24T09:00",
            ["2026-10-24 09:00+0200", "2026-10-25 09:00+0100", "2026-10-26 09:00+0100"],
        ),
        # In New York it is 8 March and 1 November.
        (
            NEW_YORK,
            "FREQ=DAILY",
            "2026-03-07T02:30",
            ["2026-03-07 02:30-0500", "2026-03-08 03:30-0400", "2026-03-09 02:30-0400"],
        ),
        (
            NEW_YORK,
            "FREQ=DAILY",
            "2026-10-31T01:30",
            ["2026-10-31 01:30-0400", "2026-11-01 01:30-0400", "2026-11-02 01:30-0500"],
        ),
        # Lord Howe changes by half an hour: 4 October and 5 April.
        (
            LORD_HOWE,
            "FREQ=DAILY",
            "2026-10-03T02:15",
            ["2026-10-03 02:15+1030", "2026-10-04 02:45+1100", "2026-10-05 02:15+1100"],
        ),
        (
            LORD_HOWE,
            "FREQ=DAILY",
            "2026-04-04T01:45",
            ["2026-04-04 01:45+1100", "2026-04-05 01:45+1100", "2026-04-06 01:45+1030"],
        ),
        # Samoa had no 30 December 2011: what was due then is due with the 31st.
        (
            APIA,
            "FREQ=DAILY",
            "2011-12-29T09:00",
            ["2011-12-29 09:00-1000", "2011-12-31 09:00+1400", "2012-01-01 09:00+1400"],
        ),
        (APIA, "FREQ=DAILY", "2011-12-29", ["2011-12-29", "2011-12-31", "2012-01-01"]),
        (APIA, "FREQ=WEEKLY;BYDAY=FR", "2011-12-23", ["2011-12-23", "2011-12-31", "2012-01-06"]),
        (APIA, "FREQ=DAILY;COUNT=3", "2011-12-29", ["2011-12-29", "2011-12-31", "2012-01-01"]),
        # Each hour once, in both nights.
        (
            BERLIN,
            "FREQ=HOURLY",
            "2026-03-29T01:00",
            ["2026-03-29 01:00+0100", "2026-03-29 03:00+0200", "2026-03-29 04:00+0200"],
        ),
        (
            BERLIN,
            "FREQ=HOURLY",
            "2026-10-25T01:00",
            ["2026-10-25 01:00+0200", "2026-10-25 02:00+0200", "2026-10-25 03:00+0100"],
        ),
        # 02:45 moves to 03:45, and comes after 03:15.
        (
            BERLIN,
            "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=15,45",
            "2026-03-29T02:15",
            ["2026-03-29 03:15+0200", "2026-03-29 03:45+0200", "2026-03-30 02:15+0200"],
        ),
        # The first to move waits for what overtakes it, whatever else moves.
        (
            BERLIN,
            "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=5,15,45",
            "2026-03-29T02:15",
            [
                "2026-03-29 03:05+0200",
                "2026-03-29 03:15+0200",
                "2026-03-29 03:45+0200",
                "2026-03-30 02:05+0200",
            ],
        ),
        # A rule that only names times which the clock skips has occurrences all the same.
        (
            BERLIN,
            "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
            "2026-03-29T02:30",
            ["2026-03-29 03:30+0200", "2027-03-28 03:30+0200", "2028-03-26 03:30+0200"],
        ),
        # Midnight itself was skipped in Sao Paulo on 4 November 2018.
        (
            ZoneInfo("America/Sao_Paulo"),
            "FREQ=DAILY",
            "2018-11-03",
            ["2018-11-03", "2018-11-04", "2018-11-05"],
        ),
    ],
)
def test_series_keeps_its_time_on_the_clock(
    zone: ZoneInfo, rrule: str, dtstart: str, expected: list[str]
) -> None:
    series = make_series(rrule, dtstart, zone)

    assert first(series, len(expected)) == expected


# --- Beginning and end ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rrule", "dtstart", "expected"),
    [
        # DTSTART is the first occurrence, and counts, even where it does not fit the rule.
        ("FREQ=DAILY;COUNT=2", "2026-01-15", ["2026-01-15", "2026-01-16"]),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=2", "2026-01-15", ["2026-01-15", "2026-01-19"]),
        (
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=3",
            "2026-01-28",
            ["2026-01-28", "2026-01-31", "2026-02-28"],
        ),
        (
            "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1;COUNT=3",
            "2026-01-14",
            ["2026-01-14", "2026-01-19", "2026-01-26"],
        ),
        # UNTIL is the last day, or the last instant.
        ("FREQ=DAILY;UNTIL=20260116", "2026-01-15", ["2026-01-15", "2026-01-16"]),
        ("FREQ=DAILY;UNTIL=20260115", "2026-01-15", ["2026-01-15"]),
        (
            "FREQ=DAILY;UNTIL=20260116",
            "2026-01-15T23:59",
            ["2026-01-15 23:59+0100", "2026-01-16 23:59+0100"],
        ),
        (
            "FREQ=DAILY;UNTIL=20260116T080000Z",
            "2026-01-15T09:00",
            ["2026-01-15 09:00+0100", "2026-01-16 09:00+0100"],
        ),
        ("FREQ=DAILY;UNTIL=20260116T075959Z", "2026-01-15T09:00", ["2026-01-15 09:00+0100"]),
        # In local time it would be an hour later in summer.
        (
            "FREQ=MONTHLY;UNTIL=20260715T070000Z",
            "2026-06-15T09:00",
            ["2026-06-15 09:00+0200", "2026-07-15 09:00+0200"],
        ),
    ],
)
def test_series_begins_with_dtstart_and_ends(rrule: str, dtstart: str, expected: list[str]) -> None:
    assert first(make_series(rrule, dtstart), 5) == expected


def test_series_that_was_kept_is_read_as_it_was_made() -> None:
    made = make_series("FREQ=DAILY;UNTIL=20260731", "2026-01-15T09:00")

    kept = Recurrence(made.rrule, made.dtstart, made.zone, made.mode)

    assert kept == made
    assert list(occurrences(kept)) == list(occurrences(made))


@pytest.mark.parametrize("until", ["20260116", "20260116T090000", "20260116T080000Z"])
@pytest.mark.parametrize("dtstart", ["2026-01-15", "2026-01-15T09:00"])
def test_series_from_elsewhere_ends_though_its_until_is_of_another_kind(
    until: str, dtstart: str
) -> None:
    start = datetime.fromisoformat(dtstart) if "T" in dtstart else date.fromisoformat(dtstart)

    series = Recurrence(f"FREQ=DAILY;UNTIL={until}", start, BERLIN)

    assert len(list(occurrences(series))) == 2


def test_series_is_expanded_from_an_instant_on() -> None:
    series = make_series("FREQ=DAILY", "2026-01-15T09:00")
    nine = datetime(2050, 7, 1, 7, tzinfo=UTC)

    assert next(occurrences(series, nine)).at == nine
    assert next(occurrences(series, nine + timedelta(seconds=1))).at == nine + DAY


# --- Next due, from schedule ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rrule", "dtstart", "completed", "at", "expected", "missed"),
    [
        # In time, ahead of time, and late.
        ("FREQ=DAILY", "2026-01-15", "2026-01-15", "2026-01-15T08:00", "2026-01-16", 0),
        ("FREQ=WEEKLY", "2026-01-15", "2026-01-15", "2026-01-12T08:00", "2026-01-22", 0),
        ("FREQ=WEEKLY", "2026-01-15", "2026-01-29", "2026-01-12T08:00", "2026-02-05", 0),
        ("FREQ=DAILY", "2026-01-15", "2026-01-15", "2026-01-18T08:00", "2026-01-19", 3),
        ("FREQ=WEEKLY", "2026-01-15", "2026-01-15", "2026-01-29T08:00", "2026-02-05", 2),
        ("FREQ=WEEKLY", "2026-01-15", "2026-01-15", "2026-01-28T23:59", "2026-01-29", 1),
        # A time goes by the instant: what is due later today is next.
        (
            "FREQ=DAILY",
            "2026-01-15T09:00",
            "2026-01-15T09:00",
            "2026-01-18T08:59",
            "2026-01-18 09:00+0100",
            2,
        ),
        (
            "FREQ=DAILY",
            "2026-01-15T09:00",
            "2026-01-15T09:00",
            "2026-01-18T09:00",
            "2026-01-19 09:00+0100",
            3,
        ),
        # An occurrence that was moved by hand.
        ("FREQ=WEEKLY", "2026-01-15", "2026-01-17", "2026-01-17T08:00", "2026-01-22", 0),
        # Month and year ends, leap days.
        (
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
            "2027-12-31",
            "2028-01-31",
            "2028-02-01T08:00",
            "2028-02-29",
            0,
        ),
        ("FREQ=DAILY", "2026-12-31", "2026-12-31", "2026-12-31T08:00", "2027-01-01", 0),
        ("FREQ=YEARLY", "2024-02-29", "2024-02-29", "2024-03-01T08:00", "2028-02-29", 0),
        # The end.
        ("FREQ=DAILY;COUNT=2", "2026-01-15", "2026-01-15", "2026-01-15T08:00", "2026-01-16", 0),
        ("FREQ=DAILY;COUNT=2", "2026-01-15", "2026-01-16", "2026-01-16T08:00", "None", 0),
        ("FREQ=DAILY;COUNT=3", "2026-01-15", "2026-01-15", "2026-01-20T08:00", "None", 2),
        ("FREQ=DAILY;UNTIL=20260116", "2026-01-15", "2026-01-16", "2026-01-10T08:00", "None", 0),
        # Both nights: the hour that is skipped, and the second of two.
        (
            "FREQ=DAILY",
            "2026-03-28T02:30",
            "2026-03-28T02:30",
            "2026-03-29T03:29",
            "2026-03-29 03:30+0200",
            0,
        ),
        (
            "FREQ=DAILY",
            "2026-10-24T02:30",
            "2026-10-24T02:30",
            "2026-10-25T02:31",
            "2026-10-26 02:30+0100",
            1,
        ),
    ],
)
def test_next_due_from_schedule(
    rrule: str, dtstart: str, completed: str, at: str, expected: str, missed: int
) -> None:
    series = make_series(rrule, dtstart)
    now = datetime.fromisoformat(at).replace(tzinfo=BERLIN)

    result = next_due(
        series, completed=make_occurrence(series, completed), at=now, today=now.date()
    )

    assert (show(series, result.occurrence), result.missed) == (expected, missed)


def test_next_due_of_a_day_goes_by_the_day_of_the_person() -> None:
    # At 01:30, for somebody whose day begins at 03:00, it is still the 15th.
    series = make_series("FREQ=DAILY", "2026-01-15")
    night = datetime(2026, 1, 16, 1, 30, tzinfo=BERLIN)

    result = next_due(series, completed=series.first, at=night, today=date(2026, 1, 15))

    assert (show(series, result.occurrence), result.missed) == ("2026-01-16", 0)


def test_next_due_after_a_day_that_the_zone_skipped() -> None:
    series = make_series("FREQ=DAILY", "2011-12-29", APIA)
    now = datetime(2011, 12, 29, 12, tzinfo=APIA)

    result = next_due(series, completed=series.first, at=now, today=now.date())

    assert show(series, result.occurrence) == "2011-12-31"


def test_missed_are_counted_up_to_a_thousand() -> None:
    series = make_series("FREQ=HOURLY", "2020-01-15T09:00")
    now = datetime(2026, 1, 15, 9, 30, tzinfo=BERLIN)

    result = next_due(series, completed=series.first, at=now, today=now.date())

    assert show(series, result.occurrence) == "2026-01-15 10:00+0100"
    assert result.missed == 1000


# --- Next due, from completion --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rrule", "dtstart", "completed", "at", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=3", "2026-01-15", "2026-01-15", "2026-01-18T22:00", "2026-01-21"),
        # The time on the clock is kept, also over the change of 29 March.
        (
            "FREQ=DAILY;INTERVAL=3",
            "2026-01-15T09:00",
            "2026-01-15T09:00",
            "2026-03-27T22:00",
            "2026-03-30 09:00+0200",
        ),
        ("FREQ=WEEKLY;INTERVAL=2", "2026-01-15", "2026-01-15", "2026-01-20T08:00", "2026-02-03"),
        # Months of the day of completion, and their last day where they are shorter.
        ("FREQ=MONTHLY", "2025-08-29", "2025-08-29", "2025-09-10T08:00", "2025-10-10"),
        ("FREQ=MONTHLY;INTERVAL=3", "2025-08-29", "2025-08-29", "2025-11-29T08:00", "2026-02-28"),
        ("FREQ=MONTHLY", "2028-01-31", "2028-01-31", "2028-01-31T08:00", "2028-02-29"),
        ("FREQ=YEARLY", "2028-02-29", "2028-02-29", "2028-02-29T08:00", "2029-02-28"),
        ("FREQ=YEARLY", "2026-03-01", "2026-03-01", "2026-12-31T08:00", "2027-12-31"),
        # Ahead of time: counted from the completion, and never back to what is done.
        ("FREQ=DAILY;INTERVAL=3", "2026-01-15", "2026-01-15", "2026-01-14T08:00", "2026-01-17"),
        ("FREQ=DAILY", "2026-01-15", "2026-01-18", "2026-01-12T08:00", "2026-01-19"),
        ("FREQ=DAILY;INTERVAL=2", "2026-01-15", "2026-01-18", "2026-01-12T08:00", "2026-01-20"),
        # Days that are named: the first after the day of completion.
        ("FREQ=WEEKLY;BYDAY=MO", "2026-01-12", "2026-01-12", "2026-01-19T08:00", "2026-01-26"),
        ("FREQ=WEEKLY;BYDAY=MO", "2026-01-12", "2026-01-12", "2026-01-18T08:00", "2026-01-19"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=15",
            "2026-01-15",
            "2026-01-15",
            "2026-01-15T08:00",
            "2026-02-15",
        ),
        ("FREQ=MONTHLY;BYDAY=3FR", "2026-01-16", "2026-01-16", "2026-03-01T08:00", "2026-03-20"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
            "2026-01-12",
            "2026-01-12",
            "2026-01-14T08:00",
            "2026-01-26",
        ),
        # Hours count from the instant.
        (
            "FREQ=HOURLY;INTERVAL=8",
            "2026-01-15T06:00",
            "2026-01-15T06:00",
            "2026-01-15T07:40",
            "2026-01-15 15:40+0100",
        ),
        # The end.
        ("FREQ=DAILY;UNTIL=20260120", "2026-01-15", "2026-01-15", "2026-01-19T08:00", "2026-01-20"),
        ("FREQ=DAILY;UNTIL=20260120", "2026-01-15", "2026-01-15", "2026-01-20T08:00", "None"),
    ],
)
def test_next_due_from_completion(
    rrule: str, dtstart: str, completed: str, at: str, expected: str
) -> None:
    series = make_series(rrule, dtstart, mode=Mode.COMPLETION)
    now = datetime.fromisoformat(at).replace(tzinfo=BERLIN)

    result = next_due(
        series, completed=make_occurrence(series, completed), at=now, today=now.date()
    )

    assert (show(series, result.occurrence), result.missed) == (expected, 0)


@pytest.mark.parametrize(("done", "expected"), [(1, "2026-01-16"), (2, "2026-01-16"), (3, "None")])
def test_count_from_completion_is_of_what_was_done(done: int, expected: str) -> None:
    series = make_series("FREQ=DAILY;COUNT=3", "2026-01-10", mode=Mode.COMPLETION)
    now = datetime(2026, 1, 15, 8, tzinfo=BERLIN)

    result = next_due(series, completed=series.first, at=now, today=now.date(), done=done)

    assert show(series, result.occurrence) == expected


def test_next_due_from_completion_at_night_counts_from_the_day_of_the_person() -> None:
    series = make_series("FREQ=DAILY;INTERVAL=3", "2026-01-10T09:00", mode=Mode.COMPLETION)
    night = datetime(2026, 1, 16, 1, 30, tzinfo=BERLIN)

    result = next_due(series, completed=series.first, at=night, today=date(2026, 1, 15))

    assert show(series, result.occurrence) == "2026-01-18 09:00+0100"


# --- Agenda ---------------------------------------------------------------------------------------


def make_span(first_day: str, last_day: str, zone: ZoneInfo = BERLIN, hour: int = 0) -> Span:
    """Make a span of days that begin at an hour."""
    first, last = date.fromisoformat(first_day), date.fromisoformat(last_day)
    begin = datetime.combine(first, time(hour), zone).astimezone(UTC)
    end = datetime.combine(last + DAY, time(hour), zone).astimezone(UTC)
    return Span(begin, end, first, last)


@pytest.mark.parametrize(
    ("rrule", "dtstart", "due", "expected"),
    [
        ("FREQ=DAILY", "2026-01-15", "2026-01-18", ["2026-01-20", "2026-01-21", "2026-01-22"]),
        ("FREQ=DAILY", "2026-01-15", "2026-01-21", ["2026-01-21", "2026-01-22"]),
        # What is due is there though the rule does not have it, and what is done is not.
        ("FREQ=WEEKLY", "2026-01-15", "2026-01-20", ["2026-01-20", "2026-01-22"]),
        ("FREQ=WEEKLY", "2026-01-15", "2026-01-29", []),
        (
            "FREQ=DAILY",
            "2026-01-15T00:30",
            "2026-01-18T00:30",
            ["2026-01-20 00:30+0100", "2026-01-21 00:30+0100", "2026-01-22 00:30+0100"],
        ),
        ("FREQ=DAILY;UNTIL=20260120", "2026-01-15", "2026-01-18", ["2026-01-20"]),
    ],
)
def test_between_gives_what_is_open(
    rrule: str, dtstart: str, due: str, expected: list[str]
) -> None:
    series = make_series(rrule, dtstart)

    found = between(
        series,
        make_span("2026-01-20", "2026-01-22"),
        due=make_occurrence(series, due),
        limit=10,
    )

    assert [show(series, each) for each in found.occurrences] == expected
    assert not found.is_cut


@pytest.mark.parametrize(("limit", "number", "is_cut"), [(2, 2, True), (3, 3, False), (0, 0, True)])
def test_between_says_when_it_is_cut(limit: int, number: int, is_cut: bool) -> None:
    series = make_series("FREQ=DAILY", "2026-01-20")

    found = between(series, make_span("2026-01-20", "2026-01-22"), due=series.first, limit=limit)

    assert (len(found.occurrences), found.is_cut) == (number, is_cut)


def test_between_of_days_goes_by_day_and_of_times_by_instant() -> None:
    # The person is in New York, and their day begins at 03:00 there: 08:00 in Berlin.
    span = make_span("2026-01-20", "2026-01-20", NEW_YORK, hour=3)
    by_day = make_series("FREQ=DAILY", "2026-01-15")
    by_time = make_series("FREQ=DAILY", "2026-01-15T07:30")

    days = between(by_day, span, due=by_day.first, limit=10).occurrences
    times = between(by_time, span, due=by_time.first, limit=10).occurrences

    assert [show(by_day, each) for each in days] == ["2026-01-20"]
    assert [show(by_time, each) for each in times] == ["2026-01-21 07:30+0100"]


def test_between_knows_no_more_than_what_is_due_from_completion() -> None:
    series = make_series("FREQ=DAILY", "2026-01-20", mode=Mode.COMPLETION)

    found = between(series, make_span("2026-01-20", "2026-01-25"), due=series.first, limit=10)

    assert [show(series, each) for each in found.occurrences] == ["2026-01-20"]


# --- Properties -----------------------------------------------------------------------------------

# With changes of an hour and of half an hour, at midnight, of a whole day, and none.
ZONES = st.sampled_from(
    [
        "Africa/Casablanca",
        "America/Havana",
        "America/New_York",
        "America/Sao_Paulo",
        "America/St_Johns",
        "Asia/Beirut",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Europe/Berlin",
        "Europe/Dublin",
        "Pacific/Apia",
        "Pacific/Kwajalein",
        "UTC",
    ]
).map(ZoneInfo)
ENDS = st.sampled_from(["", ";COUNT=3", ";UNTIL=20260601", ";UNTIL=20260601T120000Z"])


@st.composite
def series(draw: st.DrawFn) -> Recurrence:
    """Draw a series, all day or not, in either mode."""
    at = draw(STARTS | st.datetimes(datetime(2011, 12, 20), datetime(2011, 12, 31)))
    at = at.replace(second=0, microsecond=0)
    dtstart = draw(st.sampled_from([at, at.date()]))
    mode = draw(st.sampled_from(Mode))
    try:
        return make_recurrence(
            draw(rules()) + draw(ENDS), dtstart=dtstart, zone=draw(ZONES), mode=mode
        )
    except RuleError:
        assume(False)
        raise


@settings(max_examples=150, deadline=None)
@given(series())
def test_occurrences_are_strictly_ascending(drawn: Recurrence) -> None:
    found = list(islice(occurrences(drawn), 60))

    assert all(one.at < other.at for one, other in pairwise(found))
    assert all(one.day <= other.day for one, other in pairwise(found))
    assert all(one.day < other.day for one, other in pairwise(found)) or not drawn.all_day
    assert found[0] == drawn.first


@settings(max_examples=150, deadline=None)
@given(series(), st.integers(0, 800), st.integers(-40 * 24, 3 * 366 * 24), st.integers(1, 4))
def test_next_due_is_later_or_the_series_has_ended(
    drawn: Recurrence, later: int, hours: int, done: int
) -> None:
    completed = next(occurrences(drawn, drawn.first.at + later * DAY), drawn.first)
    at = completed.at + timedelta(hours=hours, microseconds=1)
    today = at.astimezone(drawn.zone).date()

    result = next_due(drawn, completed=completed, at=at, today=today, done=done)

    found = result.occurrence
    if found is None:
        assert drawn.rule.count is not None or drawn.rule.until is not None
    elif drawn.all_day:
        assert found.day > max(today, completed.day)
    else:
        assert found.at > max(at, completed.at)
    if found is not None and drawn.mode is Mode.SCHEDULE:
        until_then = takewhile(lambda each: each.at < found.at, occurrences(drawn, completed.at))
        passed = [each for each in until_then if each.at > completed.at]
        assert result.missed == min(len(passed), 1000)


@settings(max_examples=100, deadline=None)
@given(series(), st.integers(0, 400), st.integers(0, 30), st.integers(0, 8))
def test_between_is_a_window_on_the_occurrences(
    drawn: Recurrence, later: int, length: int, limit: int
) -> None:
    begin = drawn.first.day + later * DAY
    span = make_span(str(begin), str(begin + length * DAY), drawn.zone)

    found = between(drawn, span, due=drawn.first, limit=limit)

    known = occurrences(drawn) if drawn.mode is Mode.SCHEDULE else iter([drawn.first])
    whole: list[Occurrence] = []
    for each in known:
        if each.at >= span.end or len(whole) > limit:
            break
        whole += [each] if each.at >= span.start else []
    assert list(found.occurrences) == whole[:limit]
    assert found.is_cut == (len(whole) > limit)
