"""Streaks of many habits anew: in SQL, and by the rule in Python.

    DATABASE_URL=postgres://… python -m benchmarks.speed.rebuild 2000

Prints check-ins a second as JSON, the medians of three rounds in turns, each of habits that are
stored wrongly before (`benchmarks/streaks.py`). For a database without habits.
"""

from __future__ import annotations

import json
import statistics
import sys

ROUNDS, DAYS = 3, 365
SIDES = {"rule": "rule, wrong", "sql": "sql, wrong"}


def measure(habits: int) -> dict[str, float]:
    """Return check-ins a second, by the side."""
    from benchmarks.streaks import make, take_turns

    make(habits, DAYS)
    speeds = take_turns(ROUNDS, DAYS)
    return {name: statistics.median(speeds[side]) for name, side in SIDES.items()}


def main() -> None:
    """Print what was measured."""
    import django

    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))


if __name__ == "__main__":
    main()
