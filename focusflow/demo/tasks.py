"""Tasks and their categories."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from focusflow.demo.window import Window
from focusflow.demo.words import DESCRIPTIONS, OCCASIONS, PHRASES, THEMES, make_uid, numbered

# What share of the tasks is so; of those with a due date, how many at a time and not on a day.
UNDATED = 0.15
UNCATEGORISED = 0.1
DESCRIBED = 0.3
TIMED = 0.4
DONE_WHEN_DUE = 0.93
DONE_UNDATED = 0.5
DONE_EARLY = 0.05


@dataclass(frozen=True)
class DemoTask:
    """A task; `category` is the position of its category's name among those that were made."""

    uid: uuid.UUID
    title: str
    description: str
    category: int | None
    due_at: datetime | None
    due_day: date | None
    all_day: bool
    completed: bool
    created_at: datetime
    updated_at: datetime


def tasks_per_account(accounts: int, each: int, in_all: int | None, heavy: int | None) -> list[int]:
    """Return how many tasks each account gets.

    `in_all` spreads that many evenly instead of giving each account the same; `heavy` is the
    number of the first account, part of `in_all`. Raises ValueError when they contradict.
    """
    others = accounts if heavy is None else accounts - 1
    first = [] if heavy is None else [heavy]
    if in_all is None:
        return [*first, *[each] * others]
    rest = in_all - sum(first)
    if rest < 0 or (rest > 0 and others == 0):
        raise ValueError(f"{in_all} tasks in all cannot be {heavy} of the first of {accounts}")
    return [*first, *(rest // others + (number < rest % others) for number in range(others))]


def category_names(count: int) -> list[str]:
    """Return that many different names; they repeat with a number when the themes run out."""
    return [numbered(list(THEMES), position) for position in range(count)]


def make_tasks(rng: Random, window: Window, count: int, categories: int) -> Iterator[DemoTask]:
    """Yield tasks of that many categories: most old ones done, some overdue, some ahead."""
    for _ in range(count):
        theme = rng.randrange(categories or len(THEMES))
        is_categorised = categories > 0 and rng.random() >= UNCATEGORISED
        due_day, due_at = choose_due(rng, window)
        completed = rng.random() < share_done(due_day, window.today)
        created_at, done_at = choose_past(rng, window, due_day)
        yield DemoTask(
            uid=make_uid(rng),
            title=make_title(rng, theme),
            description=rng.choice(DESCRIPTIONS) if rng.random() < DESCRIBED else "",
            category=theme if is_categorised else None,
            due_at=due_at,
            due_day=due_day,
            all_day=due_day is not None and due_at == window.instant(due_day),
            completed=completed,
            created_at=created_at,
            updated_at=done_at if completed else created_at,
        )


def make_title(rng: Random, theme: int) -> str:
    """Return words that suit the category at this position."""
    title = rng.choice(PHRASES[theme % len(PHRASES)])
    return f"{title} {rng.choice(OCCASIONS)}" if rng.random() < 0.5 else title


def choose_due(rng: Random, window: Window) -> tuple[date | None, datetime | None]:
    """Return a day of the window and the instant due: the day's start, or a quarter of an hour."""
    if rng.random() < UNDATED:
        return None, None
    day = window.first_day + timedelta(days=rng.randrange(window.days))
    at = time(rng.randrange(7, 21), rng.randrange(4) * 15) if rng.random() < TIMED else time.min
    return day, window.instant(day, at)


def share_done(due_day: date | None, today: date) -> float:
    """Return which share of the tasks with this due day is completed."""
    if due_day is None:
        return DONE_UNDATED
    return DONE_WHEN_DUE if due_day < today else DONE_EARLY


def choose_past(rng: Random, window: Window, due_day: date | None) -> tuple[datetime, datetime]:
    """Return when a task was made, and the later instant at which it would have been done.

    Both lie between the window's first day and the start of today; one with a due day is made up
    to a month before it, and done up to two days after it.
    """
    earliest, latest = window.start, window.now
    if due_day is not None:
        latest = min(latest, window.instant(due_day))
        earliest = max(earliest, latest - timedelta(days=30))
    created_at = earliest + (latest - earliest) * rng.random()
    last_chance = min(window.now, latest + timedelta(days=2))
    return created_at, created_at + (last_chance - created_at) * rng.random()
