"""Keeps what follows from the rows of a habit: its streaks, and the steps of its strength.

They follow from the habit's rule, its check-ins, its days of rest and its owner's first day of the
week, by `habits.streaks` and `habits.strength`, and from nothing else: in whatever order rows were
written, and on whatever day. Models and querysets derive them in the transaction of each change, so
that no door can forget it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import DateField, F, Q

from accounts.actions.locks import lock_accounts
from focusflow import saving
from focusflow.statements import Among, IdsSlot, Slot, Statement
from habits.rules import History, Kind, Rule, RuleError
from habits.schedule import Frequency, Period, Schedule, ScheduleError
from habits.streaks import derive
from habits.strength import dump_steps, steps

if TYPE_CHECKING:
    from habits.models import Habit

# Columns that say what is asked for.
RULE_FIELDS: Final = frozenset(
    {"user", "frequency", "times", "span", "weekdays", "kind", "target", "start_date"}
)
# Columns that are derived.
DERIVED: Final = (
    "streak",
    "streak_holds_until",
    "streak_first_day",
    "streak_last_day",
    "longest_streak",
    "longest_first_day",
    "longest_last_day",
    "strength_steps",
)
# Habits whose check-ins are read at once.
PART: Final = 100
EVER: Final = Period(date.min, date.max)


@contextmanager
def deriving(owners: Collection[int]) -> Iterator[set[int]]:
    """Derive anew, after what is done inside, the habits whose ids are put into the set.

    All of it is one transaction. It locks the accounts of these owners first: who writes to the
    habits of an account waits for others who do, since days of rest, the week and new habits
    concern several rows at once. Two who each lock a row first could wait for each other.
    """
    with transaction.atomic(savepoint=False):
        lock_accounts(owners)
        ids: set[int] = set()
        yield ids
        for some in batched(sorted(ids), PART):
            derive_part(some)


def rederive(ids: Iterable[int]) -> None:
    """Derive the habits of these ids anew, in transactions of their own where there is none."""
    habits = apps.get_model("habits", "Habit")._base_manager
    for some in batched(sorted(set(ids)), PART):
        owners = set(habits.filter(pk__in=some).values_list("user_id", flat=True))
        with deriving(owners) as part:
            part.update(some)


def derive_part(ids: Sequence[int]) -> int:
    """Derive the habits of these ids, write those that differ, and return how many did.

    Their accounts are locked.
    """
    habits: list[Any] = locked_habits().run({"ids": ids})
    histories = read_histories(habits)
    changed = [habit for habit in habits if assign(habit, histories[habit.pk])]
    write(changed)
    return len(changed)


def write(habits: Sequence[Any]) -> None:
    """Write the derived columns; that is nobody's change, so no version grows and no event tells.

    One habit, as after each check-in, by a statement made once; the text of one for many depends on
    how many they are.
    """
    manager = apps.get_model("habits", "Habit")._base_manager
    if len(habits) != 1:
        manager.bulk_update(habits, DERIVED)
        return
    (habit,) = habits
    columns = {habit._meta.get_field(name): getattr(habit, name) for name in DERIVED}
    saving.update(manager.model, {"id": habit.pk}, columns, (), DEFAULT_DB_ALIAS, ())


@cache
def locked_habits() -> Statement:
    """Return what reads habits by their ids, with their owners' weeks, and locks them."""
    habits = apps.get_model("habits", "Habit")._base_manager
    rows = habits.filter(Among(F("pk"), IdsSlot("ids"))).order_by("pk")
    with_week = rows.annotate(week_start=F("user__week_start"))
    return Statement(with_week.select_for_update(no_key=True, of=("self",)))


@cache
def checkins_between() -> Statement:
    """Return what reads the check-ins of habits from one day to another."""
    checkins = apps.get_model("habits", "CheckIn")._base_manager
    days = (Slot("first", DateField()), Slot("last", DateField()))
    rows = checkins.filter(Among(F("habit_id"), IdsSlot("ids")), day__range=days)
    return Statement(rows.values_list("habit_id", "day", "value"))


@cache
def rests_between() -> Statement:
    """Return what reads the rest that lies between two days, of habits and of all of an owner's."""
    rests = apps.get_model("habits", "Rest")._base_manager
    own = Q(Among(F("habit_id"), IdsSlot("ids")))
    of_all = Q(Among(F("user_id"), IdsSlot("owners")), habit=None)
    rows = rests.filter(
        own | of_all,
        first_day__lte=Slot("last", DateField()),
        last_day__gte=Slot("first", DateField()),
    )
    return Statement(rows.values_list("user_id", "habit_id", "first_day", "last_day"))


def read_histories(habits: Collection[Habit], days: Period = EVER) -> dict[int, History]:
    """Return what is recorded of these habits on these days, by their ids; by two queries."""
    asked = {
        "ids": [habit.pk for habit in habits],
        "owners": {habit.user_id for habit in habits},
        "first": days.first,
        "last": days.last,
    }
    values: defaultdict[int, dict[date, Decimal]] = defaultdict(dict)
    for pk, day, value in checkins_between().run(asked):
        values[pk][day] = value
    ranges: defaultdict[tuple[int, int | None], list[Period]] = defaultdict(list)
    for user_id, pk, *both in rests_between().run(asked):
        ranges[user_id, pk].append(Period(*both))
    return {
        habit.pk: History(
            values[habit.pk], [*ranges[habit.user_id, habit.pk], *ranges[habit.user_id, None]]
        )
        for habit in habits
    }


def rule_of(habit: Habit, week_start: int) -> Rule:
    """Return what is asked of a habit, whose owner's week starts on that day (1 is Monday)."""
    schedule = Schedule(
        frequency=Frequency(habit.frequency),
        times=habit.times,
        span=habit.span,
        weekdays=habit.weekdays,
        start=habit.start_date,
        week_start=week_start,
    )
    return Rule(schedule=schedule, kind=Kind(habit.kind), target=habit.target)


def refuse_rule(habit: Habit) -> None:
    """Refuse a schedule, a kind and a target that do not fit together, beside what is wrong."""
    if habit.frequency not in Frequency or habit.kind not in Kind:
        # The choices themselves are refused elsewhere.
        return
    try:
        rule_of(habit, week_start=1)
    except (ScheduleError, RuleError) as error:
        raise ValidationError({error.field: str(error)}) from error


def assign(habit: Any, history: History) -> bool:
    """Set the derived columns of a habit, and say whether one differs."""
    rule = rule_of(habit, habit.week_start)
    new = columns_of(rule, history)
    differs = any(getattr(habit, name) != value for name, value in new.items())
    for name, value in new.items():
        setattr(habit, name, value)
    return differs


def columns_of(rule: Rule, history: History) -> dict[str, Any]:
    """Return the derived columns."""
    streaks = derive(rule, history)
    current, longest = streaks.current, streaks.longest
    return {
        "streak": current.length if current else 0,
        "streak_holds_until": streaks.holds_until,
        "streak_first_day": current and current.first_day,
        "streak_last_day": current and current.last_day,
        "longest_streak": longest.length if longest else 0,
        "longest_first_day": longest and longest.first_day,
        "longest_last_day": longest and longest.last_day,
        "strength_steps": dump_steps(steps(rule, history)),
    }
