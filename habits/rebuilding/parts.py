"""Rebuilds stored streaks, a part of the habits at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import batched
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

from accounts.actions.locks import lock_accounts
from habits.deriving import PART, derive_part
from habits.models import Habit
from habits.querysets import HabitQuerySet
from habits.rebuilding.periods import PERIODS
from habits.rebuilding.statements import update_of
from habits.rules import Kind

# Habits of which a statement derives the streaks, a fifth of a second with a year of check-ins:
# for as long those who write to their accounts wait.
PART_IN_SQL: Final = 1_000
IN_SQL: Final = Q(kind=Kind.YES_NO.value, frequency__in=[frequency.value for frequency in PERIODS])


@dataclass
class Rebuilt:
    """How many habits were looked at, by SQL and by the rule, and how many differed."""

    in_sql: int = 0
    by_rule: int = 0
    differing: int = 0


def rebuild(
    habits: HabitQuerySet, advance: Callable[[str, int], object], *, with_strength: bool = False
) -> Rebuilt:
    """Derive the streaks of these habits anew, and write what differs from what is stored.

    SQL derives the streaks of yes/no habits that are daily, or asked for on weekdays, in weeks or
    in months. `habits.streaks` derives those of all others, and their strength; with strength,
    those of all. Each part is a transaction of its own, which locks its accounts as every writer
    does, so that people may write meanwhile. Calls `advance` with what was done and how many habits
    that were. Raises what a database raises; parts that are done stay so.
    """
    rows = habits.order_by("user_id", "pk")
    by_rule = rows if with_strength else rows.exclude(IN_SQL)
    in_sql = rows.none() if with_strength else rows.filter(IN_SQL)
    rebuilt = Rebuilt()
    for part in batched(list(in_sql.values_list("pk", "user_id")), PART_IN_SQL):
        rebuilt.differing += rebuild_part(part, derive_in_sql)
        rebuilt.in_sql += len(part)
        advance("by SQL", len(part))
    for part in batched(list(by_rule.values_list("pk", "user_id")), PART):
        rebuilt.differing += rebuild_part(part, derive_part)
        rebuilt.by_rule += len(part)
        advance("by the rule", len(part))
    return rebuilt


@transaction.atomic
def rebuild_part(rows: Iterable[tuple[int, int]], derive: Callable[[list[int]], int]) -> int:
    """Derive habits, given with their owners, and return how many differed.

    Those that went to another account since they were read are left alone: whoever moved them
    derived them, and their new owner's account is not locked.
    """
    owners = dict(rows)
    lock_accounts(owners.values())
    same = Habit.objects.filter(pk__in=owners, user__in=set(owners.values())).order_by("pk")
    return derive(list(same.select_for_update(no_key=True).values_list("pk", flat=True)))


def derive_in_sql(ids: list[int]) -> int:
    """Derive the streaks of habits whose accounts are locked, and return how many differed."""
    with connection.cursor() as cursor:
        differing = 0
        for frequency in PERIODS:
            cursor.execute(update_of(frequency, connection.vendor), [json.dumps(ids)])
            differing += cursor.rowcount
    return differing
