"""Examples of what statistics answer."""

from __future__ import annotations

from typing import Final

from drf_spectacular.utils import OpenApiExample

EXPLANATION: Final = OpenApiExample(
    "A week in progress",
    {
        "habit": 1,
        "day": "2026-11-26",
        "state": "open",
        "period": {"first_day": "2026-11-23", "last_day": "2026-11-29"},
        "total": 2,
        "need": 3,
        "is_so_far": True,
        "reason": "2 of 3 times from 2026-11-23 to 2026-11-29: open until the end of 2026-11-29.",
    },
    response_only=True,
)
ONE_RATE: Final = {"kept": 1, "asked": 2, "percent": 50.0}
ONE_HABIT: Final = OpenApiExample(
    "A daily habit, of which two days are shown",
    {
        "habit": 1,
        "year": 2026,
        "unit": "glasses",
        "streak_unit": "day",
        "rate": ONE_RATE,
        "by_weekday": [{"weekday": "mon"} | ONE_RATE],
        "by_month": [{"month": "2026-11"} | ONE_RATE],
        "totals": {
            "days": 2,
            "done": 1,
            "total": 13,
            "average": 6.5,
            "best_day": {"day": "2026-11-29", "value": 8},
        },
        "best_streaks": [{"length": 1, "first_day": "2026-11-29", "last_day": "2026-11-29"}],
        "days": [
            {"day": "2026-11-29", "state": "met", "value": 8, "is_rest": False},
            {"day": "2026-11-30", "state": "missed", "value": 5, "is_rest": False},
        ],
    },
    response_only=True,
)
ALL_HABITS: Final = OpenApiExample(
    "Two habits, of which one day is shown",
    {
        "year": 2026,
        "habits": 2,
        "rate": ONE_RATE,
        "by_weekday": [{"weekday": "mon"} | ONE_RATE],
        "by_month": [{"month": "2026-11"} | ONE_RATE],
        "best_day": {"day": "2026-11-30", "done": 1},
        "days": [{"day": "2026-11-30", "done": 1, "asked": 2}],
    },
    response_only=True,
)
