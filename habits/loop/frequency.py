"""Loop's frequency, n times in d days, as a schedule.

Source: Frequency.kt, and EntryList.kt of github.com/iSoron/uhabits, where 30 and 31 days are a
month. Weeks and months are those of the calendar here. Any other n in d days rolls, as in Loop:
“every d days” is once in any d days there, and not each d-th day.
"""

from __future__ import annotations

from typing import Final

from habits.loop.contents import LoopHabit
from habits.loop.drafts import Frequency, ScheduleDraft

PERIODS: Final[dict[int, Frequency]] = {
    1: "daily",
    7: "weekly",
    30: "monthly",
    31: "monthly",
    365: "yearly",
}
# What February always has room for.
SHORTEST_MONTH: Final = 28


def plan_schedule(habit: LoopHabit) -> ScheduleDraft:
    """Return the schedule of a habit; one with a target has it in the days of the denominator.

    A yes/no habit that is to be done more than once a day is a daily one.
    """
    times, days = (habit.numerator if habit.kind == "yes_no" else 1), habit.denominator
    if habit.kind == "yes_no" and times >= days:
        return ScheduleDraft("daily")
    period = PERIODS.get(days)
    if period is None or (period == "monthly" and times > SHORTEST_MONTH):
        return ScheduleDraft("rolling", times, days)
    return ScheduleDraft(period, times)
