"""Believable rows, without a database."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from focusflow.demo import (
    THEMES,
    DemoTask,
    Window,
    category_names,
    make_habits,
    make_tasks,
    tasks_per_account,
)

TODAY = date(2026, 11, 22)
BERLIN = ZoneInfo("Europe/Berlin")
YEAR = Window(TODAY, 365, BERLIN)


def dice(seed: int = 1) -> Random:
    """Return what decides about the rows."""
    return Random(seed)  # noqa: S311  # it keeps no secret


def tasks(
    count: int = 2000, *, window: Window = YEAR, categories: int = 8, seed: int = 1
) -> list[DemoTask]:
    """Return tasks of a seed."""
    return list(make_tasks(dice(seed), window, count, categories))


def share(those: list[DemoTask], of: list[DemoTask]) -> float:
    """Return how large a part of the tasks they are."""
    return len(those) / len(of)


def test_tasks_of_a_seed_are_always_the_same() -> None:
    assert tasks(seed=7) == tasks(seed=7)


def test_tasks_of_another_seed_differ() -> None:
    assert tasks(5, seed=7) != tasks(5, seed=8)


def test_tasks_have_uids_of_their_own() -> None:
    uids = {task.uid for task in tasks()}

    assert len(uids) == 2000
    assert {uid.version for uid in uids} == {4}


def test_tasks_are_due_over_the_whole_window() -> None:
    days = {task.due_at.astimezone(BERLIN).date() for task in tasks() if task.due_at}

    assert min(days) == TODAY - timedelta(days=273)
    assert max(days) == TODAY + timedelta(days=91)
    assert len(days) > 350


@pytest.mark.parametrize("days", [1, 2, 30])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/New_York"])
def test_tasks_are_due_within_a_short_window(days: int, zone: str) -> None:
    window = Window(TODAY, days, ZoneInfo(zone))
    dues = [
        task.due_at.astimezone(window.zone) for task in tasks(300, window=window) if task.due_at
    ]

    found = {due.date() for due in dues}

    assert window.first_day <= min(found) <= max(found) < window.first_day + timedelta(days=days)


def test_tasks_due_on_a_day_are_due_at_its_start() -> None:
    dues = [task.due_at.astimezone(BERLIN) for task in tasks() if task.due_at]

    hours = Counter(due.hour for due in dues)

    assert 0.5 < hours[0] / len(dues) < 0.7
    assert set(hours) <= {0, *range(7, 21)}
    assert {due.minute for due in dues} == {0, 15, 30, 45}


def test_tasks_are_mostly_done_when_due() -> None:
    past = [task for task in tasks() if task.due_at and task.due_at < YEAR.now]

    assert 0.88 < share([task for task in past if task.completed], past) < 0.98


def test_tasks_are_mostly_open_before_they_are_due() -> None:
    ahead = [task for task in tasks() if task.due_at and task.due_at >= YEAR.now]

    assert 0 < share([task for task in ahead if task.completed], ahead) < 0.12


def test_tasks_have_some_without_due_date_category_and_description() -> None:
    made = tasks()

    assert 0.1 < share([task for task in made if task.due_at is None], made) < 0.2
    assert 0.05 < share([task for task in made if task.category is None], made) < 0.15
    assert 0.6 < share([task for task in made if not task.description], made) < 0.8


def test_tasks_are_of_every_category() -> None:
    found = {task.category for task in tasks(categories=20)}

    assert found == {None, *range(20)}


def test_tasks_without_categories_have_none() -> None:
    assert {task.category for task in tasks(50, categories=0)} == {None}


def test_tasks_have_titles_that_suit_their_category() -> None:
    verbs = list(THEMES.values())

    for task in tasks(500, categories=20):
        if task.category is not None:
            assert task.title.startswith(tuple(verbs[task.category]))


def test_tasks_have_many_titles_that_fit_the_column() -> None:
    titles = {task.title for task in tasks()}

    assert len(titles) > 500
    assert max(map(len, titles)) <= 255


@pytest.mark.parametrize("days", [1, 365])
def test_tasks_are_made_before_they_are_done_and_both_before_today(days: int) -> None:
    window = Window(TODAY, days, BERLIN)

    for task in tasks(500, window=window):
        assert window.start <= task.created_at <= task.updated_at <= window.now


def test_tasks_are_changed_only_by_being_done() -> None:
    for task in tasks():
        assert task.completed or task.updated_at == task.created_at


def test_tasks_are_made_one_at_a_time() -> None:
    endless = make_tasks(dice(), YEAR, 10**12, 8)

    assert next(endless).title


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        (date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC)),  # clocks go forward
        (date(2026, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC)),  # and back
        (date(2024, 2, 29), datetime(2024, 2, 28, 23, tzinfo=UTC)),
    ],
)
def test_window_turns_days_into_instants_of_its_zone(day: date, instant: datetime) -> None:
    assert YEAR.instant(day) == instant


def test_categories_are_named_after_the_themes() -> None:
    assert category_names(3) == ["Home", "Work", "Groceries"]


def test_categories_have_different_names_however_many_there_are() -> None:
    names = category_names(100)

    assert len(set(names)) == 100
    assert names[20] == "Home 2"


def test_habits_are_of_every_kind_and_most_schedules() -> None:
    practices = [habit.practice for habit in make_habits(dice(), YEAR, 12)]

    assert {practice.kind for practice in practices} == {"yes_no", "at_least", "at_most"}
    assert {practice.frequency for practice in practices} >= {"daily", "weekly", "weekdays"}


def test_habits_are_kept_most_of_the_days_before_today() -> None:
    days = (TODAY - YEAR.first_day).days

    for habit in make_habits(dice(), YEAR, 12):
        kept = [checkin.day for checkin in habit.checkins]
        assert kept == sorted(set(kept))
        assert YEAR.first_day <= kept[0] <= kept[-1] < TODAY
        assert len(kept) / days == pytest.approx(habit.practice.kept, abs=0.15)


def test_habits_may_be_more_than_there_are_words() -> None:
    names = [habit.name for habit in make_habits(dice(), Window(TODAY, 1, BERLIN), 50)]

    assert len(set(names)) == 50
    assert "Stretch 2" in names


@pytest.mark.parametrize(
    ("accounts", "each", "in_all", "heavy", "counts"),
    [
        (1, 300, None, None, [300]),
        (3, 300, None, None, [300, 300, 300]),
        (3, 300, None, 1000, [1000, 300, 300]),
        (1, 300, None, 1000, [1000]),
        (3, 300, 10, None, [4, 3, 3]),
        (3, 300, 10, 5, [5, 3, 2]),
        (3, 300, 5, 5, [5, 0, 0]),
        (1, 300, 5, 5, [5]),
        (2, 300, 0, None, [0, 0]),
    ],
)
def test_task_counts_are_spread(
    accounts: int, each: int, in_all: int | None, heavy: int | None, counts: list[int]
) -> None:
    assert tasks_per_account(accounts, each, in_all, heavy) == counts


def test_task_counts_of_the_benchmark_are_exact() -> None:
    counts = tasks_per_account(1000, 300, 1_000_000, 50_000)

    assert counts[0] == 50_000
    assert sum(counts) == 1_000_000
    assert set(counts[1:]) == {950, 951}


@pytest.mark.parametrize(("accounts", "in_all", "heavy"), [(3, 4, 5), (1, 6, 5)])
def test_task_counts_that_contradict_are_refused(accounts: int, in_all: int, heavy: int) -> None:
    with pytest.raises(ValueError, match=f"{in_all} tasks in all"):
        tasks_per_account(accounts, 300, in_all, heavy)
