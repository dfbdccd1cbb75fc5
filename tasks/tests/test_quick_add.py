"""Quick add: what is read of a line of text, and what stays in the title."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tasks.quick_add import Kind, Problem, QuickAdd, read_quick_add
from tasks.recurrence import Mode, describe

BERLIN = ZoneInfo("Europe/Berlin")
# A Tuesday.
NOW = "2026-11-24T10:00"
MONDAY, SATURDAY, SUNDAY = 1, 6, 7


def read(text: str, now: str = NOW, zone: ZoneInfo = BERLIN, week_start: int = MONDAY) -> QuickAdd:
    at = datetime.fromisoformat(now).replace(tzinfo=zone)
    return read_quick_add(text, now=at, zone=zone, week_start=week_start)


def show_due(task: QuickAdd, zone: ZoneInfo = BERLIN) -> str:
    """Write when a task is due, on the clock of the zone."""
    if task.due is None:
        return "-"
    assert task.due.tzinfo is UTC
    if task.all_day:
        return str(task.due_day)
    assert task.due.astimezone(zone).date() == task.due_day
    return f"{task.due.astimezone(zone):%Y-%m-%d %H:%M}"


def show_rule(task: QuickAdd) -> str:
    """Write a task's rule, with a mark where it counts from completion."""
    if task.recurrence is None:
        return "-"
    return ("! " if task.recurrence.mode is Mode.COMPLETION else "") + task.recurrence.rrule


# --- Dates and times ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("today", "2026-11-24"),
        ("tomorrow", "2026-11-25"),
        ("TOMORROW", "2026-11-25"),
        ("day after tomorrow", "2026-11-26"),
        ("the day after tomorrow", "2026-11-26"),
        ("tuesday", "2026-11-24"),
        ("friday", "2026-11-27"),
        ("on Mon", "2026-11-30"),
        ("by thurs", "2026-11-26"),
        ("due friday", "2026-11-27"),
        ("due on friday", "2026-11-27"),
        ("this friday", "2026-11-27"),
        ("next friday", "2026-12-04"),
        ("next monday", "2026-11-30"),
        ("this weekend", "2026-11-28"),
        ("next weekend", "2026-12-05"),
        ("next week", "2026-11-30"),
        ("next month", "2026-12-01"),
        ("next year", "2027-01-01"),
        ("in 3 days", "2026-11-27"),
        ("in two weeks", "2026-12-08"),
        ("in a month", "2026-12-24"),
        ("in 1 year", "2027-11-24"),
        ("in 0 days", "2026-11-24"),
        ("in 30 minutes", "2026-11-24 10:30"),
        ("in an hour", "2026-11-24 11:00"),
        ("in 36 hours", "2026-11-25 22:00"),
        ("25 dec", "2026-12-25"),
        ("25th of December", "2026-12-25"),
        ("on the 25th of december", "2026-12-25"),
        ("dec 25 2027", "2027-12-25"),
        ("Dec. 25, 2027", "2027-12-25"),
        ("December 25th", "2026-12-25"),
        ("1 sept", "2027-09-01"),
        ("24 nov", "2026-11-24"),
        ("23 nov", "2027-11-23"),
        ("23 nov 2026", "2026-11-23"),
        ("29 feb", "2028-02-29"),
        ("2027-03-01", "2027-03-01"),
        ("on 2027-03-01", "2027-03-01"),
        ("2027-03-01 14:30", "2027-03-01 14:30"),
        ("2027-03-01T14:30", "2027-03-01 14:30"),
        ("Friday, 25 Dec", "2026-12-25"),
        ("end of week", "2026-11-29"),
        ("end of month", "2026-11-30"),
        ("at the end of the month", "2026-11-30"),
        ("by end of year", "2026-12-31"),
        ("tonight", "2026-11-24 20:00"),
        ("tonight at 9pm", "2026-11-24 21:00"),
        ("5pm", "2026-11-24 17:00"),
        ("5 pm", "2026-11-24 17:00"),
        ("5:30pm", "2026-11-24 17:30"),
        ("5.30 p.m.", "2026-11-24 17:30"),
        ("at 17:30", "2026-11-24 17:30"),
        ("12am", "2026-11-25 00:00"),
        ("12pm", "2026-11-24 12:00"),
        ("at noon", "2026-11-24 12:00"),
        ("at night", "2026-11-24 22:00"),
        ("in the afternoon", "2026-11-24 15:00"),
        ("this evening", "2026-11-24 19:00"),
        ("tomorrow morning", "2026-11-25 09:00"),
        ("tomorrow noon", "2026-11-25 12:00"),
        ("tomorrow at 5pm", "2026-11-25 17:00"),
        ("tomorrow, 5pm", "2026-11-25 17:00"),
        ("5pm tomorrow", "2026-11-25 17:00"),
        ("at 5pm on friday", "2026-11-27 17:00"),
        ("friday 5pm", "2026-11-27 17:00"),
        ("friday night", "2026-11-27 22:00"),
        ("25 dec 18:00", "2026-12-25 18:00"),
        # What has passed rolls a whole period; a date that is said stays.
        ("6am", "2026-11-25 06:00"),
        ("10:00", "2026-11-25 10:00"),
        ("10:01", "2026-11-24 10:01"),
        ("tuesday 6am", "2026-12-01 06:00"),
        ("24 nov 6am", "2027-11-24 06:00"),
        ("today 6am", "2026-11-24 06:00"),
        ("24 nov 2026 6am", "2026-11-24 06:00"),
        ("this morning", "2026-11-24"),
    ],
)
def test_date_is_read(words: str, due: str) -> None:
    task = read(f"Call Ann {words}")

    assert (task.title, show_due(task)) == ("Call Ann", due)
    assert task.reports == ()
    assert task.recurrence is None


