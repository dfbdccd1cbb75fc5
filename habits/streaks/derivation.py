"""The streaks of any habit, from its rows."""

from __future__ import annotations

from habits.rules import History, Rule
from habits.streaks.periods import chain_periods
from habits.streaks.run import Chain, Run, Streaks
from habits.streaks.windows import chain_kept_days, chain_times


def derive(rule: Rule, history: History) -> Streaks:
    """Return the streaks that these rows make."""
    chain = chain_of(rule, history)
    return Streaks(
        current=None if chain.holds_until is None else chain.runs[-1],
        holds_until=chain.holds_until,
        longest=max(chain.runs, key=rank, default=None),
    )


def best(rule: Rule, history: History, count: int = 10) -> list[Run]:
    """Return the longest streaks, of equals the latest first.

    Those of a rolling schedule may share days.
    """
    return sorted(chain_of(rule, history).runs, key=rank, reverse=True)[:count]


def chain_of(rule: Rule, history: History) -> Chain:
    """Return all streaks in order of time."""
    if not rule.schedule.is_rolling:
        return chain_periods(rule, history)
    return (chain_kept_days if rule.is_limit else chain_times)(rule, history)


def rank(run: Run) -> tuple[int, int]:
    """Return by what streaks are compared."""
    return run.length, run.last_day.toordinal()
