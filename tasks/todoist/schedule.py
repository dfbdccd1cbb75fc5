"""When a task of an export starts and is due: its DATE and its DEADLINE."""

from __future__ import annotations

from dataclasses import replace

from tasks.todoist.dates import Due, Reader, UnkeptDateError, find_zone, read_date
from tasks.todoist.drafts import Dates, Limits
from tasks.todoist.export import Row
from tasks.todoist.losses import Report


def read_schedule(row: Row, reader: Reader, limits: Limits, report: Report) -> Dates:
    """Return when a task starts and is due; what is not kept goes to the report.

    Todoist's date says when to do it, its deadline until when it has to be done: with both, the
    task starts on the date and is due by the deadline.
    """
    due = read_column(row, "DATE", reader, limits, report)
    deadline = read_deadline(row, reader, limits, report)
    chosen = due or deadline
    if chosen is None:
        return Dates()
    check_zone(row, reader, report)
    if chosen.begins_when_read:
        reason = "Kept, from the import on: the file does not say which day is next."
        report.lose(row, "DATE", reason)
    if due and deadline:
        reason = say_why_unkept(due, deadline)
        if reason:
            report.lose(row, "DEADLINE", reason)
        elif due.at < deadline.at:
            return replace(write_dates(deadline), start_date=due.at)
    return write_dates(chosen)


def read_column(
    row: Row, column: str, reader: Reader, limits: Limits, report: Report
) -> Due | None:
    """Return what a date says; None where there is none, or none kept."""
    text, language = row.text(column), row.text(f"{column}_LANG")
    if not text:
        return None
    try:
        due = read_date(text, language, row.text("TIMEZONE"), reader)
        check_range(due, limits)
    except UnkeptDateError as error:
        report.lose(row, column, str(error))
        return None
    return due


def read_deadline(row: Row, reader: Reader, limits: Limits, report: Report) -> Due | None:
    """Return a task's deadline, which is a day."""
    deadline = read_column(row, "DEADLINE", reader, limits, report)
    if deadline and (deadline.recurrence or not deadline.all_day):
        report.lose(row, "DEADLINE", "A deadline is one day.")
        return None
    return deadline


def check_range(due: Due, limits: Limits) -> None:
    """Refuse an instant that no task can hold."""
    if not limits.earliest <= due.at <= limits.latest:
        years = f"{limits.earliest.year} to {limits.latest.year}"
        raise UnkeptDateError(f"A due date lies in the years {years}.")


def check_zone(row: Row, reader: Reader, report: Report) -> None:
    """Note a zone that nobody knows, beside a date that has an offset and does not need it."""
    try:
        find_zone(row.text("TIMEZONE"), reader.zone)
    except UnkeptDateError as error:
        report.lose(row, "TIMEZONE", str(error))


def write_dates(due: Due) -> Dates:
    """Return the dates of a task that is due then, and may be started at any time."""
    return Dates(due.at, None, due.all_day, due.zone.key, due.recurrence)


def say_why_unkept(due: Due, deadline: Due) -> str:
    """Return why a task that is due at its date cannot have the deadline; "" where it can."""
    if due.recurrence:
        return "A series has no deadline beside its dates."
    if not due.all_day:
        return "A task with a time has no deadline beside it."
    return "The deadline lies before the date." if deadline.at < due.at else ""
