"""How statistics are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any  # Answers hold values of every type.

from habits.api.fields import WEEKDAYS, percent, shown
from habits.models import Habit
from habits.schedule import Period
from habits.statistics import (
    Cell,
    Crowd,
    Rate,
    Review,
    explain,
    heatmap,
    heatmap_of_all,
    rate_by_month,
    rate_by_weekday,
    rate_of,
    totals_of,
)
from habits.streaks import best


def year_of(year: int) -> Period:
    """Return the days of a year."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def show_statistics(habit: Habit, review: Review, year: int) -> dict[str, Any]:
    """Return a year of a habit."""
    return {
        "habit": habit.pk,
        "year": year,
        "unit": habit.unit,
        "streak_unit": review.rule.schedule.unit,
        **show_rates([review], year),
        "totals": show_totals(review, year),
        "best_streaks": [
            {"length": run.length, "first_day": run.first_day, "last_day": run.last_day}
            for run in best(review.rule, review.history)
        ],
        "days": [show_cell(cell) for cell in heatmap(review, year)],
    }


def show_all(reviews: Sequence[Review], year: int) -> dict[str, Any]:
    """Return a year of all habits."""
    days = heatmap_of_all(reviews, year)
    return {
        "year": year,
        "habits": len(reviews),
        **show_rates(reviews, year),
        "best_day": show_busiest(days),
        "days": [{"day": one.day, "done": one.done, "asked": one.asked} for one in days],
    }


def show_rates(reviews: Iterable[Review], year: int) -> dict[str, Any]:
    """Return how often habits were kept in a year: in all, by weekday and by month."""
    days = year_of(year)
    whole, weekdays, months = Rate(), [Rate()] * 7, dict[tuple[int, int], Rate]()
    for review in reviews:
        whole += rate_of(review, days)
        pairs = zip(weekdays, rate_by_weekday(review, days), strict=True)
        weekdays = [one + other for one, other in pairs]
        for month, rate in rate_by_month(review, days).items():
            months[month] = months.get(month, Rate()) + rate
    return {
        "rate": show_rate(whole),
        "by_weekday": [
            {"weekday": name, **show_rate(rate)}
            for name, rate in zip(WEEKDAYS, weekdays, strict=True)
        ],
        "by_month": [
            {"month": f"{of_year:04}-{month:02}", **show_rate(months[of_year, month])}
            for of_year, month in sorted(months)
        ],
    }


def show_rate(rate: Rate) -> dict[str, Any]:
    """Return how many of how many, and in percent to the tenth."""
    share = None if rate.share is None else percent(rate.share)
    return {"kept": rate.kept, "asked": rate.asked, "percent": share}


def show_totals(review: Review, year: int) -> dict[str, Any]:
    """Return what was done in a year."""
    totals = totals_of(review, year_of(year))
    average = None if totals.average is None else round(totals.average, 3)
    best_day = totals.best_day
    return {
        "days": totals.days,
        "done": totals.done,
        "total": shown(totals.total),
        "average": shown(average),
        "best_day": best_day and {"day": best_day, "value": shown(review.history.values[best_day])},
    }


def show_cell(cell: Cell) -> dict[str, Any]:
    """Return a day of a habit."""
    return {
        "day": cell.day,
        "state": cell.state.value,
        "value": shown(cell.value),
        "is_rest": cell.is_rest,
    }


def show_busiest(days: Iterable[Crowd]) -> dict[str, Any] | None:
    """Return the day on which the most habits were done; None where none was."""
    busiest = max(days, key=lambda one: (one.done, one.day))
    return {"day": busiest.day, "done": busiest.done} if busiest.done else None


def show_explanation(habit: Habit, review: Review, day: date) -> dict[str, Any]:
    """Return why a day of a habit is what it is."""
    why = explain(review, day, habit.unit)
    period = why.period and {"first_day": why.period.first, "last_day": why.period.last}
    return {
        "habit": habit.pk,
        "day": day,
        "state": why.state.value,
        "period": period,
        "total": shown(why.total),
        "need": shown(why.need),
        "is_so_far": why.is_so_far,
        "reason": why.reason,
    }
