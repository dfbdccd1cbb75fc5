"""How the two databases count days: as `date.toordinal` does, and months since the year 0.

Each function takes SQL of its own project's and returns SQL; percent signs are doubled, since the
statements have parameters.
"""

from __future__ import annotations

from typing import Final, Protocol


class Dialect(Protocol):
    """The arithmetic of dates, of expressions."""

    # The rows of a parameter that holds ids, as JSON.
    ids: str

    def ordinal(self, day: str) -> str:
        """Return the number of a date."""

    def day_of(self, ordinal: str) -> str:
        """Return the date of a number."""

    def month(self, day: str) -> str:
        """Return the number of a date's month, of which January of the year 0 is 0."""

    def last_day_of(self, month: str) -> str:
        """Return the last date of a month of this number."""


class PostgreSQL:
    """A difference of dates is a number of days."""

    ids = "SELECT value::bigint FROM json_array_elements_text(%s) AS id (value)"

    def ordinal(self, day: str) -> str:
        """Count from the first day of the year 1."""
        return f"({day} - DATE '0001-01-01' + 1)"

    def day_of(self, ordinal: str) -> str:
        """Add to it."""
        return f"(DATE '0001-01-01' + ({ordinal} - 1)::integer)"

    def month(self, day: str) -> str:
        """Take the date apart; `date_part` is quicker than EXTRACT, which is exact."""
        year, month = (f"date_part('{part}', {day})::integer" for part in ("year", "month"))
        return f"({year} * 12 + {month} - 1)"

    def last_day_of(self, month: str) -> str:
        """Go back a day from the first of the next month."""
        first = f"make_date({month} / 12, {month} %% 12 + 1, 1)"
        return f"({first} + INTERVAL '1 month - 1 day')::date"


class SQLite:
    """Dates are texts; the Julian date of midnight ends in a half."""

    ids = "SELECT value FROM json_each(%s)"

    def ordinal(self, day: str) -> str:
        """Count from the first day of the year 1."""
        return f"CAST(julianday({day}) - 1721424.5 AS integer)"

    def day_of(self, ordinal: str) -> str:
        """Name the day of a Julian date."""
        return f"date({ordinal} + 1721424.5)"

    def month(self, day: str) -> str:
        """Take the text apart."""
        return f"(strftime('%%Y', {day}) * 12 + strftime('%%m', {day}) - 1)"

    def last_day_of(self, month: str) -> str:
        """Go back a day from the first of the next month."""
        first = f"printf('%%04d-%%02d-01', {month} / 12, {month} %% 12 + 1)"
        return f"date({first}, '+1 month', '-1 day')"


DIALECTS: Final[dict[str, Dialect]] = {"postgresql": PostgreSQL(), "sqlite": SQLite()}
