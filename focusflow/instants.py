"""Which instants FocusFlow takes: those whose date has four digits in every time zone."""

from datetime import UTC, datetime

FIRST_INSTANT = datetime(1900, 1, 1, tzinfo=UTC)
LAST_INSTANT = datetime(9998, 12, 31, tzinfo=UTC)

OUT_OF_RANGE = "The instant lies outside the years 1900 to 9998."
