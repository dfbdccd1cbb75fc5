"""Give searches an index.

What it is stands in `tasks.indexing`, for the command that makes it anew too. Where PostgreSQL has
not the extensions for it, or does not let this role create them, the migration goes on: searches
find the same without, and a system check says what to do.
"""

from logging import getLogger
from typing import Any

from django.db import Error, migrations

from tasks.indexing import drop_index, make_index


def add(apps: Any, editor: Any) -> None:
    try:
        make_index(editor.connection)
    except Error as error:
        if editor.connection.vendor == "sqlite":
            raise
        getLogger("focusflow").warning(
            "Searches go without an index (%s): `manage.py check --database default` says what "
            "to do.",
            str(error).strip(),
        )


def remove(apps: Any, editor: Any) -> None:
    drop_index(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0009_fold")]

    operations = [migrations.RunPython(add, remove)]
