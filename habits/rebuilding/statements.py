"""The streaks of yes/no habits in SQL.

A statement derives the streaks of some habits of one frequency as `habits.streaks` does, and writes
those that differ from what is stored. It is one text for both databases, made of itself and of the
expressions beside it; the ids are a parameter.

Periods that are kept and follow each other are an island: in all of it the number of a period less
its place among the kept ones is the same (gaps and islands). There are few islands. They are joined
with the stretches of periods that hold rest, which may be as long as the calendar and are never
unfolded: a streak is what touches or overlaps.

A first period that began before the start date is neutral, which needs no word here: no kept one
comes before it. The days that the tables take leave room for the period after them.
"""

from __future__ import annotations

from typing import Final

from habits.rebuilding.dialects import DIALECTS
from habits.rebuilding.periods import PERIODS
from habits.schedule import Frequency

# The derived columns but the strength, and what they must hold.
STREAKS: Final = {
    "streak": "max(length) FILTER (WHERE age = 1)",
    "streak_holds_until": "max(holds_until) FILTER (WHERE age = 1)",
    "streak_first_day": "max(first_day) FILTER (WHERE age = 1)",
    "streak_last_day": "max(last_day) FILTER (WHERE age = 1)",
    "longest_streak": "max(length)",
    "longest_first_day": "max(first_day) FILTER (WHERE rank = 1)",
    "longest_last_day": "max(last_day) FILTER (WHERE rank = 1)",
}

KEPT_DAYS: Final = """
    SELECT checkin.habit_id, {number} AS period, checkin.day AS first_day, checkin.day AS last_day
    FROM {done}
"""
KEPT_PERIODS: Final = """
    SELECT checkin.habit_id, {number} AS period,
        min(checkin.day) AS first_day, max(checkin.day) AS last_day
    FROM {done}
    GROUP BY checkin.habit_id, {number}, habit.times HAVING count(*) >= habit.times
"""
DONE: Final = """
    habit JOIN habits_checkin checkin ON checkin.habit_id = habit.id
    WHERE checkin.day >= habit.start_date AND checkin.value > 0 AND {is_asked} = 1
"""

UPDATE: Final = """
WITH habit AS (
    SELECT habits.id, habits.user_id, habits.start_date, habits.times, habits.weekdays,
        users.week_start
    FROM habits JOIN users ON users.id = habits.user_id
    WHERE habits.id IN ({ids}) AND habits.kind = 'yes_no' AND habits.frequency = '{frequency}'
), kept AS ({kept}
), placed AS (
    SELECT *, period - row_number() OVER (PARTITION BY habit_id ORDER BY first_day) AS island
    FROM kept
), stretches AS (
    SELECT habit_id, min(period) AS first_period, max(period) AS last_period,
        count(*) AS length, min(first_day) AS first_day, max(last_day) AS last_day
    FROM placed GROUP BY habit_id, island
    UNION ALL
    -- Rest between two days that are asked for ends before it begins, and joins nothing.
    SELECT habit.id, {rest_first}, {rest_last}, 0, NULL, NULL
    FROM habit JOIN habits_rest rest ON rest.user_id = habit.user_id
        AND (rest.habit_id = habit.id OR rest.habit_id IS NULL)
    UNION ALL
    -- Before all periods: what is left of a habit without a kept one.
    SELECT id, -1, -1, 0, NULL, NULL FROM habit
), bounded AS (
    SELECT *, max(last_period) OVER (
        PARTITION BY habit_id ORDER BY first_period
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS reached
    FROM stretches
), numbered AS (
    -- Stretches with one beginning are peers, and are counted together.
    SELECT *, count(CASE WHEN reached >= first_period - 1 THEN NULL ELSE 1 END) OVER (
        PARTITION BY habit_id ORDER BY first_period
    ) AS run
    FROM bounded
), runs AS (
    SELECT habit_id, run, CAST(sum(length) AS integer) AS length, min(first_day) AS first_day,
        max(last_day) AS last_day, max(last_period) + 1 AS open_period
    FROM numbered GROUP BY habit_id, run HAVING sum(length) > 0 OR run = 1
), ranked AS (
    SELECT *,
        row_number() OVER (PARTITION BY habit_id ORDER BY run DESC) AS age,
        row_number() OVER (PARTITION BY habit_id ORDER BY length DESC, run DESC) AS rank
    FROM runs
), best AS (
    SELECT ranked.*, CASE WHEN length > 0 THEN {last_day} END AS holds_until
    FROM ranked JOIN habit ON habit.id = ranked.habit_id WHERE age = 1 OR rank = 1
), derived AS (
    SELECT habit_id, {columns} FROM best GROUP BY habit_id
)
UPDATE habits SET {assignments} FROM derived
WHERE habits.id = derived.habit_id AND ({differences})
"""


def update_of(frequency: Frequency, vendor: str) -> str:
    """Return the statement for a frequency; its parameter holds the ids of habits as JSON."""
    dialect, periods = DIALECTS[vendor], PERIODS[frequency]
    done = DONE.format(is_asked=periods.is_asked(dialect, "checkin.day"))
    kept = (KEPT_PERIODS if periods.is_long else KEPT_DAYS).format(
        number=periods.number(dialect, "checkin.day"), done=done
    )
    last_asked = f"(1 - {periods.is_asked(dialect, 'rest.last_day')})"
    return UPDATE.format(
        ids=dialect.ids,
        frequency=frequency.value,
        kept=kept,
        rest_first=periods.number(dialect, "rest.first_day"),
        rest_last=f"{periods.number(dialect, 'rest.last_day')} - {last_asked}",
        last_day=periods.last_day(dialect, "ranked.open_period"),
        columns=", ".join(f"{value} AS {name}" for name, value in STREAKS.items()),
        assignments=", ".join(f"{name} = derived.{name}" for name in STREAKS),
        differences=" OR ".join(
            f"habits.{name} IS DISTINCT FROM derived.{name}" for name in STREAKS
        ),
    )
