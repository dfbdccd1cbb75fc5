"""The peer's endpoints of habits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from fastapi import APIRouter, HTTPException, Response
from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from benchmarks.peer.access import Reader, today_of
from benchmarks.peer.database import Database
from benchmarks.peer.models import CheckIn, Habit, Rest, User
from benchmarks.peer.schemas import CheckInIn, CheckInOut, HabitOut, HabitPage
from benchmarks.peer.showing import RECENT_DAYS, ShownHabit
from habits.rules import History
from habits.schedule import Period

PAGE = 50
DAY = timedelta(days=1)

router = APIRouter(prefix="/api/v1/habits")


@router.get("/")
def list_habits(user: Reader, session: Database) -> HabitPage:
    """Return the habits, with their last 30 days."""
    own = select(Habit).where(Habit.user_id == user.id, Habit.archived_at.is_(None))
    habits = session.scalars(own.order_by(Habit.position, Habit.id).limit(PAGE)).all()
    today = today_of(user)
    days = Period(today - (RECENT_DAYS - 1) * DAY, today)
    histories = read_histories(habits, user, days, session)
    shown = [ShownHabit(habit, today, histories[habit.id]) for habit in habits]
    results = [HabitOut.model_validate(habit) for habit in shown]
    return HabitPage(next=None, previous=None, results=results)


def read_histories(
    habits: Sequence[Habit], user: User, days: Period, session: Session
) -> dict[int, History]:
    """Return what is recorded of somebody's habits on these days, by their ids."""
    ids = [habit.id for habit in habits]
    values: defaultdict[int, dict[date, Decimal]] = defaultdict(dict)
    recorded = select(CheckIn.habit_id, CheckIn.day, CheckIn.value).where(
        CheckIn.habit_id.in_(ids), CheckIn.day.between(days.first, days.last)
    )
    for pk, day, value in session.execute(recorded):
        values[pk][day] = value
    rested = select(Rest.habit_id, Rest.first_day, Rest.last_day).where(
        Rest.user_id == user.id,
        or_(Rest.habit_id.in_(ids), Rest.habit_id.is_(None)),
        Rest.first_day <= days.last,
        Rest.last_day >= days.first,
    )
    rests: defaultdict[int | None, list[Period]] = defaultdict(list)
    for pk, *both in session.execute(rested):
        rests[pk].append(Period(*both))
    return {pk: History(values[pk], [*rests[pk], *rests[None]]) for pk in ids}


@router.put("/{pk}/checkins/{day}/")
def check_in(
    pk: int, day: date, body: CheckInIn, user: Reader, session: Database, response: Response
) -> CheckInOut:
    """Record a value, and count the streak anew."""
    own = select(Habit).where(Habit.id == pk, Habit.user_id == user.id)
    habit = session.scalar(own.with_for_update(key_share=True))
    if habit is None:
        raise HTTPException(404, "There is no such habit.")
    if not habit.start_date <= day <= today_of(user):
        raise HTTPException(400, "The day lies before the habit's start, or has yet to come.")
    checkin = record(habit, day, body, session)
    kept = select(CheckIn.day).where(
        CheckIn.habit_id == pk, CheckIn.value > 0, CheckIn.day >= habit.start_date
    )
    count_streaks(habit, session.scalars(kept.order_by(CheckIn.day)))
    session.commit()
    if checkin.version == 1:
        response.status_code = 201
    return CheckInOut.model_validate(checkin)


def record(habit: Habit, day: date, body: CheckInIn, session: Session) -> CheckIn:
    """Write a value, in place of what is there; a note that is not sent stays."""
    sent = body.model_dump(exclude_unset=True)
    row = insert(CheckIn).values(user_id=habit.user_id, habit_id=habit.id, day=day, **sent)
    row = row.on_conflict_do_update(
        index_elements=[CheckIn.habit_id, CheckIn.day],
        set_={**sent, "version": CheckIn.version + 1, "updated_at": func.now()},
    )
    return session.scalars(row.returning(CheckIn)).one()


def count_streaks(habit: Habit, days: Iterable[date]) -> None:
    """Set the last and the longest streak of a daily habit that was kept on these days, ascending.

    Of equals the latest is the longest.
    """
    first = last = longest = None
    for day in days:
        if last is None or day - last > DAY:
            first = day
        last = day
        if longest is None or last - first >= longest[1] - longest[0]:
            longest = first, last
    habit.streak = 0 if last is None else (last - first).days + 1
    habit.streak_first_day, habit.streak_last_day = first, last
    habit.streak_holds_until = last and last + DAY
    habit.longest_streak = (longest[1] - longest[0]).days + 1 if longest else 0
    habit.longest_first_day, habit.longest_last_day = longest or (None, None)
