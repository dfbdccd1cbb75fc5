"""Fill what new columns say of the habits that were there: the first day that counts, and a place.

A habit starts on the day on which it was made, as its owner counts days. No door has written a
streak so far, and nothing that one could be counted from: numbers that are there were made up for
trying FocusFlow out.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import batched
from typing import Any
from zoneinfo import ZoneInfo

from django.db import migrations

BATCH = 2_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def place_of(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def local_date(at: datetime, zone: str, day_starts_at: int) -> date:
    wall_clock = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return (wall_clock - timedelta(hours=day_starts_at)).date()


def fill(apps: Any, editor: Any) -> None:
    # `move_database` migrates its target while the source is the default database.
    habit = apps.get_model("habits", "Habit")
    habits = habit.objects.using(editor.connection.alias)
    columns = ("created_at", "user__time_zone", "user__day_starts_at")
    rows = habits.order_by("pk").values_list("pk", *columns).iterator(BATCH)
    for batch in batched(rows, BATCH):
        values = [
            habit(pk=pk, start_date=local_date(at, *day), position=place_of(at), streak=0)
            for pk, at, *day in batch
        ]
        habits.bulk_update(values, ["start_date", "position", "streak"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("habits", "0002_checkins")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