@pytest.mark.parametrize(
    ("words", "now", "due"),
    [
        # Month ends, leap days, year ends.
        ("in a month", "2027-01-31T10:00", "2027-02-28"),
        ("in 1 month", "2028-01-31T10:00", "2028-02-29"),
        ("in 1 year", "2028-02-29T10:00", "2029-02-28"),
        ("next month", "2026-12-31T10:00", "2027-01-01"),
        ("end of month", "2028-02-10T10:00", "2028-02-29"),
        ("tomorrow", "2026-12-31T10:00", "2027-01-01"),
        ("29 feb", "2097-01-01T10:00", "2104-02-29"),
        ("in 3 days", "2028-02-27T10:00", "2028-03-01"),
        # 29 March has no 02:30, 25 October has it twice.
        ("tomorrow 2:30", "2026-03-28T10:00", "2026-03-29 03:30"),
        ("tomorrow 2:30", "2026-10-24T10:00", "2026-10-25 02:30"),
        ("in 24 hours", "2026-03-28T10:00", "2026-03-29 11:00"),
        ("2:30", "2026-10-25T02:45", "2026-10-26 02:30"),
        ("tonight", "2026-11-24T20:30", "2026-11-24"),
        ("in 30 minutes", "2026-11-24T23:45", "2026-11-25 00:15"),
    ],
)
def test_date_is_read_at_the_edges_of_the_calendar(words: str, now: str, due: str) -> None:
    assert show_due(read(f"Call Ann {words}", now)) == due


@pytest.mark.parametrize(
    ("words", "week_start", "due"),
    [
        ("next week", MONDAY, "2026-11-30"),
        ("next week", SUNDAY, "2026-11-29"),
        ("next week", SATURDAY, "2026-11-28"),
        ("end of week", MONDAY, "2026-11-29"),
        ("end of week", SUNDAY, "2026-11-28"),
        ("next sunday", MONDAY, "2026-12-06"),
        ("next sunday", SUNDAY, "2026-11-29"),
        ("sunday", SUNDAY, "2026-11-29"),
    ],
)
def test_weeks_begin_where_the_person_has_them(words: str, week_start: int, due: str) -> None:
    assert show_due(read(f"Call Ann {words}", week_start=week_start)) == due


