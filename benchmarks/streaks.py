"""What `rebuild_streaks` gains by SQL: check-ins a second, beside the Python rule, on one database.

    DATABASE_URL=postgres://… python -m benchmarks.streaks
    python -m benchmarks.streaks --habits 500 --days 365 --rounds 3

Makes daily yes/no habits, ten to an account, with a check-in on each day, every tenth a "no", in a
database of its own beside the one that DATABASE_URL names, and removes it. The sides take turns on
the same habits, each from locking accounts to the commit:

- `rule` is `rederive`: reads check-ins and rest, derives streaks and strength, writes what differs;
- `streaks` is the rule without the strength, which SQL does not derive: read, derive, no write;
- `sql` is `rebuild`: reads, derives streaks, writes what differs;
- `reading` counts the check-ins that are kept in the database, and does nothing else: no statement
  that looks at each row is quicker.

The rule is asked about a tenth of the habits, since its time grows with their number alone. "Wrong"
means that each habit is stored wrongly before, "right" that none is.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import django

HABITS_OF_ONE = 10
MAKE = {
    "postgresql": """
        INSERT INTO habits_checkin (user_id, habit_id, day, value)
        SELECT user_id, habits.id, start_date + number, CASE WHEN random() < 0.1 THEN 0 ELSE 1 END
        FROM habits, generate_series(0, %s - 1) AS number ORDER BY habits.id, number
    """,
}


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--habits", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focusflow.settings")
    os.environ.setdefault("DEBUG", "true")
    os.environ.setdefault("LOG_LEVEL", "warning")
    django.setup()
    from django.conf import settings
    from django.db import connection

    if connection.vendor not in MAKE:
        raise SystemExit("Name a server of PostgreSQL in DATABASE_URL.")
    # With DEBUG, Django keeps the text of each statement.
    settings.DEBUG = False
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        make(arguments.habits, arguments.days)
        measure(arguments.rounds, arguments.days)
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


def make(habits: int, days: int) -> None:
    """Make the rows; check-ins past the triggers, which would look at each."""
    from datetime import date

    from django.db import connection

    from accounts.models import User
    from habits.models import Habit

    owners = User.objects.bulk_create(
        User(email=f"{number}@example.org", name="Ann") for number in range(-(-habits // 10))
    )
    Habit.objects.bulk_create(
        Habit(
            user=owners[number // HABITS_OF_ONE],
            name=f"Habit {number}",
            frequency="daily",
            start_date=date(2025, 1, 1),
        )
        for number in range(habits)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(MAKE[connection.vendor], [days])
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def measure(rounds: int, days: int) -> None:
    """Let the sides take turns, and print the medians."""
    from django.core.management.base import OutputWrapper
    from django.db import connection

    from focusflow.printing import print_table
    from habits.models import Habit

    speeds = take_turns(rounds, days)
    rows = [
        (name, f"{statistics.median(speed):,.0f}", *ratios(speed, speeds))
        for name, speed in speeds.items()
    ]
    print(f"{connection.vendor}, {Habit.objects.count():,} habits, {days} days, {rounds} rounds")
    headers = ("side", "check-ins/s", "of rule, wrong", "of rule, right", "of streaks, right")
    print_table(OutputWrapper(sys.stdout), headers, rows)


def take_turns(rounds: int, days: int) -> dict[str, list[float]]:
    """Let the sides take turns on all habits; return each side's check-ins a second, by round."""
    from habits.models import Habit

    ids = list(Habit.objects.order_by("pk").values_list("pk", flat=True))
    some = ids[: max(len(ids) // 10, 1)]
    turns: dict[str, tuple[Callable[[list[int]], None], list[int], bool | None]] = {
        "rule, wrong": (by_rule, some, True),
        "sql, wrong": (by_sql, ids, True),
        "rule, right": (by_rule, some, False),
        "streaks, right": (streaks_by_rule, some, False),
        "sql, right": (by_sql, ids, False),
        "reading": (read, ids, False),
    }
    speeds: dict[str, list[float]] = {name: [] for name in turns}
    for number in range(rounds):
        for name, (work, which, is_wrong) in turns.items():
            if is_wrong:
                spoil(which)
            start = perf_counter()
            work(which)
            speeds[name].append(len(which) * days / (perf_counter() - start))
        shown = {name: f"{speed[-1]:,.0f}" for name, speed in speeds.items()}
        print(number + 1, shown, file=sys.stderr, flush=True)
    return speeds


def ratios(speed: list[float], speeds: dict[str, list[float]]) -> list[str]:
    """Return the medians of the rounds' ratios to each side of the rule."""
    peers = ("rule, wrong", "rule, right", "streaks, right")
    return [
        f"{statistics.median(a / b for a, b in zip(speed, speeds[peer], strict=True)):.1f}"
        for peer in peers
    ]


def spoil(ids: list[int]) -> None:
    """Store a streak of nothing, and tidy up as autovacuum would."""
    from django.db import connection

    from habits.models import Habit

    nothing = dict.fromkeys(("holds_until", "first_day", "last_day"))
    Habit._base_manager.filter(pk__in=ids).update(
        streak=0,
        longest_streak=0,
        longest_first_day=None,
        longest_last_day=None,
        strength_steps=[],
        **{f"streak_{name}": value for name, value in nothing.items()},
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM habits")


def by_rule(ids: list[int]) -> None:
    """Derive as every writer does, in parts."""
    from habits.deriving import rederive

    rederive(ids)


def streaks_by_rule(ids: list[int]) -> None:
    """Read the same rows and derive the streaks alone."""
    from itertools import batched

    from django.db.models import F

    from habits.deriving import PART, read_histories, rule_of
    from habits.models import Habit
    from habits.streaks import derive

    for part in batched(ids, PART):
        rows = Habit.objects.filter(pk__in=part).annotate(week_start=F("user__week_start"))
        habits: list[Any] = list(rows)  # with an annotation
        histories = read_histories(habits)
        for habit in habits:
            derive(rule_of(habit, habit.week_start), histories[habit.pk])


def by_sql(ids: list[int]) -> None:
    """Derive as the command does."""
    from habits.models import Habit
    from habits.rebuilding import rebuild

    rebuilt = rebuild(Habit.objects.all(), lambda *_: None)
    assert rebuilt.in_sql == len(ids)


def read(ids: list[int]) -> None:
    """Let the database look at each check-in once."""
    from habits.models import CheckIn

    CheckIn.objects.filter(value__gt=0).count()


if __name__ == "__main__":
    main()
