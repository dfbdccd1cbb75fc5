"""Dates as Todoist exports them: ISO 8601, or words in one of its languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from accounts.calendar import local_date, zone_names
from tasks.quick_add import DateText, Problem, read_date_text
from tasks.recurrence import Mode, Recurrence
from tasks.recurrence.series import first_since
from tasks.recurrence.wall_clock import day_start

ISO_DATE: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
# The language of a row without one is English, too.
ENGLISH: Final = frozenset({"en", ""})
NO_SUCH_DATE: Final = "There is no such date in the calendar."
RELATIVE: Final = "Another day whenever it is read: only a date with its year is kept."
PROBLEMS: Final = {
    Problem.NO_SUCH_DATE: NO_SUCH_DATE,
    Problem.NO_SUCH_TIME: "There is no such time of a day.",
    Problem.UNCLEAR_TIME: "The time may be in the morning or in the evening.",
    Problem.NEVER_OCCURS: "It never occurs, or ends before it starts.",
}


class UnkeptDateError(Exception):
    """A date cannot be kept; the message is the reason."""


@dataclass(frozen=True)
class Reader:
    """Whose rows they become (an id), and when and by which clock and calendar dates are read.

    `now` is an aware instant; weeks begin on `week_start` (1 for Monday to 7 for Sunday), days at
    the hour `day_starts_at`.
    """

    owner: int
    now: datetime
    zone: ZoneInfo
    week_start: int = 1
    day_starts_at: int = 0


@dataclass(frozen=True)
class Due:
    """When something is due: a UTC instant, or with `all_day` a day of the zone by its start.

    Of a series it is the first occurrence that is not past. `begins_when_read`: only the import
    says when it begins.
    """

    at: datetime
    all_day: bool
    zone: ZoneInfo
    recurrence: Recurrence | None = None
    begins_when_read: bool = False


def read_date(text: str, language: str, zone_name: str, reader: Reader) -> Due:
    """Return what a date says, in the zone named or in the reader's where the name is "".

    Words are English and say the same whenever they are read: a date with its year, or a
    recurrence; the grammar is quick add's. Raises UnkeptDateError for all others.
    """
    if match := ISO_DATE.fullmatch(text):
        return read_iso(text, zone_name, reader, all_day=match[1] is None)
    zone = find_zone(zone_name, reader.zone)
    if language.casefold() not in ENGLISH:
        raise UnkeptDateError("Of dates in words, only English ones are read.")
    return read_words(text, zone, reader)


def read_iso(text: str, zone_name: str, reader: Reader, *, all_day: bool) -> Due:
    """Read a day, or a date and time with or without an offset.

    A time that the clock skips or shows twice is taken by the offset before the change (RFC 5545,
    section 3.3.5).
    """
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            zone = find_zone(zone_name, reader.zone)
            at = at.replace(tzinfo=zone)
        else:
            # The instant is known even where the zone is not.
            zone = ZoneInfo(zone_name) if zone_name in zone_names() else reader.zone
        return Due(at.astimezone(UTC), all_day, zone)
    except (ValueError, OverflowError) as error:
        raise UnkeptDateError(NO_SUCH_DATE) from error


def read_words(text: str, zone: ZoneInfo, reader: Reader) -> Due:
    """Read a date with its year, or a recurrence."""
    said = read_date_text(
        text,
        now=reader.now,
        zone=zone,
        week_start=reader.week_start,
        day_starts_at=reader.day_starts_at,
    )
    if isinstance(said, Problem):
        raise UnkeptDateError(PROBLEMS[said])
    if said is None:
        raise UnkeptDateError("These words are not read as a date.")
    if said.is_relative:
        raise UnkeptDateError(RELATIVE)
    at = find_next(said, said.recurrence, reader) if said.recurrence else said.due
    return Due(at, said.all_day, zone, said.recurrence, said.begins_when_read)


def find_next(said: DateText, series: Recurrence, reader: Reader) -> datetime:
    """Return the first occurrence that is not past; from completion nobody knows another."""
    if series.mode is Mode.COMPLETION:
        return said.due
    today = local_date(reader.now, series.zone, reader.day_starts_at)
    since = day_start(today, series.zone) if said.all_day else reader.now
    occurrence = first_since(series, since)
    if occurrence is None:
        raise UnkeptDateError("The series has ended.")
    return occurrence.at


def find_zone(name: str, own_zone: ZoneInfo) -> ZoneInfo:
    """Return the zone of that name, `own_zone` for ""; raises UnkeptDateError where none has it."""
    if not name:
        return own_zone
    if name not in zone_names():
        raise UnkeptDateError(f"The time zone {name} is not known here.")
    return ZoneInfo(name)
