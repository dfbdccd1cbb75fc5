"""Completing and skipping: what is due next, what ends, and what goes along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Event, User
from accounts.tests.threads import client_of
from tasks.actions import (
    DoneAlreadyError,
    NoSeriesError,
    complete,
    skip,
)
from tasks.models import Occurrence, Task
from tasks.tests.make import instant, make_series, make_task, moment

TASKS = "/api/v1/tasks/"
BERLIN = "Europe/Berlin"
MONDAYS = "FREQ=WEEKLY;BYDAY=MO"
RULES = {
    "MONDAYS": MONDAYS,
    "AT_0230": "FREQ=DAILY;BYHOUR=2;BYMINUTE=30",
    # "Monthly" from the 31st and yearly from 29 February, as quick add and the editor write them.
    "LAST_BY_31": "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
    "LEAP_DAY": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1",
    # The instant at which it is due, and the second before.
    "UNTIL_0900": "FREQ=DAILY;UNTIL=20261202T080000Z",
    "UNTIL_0859": "FREQ=DAILY;UNTIL=20261202T075959Z",
}

Door = Callable[[Task, datetime, Any], Occurrence]


def by_action(task: Task, at: datetime, time_machine: Any) -> Occurrence:
    """Complete a task in Python."""
    occurrence = complete(task=task, now=moment(task.user, at))
    task.refresh_from_db()
    return occurrence


def by_api(task: Task, at: datetime, time_machine: Any) -> Occurrence:
    """Complete a task over the API, whose clock is moved there."""
    time_machine.move_to(at, tick=False)
    answer = client_of(task.user).post(f"{TASKS}{task.pk}/complete/", {})
    assert answer.status_code == 200, answer.content
    task.refresh_from_db()
    shown = answer.json()
    assert shown["task"]["version"] == task.version
    return Occurrence.objects.get(pk=shown["occurrence"]["id"])


DOORS = pytest.mark.parametrize("door", [by_action, by_api])


def reading(task: Task) -> str | None:
    """Return when a task is due as its clock reads; None when it is completed."""
    if task.completed:
        return None
    assert task.due_date is not None
    local = task.due_date.astimezone(ZoneInfo(task.time_zone))
    assert local.date() == task.due_day
    return str(task.due_day) if task.all_day else f"{local:%Y-%m-%d %H:%M %z}"


def read_table(text: str) -> dict[str, tuple[str, str, str, str, str | None, int]]:
    """Return the cases of a table by their lines.

    Its columns are the zone, when a series is due, its rule, when it is completed by that clock,
    what is due next, and how many were missed where there were any.
    """
    cases = {}
    for line in text.strip().splitlines():
        if not line.strip().startswith("#"):
            zone, due, rule, done, expected, *missed = line.strip().split(" | ")
            rrule = RULES.get(rule, f"FREQ={rule}")
            following = None if expected == "completed" else expected
            cases[line.strip()] = (zone, due, rrule, done, following, int(*missed))
    return cases


SCHEDULE = read_table("""
    # On time, ahead, far ahead, late, and at the very instant of the next one.
    UTC | 2026-11-30 09:00 | MONDAYS | 2026-11-30 09:30 | 2026-12-07 09:00 +0000
    UTC | 2026-11-30 09:00 | MONDAYS | 2026-11-27 12:00 | 2026-12-07 09:00 +0000
    UTC | 2026-11-30 09:00 | MONDAYS | 2026-10-01 01:00 | 2026-12-07 09:00 +0000
    UTC | 2026-11-30 09:00 | MONDAYS | 2026-12-16 12:00 | 2026-12-21 09:00 +0000 | 2
    UTC | 2026-11-30 09:00 | MONDAYS | 2026-12-07 09:00 | 2026-12-14 09:00 +0000 | 1
    # The same with days.
    UTC | 2026-11-30 | MONDAYS | 2026-11-27 12:00 | 2026-12-07
    UTC | 2026-11-30 | MONDAYS | 2026-11-30 23:59 | 2026-12-07
    UTC | 2026-11-30 | MONDAYS | 2026-12-16 12:00 | 2026-12-21 | 2
    UTC | 2026-11-30 | MONDAYS | 2026-12-07 00:00 | 2026-12-14 | 1
    # Over the year's end.
    UTC | 2026-12-31 09:00 | DAILY | 2026-12-31 10:00 | 2027-01-01 09:00 +0000
    # The clock skips the time: it moves forward. It shows it twice: the first is meant.
    Europe/Berlin | 2026-03-28 02:30 | DAILY | 2026-03-28 08:00 | 2026-03-29 03:30 +0200
    Europe/Berlin | 2026-03-29 03:30 | AT_0230 | 2026-03-29 08:00 | 2026-03-30 02:30 +0200
    Europe/Berlin | 2026-10-24 02:30 | DAILY | 2026-10-24 08:00 | 2026-10-25 02:30 +0200
    Europe/Berlin | 2026-10-25 02:30 | DAILY | 2026-10-25 02:45 | 2026-10-26 02:30 +0100
    Europe/Berlin | 2026-03-23 09:00 | MONDAYS | 2026-03-23 10:00 | 2026-03-30 09:00 +0200
    Europe/Berlin | 2026-03-28 | DAILY | 2026-03-28 10:00 | 2026-03-29
    America/New_York | 2026-03-07 02:30 | DAILY | 2026-03-07 08:00 | 2026-03-08 03:30 -0400
    America/New_York | 2026-10-31 01:30 | DAILY | 2026-10-31 08:00 | 2026-11-01 01:30 -0400
    America/New_York | 2026-11-01 01:30 | DAILY | 2026-11-01 08:00 | 2026-11-02 01:30 -0500
    Australia/Lord_Howe | 2026-10-03 02:15 | DAILY | 2026-10-03 08:00 | 2026-10-04 02:45 +1100
    Australia/Lord_Howe | 2026-04-04 01:45 | DAILY | 2026-04-04 08:00 | 2026-04-05 01:45 +1100
    Australia/Lord_Howe | 2026-04-05 01:45 | DAILY | 2026-04-05 08:00 | 2026-04-06 01:45 +1030
    Pacific/Apia | 2011-12-29 09:00 | DAILY | 2011-12-29 10:00 | 2011-12-31 09:00 +1400
    Pacific/Apia | 2011-12-29 | DAILY | 2011-12-29 10:00 | 2011-12-31
    # By RFC 5545 what a month has not is skipped; the rules that are written here are anchored.
    UTC | 2027-01-31 | MONTHLY | 2027-01-31 12:00 | 2027-03-31
    UTC | 2027-01-31 | MONTHLY;BYMONTHDAY=31 | 2027-01-31 12:00 | 2027-03-31
    UTC | 2027-01-31 | LAST_BY_31 | 2027-01-31 12:00 | 2027-02-28
    UTC | 2028-01-31 | LAST_BY_31 | 2028-01-31 12:00 | 2028-02-29
    UTC | 2028-02-29 | LAST_BY_31 | 2028-02-29 12:00 | 2028-03-31
    UTC | 2027-02-28 | MONTHLY;BYMONTHDAY=-1 | 2027-02-28 12:00 | 2027-03-31
    UTC | 2028-02-29 | YEARLY | 2028-02-29 12:00 | 2032-02-29
    UTC | 2028-02-29 | LEAP_DAY | 2028-02-29 12:00 | 2029-02-28
    # The last one completes the task, and late so does an earlier one.
    UTC | 2026-12-01 | DAILY;COUNT=3 | 2026-12-02 12:00 | 2026-12-03 | 1
    UTC | 2026-12-01 | DAILY;COUNT=1 | 2026-12-01 12:00 | completed
    UTC | 2026-12-01 | DAILY;COUNT=3 | 2026-12-10 12:00 | completed | 2
    UTC | 2026-12-01 | DAILY;UNTIL=20261202 | 2026-12-01 12:00 | 2026-12-02
    UTC | 2026-12-02 | DAILY;UNTIL=20261202 | 2026-12-02 12:00 | completed
    Europe/Berlin | 2026-12-01 09:00 | UNTIL_0900 | 2026-12-01 12:00 | 2026-12-02 09:00 +0100
    Europe/Berlin | 2026-12-01 09:00 | UNTIL_0859 | 2026-12-01 12:00 | completed
