"""Fill what new columns say of the rows that were there: their zone, day, place and completion.

Tasks of before have a due date that is an instant: its day is that of their owner's time zone. When
they were completed nobody wrote down; the last change is the nearest that is known.
"""

from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any
from zoneinfo import ZoneInfo

from django.db import migrations

BATCH = 2_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def place_of(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def describe(task: Any) -> dict[str, Any]:
    pk, zone, due_date, completed, created_at, updated_at = task
    return {
        "pk": pk,
        "time_zone": zone,
        "due_day": due_date.astimezone(ZoneInfo(zone)).date() if due_date else None,
        "completed_at": updated_at if completed else None,
        "position": place_of(created_at),
    }


def fill(apps: Any, editor: Any) -> None:
    # `move_database` migrates its target while the source is the default database.
    alias = editor.connection.alias
    task = apps.get_model("tasks", "Task")
    tasks = task.objects.using(alias)
    columns = ("user__time_zone", "due_date", "completed", "created_at", "updated_at")
    rows = tasks.order_by("pk").values_list("pk", *columns).iterator(BATCH)
    for batch in batched(rows, BATCH):
        values = [task(**describe(row)) for row in batch]
        names = ["time_zone", "due_day", "completed_at", "position"]
        tasks.bulk_update(values, names, batch_size=200)
    category = apps.get_model("tasks", "Category")
    categories = category.objects.using(alias)
    places = [
        category(pk=pk, position=place_of(at))
        for pk, at in categories.order_by("pk").values_list("pk", "created_at")
    ]
    categories.bulk_update(places, ["position"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0003_living")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