@pytest.mark.parametrize(
    ("words", "day_starts_at", "due"),
    [
        ("today", 3, "2026-11-24"),
        ("today", 0, "2026-11-25"),
        ("tomorrow", 3, "2026-11-25"),
        ("6am", 3, "2026-11-25 06:00"),
        ("1am", 3, "2026-11-26 01:00"),
        ("every day 1am", 3, "2026-11-26 01:00"),
    ],
)
def test_today_is_the_day_of_the_person(words: str, day_starts_at: int, due: str) -> None:
    night = datetime(2026, 11, 25, 1, 30, tzinfo=BERLIN)

    task = read_quick_add(f"Call {words}", now=night, zone=BERLIN, day_starts_at=day_starts_at)

    assert show_due(task) == due


def test_day_that_the_zone_skipped_is_the_next() -> None:
    apia = ZoneInfo("Pacific/Apia")

    task = read("Call Ann tomorrow", "2011-12-29T10:00", apia)

    assert show_due(task, apia) == "2011-12-31"


# --- Recurrences ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "rule", "due"),
    [
        ("every day", "FREQ=DAILY", "2026-11-24"),
        ("daily", "FREQ=DAILY", "2026-11-24"),
        ("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-24"),
        ("every workday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-24"),
        ("every weekend", "FREQ=WEEKLY;BYDAY=SA,SU", "2026-11-28"),
        ("every week", "FREQ=WEEKLY;BYDAY=TU", "2026-11-24"),
        ("weekly", "FREQ=WEEKLY;BYDAY=TU", "2026-11-24"),
        ("every month", "FREQ=MONTHLY;BYMONTHDAY=24", "2026-11-24"),
        ("monthly", "FREQ=MONTHLY;BYMONTHDAY=24", "2026-11-24"),
        ("every quarter", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=24", "2026-11-24"),
        ("quarterly", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=24", "2026-11-24"),
        ("every year", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=24", "2026-11-24"),
        ("yearly", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=24", "2026-11-24"),
        ("annually", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=24", "2026-11-24"),
        ("every 3 days", "FREQ=DAILY;INTERVAL=3", "2026-11-24"),
        ("every three days", "FREQ=DAILY;INTERVAL=3", "2026-11-24"),
        ("every 2nd day", "FREQ=DAILY;INTERVAL=2", "2026-11-24"),
        ("every other week", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-11-24"),
        ("every other monday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-30"),
        ("every 3 fridays", "FREQ=WEEKLY;INTERVAL=3;BYDAY=FR", "2026-11-27"),
        ("every 2 weeks on mon and fri", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", "2026-11-27"),
        ("every monday", "FREQ=WEEKLY;BYDAY=MO", "2026-11-30"),
        ("each monday", "FREQ=WEEKLY;BYDAY=MO", "2026-11-30"),
        ("ev mon, fri", "FREQ=WEEKLY;BYDAY=MO,FR", "2026-11-27"),
        ("every mon, wed, and fri", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "2026-11-25"),
        ("every Mondays & Fridays", "FREQ=WEEKLY;BYDAY=MO,FR", "2026-11-27"),
        ("weekly on monday", "FREQ=WEEKLY;BYDAY=MO", "2026-11-30"),
        ("every 15th", "FREQ=MONTHLY;BYMONTHDAY=15", "2026-12-15"),
        ("every 1st and 15th", "FREQ=MONTHLY;BYMONTHDAY=1,15", "2026-12-01"),
        ("every 15th day of the month", "FREQ=MONTHLY;BYMONTHDAY=15", "2026-12-15"),
        ("every first of the month", "FREQ=MONTHLY;BYMONTHDAY=1", "2026-12-01"),
        ("every month on the 15th", "FREQ=MONTHLY;BYMONTHDAY=15", "2026-12-15"),
        ("every 3 months on the 1st", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1", "2026-12-01"),
        ("every last day", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30"),
        ("every last day of the month", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30"),
        ("every 31st", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "2026-11-30"),
        ("every 3rd friday", "FREQ=MONTHLY;BYDAY=3FR", "2026-12-18"),
        ("every last friday of the month", "FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27"),
        ("every 2nd and 4th tuesday", "FREQ=MONTHLY;BYDAY=2TU,4TU", "2026-11-24"),
        (
            "every last weekday",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "2026-11-30",
        ),
        ("every jan 27th", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=27", "2027-01-27"),
        ("every 27 January", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=27", "2027-01-27"),
        ("every feb 29", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1", "2027-02-28"),
        ("every year on 27 jan", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=27", "2027-01-27"),
        ("every 4th thursday of november", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-11-26"),
        # Times.
        ("every day at 9am", "FREQ=DAILY", "2026-11-25 09:00"),
        ("every day 17:30", "FREQ=DAILY", "2026-11-24 17:30"),
        ("every morning", "FREQ=DAILY", "2026-11-25 09:00"),
        ("every day in the evening", "FREQ=DAILY", "2026-11-24 19:00"),
        ("every friday night", "FREQ=WEEKLY;BYDAY=FR", "2026-11-27 22:00"),
        ("every tuesday 9am", "FREQ=WEEKLY;BYDAY=TU", "2026-12-01 09:00"),
        ("every month at 9am", "FREQ=MONTHLY;BYMONTHDAY=24", "2026-12-24 09:00"),
        ("every 3 days at 9am", "FREQ=DAILY;INTERVAL=3", "2026-11-27 09:00"),
        ("every other tuesday at 9am", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-12-01 09:00"),
        ("at 9am every day", "FREQ=DAILY", "2026-11-25 09:00"),
        ("every hour", "FREQ=HOURLY", "2026-11-24 11:00"),
        ("every 12 hours at 7am", "FREQ=HOURLY;INTERVAL=12", "2026-11-24 19:00"),
        ("every 12 hours starting at 07:00 PM", "FREQ=HOURLY;INTERVAL=12", "2026-11-24 19:00"),
        # Start and end.
        ("every day starting 1 Aug", "FREQ=DAILY", "2027-08-01"),
        ("every monday starting 1 Aug", "FREQ=WEEKLY;BYDAY=MO", "2027-08-02"),
        (
            "every month from 31 jan",
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
            "2027-01-31",
        ),
        ("every day starting tomorrow at 7am", "FREQ=DAILY", "2026-11-25 07:00"),
        ("tomorrow every 3 days", "FREQ=DAILY;INTERVAL=3", "2026-11-25"),
        ("every day in 2 hours", "FREQ=DAILY", "2026-11-24 12:00"),
        ("every 3 hours in 2 hours", "FREQ=HOURLY;INTERVAL=3", "2026-11-24 12:00"),
        ("every 3 hours starting 1 Dec", "FREQ=HOURLY;INTERVAL=3", "2026-12-01 00:00"),
        ("every day starting 1 Aug 2020", "FREQ=DAILY", "2020-08-01"),
        ("every day until 1 Dec", "FREQ=DAILY;UNTIL=20261201", "2026-11-24"),
        ("every day for 3 weeks", "FREQ=DAILY;UNTIL=20261214", "2026-11-24"),
        ("every day for a week", "FREQ=DAILY", "2026-11-24"),
        ("every day 10 times", "FREQ=DAILY;COUNT=10", "2026-11-24"),
        ("every monday, 10 times", "FREQ=WEEKLY;COUNT=10;BYDAY=MO", "2026-11-30"),
        ("every day for 10 times", "FREQ=DAILY;COUNT=10", "2026-11-24"),
        (
            "every day at 9am starting 1 Aug until 1 Dec",
            "FREQ=DAILY;UNTIL=20271201T225959Z",
            "2027-08-01 09:00",
        ),
        (
            "every day until 1 Dec 2027 starting 1 Aug 2027 at 9am",
            "FREQ=DAILY;UNTIL=20271201T225959Z",
            "2027-08-01 09:00",
        ),
        # From completion: the day is the completion's.
        ("every! 3 days", "! FREQ=DAILY;INTERVAL=3", "2026-11-24"),
        ("every! month", "! FREQ=MONTHLY", "2026-11-24"),
        ("ev! week", "! FREQ=WEEKLY", "2026-11-24"),
        ("every! monday", "! FREQ=WEEKLY;BYDAY=MO", "2026-11-30"),
        ("every! 31st", "! FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "2026-11-30"),
    ],
)
def test_recurrence_is_read(words: str, rule: str, due: str) -> None:
    task = read(f"Run {words}")

    assert (show_rule(task), show_due(task)) == (rule, due)
    assert task.title == ("Run" if "for a week" not in words else "Run for a week")
    assert task.reports == ()


@pytest.mark.parametrize(
    ("text", "now", "due"),
    [
        # A Friday at 08:00, and the ends of month and year.
        ("Run every weekday 6am", "2026-11-27T08:00", "2026-11-30 06:00"),
        ("Run every weekday 6am", "2026-11-27T05:00", "2026-11-27 06:00"),
        ("Run every day 6am", "2026-12-31T08:00", "2027-01-01 06:00"),
        ("Pay every month", "2027-01-31T08:00", "2027-01-31"),
        ("Pay every year", "2028-02-29T08:00", "2028-02-29"),
        ("Pay every last day 6am", "2027-02-28T08:00", "2027-03-31 06:00"),
        # Both nights in Berlin.
        ("Run every day 2:30", "2026-03-28T08:00", "2026-03-29 03:30"),
        ("Run every day 2:30", "2026-10-24T08:00", "2026-10-25 02:30"),
    ],
)
def test_recurrence_starts_with_what_has_not_passed(text: str, now: str, due: str) -> None:
    assert show_due(read(text, now)) == due


@pytest.mark.parametrize(
    ("now", "rule"),
    [
        ("2027-01-31T10:00", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
        ("2027-01-30T10:00", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        ("2027-01-29T10:00", "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1"),
        ("2027-01-28T10:00", "FREQ=MONTHLY;BYMONTHDAY=28"),
    ],
)
def test_monthly_is_anchored(now: str, rule: str) -> None:
    assert show_rule(read("Pay rent every month", now)) == rule


@pytest.mark.parametrize(
    ("week_start", "rule"),
    [
        (MONDAY, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU"),
        (SUNDAY, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU"),
    ],
)
def test_every_other_week_is_of_the_person(week_start: int, rule: str) -> None:
    assert show_rule(read("Run every other mon, sun", week_start=week_start)) == rule


@pytest.mark.parametrize(
    ("text", "title", "rule"),
    [
        # The last recurrence counts, and `every` before a word like `daily`.
        ("Run every monday every friday", "Run every monday", "FREQ=WEEKLY;BYDAY=FR"),
        ("Review every friday, daily", "Review daily", "FREQ=WEEKLY;BYDAY=FR"),
        # Nothing goes on in the next sentence.
        ("Run every day. 10 times better", "Run. 10 times better", "FREQ=DAILY"),
        ("Run every monday. Friday is off", "Run. Friday is off", "FREQ=WEEKLY;BYDAY=MO"),
    ],
)
def test_recurrence_that_counts(text: str, title: str, rule: str) -> None:
    task = read(text)

    assert (task.title, show_rule(task)) == (title, rule)


def test_list_of_days_has_an_end() -> None:
    task = read(f"Run every {', '.join(['mon'] * 32)} ami")

    assert (task.title, show_rule(task)) == ("Run mon ami", "FREQ=WEEKLY;BYDAY=MO")


def test_series_begins_with_what_is_due() -> None:
    task = read("Run every monday at 9am")

    assert task.recurrence is not None
    assert task.recurrence.first.at == task.due
    assert task.recurrence.zone == BERLIN
    assert describe(task.recurrence) == "every Monday at 09:00"


# --- Marks ----------------------------------------------------------------------------------------


def test_marks_are_read() -> None:
    task = read("Buy milk p1 #Shopping @errand @Ann ~45m tomorrow // the organic one,  from Ben ")

    assert task.title == "Buy milk"
    assert (task.priority, task.category) == (1, "Shopping")
    assert (task.tags, task.estimate_minutes) == (("errand", "Ann"), 45)
    assert task.description == "the organic one,  from Ben"
    assert show_due(task) == "2026-11-25"


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("Call p1", 1),
        ("Call P2", 5),
        ("Call p3", 9),
        ("Call p4", 0),
        ("!!1 Call", 1),
        ("Call !!4", 0),
        ("Call", None),
    ],
)
def test_priority_is_that_of_rfc_5545(text: str, priority: int | None) -> None:
    task = read(text)

    assert (task.title, task.priority) == ("Call", priority)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("#Work Call", "Work"),
        ("Call #Work,", "Work"),
        ('Call #"Home improvement"', "Home improvement"),
        ('Call #"42"', "42"),
        ("Call #“Home  improvement”", "Home improvement"),
        ("Call #Garten/Später", "Garten/Später"),
        ("Call #家", "家"),
        ("Call #🏠Home", "🏠Home"),
    ],
)
def test_category_is_read(text: str, category: str) -> None:
    task = read(text)

    assert (task.title, task.category) == ("Call", category)


@pytest.mark.parametrize(
    ("mark", "minutes"),
    [("~45m", 45), ("~45min", 45), ("~2h", 120), ("~1h30m", 90), ("~1h30", 90), ("~1.5h", 90)],
)
def test_estimate_is_read(mark: str, minutes: int) -> None:
    task = read(f"Call {mark}")

    assert (task.title, task.estimate_minutes) == ("Call", minutes)


def test_tags_are_kept_once_as_written_first() -> None:
    assert read("Call @Ann @ben @ANN").tags == ("Ann", "ben")


def test_second_mark_of_a_kind_stays_in_the_title() -> None:
    task = read("Call p1 p2 #Work #Home ~5m ~6m")

    assert (task.title, task.priority, task.category) == ("Call p2 #Home ~6m", 1, "Work")


@pytest.mark.parametrize(
    "text",
    [
        "See https://example.org/#top",
        "See https://example.org//p1",
        "Mail ann@example.org",
        "Answer @ann@example.org",
        "Fix #42",
        "Fix #42!",
        "Learn C#",
        "Clean ~/bin",
        "Wait ~45",
        "Wait ~0m",
        "Say # and @ and ~ and !!",
        "Read p5 of p12",
        "Rate !!5",
        "Run #!/bin/sh",
        'Close #unclosed"',
        'Close #"unclosed',
        "Call @5pm-ish",
        "Divide a//b",
        "Nothing follows //",
    ],
)
def test_what_only_looks_like_a_mark_is_text(text: str) -> None:
    task = read(text)

    assert (task.title, task.spans, task.due) == (text, (), None)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (r"Text \#Work \@ann \p1 \!!1 \~45m", "Text #Work @ann p1 !!1 ~45m"),
        (r"Text \tomorrow every \monday", "Text tomorrow every monday"),
        (r"Text \5pm \// none", "Text 5pm // none"),
        (r"Text \"tomorrow\"", 'Text "tomorrow\\"'),
        (r"Text \other \\server C:\tomorrow", r"Text \other \\server C:\tomorrow"),
    ],
)
def test_backslash_makes_text_of_a_mark(text: str, title: str) -> None:
    task = read(text)

    assert (task.title, task.spans) == (title, ())


@pytest.mark.parametrize(
    "text",
    [
        'Read "every monday tomorrow p1 #Work"',
        'Read "tomorrow", "friday"',
        "Read “every monday”",
        '"Friday"',
    ],
)
def test_what_is_quoted_is_never_read(text: str) -> None:
    task = read(text)

    assert (task.title, task.spans) == (text, ())


def test_quote_that_is_not_closed_is_a_letter() -> None:
    task = read('Buy 5" nails and "screws tomorrow')

    assert (task.title, show_due(task)) == ('Buy 5" nails and "screws', "2026-11-25")


# --- Parts of a title -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Create monthly report",
        "Read Monday Magazine",
        "Read monday magazine",
        "Monday Magazine subscription",
        "May I help",
        "Ask whether it may rain",
        "Option 2 may fail",
        "Sat navigation",
        "sat nav",
        "I sat in the car",
        "Sun protection",
        "Enjoy the sun",
        "Prepare the Monday meeting",
        "Prepare Monday morning meeting",
        "Plan Black Friday",
        "Plan Easter Monday",
        "Weekly review",
        "Plan the weekly",
        "Buy 2 apples",
        "Buy morning coffee",
        "Good morning",
        "Book a room for 45 minutes",
        "Book a hotel for 3 May",
        "Buy tickets for 25 dec",
        "Hold mail until friday",
        "Closed since monday",
        "Report from 1 May",
        "March with the band",
        "Mark decides on marching, Jane and Augusta in autumn",
        "See monday.com and today's news",
        "Set the ratio to 16:9",
        "Look at 5 houses",
        "Take every opportunity",
        "Check every 27 items",
        "Put first things first",
        "Every last one of them",
        "Go to the other side",
        "This is next",
        "In the end",
    ],
)
def test_title_keeps_words_that_only_look_like_dates(text: str) -> None:
    task = read(text)

    assert (task.title, task.spans, task.reports) == (text, (), ())


@pytest.mark.parametrize(
    ("text", "title", "due"),
    [
        ("Monday call Ann", "call Ann", "2026-11-30"),
        ("Call Ann monday about taxes", "Call Ann about taxes", "2026-11-30"),
        ("Call Ann sat", "Call Ann", "2026-11-28"),
        ("Call Ann sat #Work", "Call Ann", "2026-11-28"),
        ("Call Ann sat 5pm with Ben", "Call Ann with Ben", "2026-11-28 17:00"),
        ("Call Ann on sat with Ben", "Call Ann with Ben", "2026-11-28"),
        ("Prepare the Monday meeting tomorrow", "Prepare the Monday meeting", "2026-11-25"),
        ("Book a hotel for 3 May tomorrow", "Book a hotel for 3 May", "2026-11-25"),
        ("Discuss the 3 May event tomorrow", "Discuss the 3 May event", "2026-11-25"),
        ("Dentist 2 may", "Dentist", "2027-05-02"),
        ("Create monthly report every month", "Create monthly report", "2026-11-24"),
        ("Call Ann tomorrow. Bring cake", "Call Ann. Bring cake", "2026-11-25"),
        ("Tomorrow: call Ann", "call Ann", "2026-11-25"),
        ("Call Ann - tomorrow", "Call Ann", "2026-11-25"),
        ("Call Ann, tomorrow!", "Call Ann", "2026-11-25"),
        ("  Call \t Ann  tomorrow ", "Call Ann", "2026-11-25"),
        ("Call at 5pm client on friday at 6pm", "Call at 5pm client", "2026-11-27 18:00"),
        ("tomorrow", "", "2026-11-25"),
    ],
)
def test_title_is_what_was_not_read(text: str, title: str, due: str) -> None:
    task = read(text)

    assert (task.title, show_due(task)) == (title, due)


# --- What does not exist --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem", "words"),
    [
        ("Dentist 31 feb", Problem.NO_SUCH_DATE, "31 feb"),
        ("Dentist feb 30", Problem.NO_SUCH_DATE, "feb 30"),
        ("Dentist on 31 april", Problem.NO_SUCH_DATE, "on 31 april"),
        ("Dentist 29 feb 2027", Problem.NO_SUCH_DATE, "29 feb 2027"),
        ("Dentist 0 dec", Problem.NO_SUCH_DATE, "0 dec"),
        ("Dentist 2027-02-30", Problem.NO_SUCH_DATE, "2027-02-30"),
        ("Dentist 2027-13-01", Problem.NO_SUCH_DATE, "2027-13-01"),
        ("Dentist 2027-03-01T25:00", Problem.NO_SUCH_DATE, "2027-03-01T25:00"),
        ("Dentist 0001-01-01", Problem.NO_SUCH_DATE, "0001-01-01"),
        ("Dentist Thursday 25 Dec", Problem.NO_SUCH_DATE, "Thursday 25 Dec"),
        ("Dentist friday 31 feb", Problem.NO_SUCH_DATE, "friday 31 feb"),
        ("Dentist in 9999 years", Problem.NO_SUCH_DATE, "in 9999 years"),
        ("Dentist 25:99", Problem.NO_SUCH_TIME, "25:99"),
        ("Dentist at 24:00", Problem.NO_SUCH_TIME, "at 24:00"),
        ("Dentist 13pm", Problem.NO_SUCH_TIME, "13pm"),
        ("Dentist 0 am", Problem.NO_SUCH_TIME, "0 am"),
        ("Dentist 5:75 pm", Problem.NO_SUCH_TIME, "5:75 pm"),
        ("Dentist at 5", Problem.UNCLEAR_TIME, "at 5"),
        ("Dentist every feb 30", Problem.NO_SUCH_DATE, "every feb 30"),
        ("Dentist every 32nd", Problem.NO_SUCH_DATE, "every 32nd"),
        ("Dentist every 6th friday", Problem.NO_SUCH_DATE, "every 6th friday"),
        ("Dentist every 0 days", Problem.NEVER_OCCURS, "every 0 days"),
        ("Dentist every 11 years", Problem.NEVER_OCCURS, "every 11 years"),
        ("Dentist every day 0 times", Problem.NEVER_OCCURS, "every day 0 times"),
        ("Dentist every day 9999 times", Problem.NEVER_OCCURS, "every day 9999 times"),
        (
            "Dentist every day until 1 jan 2020",
            Problem.NEVER_OCCURS,
            "every day until 1 jan 2020",
        ),
        (
            "Dentist every monday from 29 dec 9998",
            Problem.NEVER_OCCURS,
            "every monday from 29 dec 9998",
        ),
        ("Dentist every day for 9999 years", Problem.NEVER_OCCURS, "every day for 9999 years"),
    ],
)
def test_what_does_not_exist_stays_and_is_reported(text: str, problem: Problem, words: str) -> None:
    task = read(text)

    (report,) = task.reports
    assert (task.title, task.due) == (text, None)
    assert (report.problem, report.text) == (problem, words)
    assert text[report.start : report.end] == words
    assert words in str(report)


@pytest.mark.parametrize(
    ("text", "title", "due", "words"),
    [
        ("Ring tomorrow at 25:99", "Ring at 25:99", "2026-11-25", "at 25:99"),
        ("Ring tomorrow at 5", "Ring at 5", "2026-11-25", "at 5"),
        ("Run every day until 31 feb", "Run until 31 feb", "2026-11-24", "31 feb"),
        ("Run tomorrow every 0 days", "Run every 0 days", "2026-11-25", "every 0 days"),
    ],
)
def test_what_does_exist_beside_it_is_read(text: str, title: str, due: str, words: str) -> None:
    task = read(text)

    assert (task.title, show_due(task)) == (title, due)
    assert [report.text for report in task.reports] == [words]


# --- Spans ----------------------------------------------------------------------------------------


def test_spans_say_what_was_read() -> None:
    text = "Call Ann every monday at 9am, p1 #Work. @a ~5m // Ask her"

    task = read(text)

    assert [(span.kind, text[span.start : span.end]) for span in task.spans] == [
        (Kind.RECURRENCE, "every monday at 9am"),
        (Kind.PRIORITY, "p1"),
        (Kind.CATEGORY, "#Work"),
        (Kind.TAG, "@a"),
        (Kind.ESTIMATE, "~5m"),
        (Kind.DESCRIPTION, "// Ask her"),
    ]


def test_spans_count_code_points() -> None:
    text = "🏠 Mähen tomorrow"

    (span,) = read(text).spans

    assert text[span.start : span.end] == "tomorrow"


@pytest.mark.parametrize("text", ["Call Ann tomorrow", "Call Ann every monday at 9am #Work"])
def test_span_that_is_ignored_is_a_part_of_the_title(text: str) -> None:
    task = read(text)

    kept = read_quick_add(
        text,
        now=datetime(2026, 11, 24, 10, tzinfo=BERLIN),
        zone=BERLIN,
        ignore=[(span.start, span.end) for span in task.spans],
    )

    assert (kept.title, kept.spans, kept.due, kept.category) == (text, (), None, None)


def test_what_stands_beside_an_ignored_span_is_read() -> None:
    text = "Read friday friday"

    task = read_quick_add(
        text, now=datetime(2026, 11, 24, 10, tzinfo=BERLIN), zone=BERLIN, ignore=[(5, 11)]
    )

    assert (task.title, show_due(task)) == ("Read friday", "2026-11-27")


@pytest.mark.parametrize("span", [(-5, -1), (3, 2), (90, 99), (-9, 99), (0, 0)])
def test_span_to_ignore_may_be_anything(span: tuple[int, int]) -> None:
    at = datetime(2026, 11, 24, 10, tzinfo=BERLIN)

    task = read_quick_add("Call tomorrow", now=at, zone=BERLIN, ignore=[span])

    assert task.due is None if span == (-9, 99) else task.title == "Call"
