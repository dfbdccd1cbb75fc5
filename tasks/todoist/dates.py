"""Due dates as Todoist exports them: ISO 8601, or words in one of its languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from accounts.calendar import zone_names

ISO_DATE: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


class UnkeptDateError(Exception):
    """A date cannot be kept; the message is the reason."""


def read_date(text: str, zone_name: str, own_zone: ZoneInfo) -> datetime:
    """Return the UTC instant of an ISO 8601 day (its start) or date and time.

    Without an offset it is read in the zone named, or in `own_zone` where the name is "". A time
    that the clock skips or shows twice is taken by the offset before the change (RFC 5545, section
    3.3.5). Raises UnkeptDateError for words: they mean another day whenever they are read.
    """
    if not ISO_DATE.fullmatch(text):
        raise UnkeptDateError("Only a date such as 2026-12-31 or 2026-12-31T18:00 can be kept yet.")
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            at = at.replace(tzinfo=find_zone(zone_name, own_zone))
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnkeptDateError("There is no such date in the calendar.") from error


def find_zone(name: str, own_zone: ZoneInfo) -> ZoneInfo:
    """Return the zone of that name, `own_zone` for ""; raises UnkeptDateError where none has it."""
    if not name:
        return own_zone
    if name not in zone_names():
        raise UnkeptDateError(f"The time zone {name} is not known here.")
    return ZoneInfo(name)
