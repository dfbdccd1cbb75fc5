"""Delete for good what has been in the trash for its time."""

from __future__ import annotations

from typing import Any  # Options of a command hold values of every type.

from django.core.management.base import BaseCommand
from django.utils import timezone

from tasks.actions import empty_trash
from tasks.querysets import TRASH_DAYS


class Command(BaseCommand):
    """Empties the trash of everybody; the worker does it once a day."""

    help = (
        f"Delete for good the tasks that have been in the trash for {TRASH_DAYS} days, of every "
        "account. The worker does this once a day."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete them and say how many they were."""
        count = empty_trash(at=timezone.now())
        self.stdout.write(f"Deleted for good: {count} task{'' if count == 1 else 's'}.")
