"""Count a task's description up, a transaction each time: a writer of `scenarios/writers.py`.

python -m benchmarks.faults.count_up ROW TIMES
"""

from __future__ import annotations

import sys

import django


def main() -> None:
    """Read the row and write what follows, as often as told."""
    django.setup()
    from django.db import transaction

    from tasks.models import Task

    row, times = map(int, sys.argv[1:])
    for _ in range(times):
        with transaction.atomic():
            task = Task.objects.get(pk=row)
            task.change(description=str(int(task.description) + 1))


if __name__ == "__main__":
    main()
