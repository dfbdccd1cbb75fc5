"""Texts that say when and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.quick_add import DateText, Problem, read_date_text, read_quick_add
from tasks.tests.test_quick_add_properties import NOWS, SENTENCES, WEEK_STARTS
from tasks.tests.test_recurrence import ZONES

BERLIN = ZoneInfo("Europe/Berlin")
# Tuesday, 24 November 2026, 10:00 in Berlin.
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)


def read(text: str) -> DateText:
    """Read a text on that Tuesday that says when."""
    said = read_date_text(text, now=TUESDAY, zone=BERLIN)
    assert isinstance(said, DateText)
    return said


@pytest.mark.parametrize(
    ("text", "due", "all_day", "rrule"),
    [
        ("Friday", "2026-11-26T23:00", True, None),
        ("Fri at 5pm", "2026-11-27T16:00", False, None),
        ("5pm on Friday", "2026-11-27T16:00", False, None),
        ("5 Oct 2026", "2026-10-04T22:00", True, None),
        ("every mon, wed at 9am", "2026-11-25T08:00", False, "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("9am every day", "2026-11-25T08:00", False, "FREQ=DAILY"),
        ("every! 3 days", "2026-11-23T23:00", True, "FREQ=DAILY;INTERVAL=3"),
        ("2027-01-04 every 2 weeks", "2027-01-03T23:00", True, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
    ],
)
def test_date_text_says_when(text: str, due: str, all_day: bool, rrule: str | None) -> None:
    said = read(text)

    assert said.due == datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert said.due_day == said.due.astimezone(BERLIN).date()
    assert said.all_day is all_day
    assert (said.recurrence.rrule if said.recurrence else None) == rrule


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", "soon", "every", "Call on monday", "monday call", "every day #Home"),
        *("every day p1", "every day // at home", '"tomorrow"', "\\tomorrow", "monday tuesday"),
    ],
)
def test_date_text_with_other_words_says_nothing(text: str) -> None:
    assert read_date_text(text, now=TUESDAY, zone=BERLIN) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("31 feb", Problem.NO_SUCH_DATE),
        ("tomorrow at 25:99", Problem.NO_SUCH_TIME),
        ("every day at 5", Problem.UNCLEAR_TIME),
        ("every day until 2020-01-01", Problem.NEVER_OCCURS),
    ],
)
def test_date_text_that_cannot_be_is_a_problem(text: str, problem: Problem) -> None:
    assert read_date_text(text, now=TUESDAY, zone=BERLIN) is problem


@pytest.mark.parametrize(
    ("text", "is_relative"),
    [
        *(("tomorrow", True), ("friday", True), ("13 jun", True), ("at 5pm", True)),
        *(("in 30 minutes", True), ("next month", True), ("end of month", True)),
        *(("13 jun 2026", False), ("2026-06-13", False), ("Friday, 25 Dec 2026 at 5pm", False)),
        *(("every day", False), ("every monday at 5pm", False), ("5pm every monday", False)),
        *(("every day starting tomorrow", True), ("every day from 1 aug", True)),
        *(("every day until 1 dec", True), ("every day until 1 dec 2027", False)),
        ("every day starting 1 aug 2026 until 1 dec", True),
        ("every day starting 1 aug 2026 until 1 dec 2027", False),
        *(("every 2 days for 3 weeks", False), ("every day starting in 30 minutes", True)),
    ],
)
def test_date_text_is_relative_to_its_reading(text: str, is_relative: bool) -> None:
    assert read(text).is_relative is is_relative


@pytest.mark.parametrize(
    ("text", "begins_when_read"),
    [
        *(("tomorrow", False), ("every day", False), ("every day at 5pm", False)),
        *(("every monday", False), ("every 15th", False), ("every last day", False)),
        *(("every jan 27th", False), ("every monday until 2027-01-01", False)),
        *(("every week", True), ("every month", True), ("every year", True), ("hourly", True)),
        *(("every 3 days", True), ("every other monday", True), ("every 2nd month", True)),
        *(("every day for 3 weeks", True), ("every monday, 10 times", True)),
        *(("every 3 days starting 2026-01-01", False), ("2026-01-01 every week", False)),
    ],
)
def test_date_text_begins_a_series_when_it_is_read(text: str, begins_when_read: bool) -> None:
    assert read(text).begins_when_read is begins_when_read


@settings(max_examples=250, deadline=None)
@given(SENTENCES | st.text(max_size=200), NOWS, ZONES, WEEK_STARTS, st.integers(0, 6))
def test_date_text_says_what_quick_add_says(
    text: str, now: datetime, zone: ZoneInfo, week_start: int, day_starts_at: int
) -> None:
    said = read_date_text(
        text, now=now, zone=zone, week_start=week_start, day_starts_at=day_starts_at
    )

    added = read_quick_add(
        text, now=now, zone=zone, week_start=week_start, day_starts_at=day_starts_at
    )
    if isinstance(said, DateText):
        assert (said.due, said.due_day, said.all_day) == (added.due, added.due_day, added.all_day)
        assert said.recurrence == added.recurrence
        assert not added.title.strip(" .,;:!?")
