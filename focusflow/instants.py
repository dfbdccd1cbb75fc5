"""Which instants FocusFlow takes: those whose date has four digits in every time zone."""

from datetime import UTC, date, datetime

FIRST_INSTANT = datetime(1900, 1, 1, tzinfo=UTC)
LAST_INSTANT = datetime(9998, 12, 31, tzinfo=UTC)

# Days that lie between them in every time zone.
FIRST_DAY = date(1900, 1, 2)
LAST_DAY = date(9998, 12, 29)

DAY_OUT_OF_RANGE = "The day lies outside the years 1900 to 9998."
OUT_OF_RANGE = "The instant lies outside the years 1900 to 9998."
