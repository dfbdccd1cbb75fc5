"""When the tasks of a Todoist export start and are due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tasks.recurrence import Mode, format_dtstart
from tasks.tests.test_todoist import ANN, make_plan, make_task_row
from tasks.todoist.dates import UnkeptDateError, read_date


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        # A day is its start, in the zone of the row or of the person (Berlin).
        ("2026-06-13", "", "2026-06-12T22:00"),
        ("2026-06-13", "Asia/Tokyo", "2026-06-12T15:00"),
        ("2028-02-29", "", "2028-02-28T23:00"),
        ("2026-06-13T18:30", "", "2026-06-13T16:30"),
        ("2026-06-13 18:30", "", "2026-06-13T16:30"),
        ("2026-06-13T18:30:15", "America/Chicago", "2026-06-13T23:30:15"),
        ("2026-06-13T18:30:00.000000Z", "America/Chicago", "2026-06-13T18:30"),
        ("2026-06-13T18:30:00-05:00", "", "2026-06-13T23:30"),
        ("2026-06-13T18:30+0530", "", "2026-06-13T13:00"),
        # An offset needs no zone.
        ("2026-06-13T18:30:00-05:00", "Mars/Olympus", "2026-06-13T23:30"),
        # Both nights on which the clock is changed: skipped, then shown twice.
        ("2026-03-29T02:30", "", "2026-03-29T01:30"),
        ("2026-10-25T02:30", "", "2026-10-25T00:30"),
        # The day starts at one o'clock: its midnight was skipped.
        ("2026-04-24", "Africa/Cairo", "2026-04-23T22:00"),
    ],
)
def test_date_iso_is_an_instant(text: str, zone: str, instant: str) -> None:
    due = read_date(text, "de", zone, ANN)

    assert due.at == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert due.at.tzinfo is UTC
    assert due.all_day is (len(text) == len("2026-06-13"))


@pytest.mark.parametrize(
    ("text", "zone", "kept"),
    [
        ("2026-06-13", "", "Europe/Berlin"),
        ("2026-06-13", "Asia/Tokyo", "Asia/Tokyo"),
        ("2026-06-13T18:30:00-05:00", "US/Central", "US/Central"),
        ("2026-06-13T18:30:00-05:00", "Mars/Olympus", "Europe/Berlin"),
        ("every day", "Asia/Tokyo", "Asia/Tokyo"),
    ],
)
def test_date_has_the_zone_of_its_row(text: str, zone: str, kept: str) -> None:
    due = read_date(text, "en", zone, ANN)

    assert due.zone.key == kept


@pytest.mark.parametrize(
    ("text", "day", "rrule", "mode"),
    [
        # The first that is not past, in the language and zone of the row.
        ("every day", "20261124", "FREQ=DAILY", Mode.SCHEDULE),
        ("every mon at 9am", "20261130T090000", "FREQ=WEEKLY;BYDAY=MO", Mode.SCHEDULE),
        ("9am every day", "20261125T090000", "FREQ=DAILY", Mode.SCHEDULE),
        ("every! 3 days", "20261124", "FREQ=DAILY;INTERVAL=3", Mode.COMPLETION),
        ("Every 3rd Friday", "20261218", "FREQ=MONTHLY;BYDAY=3FR", Mode.SCHEDULE),
        ("every 27 jan", "20270127", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=27", Mode.SCHEDULE),
        (
            "every day until 2026-12-01",
            "20261124",
            "FREQ=DAILY;UNTIL=20261201",
            Mode.SCHEDULE,
        ),
    ],
)
def test_date_that_recurs_is_a_series(text: str, day: str, rrule: str, mode: Mode) -> None:
    due = read_date(text, "en", "", ANN)

    assert due.recurrence is not None
    assert (due.recurrence.rrule, due.recurrence.mode) == (rrule, mode)
    assert format_dtstart(due.recurrence.dtstart) == day
    assert due.at == due.recurrence.first.at
    assert due.all_day is ("T" not in day)


@pytest.mark.parametrize(
    ("text", "dtstart", "due"),
    [
        ("every 2 days starting 2026-11-01", "20261101", "2026-11-24T23:00"),
        ("every 2 days starting 2026-11-02", "20261102", "2026-11-23T23:00"),
        ("every day at 9am starting 2026-01-01", "20260101T090000", "2026-11-25T08:00"),
        ("every day at 11am starting 2026-01-01", "20260101T110000", "2026-11-24T10:00"),
        # What counts from completion has been due since.
        ("every! 2 days starting 2026-11-01", "20261101", "2026-10-31T23:00"),
        ("every 2 days starting 2027-01-01", "20270101", "2026-12-31T23:00"),
    ],
)
def test_date_of_a_series_that_began_is_the_next(text: str, dtstart: str, due: str) -> None:
    found = read_date(text, "en", "", ANN)

    assert found.recurrence is not None
    assert format_dtstart(found.recurrence.dtstart) == dtstart
    assert found.at == datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert not found.begins_when_read


@pytest.mark.parametrize(
    ("text", "instant", "all_day"),
    [
        ("13 Jun 2026", "2026-06-12T22:00", True),
        ("Oct 5 2027 9:00 AM", "2027-10-05T07:00", False),
        ("October 5, 2026", "2026-10-04T22:00", True),
        ("2026-06-13 at 18:30", "2026-06-13T16:30", False),
    ],
)
def test_date_in_words_with_its_year_is_kept(text: str, instant: str, all_day: bool) -> None:
    due = read_date(text, "", "", ANN)

    assert due.at == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert due.all_day is all_day
    assert due.recurrence is None


@pytest.mark.parametrize("text", ["every day", "every day starting 2026-01-01"])
def test_date_of_a_series_begins_by_the_day_in_its_zone(text: str) -> None:
    evening = replace(ANN, now=datetime(2026, 11, 24, 16, tzinfo=UTC))

    due = read_date(text, "en", "Asia/Tokyo", evening)

    assert due.at == datetime(2026, 11, 24, 15, tzinfo=UTC)


def test_date_is_read_by_the_readers_week_and_day() -> None:
    night = replace(ANN, now=datetime(2026, 11, 24, 0, 30, tzinfo=UTC), day_starts_at=3)
    sunday = replace(ANN, week_start=7)

    by_day = read_date("every day", "en", "", night)
    by_week = read_date("every 2 weeks on sun and mon", "en", "", sunday)

    assert by_day.at == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert by_week.recurrence is not None
    assert "WKST=SU" in by_week.recurrence.rrule


UNREAD = "These words are not read as a date."
MOVING = "Another day whenever it is read: only a date with its year is kept."


@pytest.mark.parametrize(
    ("text", "zone", "reason"),
    [
        ("tomorrow at 5pm", "", MOVING),
        ("13 Jun", "", MOVING),
        ("at 5pm", "", MOVING),
        ("in 30 minutes", "", MOVING),
        ("every day starting 1 Aug", "", MOVING),
        ("every day until friday", "", MOVING),
        ("every 2026-06-13", "", UNREAD),
        ("every monday or so", "", UNREAD),
        ("every", "", UNREAD),
        ("20260613", "", UNREAD),
        ("2026-W24-6", "", UNREAD),
        ("2026-06-13T24:00", "", "There is no such date"),
        ("٢٠٢٦-٠٦-١٣", "", UNREAD),
        ("2026-02-29", "", "There is no such date"),
        ("31 Feb", "", "There is no such date"),
        ("every 32nd", "", "There is no such date"),
        ("every day at 25:99", "", "There is no such time of a day."),
        ("every day at 9", "", "The time may be in the morning or in the evening."),
        ("every day until 2026-11-23", "", "It never occurs, or ends before it starts."),
        ("every day starting 2026-01-01 until 2026-11-23", "", "The series has ended."),
        ("2026-06-13T18:60", "", "There is no such date"),
        ("2026-06-13T18:30+99:00", "", "There is no such date"),
        ("0000-01-01", "", "There is no such date"),
        ("0001-01-01", "Asia/Tokyo", "There is no such date"),
        ("2026-06-13", "Mars/Olympus", "The time zone Mars/Olympus is not known here."),
        ("every day", "Mars/Olympus", "The time zone Mars/Olympus is not known here."),
        ("2026-06-13", "../../etc/passwd", "The time zone ../../etc/passwd is not known"),
        ("2026-06-13", "Europe", "The time zone Europe is not known"),
    ],
)
def test_date_other_is_not_guessed(text: str, zone: str, reason: str) -> None:
    with pytest.raises(UnkeptDateError, match="^" + reason.replace(".", r"\.")):
        read_date(text, "en", zone, ANN)


@pytest.mark.parametrize("language", ["de", "ja", "xx"])
def test_date_in_words_of_another_language_is_not_guessed(language: str) -> None:
    with pytest.raises(UnkeptDateError, match=r"^Of dates in words, only English ones are read\."):
        read_date("every day", language, "", ANN)


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        ("1899-12-31T23:59:59Z", False),
        ("1900-01-01T00:00:00Z", True),
        ("9998-12-31T00:00:00Z", True),
        ("9998-12-31T00:00:01Z", False),
        ("9999-12-31", False),
    ],
)
def test_date_outside_the_years_is_reported(text: str, is_kept: bool) -> None:
    plan = make_plan(make_task_row(DATE=text))

    assert (plan.tasks[0].dates.due_date is not None) is is_kept
    assert [loss.reason for loss in plan.losses] == (
        [] if is_kept else ["A due date lies in the years 1900 to 9998."]
    )


@pytest.mark.parametrize(
    ("date", "is_reported"),
    [
        ("every monday", False),
        ("every weekday at 9am", False),
        ("every day", False),
        ("every 15th", False),
        ("every 3 days starting 2026-01-01", False),
        ("every month", True),
        ("every other monday", True),
        ("every hour", True),
        ("every day for 3 weeks", True),
        ("every day, 10 times", True),
    ],
)
def test_plan_reports_a_series_that_begins_with_the_import(date: str, is_reported: bool) -> None:
    plan = make_plan(make_task_row(DATE=date))

    assert plan.tasks[0].dates.recurrence is not None
    assert [loss.reason for loss in plan.losses] == (
        ["Kept, from the import on: the file does not say which day is next."]
        if is_reported
        else []
    )


# --- Deadlines ------------------------------------------------------------------------------------

JUNE_13 = datetime(2026, 6, 12, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cells", "start", "due", "reason"),
    [
        ({"DEADLINE": "2026-06-13"}, None, JUNE_13, None),
        ({"DEADLINE": "13 Jun 2026", "DEADLINE_LANG": "en"}, None, JUNE_13, None),
        (
            {"DATE": "2026-06-11", "DEADLINE": "2026-06-13"},
            JUNE_13 - timedelta(days=2),
            JUNE_13,
            None,
        ),
        ({"DATE": "2026-06-13", "DEADLINE": "2026-06-13"}, None, JUNE_13, None),
        ({"DATE": "tomorrow", "DEADLINE": "2026-06-13"}, None, JUNE_13, MOVING),
        ({"DATE": "2026-06-13", "DEADLINE": "tomorrow"}, None, JUNE_13, MOVING),
        (
            {"DATE": "2026-06-13", "DEADLINE": "2026-06-12"},
            None,
            JUNE_13,
            "The deadline lies before the date.",
        ),
        (
            {"DATE": "2026-06-13T00:00", "DEADLINE": "2026-06-15"},
            None,
            JUNE_13,
            "A task with a time has no deadline beside it.",
        ),
        (
            {"DATE": "every day starting 2027-06-13", "DEADLINE": "2027-06-15"},
            None,
            JUNE_13 + timedelta(days=365),
            "A series has no deadline beside its dates.",
        ),
        ({"DEADLINE": "every day"}, None, None, "A deadline is one day."),
        ({"DEADLINE": "2026-06-13T18:30"}, None, None, "A deadline is one day."),
        ({"DEADLINE": "9999-12-31"}, None, None, "A due date lies in the years 1900 to 9998."),
    ],
)
def test_plan_keeps_a_deadline(
    cells: dict[str, str], start: datetime | None, due: datetime | None, reason: str | None
) -> None:
    plan = make_plan(make_task_row(**cells))

    dates = plan.tasks[0].dates
    assert (dates.start_date, dates.due_date) == (start, due)
    assert [loss.reason for loss in plan.losses] == ([reason] if reason else [])
