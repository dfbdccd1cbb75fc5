"""Makes the stored streaks of many habits anew.

- `statements` holds the rule of `habits.streaks` in SQL, where it is short there, `periods` the
  numbers of periods in it, and `dialects` the arithmetic of dates;
- `parts` runs it, and the rule itself for all other habits.
"""

from habits.rebuilding.parts import Rebuilt, rebuild

__all__ = ["Rebuilt", "rebuild"]
