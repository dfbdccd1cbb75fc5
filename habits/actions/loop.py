"""The import of Loop Habit Tracker's exports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any, Final, cast  # Any: a column of any type.

from django.db import models, transaction

from accounts.models import User
from accounts.ownership import OwnedQuerySet
from accounts.positions import STEP, place_of
from habits.deriving import deriving
from habits.loop import Export, HabitDraft, HabitThere, Limits, Loss, plan_import
from habits.loop.contents import Kind
from habits.models import CheckIn, Habit, Rest
from habits.models.checkin import NOTE_LENGTH
from habits.schedule import LONGEST_SPAN, Frequency

# Rows that are held in memory at once.
BATCH: Final = 2_000


@dataclass(frozen=True)
class Imported:
    """What came of a file: numbers of rows and days, and what was not kept.

    `days_there` had a check-in, or rest where the file has a skipped day. `starts_moved` counts
    habits that were there and got days from before their start date.
    """

    habits_made: int
    checkins_made: int
    rest_days_made: int
    habits_there: int
    days_there: int
    starts_moved: int
    losses: tuple[Loss, ...]


@transaction.atomic
def import_loop(*, user: User, export: Export, at: datetime) -> Imported:
    """Write the habits of Loop's export, with their check-ins and days of rest, as rows of `user`.

    A habit that is there (`plan_import` says which one is) keeps what its owner made of it, and
    gets the days that it lacks; so the same file again makes nothing new. It starts on the first
    day that it gets, where that is before its start date. New habits come last in the order by
    hand, as they follow each other in the file.

    Raises LoopError for what the tables cannot hold; then nothing is written.
    """
    with deriving({user.pk}) as changed:
        user = User.objects.get(pk=user.pk)
        habits = list(user.habits.order_by("position", "pk"))
        plan = plan_import(
            export,
            owner=user.pk,
            there=list_there(user, habits),
            today=user.local_date(at),
            limits=read_limits(),
        )
        made = make_habits(user, plan.habits, at)
        rows = {habit.uid: habit for habit in [*habits, *made]}
        pairs = [(rows[draft.uid], draft) for draft in plan.habits]
        moved = move_starts(pairs)
        # Each habit is derived once, behind all of it.
        without_deriving(CheckIn).insert(row for pair in pairs for row in list_checkins(*pair))
        without_deriving(Rest).insert(row for pair in pairs for row in list_rests(*pair))
        changed.update(habit.pk for habit, draft in pairs if draft.check_ins or draft.rests)
    return Imported(
        habits_made=len(made),
        checkins_made=sum(len(draft.check_ins) for draft in plan.habits),
        rest_days_made=sum(map(count_rest_days, plan.habits)),
        habits_there=len(plan.habits) - len(made),
        days_there=sum(draft.days_there for draft in plan.habits),
        starts_moved=moved,
        losses=plan.losses,
    )


def list_there(user: User, habits: Iterable[Habit]) -> list[HabitThere]:
    """Return these habits of a person, each with its days; rest of all of them is rest of each."""
    days: defaultdict[int, set[date]] = defaultdict(set)
    for pk, day in user.checkins.values_list("habit_id", "day"):
        days[pk].add(day)
    rests: defaultdict[int | None, list[tuple[date, date]]] = defaultdict(list)
    for of, first_day, last_day in user.rests.values_list("habit_id", "first_day", "last_day"):
        rests[of].append((first_day, last_day))
    return [
        HabitThere(
            uid=habit.uid,
            name=habit.name,
            kind=cast("Kind", habit.kind),
            unit=habit.unit,
            days=frozenset(days[habit.pk]),
            rests=(*rests[habit.pk], *rests[None]),
        )
        for habit in habits
    ]


def read_limits() -> Limits:
    """Return what the tables hold, as their models say."""
    return Limits(
        name=length_of("name"),
        question=length_of("question"),
        unit=length_of("unit"),
        note=NOTE_LENGTH,
        span=LONGEST_SPAN,
    )


def length_of(name: str) -> int:
    """Return how many characters a column of habits holds."""
    column: Any = Habit._meta.get_field(name)
    return cast("int", column.max_length)


def count_rest_days(draft: HabitDraft) -> int:
    """Return how many days of rest a draft brings."""
    return sum((rest.last_day - rest.first_day).days + 1 for rest in draft.rests)


# --- Rows -----------------------------------------------------------------------------------------


def make_habits(user: User, drafts: Iterable[HabitDraft], at: datetime) -> list[Habit]:
    """Make the habits that are not there, with room between their places to move others there."""
    places = count(place_of(at), STEP)
    new = [draft for draft in drafts if not draft.is_there]
    rows = [make_habit(user, draft, next(places), at) for draft in new]
    return Habit.objects.bulk_create(rows, batch_size=BATCH)


def make_habit(user: User, draft: HabitDraft, place: int, at: datetime) -> Habit:
    """Return a draft as a row that is not written yet."""
    schedule = draft.schedule
    return Habit(
        user=user,
        uid=draft.uid,
        name=draft.name,
        question=draft.question,
        frequency=Frequency(schedule.frequency),
        times=schedule.times,
        span=schedule.span,
        kind=draft.kind,
        target=draft.target,
        unit=draft.unit,
        start_date=draft.first_day or user.local_date(at),
        colour=draft.colour,
        reminder_at=draft.reminder_at,
        archived_at=at if draft.archived else None,
        position=place,
    )


def move_starts(pairs: Iterable[tuple[Habit, HabitDraft]]) -> int:
    """Let habits start on the first day that they get, and return how many started later."""
    moved = []
    for habit, draft in pairs:
        days = [check_in.day for check_in in draft.check_ins]
        first_day = min([*days, *(rest.first_day for rest in draft.rests)], default=date.max)
        if first_day < habit.start_date:
            habit.start_date = first_day
            moved.append(habit)
    without_deriving(Habit).bulk_update(moved, ["start_date"])
    return len(moved)


def list_checkins(habit: Habit, draft: HabitDraft) -> Iterator[dict[str, object]]:
    """Give the columns of a draft's check-ins."""
    for check_in in draft.check_ins:
        yield {
            "user_id": habit.user_id,
            "habit_id": habit.pk,
            "day": check_in.day,
            "value": check_in.value,
            "note": check_in.note,
        }


def list_rests(habit: Habit, draft: HabitDraft) -> Iterator[dict[str, object]]:
    """Give the columns of a draft's stretches of rest."""
    for rest in draft.rests:
        yield {
            "user_id": habit.user_id,
            "habit_id": habit.pk,
            "first_day": rest.first_day,
            "last_day": rest.last_day,
            "note": rest.note,
        }


def without_deriving[Row: models.Model](model: type[Row]) -> OwnedQuerySet[Row]:
    """Return rows that are written with events, but from which nothing is derived each time."""
    return OwnedQuerySet(model)
