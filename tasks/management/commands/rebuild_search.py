"""Fold all tasks anew for searches, and make the index anew."""

from __future__ import annotations

from typing import Any  # Options hold values of every type.

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection

from tasks.indexing import make_index
from tasks.models import Task


class Command(BaseCommand):
    """Mends what searches read."""

    help = (
        "Write anew what searches of tasks read, and make their index. Needed after the extensions "
        "that PostgreSQL lacked were created, after tasks were written past FocusFlow, and for "
        "letters that a newer Python knows."
    )

    def handle(self, **options: Any) -> None:
        """Fold, then make the index."""
        Task.objects.all().refold()
        try:
            make_index(connection)
        except Error as error:
            raise CommandError(
                f"Searches stay without an index: {str(error).strip()}. Run `python manage.py "
                "check --database default`, which says what to do."
            ) from error
        self.stdout.write(f"{Task.objects.count()} tasks can be searched.")
