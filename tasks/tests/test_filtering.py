"""Filters on rows: which tasks they show, to whom, and on whose day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.calendar import local_date
from accounts.models import User
from accounts.tests.make import make_user
from tasks.filtering import PRIORITIES, condition, mentions_completion
from tasks.filters import parse, write
from tasks.filters.days import find_days
from tasks.filters.tree import (
    And,
    Comparison,
    Dated,
    Estimate,
    Field,
    Flag,
    Mark,
    Named,
    Not,
    Or,
    Priority,
    Relation,
    Search,
    Term,
    Tree,
)
from tasks.models import Task
from tasks.models.tag import Tag, TaskTag, key_of
from tasks.quick_add.clock import Clock
from tasks.tests.make import make_category, make_task
from tasks.tests.test_filters_properties import TERMS, make_trees

# Tuesday, at ten in Berlin.
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def show(user: User, text: str, at: datetime = NOW) -> set[str]:
    """Return the titles of the tasks that a filter shows."""
    shown = condition(parse(text), user=user, at=at, today=user.local_date(at))
    return set(Task.objects.visible_to(user).shown().filter(shown).values_list("title", flat=True))


def tag(task: Task, *names: str) -> None:
    """Give tags to a task."""
    for name in names:
        made = Tag.objects.filter(user=task.user, key=key_of(name)).first()
        made = made or Tag.objects.create(user=task.user, name=name)
        TaskTag.objects.create(user=task.user, task=task, tag=made)


def day(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """Return the midnight of a day."""
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=zone)


@pytest.fixture
def tasks(ann: User) -> User:
    """Give Ann, who lives in Berlin, some tasks."""
    ann.time_zone = "Europe/Berlin"
    ann.save()
    home, work = make_category(ann, "Home improvement"), make_category(ann, "Work")
    green = make_category(ann, "ÄRGER")
    milk = make_task(
        ann, "milk", due_date=day("2026-11-24"), all_day=True, priority=2, estimate_minutes=15
    )
    tag(milk, "Errand", "shop")
    report = make_task(
        ann,
        "report",
        due_date=datetime(2026, 11, 24, 16, tzinfo=BERLIN),
        category=work,
        priority=5,
        estimate_minutes=120,
    )
    call = make_task(
        ann,
        "call",
        due_date=datetime(2026, 11, 24, 8, tzinfo=BERLIN),
        category=green,
        priority=9,
        description="about the milk",
    )
    tag(call, "errors")
    make_task(ann, "bill", due_date=day("2026-11-23"), all_day=True, category=home)
    make_task(
        ann,
        "trip",
        start_date=day("2026-11-25"),
        due_date=day("2026-12-01"),
        all_day=True,
        priority=4,
        estimate_minutes=30,
    )
    make_task(ann, "plants", due_date=day("2026-11-29"), all_day=True, rrule="FREQ=WEEKLY;BYDAY=SU")
    make_task(ann, "idea")
    make_task(ann, "step", parent=report, category=work)
    for title, at in (
        ("done today", datetime(2026, 11, 24, 7, tzinfo=UTC)),
        ("done sunday", datetime(2026, 11, 22, 22, 59, tzinfo=UTC)),
        ("done long ago", datetime(2025, 1, 1, tzinfo=UTC)),
    ):
        make_task(ann, title, completed=True, completed_at=at, due_date=at)
    make_task(ann, "thrown away", deleted_at=NOW, due_date=NOW, parent=milk)
    Task.objects.update(
        created_at=datetime(2026, 11, 2, tzinfo=UTC), updated_at=datetime(2026, 11, 20, tzinfo=UTC)
    )
    return ann


OPEN = {"milk", "report", "call", "bill", "trip", "plants", "idea", "step"}
DONE = {"done today", "done sunday", "done long ago"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today & (p1 | @errand) & !#Work", {"milk"}),
        ("view all", OPEN),
        ("open", OPEN),
        ("completed", DONE),
        ("open | completed", OPEN | DONE),
        ("!completed", OPEN),
        ("view all | p1", OPEN),
        ("!view all", set()),
        # Due
        ("today", {"milk", "report", "call"}),
        ("overdue", {"bill", "call"}),
        ("today | overdue", {"milk", "report", "call", "bill"}),
        ("completed & overdue", set()),
        ("tomorrow", set()),
        ("yesterday", {"bill"}),
        ("no date", {"idea", "step"}),
        ("!no date", OPEN - {"idea", "step"}),
        ("next 7 days", {"milk", "report", "call", "plants"}),
        ("8 days", {"milk", "report", "call", "plants", "trip"}),
        ("this week", {"milk", "report", "call", "bill", "plants"}),
        ("next week", {"trip"}),
        ("due before: today", {"bill"}),
        ("due after: today", {"plants", "trip"}),
        ("due before: next week", {"milk", "report", "call", "bill", "plants"}),
        ("due after: this week", {"trip"}),
        ("!due after: today", OPEN - {"plants", "trip"}),
        ("due: 2026-12-01", {"trip"}),
        ("sunday", {"plants"}),
        ("due before: +7 days", {"milk", "report", "call", "bill", "plants"}),
        # Other dates
        ("start: tomorrow", {"trip"}),
        ("start before: tomorrow", set()),
        ("start after: today", {"trip"}),
        ("no start date", OPEN - {"trip"}),
        ("created after: 2026-01-01", OPEN),
        ("created: monday", set()),
        ("created: 2 nov", OPEN),
        ("updated before: this week", OPEN),
        ("updated: friday", OPEN),
        ("completed today", {"done today"}),
        ("completed this week", {"done today"}),
        ("completed last week", {"done sunday"}),
        ("completed before: 2026-01-01", {"done long ago"}),
        ("!completed last week", OPEN | {"done today", "done long ago"}),
        # Priorities
        ("p1", {"milk", "trip"}),
        ("p2", {"report"}),
        ("p3", {"call"}),
        ("no priority", {"bill", "plants", "idea", "step"}),
        # Categories
        ("#work", {"report", "step"}),
        ('#"home IMPROVEMENT"', {"bill"}),
        ("#home*", {"bill"}),
        ("#ärger", {"call"}),
        ("#nothing", set()),
        ("!#nothing", OPEN),
        ("#Work | #nothing", {"report", "step"}),
        ("!#Work", OPEN - {"report", "step"}),
        ("no category", {"milk", "trip", "plants", "idea"}),
        # Tags
        ("@errand", {"milk"}),
        ("@err*", {"milk", "call"}),
        ("@ERR* & @shop", {"milk"}),
        ("@*", {"milk", "call"}),
        ("@errand | @shop", {"milk"}),
        ("no tags", OPEN - {"milk", "call"}),
        ("!@errand", OPEN - {"milk"}),
        # The rest
        ("subtask", {"step"}),
        ("has subtasks", {"report"}),
        ("!has subtasks", OPEN - {"report"}),
        ("recurring", {"plants"}),
        ("search: MILK", {"milk", "call"}),
        ("search: nothing", set()),
        ("estimate < 30m", {"milk"}),
        ("estimate <= 30m", {"milk", "trip"}),
        ("estimate = 2h", {"report"}),
        ("estimate >= 30m", {"report", "trip"}),
        ("estimate > 30m", {"report"}),
        ("no estimate", OPEN - {"milk", "report", "trip"}),
        ("!estimate > 30m", OPEN - {"report"}),
    ],
)
def test_filter_shows_tasks(tasks: User, text: str, expected: set[str]) -> None:
    assert show(tasks, text) == expected


def test_filter_shows_nothing_of_others(tasks: User, mallory: User) -> None:
    make_category(mallory, "Home improvement")
    foreign = make_task(mallory, "foreign", due_date=NOW)
    tag(foreign, "errand")

    assert show(mallory, "today | @err* | search: milk | #Work") == {"foreign"}
    assert "foreign" not in show(tasks, "today | @errand | view all")


def test_category_is_asked_for_once(tasks: User) -> None:
    tree = parse('#Work | #home* | #"Home improvement" | @errand | has subtasks | search: x')

    with CaptureQueriesContext(
        connection,
    ) as queries:
        shown = condition(tree, user=tasks, at=NOW, today=tasks.local_date(NOW))
        list(Task.objects.visible_to(tasks).filter(shown))

    assert len(queries) == 2


def test_largest_filter_is_answered(tasks: User) -> None:
    text = " | ".join(f"!(today & @{number} & p1)" for number in range(33))

    assert show(tasks, text) == OPEN


# --- Whose day it is ------------------------------------------------------------------------------


def make_person(name: str, zone: str, day_starts_at: int = 0, week_start: int = 1) -> User:
    """Make somebody with a day of their own."""
    user = make_user(f"{name}@example.org", name=name)
    user.time_zone, user.day_starts_at, user.week_start = zone, day_starts_at, week_start
    user.save()
    return user


@pytest.mark.parametrize(
    ("zone", "day_starts_at", "at", "due", "text", "is_shown"),
    [
        # 02:59 belongs to the day before, where days start at 3.
        ("Europe/Berlin", 3, "2026-11-24T09:00Z", "2026-11-25T01:59Z", "today", True),
        ("Europe/Berlin", 3, "2026-11-24T09:00Z", "2026-11-25T02:00Z", "today", False),
        ("Europe/Berlin", 3, "2026-11-25T01:59Z", "2026-11-24T03:00Z", "today", True),
        ("Europe/Berlin", 3, "2026-11-25T01:59Z", "2026-11-24T01:59Z", "today", False),
        ("Europe/Berlin", 3, "2026-11-24T09:00Z", "2026-11-25T01:59Z", "due after: today", False),
        ("Europe/Berlin", 3, "2026-11-24T09:00Z", "2026-11-25T02:00Z", "due after: today", True),
        ("Europe/Berlin", 3, "2026-11-24T09:00Z", "2026-11-24T01:59Z", "due before: today", True),
        ("Europe/Berlin", 3, "2026-11-24T09:00Z", "2026-11-24T02:00Z", "due before: today", False),
        # 29 March lasts 23 hours, 25 October 25.
        ("Europe/Berlin", 0, "2026-03-29T09:00Z", "2026-03-28T23:00Z", "today", True),
        ("Europe/Berlin", 0, "2026-03-29T09:00Z", "2026-03-29T21:59Z", "today", True),
        ("Europe/Berlin", 0, "2026-03-29T09:00Z", "2026-03-29T22:00Z", "today", False),
        ("Europe/Berlin", 0, "2026-10-25T09:00Z", "2026-10-24T22:00Z", "today", True),
        ("Europe/Berlin", 0, "2026-10-25T09:00Z", "2026-10-25T22:59Z", "today", True),
        ("Europe/Berlin", 0, "2026-10-25T09:00Z", "2026-10-25T23:00Z", "today", False),
        ("America/New_York", 3, "2026-11-01T12:00Z", "2026-11-01T07:59Z", "yesterday", True),
        ("America/New_York", 3, "2026-11-01T12:00Z", "2026-11-01T08:00Z", "today", True),
        # 25 hours between the calendars of a person and of the task's time zone.
        ("Pacific/Pago_Pago", 6, "2026-11-24T18:00Z", "2026-11-25T16:59Z", "today", True),
        ("Pacific/Kiritimati", 0, "2026-11-24T18:00Z", "2026-11-24T10:00Z", "today", True),
    ],
)
@pytest.mark.parametrize("task_zone", ["Pacific/Kiritimati", "UTC", "Pacific/Pago_Pago"])
def test_time_is_due_on_the_persons_day(
    db: None,
    zone: str,
    day_starts_at: int,
    at: str,
    due: str,
    text: str,
    is_shown: bool,
    task_zone: str,
) -> None:
    user = make_person("eve", zone, day_starts_at)
    make_task(user, "it", due_date=datetime.fromisoformat(due), time_zone=task_zone)

    assert (show(user, text, datetime.fromisoformat(at)) == {"it"}) == is_shown


@pytest.mark.parametrize("task_zone", ["Pacific/Kiritimati", "Europe/Berlin", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("day_starts_at", [0, 3])
def test_day_is_due_on_that_day_in_every_zone(db: None, task_zone: str, day_starts_at: int) -> None:
    user = make_person("eve", "Europe/Berlin", day_starts_at)
    due = day("2026-11-24", ZoneInfo(task_zone))
    make_task(user, "it", due_date=due, all_day=True, time_zone=task_zone)

    assert show(user, "today") == {"it"}
    assert show(user, "overdue") == set()
    assert show(user, "overdue", datetime(2026, 11, 25, 3, tzinfo=UTC)) == {"it"}


@pytest.mark.parametrize("task_zone", ["Pacific/Auckland", "Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("day_starts_at", [0, 3])
def test_day_starts_on_that_day_in_other_zones(
    db: None, task_zone: str, day_starts_at: int
) -> None:
    user = make_person("eve", "Europe/Berlin", day_starts_at)
    start = day("2026-11-24", ZoneInfo(task_zone))
    make_task(user, "it", start_date=start, all_day=True, time_zone=task_zone)

    assert show(user, "start: today") == {"it"}


def test_week_starts_on_the_persons_day(db: None) -> None:
    eve, dan = make_person("eve", "UTC", 0, 1), make_person("dan", "UTC", 0, 7)
    for user in (eve, dan):
        for number in (21, 22, 28, 29):
            due = datetime(2026, 11, number, 12, tzinfo=UTC)
            make_task(user, str(number), due_date=due)

    assert show(eve, "this week") == {"28", "29"}
    assert show(dan, "this week") == {"22", "28"}


# --- Against another reading of the language ------------------------------------------------------


def holds(tree: Tree, task: Task, user: User) -> bool:
    """Say in Python whether a filter holds for a task."""
    match tree:
        case And(operands):
            return all(holds(operand, task, user) for operand in operands)
        case Or(operands):
            return any(holds(operand, task, user) for operand in operands)
        case Not(operand):
            return not holds(operand, task, user)
        case Dated():
            return is_dated(tree, task, user)
        case Flag():
            return has_flag(tree, task, user)
        case term:
            return has(term, task)


def has(term: Term, task: Task) -> bool:
    """Say whether a task has what a term says, whoever asks."""
    match term:
        case Priority(level):
            low, high = PRIORITIES[level]
            return low <= task.priority <= high
        case Search(text):
            return Task.objects.filter(pk=task.pk).matching(text).exists()
        case Estimate(comparison, minutes):
            return (
                task.estimate_minutes is not None
                and {
                    Comparison.LESS: task.estimate_minutes < minutes,
                    Comparison.AT_MOST: task.estimate_minutes <= minutes,
                    Comparison.EQUAL: task.estimate_minutes == minutes,
                    Comparison.AT_LEAST: task.estimate_minutes >= minutes,
                    Comparison.MORE: task.estimate_minutes > minutes,
                }[comparison]
            )
        case Named(Mark.TAG, name, is_beginning):
            names = [row.tag.name for row in task.task_tags.all()]
        case Named(Mark.CATEGORY, name, is_beginning):
            names = [task.category.name] if task.category else []
        case _:
            raise AssertionError(term)
    keys = [key_of(one) for one in names]
    return any(
        key.startswith(key_of(name)) if is_beginning else key == key_of(name) for key in keys
    )


def has_flag(flag: Flag, task: Task, user: User) -> bool:
    """Say what a task is."""
    today = user.local_date(NOW)
    is_past = (
        task.due_date is not None
        and task.due_day is not None
        and (task.due_day < today if task.all_day else task.due_date < NOW)
    )
    return {
        Flag.ALL: True,
        Flag.OPEN: not task.completed,
        Flag.COMPLETED: task.completed,
        Flag.OVERDUE: is_past and not task.completed,
        Flag.RECURRING: task.rrule != "",
        Flag.SUBTASK: task.parent is not None,
        Flag.HAS_SUBTASKS: any(one.deleted_at is None for one in task.subtasks.all()),
        Flag.NO_DATE: task.due_date is None,
        Flag.NO_START: task.start_date is None,
        Flag.NO_CATEGORY: task.category is None,
        Flag.NO_TAGS: not task.task_tags.all(),
        Flag.NO_ESTIMATE: task.estimate_minutes is None,
    }[flag]


def is_dated(dated: Dated, task: Task, user: User) -> bool:
    """Say whether a date of a task is on, before or after days."""
    at = {
        Field.DUE: task.due_date,
        Field.START: task.start_date,
        Field.CREATED: task.created_at,
        Field.UPDATED: task.updated_at,
        Field.COMPLETED: task.completed_at,
    }[dated.field]
    if at is None:
        return False
    found = user.local_date(at)
    if task.all_day and dated.field in {Field.DUE, Field.START}:
        found = local_date(at, task.zone, 0)
    clock = Clock(NOW, user.zone, user.local_date(NOW), user.week_start - 1)
    first, last = find_days(dated.days, clock, looks_back=dated.field.looks_back)
    return {
        Relation.ON: first <= found <= last,
        Relation.BEFORE: found < first,
        Relation.AFTER: found > last,
    }[dated.relation]


# Terms that some of the tasks are in, beside any.
FITTING = st.sampled_from(
    [
        parse(text)
        for text in (
            *("today", "overdue", "this week", "due before: tomorrow", "due after: today"),
            *("completed last week", "start after: today", "p1", "p2", "#work", "#home*", "#ärger"),
            *("@errand", "@err*", "no tags", "has subtasks", "subtask", "search: milk"),
            *("estimate < 1h", "no date", "recurring", "completed", "open"),
        )
    ]
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(make_trees(FITTING | TERMS))
def test_filter_shows_what_it_says(tasks: User, tree: Tree) -> None:
    base = Task.objects.visible_to(tasks).shown()
    rows = base.select_related("category", "parent").prefetch_related("subtasks", "task_tags__tag")
    filters = [tree, Not(tree), Or((Flag.COMPLETED, tree)), And((tree, parse("open | completed")))]

    for one in filters:
        shown = base.filter(condition(one, user=tasks, at=NOW, today=tasks.local_date(NOW)))

        expected = {task.pk for task in rows if holds(one, task, tasks)}
        if not mentions_completion(one):
            expected -= {task.pk for task in rows if task.completed}
        assert set(shown.values_list("pk", flat=True)) == expected, write(one)