""")
COMPLETION = read_table("""
    UTC | 2026-12-01 09:00 | DAILY;INTERVAL=3 | 2026-12-05 20:00 | 2026-12-08 09:00 +0000
    UTC | 2026-12-01 09:00 | DAILY;INTERVAL=3 | 2026-11-30 20:00 | 2026-12-03 09:00 +0000
    UTC | 2026-12-10 09:00 | DAILY | 2026-12-01 20:00 | 2026-12-11 09:00 +0000
    UTC | 2026-12-01 | WEEKLY | 2026-12-09 20:00 | 2026-12-16
    UTC | 2026-12-01 09:00 | HOURLY;INTERVAL=8 | 2026-12-02 10:17 | 2026-12-02 18:17 +0000
    UTC | 2027-01-31 09:00 | MONTHLY | 2027-01-31 20:00 | 2027-02-28 09:00 +0000
    UTC | 2028-02-29 | YEARLY | 2028-02-29 20:00 | 2029-02-28
    Europe/Berlin | 2026-03-20 02:30 | DAILY;INTERVAL=3 | 2026-03-26 08:00 | 2026-03-29 03:30 +0200
    Europe/Berlin | 2026-10-20 02:30 | DAILY;INTERVAL=3 | 2026-10-22 08:00 | 2026-10-25 02:30 +0200
    Pacific/Apia | 2011-12-20 | DAILY | 2011-12-29 10:00 | 2011-12-31
    UTC | 2026-12-01 | DAILY;COUNT=1 | 2026-12-10 12:00 | completed
    UTC | 2026-12-01 | DAILY;COUNT=2 | 2026-12-10 12:00 | 2026-12-11
    UTC | 2026-12-01 | DAILY;UNTIL=20261210 | 2026-12-10 12:00 | completed
