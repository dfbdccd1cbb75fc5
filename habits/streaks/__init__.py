"""Streaks: how many periods in a row a habit was kept, now and at its best.

Every function takes rows only: no number depends on what day it is, and any order of writing the
same rows ends in the same numbers.

- `run` holds the values;
- `periods` counts the periods of a schedule, `windows` the times of a rolling one.
"""

from habits.streaks.derivation import best, derive
from habits.streaks.run import Run, Streaks

__all__ = ["Run", "Streaks", "best", "derive"]
