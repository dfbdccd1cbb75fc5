"""Database functions that Django has not, or whose SQLite form differs from its own."""

from typing import Any

from django.db.models import DateField, Func
from django.db.models.functions import Now as DjangoNow


class Now(DjangoNow):
    """The database's clock, in SQLite written as Django writes instants.

    SQLite compares instants as text. Django's own Now() writes milliseconds and the driver
    microseconds, so that equal instants would differ, and pages cut at one would skip rows.
    """

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Write six digits after the point, or none, as ``datetime.isoformat`` does."""
        template = (
            "REPLACE(STRFTIME('%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f000', 'NOW'), '.000000', '')"
        )
        return self.as_sql(compiler, connection, template=template, **extra)


class Today(Func):
    """The day by the database's clock; in UTC, as sessions of ours are."""

    template = "CURRENT_DATE"
    arity = 0
    allowed_default = True
    output_field = DateField()