""")


@DOORS
@pytest.mark.parametrize("case", SCHEDULE)
def test_completion_from_schedule(case: str, door: Door, ann: User, time_machine: Any) -> None:
    zone, due, rrule, done, expected, missed = SCHEDULE[case]
    ann.change(time_zone=zone)
    task = make_series(ann, due, rrule, zone)
    was = (task.due_date, task.due_day)

    occurrence = door(task, instant(done, zone), time_machine)

    assert (reading(task), occurrence.missed) == (expected, missed)
    assert (occurrence.status, occurrence.at) == ("completed", instant(done, zone))
    assert (occurrence.due_date, occurrence.due_day) == was
    assert task.completed_at == (None if expected else instant(done, zone))


@DOORS
@pytest.mark.parametrize("case", COMPLETION)
def test_completion_from_completion(case: str, door: Door, ann: User, time_machine: Any) -> None:
    zone, due, rrule, done, expected, missed = COMPLETION[case]
    ann.change(time_zone=zone)
    task = make_series(ann, due, rrule, zone, repeat_from="completion")

    occurrence = door(task, instant(done, zone), time_machine)

    assert (reading(task), occurrence.missed) == (expected, missed)


@DOORS
def test_completion_of_what_is_due_once(door: Door, ann: User, time_machine: Any) -> None:
    task, at = make_task(ann), instant("2026-12-01 12:00")

    occurrence = door(task, at, time_machine)

    assert (task.completed, task.completed_at, task.version) == (True, at, 2)
    assert (occurrence.due_date, occurrence.due_day, occurrence.missed) == (None, None, 0)


@pytest.mark.parametrize(("hour", "expected"), [("02:59", "2026-12-08"), ("03:00", "2026-12-09")])
def test_completion_counts_from_the_persons_day(hour: str, expected: str, ann: User) -> None:
    ann.change(day_starts_at=3)
    task = make_series(ann, "2026-12-01", "FREQ=WEEKLY", repeat_from="completion")

    complete(task=task, now=moment(ann, instant(f"2026-12-02 {hour}")))

    assert reading(task) == expected


def test_series_from_completion_counts_each_until_its_count(ann: User) -> None:
    task = make_series(ann, "2026-12-01", "FREQ=DAILY;COUNT=3", repeat_from="completion")

    readings = []
    for day in (5, 7, 9):
        complete(task=task, now=moment(ann, instant(f"2026-12-0{day} 12:00")))
        readings.append(reading(task))

    assert readings == ["2026-12-06", "2026-12-08", None]


def test_count_leaves_out_what_was_done_by_another_rule(ann: User) -> None:
    task = make_series(ann, "2026-12-01", "FREQ=DAILY", repeat_from="completion")
    for day in (1, 2, 3):
        complete(task=task, now=moment(ann, instant(f"2026-12-0{day} 12:00")))
    task.change(rrule="FREQ=DAILY;COUNT=2", dtstart="")

    complete(task=task, now=moment(ann, instant("2026-12-04 12:00")))

    assert reading(task) == "2026-12-05"
    complete(task=task, now=moment(ann, instant("2026-12-05 12:00")))
    assert reading(task) is None


# --- The start date -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "start", "due", "rrule", "expected"),
    [
        ("UTC", "2026-11-28 09:00", "2026-11-30 09:00", MONDAYS, "2026-12-05 09:00 +0000"),
        # Two days before by the clock, which are 47 and 49 hours.
        (BERLIN, "2026-03-20 09:00", "2026-03-22 09:00", "FREQ=WEEKLY", "2026-03-27 09:00 +0100"),
        (BERLIN, "2026-10-16 09:00", "2026-10-18 09:00", "FREQ=WEEKLY", "2026-10-23 09:00 +0200"),
        # The clock skips 02:15, and would show 03:15 instead, which is after the due date.
        (BERLIN, "2026-03-28 02:15", "2026-03-28 03:00", "FREQ=DAILY", "2026-03-29 03:00 +0200"),
        ("UTC", "2026-11-28", "2026-11-30", MONDAYS, "2026-12-05 00:00 +0000"),
    ],
)
def test_start_date_moves_along_on_the_clock(
    zone: str, start: str, due: str, rrule: str, expected: str, ann: User
) -> None:
    task = make_series(ann, due, rrule, zone, start_date=instant(start, zone))

    complete(task=task, now=moment(ann, instant(due, zone)))

    task.refresh_from_db()
    assert task.start_date is not None
    assert f"{task.start_date.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %z}" == expected


def test_start_date_in_the_hour_that_comes_twice_stays_before_the_due_date(ann: User) -> None:
    berlin = ZoneInfo(BERLIN)
    due = datetime(2026, 10, 25, 2, 10, tzinfo=berlin, fold=1)
    task = make_task(
        ann,
        time_zone=BERLIN,
        start_date=datetime(2026, 10, 25, 2, 50, tzinfo=berlin),
        due_date=due,
        rrule="FREQ=DAILY",
    )

    complete(task=task, now=moment(ann, due))

    assert task.start_date == task.due_date == instant("2026-10-26 02:10", BERLIN)


# --- Skipping -----------------------------------------------------------------------------------


def test_skip_moves_on_and_is_kept(ann: User) -> None:
    task = make_series(ann, "2026-11-30 09:00", MONDAYS)
    subtask = make_task(ann, parent=task)

    occurrence = skip(task=task, now=moment(ann, instant("2026-11-28 12:00")))

    assert reading(task) == "2026-12-07 09:00 +0000"
    assert (occurrence.status, occurrence.due_day) == ("skipped", instant("2026-11-30").date())
    subtask.refresh_from_db()
    assert (subtask.completed, subtask.version) == (False, 1)


def test_skip_of_the_last_one_completes_the_task(ann: User) -> None:
    task = make_series(ann, "2026-11-30", "FREQ=DAILY;COUNT=1")

    skip(task=task, now=moment(ann, instant("2026-11-30 12:00")))

    assert task.completed


def test_skip_of_what_is_due_once_is_refused(ann: User) -> None:
    task = make_task(ann, due_date=instant("2026-11-30 09:00"))

    with pytest.raises(NoSeriesError):
        skip(task=task, now=moment(ann, instant("2026-11-30 12:00")))

    assert not Occurrence.objects.exists()


# --- What is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("act", [complete, skip])
def test_occurrence_that_somebody_else_completed_is_refused(act: Any, ann: User) -> None:
    task = make_series(ann, "2026-11-30", MONDAYS)
    theirs = Task.objects.get(pk=task.pk)
    now = moment(ann, instant("2026-11-30 12:00"))
    complete(task=theirs, now=now)

    with pytest.raises(DoneAlreadyError):
        act(task=task, now=now)

    assert Occurrence.objects.count() == 1


def test_task_that_is_completed_or_in_the_trash_is_refused(ann: User) -> None:
    now = moment(ann, instant("2026-11-30 12:00"))
    done = make_task(ann, completed=True)
    gone = make_task(ann, deleted_at=now.at)

    with pytest.raises(DoneAlreadyError):
        complete(task=done, now=now)
    with pytest.raises(Task.DoesNotExist):
        complete(task=gone, now=now)


def test_completion_is_in_the_history(ann: User) -> None:
    task = make_series(ann, "2026-11-30", MONDAYS)

    complete(task=task, now=moment(ann, instant("2026-11-30 12:00")))

    changed, made = Event.objects.filter(kind__in=["task", "occurrence"]).order_by("id")[1:]
    assert changed.after == {"due_date": "2026-12-07T00:00:00Z"}
    assert (made.kind, made.action) == ("occurrence", "created")
    assert made.after is not None
    assert made.after["task"] == task.pk
    assert "before" not in made.after
