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

from benchmarks.peer.access import Caller, today_of
from benchmarks.peer.models import CheckIn, Habit, Rest, User
from benchmarks.peer.schemas import CheckInIn, CheckInOut, HabitOut, HabitPage
from benchmarks.peer.showing import RECENT_DAYS, ShownHabit
from habits.rules import History
from habits.schedule import Period

PAGE = 50
DAY = timedelta(days=1)

router = APIRouter(prefix="/api/v1/habits")


@router.get("/")
def list_habits(caller: Caller) -> HabitPage:
    """Return the habits, with their last 30 days."""
    with caller.signed_in() as (user, session):
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
    for habit_id, first, last in session.execute(rested):
        rests[habit_id].append(Period(first, last))
    return {pk: History(values[pk], [*rests[pk], *rests[None]]) for pk in ids}


@router.put("/{pk}/checkins/{day}/")
def check_in(pk: int, day: date, body: CheckInIn, caller: Caller, response: Response) -> CheckInOut:
    """Record a value, and count the streaks anew."""
    with caller.signed_in() as (user, session):
        own = select(Habit).where(Habit.id == pk, Habit.user_id == user.id)
        habit = session.scalar(own.with_for_update(key_share=True))
        if habit is None:
            raise HTTPException(404, "There is no such habit.")
        if not habit.start_date <= day <= today_of(user):
            raise HTTPException(400, "The day lies before the habit's start, or has yet to come.")
        checkin = record(habit, day, body, session)
        count_streaks(habit, days_kept(habit, session))
        session.commit()
        response.status_code = 201 if checkin.version == 1 else 200
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


def days_kept(habit: Habit, session: Session) -> Sequence[date]:
    """Return the days on which a habit was done, ascending."""
    done = CheckIn.habit_id == habit.id, CheckIn.value > 0, CheckIn.day >= habit.start_date
    return session.scalars(select(CheckIn.day).where(*done).order_by(CheckIn.day)).all()


def count_streaks(habit: Habit, days: Iterable[date]) -> None:
    """Set the last and the longest streak of a daily habit that was done on these days."""
    runs = runs_of(days)
    last = runs[-1] if runs else None
    longest = max(runs, key=lambda run: (length(run), run), default=None)
    habit.streak = length(last)
    habit.streak_first_day, habit.streak_last_day = last or (None, None)
    habit.streak_holds_until = last and last[1] + DAY
    habit.longest_streak = length(longest)
    habit.longest_first_day, habit.longest_last_day = longest or (None, None)


def runs_of(days: Iterable[date]) -> list[tuple[date, date]]:
    """Return the first and last day of each row of days without a gap."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and day - runs[-1][1] == DAY:
            runs[-1] = runs[-1][0], day
        else:
            runs.append((day, day))
    return runs


def length(run: tuple[date, date] | None) -> int:
    """Return the days of a streak."""
    return (run[1] - run[0]).days + 1 if run else 0
