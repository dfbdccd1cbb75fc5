"""Statistics of a habit, each number from recorded rows up to a given day.

- `outcomes` says what became of each period, `explanation` why, in words;
- `rates` counts how often it was kept, `totals` how much and when most, `heatmap` shows a year;
- `strip` shows some days, each by itself.
"""

from habits.statistics.explanation import Explanation, explain
from habits.statistics.heatmap import Cell, Crowd, heatmap, heatmap_of_all
from habits.statistics.outcomes import Outcome, Review
from habits.statistics.rates import Rate, rate_by_month, rate_by_weekday, rate_of
from habits.statistics.strip import Mark, Square, strip
from habits.statistics.totals import Totals, totals_of

__all__ = [
    "Cell",
    "Crowd",
    "Explanation",
    "Mark",
    "Outcome",
    "Rate",
    "Review",
    "Square",
    "Totals",
    "explain",
    "heatmap",
    "heatmap_of_all",
    "rate_by_month",
    "rate_by_weekday",
    "rate_of",
    "strip",
    "totals_of",
]
