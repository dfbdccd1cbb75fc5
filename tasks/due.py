"""When a task is due: on a day of its time zone, or at an instant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any  # Columns hold values of every type.
from zoneinfo import ZoneInfo

from tasks.recurrence import (
    Mode,
    Recurrence,
    RuleError,
    format_dtstart,
    make_recurrence,
    parse_dtstart,
)
from tasks.recurrence.wall_clock import day_start, to_instant, to_local


def settle_dates(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return dates and series of a task as they are stored, given its columns that say them.

    Raises RuleError for a series that cannot be.
    """
    zone, all_day = ZoneInfo(row["time_zone"]), row["all_day"]
    start, due, rrule, dtstart = row["start_date"], row["due_date"], row["rrule"], ""
    if rrule:
        mode = Mode(row["repeat_from"])
        series = settle_series(rrule, row["dtstart"], zone, due=due, all_day=all_day, mode=mode)
        rrule, dtstart = series.rrule, format_dtstart(series.dtstart)
        due = due or series.first.at
    due = settle(due, zone, all_day=all_day) if due else due
    return {
        "rrule": rrule,
        "dtstart": dtstart,
        "start_date": settle(start, zone, all_day=all_day) if start else start,
        "due_date": due,
        "due_day": day_of(due, zone) if due else None,
    }


def settle(at: datetime, zone: ZoneInfo, *, all_day: bool) -> datetime:
    """Return an instant in UTC, or the start of its day where the day alone is meant.

    In other zones an instant may be unequal to itself as the database gives it back: where a clock
    shows a time twice (PEP 495).
    """
    return day_start(day_of(at, zone), zone) if all_day else at.astimezone(UTC)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """Return the day of an instant by the zone's calendar."""
    return to_local(at, zone).date()


def settle_series(
    rrule: str, dtstart: str, zone: ZoneInfo, *, due: datetime | None, all_day: bool, mode: Mode
) -> Recurrence:
    """Return the series of a task, checked.

    Without DTSTART it begins when the task is due; one that is a day while the task is due at a
    time, or the other way round, follows the task. Raises RuleError where the rule or DTSTART
    cannot be taken, and where nothing says when the series begins.
    """
    start = read_dtstart(dtstart) if dtstart else local_due(due, zone)
    if all_day:
        start = start.date() if isinstance(start, datetime) else start
    elif not isinstance(start, datetime):
        at = local_due(due, zone).time() if due else time()
        start = datetime.combine(start, at)
    return make_recurrence(rrule, dtstart=start, zone=zone, mode=mode)


def local_due(due: datetime | None, zone: ZoneInfo) -> datetime:
    """Return when a task is due on the clock of its zone, in whole seconds."""
    if due is None:
        raise RuleError("A series needs a due date. Say when the task is due first.")
    return to_local(due, zone).replace(microsecond=0)


def read_dtstart(text: str) -> date | datetime:
    """Return DTSTART from its text; raises RuleError that says how to write it."""
    try:
        return parse_dtstart(text)
    except ValueError as error:
        raise RuleError(
            "DTSTART is a day or a time on the clock: write 20261231 or 20261231T180000."
        ) from error


def keep_distance(
    earlier: datetime, *, due: datetime, next_due: datetime, zone: ZoneInfo
) -> datetime:
    """Return the instant that is before the next due date what `earlier` was before this one.

    The distance is counted on the clock on the wall, as that of the due dates is. An instant that
    a change of the clock would move past the due date is the due date.
    """
    distance = to_local(due, zone) - to_local(earlier, zone)
    return min(to_instant(to_local(next_due, zone) - distance, zone), next_due)


def follow_clock(at: datetime, zone: ZoneInfo, *, into: ZoneInfo) -> datetime:
    """Return the instant at which the clock of another zone reads what this one's does at `at`."""
    return to_instant(to_local(at, zone), into)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day starts; for one that the zone skips, the next day does."""
    return day_start(day, zone)
