"""Fill what is searched of the tasks that were there, their tags among it."""

from itertools import batched
from typing import Any

from django.db import migrations

from focusflow.bulk import write_texts
from tasks.folding import join_parts

# A description may have 50,000 characters.
BATCH = 500


def fold(apps: Any, editor: Any) -> None:
    alias = editor.connection.alias
    task = apps.get_model("tasks", "Task")
    link = apps.get_model("tasks", "TaskTag")
    columns = ("pk", "title", "description")
    ids = task.objects.using(alias).order_by("pk").values_list("pk", flat=True)
    for batch in batched(list(ids), BATCH):
        rows = task.objects.using(alias).filter(pk__in=batch).values_list(*columns)
        names = link.objects.using(alias).filter(task__in=batch).values_list("task", "tag__name")
        tags: dict[int, list[str]] = {}
        for pk, name in names:
            tags.setdefault(pk, []).append(name)
        texts = {pk: join_parts(title, tags.get(pk, ()), text) for pk, title, text in rows}
        write_texts(task, "search_text", texts, using=alias)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0008_search_text")]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
