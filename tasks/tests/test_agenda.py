"""The agenda: what is due on which day, and the occurrences of series ahead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from tasks.actions import Moment, complete
from tasks.agenda import Item, list_agenda, span_of
from tasks.models import Occurrence as Done
from tasks.models import Task
from tasks.recurrence import Occurrence, make_recurrence
from tasks.tests.make import make_category, make_task

Api = Callable[[User | None], APIClient]

AGENDA = "/api/v1/agenda/"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def daily(pk: int, at: datetime) -> Item:
    """Return a series that occurs each day from an instant on."""
    recurrence = make_recurrence(
        "FREQ=DAILY", dtstart=at.replace(tzinfo=None), zone=ZoneInfo("UTC")
    )
    return Item(pk, Occurrence(at, at.date()), all_day=False, recurrence=recurrence)


def days_of(answer: dict[str, object]) -> dict[str, list[str]]:
    """Return the titles of an answer by their days."""
    results: list[dict[str, object]] = answer["results"]  # type: ignore[assignment]  # JSON
    return {
        str(day["day"]): [entry["title"] for entry in day["entries"]]  # type: ignore[attr-defined]
        for day in results
    }


# --- The rule -------------------------------------------------------------------------------------


def test_series_are_expanded_beside_what_is_due_once() -> None:
    day = date(2026, 11, 24)
    once = Item(1, Occurrence(NOW, day), all_day=False)
    items = [daily(2, NOW - timedelta(hours=1)), once]

    agenda = list_agenda(items, span_of(day, 2, BERLIN, 0), BERLIN, 0, limit=10)

    assert [(entry.day.day, entry.pk, entry.is_ahead) for entry in agenda.entries] == [
        (24, 2, False),
        (24, 1, False),
        (25, 2, True),
    ]
    assert not agenda.is_cut


def test_what_is_due_all_day_comes_before_times() -> None:
    day = date(2026, 11, 24)
    midnight = datetime(2026, 11, 23, 23, tzinfo=UTC)
    timed = Item(1, Occurrence(midnight, day), all_day=False)
    whole = Item(2, Occurrence(midnight, day), all_day=True)

    agenda = list_agenda([timed, whole], span_of(day, 1, BERLIN, 0), BERLIN, 0, limit=10)

    assert [entry.pk for entry in agenda.entries] == [2, 1]


def test_time_before_the_day_starts_is_of_the_day_before() -> None:
    night = datetime(2026, 11, 25, 1, tzinfo=UTC)
    item = Item(1, Occurrence(night, night.date()), all_day=False)

    agenda = list_agenda([item], span_of(date(2026, 11, 24), 2, BERLIN, 3), BERLIN, 3, limit=10)

    assert [(entry.day, entry.due_day) for entry in agenda.entries] == [
        (date(2026, 11, 24), date(2026, 11, 25))
    ]


def test_cut_agenda_keeps_what_is_first() -> None:
    day = date(2026, 11, 24)
    items = [daily(pk, NOW + timedelta(minutes=pk)) for pk in range(1, 40)]

    agenda = list_agenda(items, span_of(day, 366, BERLIN, 0), BERLIN, 0, limit=100)

    assert agenda.is_cut
    assert len(agenda.entries) == 100
    assert [entry.pk for entry in agenda.entries[39:78]] == list(range(1, 40))
    assert {entry.day for entry in agenda.entries} == {date(2026, 11, 24 + n) for n in range(3)}


@given(
    st.lists(st.integers(0, 72), max_size=8),
    st.integers(1, 4),
    st.integers(0, 6),
    st.sampled_from(["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago"]),
)
def test_entries_are_in_order_and_of_the_days_asked_for(
    hours: list[int], days: int, day_starts_at: int, zone_name: str
) -> None:
    zone, first = ZoneInfo(zone_name), date(2026, 11, 24)
    items = [daily(pk, NOW + timedelta(hours=each)) for pk, each in enumerate(hours)]

    span = span_of(first, days, zone, day_starts_at)
    entries = list_agenda(items, span, zone, day_starts_at, limit=1000).entries

    assert list(entries) == sorted(entries)
    assert {entry.day for entry in entries} <= {first + timedelta(n) for n in range(days)}
    expected = [
        (pk, at)
        for pk, each in enumerate(hours)
        for at in (NOW + timedelta(hours=each, days=later) for later in range(8))
        if span.start <= at < span.end
    ]
    assert sorted((entry.pk, entry.at) for entry in entries) == sorted(expected)


# --- The endpoint ---------------------------------------------------------------------------------


@time_machine.travel(NOW, tick=False)
def test_agenda_shows_a_week_by_days(ann: User, api: Api) -> None:
    make_task(ann, "Rent", due_date=NOW, all_day=True)
    make_task(ann, "Walk", due_date=NOW + timedelta(hours=1), rrule="FREQ=DAILY;INTERVAL=3")
    make_task(ann, "Later", due_date=NOW + timedelta(days=7))
    make_task(ann, "Undated")

    answer = api(ann).get(AGENDA)

    assert answer.status_code == 200
    assert answer.json()["first_day"] == "2026-11-24"
    assert days_of(answer.json()) == {
        "2026-11-24": ["Rent", "Walk"],
        "2026-11-27": ["Walk"],
        "2026-11-30": ["Walk"],
    }


@time_machine.travel(NOW, tick=False)
def test_agenda_leaves_out_what_is_done_hidden_or_anothers(
    ann: User, mallory: User, api: Api
) -> None:
    away = make_category(ann, archived_at=NOW)
    make_task(ann, "Away", due_date=NOW, category=away)
    make_task(ann, "Done", due_date=NOW, completed=True)
    make_task(ann, "Deleted", due_date=NOW, deleted_at=NOW)
    make_task(mallory, "Hers", due_date=NOW, rrule="FREQ=DAILY")
    task = make_task(ann, "Series", due_date=NOW, rrule="FREQ=DAILY")
    complete(task=task, now=Moment(NOW, NOW.date()))

    answer = api(ann).get(f"{AGENDA}?days=2")

    assert days_of(answer.json()) == {"2026-11-25": ["Series"]}
    assert Done.objects.count() == 1


def test_agenda_from_a_day_says_what_is_ahead(ann: User, api: Api) -> None:
    make_task(ann, "Walk", due_date=NOW, rrule="FREQ=DAILY")

    answer = api(ann).get(f"{AGENDA}?from=2027-01-01&days=1")

    (day,) = answer.json()["results"]
    (entry,) = day["entries"]
    assert entry["due_date"] == "2027-01-01T09:00:00Z"
    assert entry["is_ahead"] is True


def test_agenda_is_cut_at_a_thousand(ann: User, api: Api) -> None:
    for number in range(4):
        make_task(ann, f"Walk {number}", due_date=NOW, rrule="FREQ=DAILY")

    answer = api(ann).get(f"{AGENDA}?from=2026-11-24&days=366").json()

    assert answer["is_cut"] is True
    assert sum(len(day["entries"]) for day in answer["results"]) == 1000


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("from=tomorrow", "from"),
        ("from=0001-01-01", "from"),
        ("from=9998-12-29", "from"),
        ("days=0", "days"),
        ("days=367", "days"),
        ("page=2", "page"),
        ("from=", "from"),
        ("days=", "days"),
        ("days=1&days=2", "days"),
    ],
)
def test_agenda_of_other_days_is_refused(query: str, parameter: str, ann: User, api: Api) -> None:
    answer = api(ann).get(f"{AGENDA}?{query}")

    assert answer.status_code == 400
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [parameter]


def test_agenda_takes_as_many_queries_for_many_tasks(
    ann: User, api: Api, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = api(ann)
    for number in range(20):
        category = make_category(ann, f"Category {number}")
        make_task(ann, due_date=NOW, rrule="FREQ=DAILY", category=category)

    with django_assert_num_queries(4):  # two of them for the session
        client.get(f"{AGENDA}?from=2026-11-24&days=30")


# --- The command ----------------------------------------------------------------------------------


@time_machine.travel(NOW, tick=False)
def test_command_shows_today_and_what_is_overdue(ann: User) -> None:
    make_task(ann, "Rent", due_date=NOW - timedelta(days=3), all_day=True, priority=1)
    make_task(ann, "Call", due_date=NOW + timedelta(hours=1), category=make_category(ann, "Home"))
    make_task(ann, "Tomorrow", due_date=NOW + timedelta(days=1))
    out = StringIO()

    call_command("agenda", ann.email, stdout=out)

    lines = out.getvalue().splitlines()
    assert lines[1].split() == ["2026-11-21", "Rent", "1", "yes"]
    assert lines[2].split() == ["2026-11-24", "10:00", "Call", "Home", "no"]
    assert "Tomorrow" not in out.getvalue()


def test_command_says_when_there_is_nothing(ann: User) -> None:
    out = StringIO()

    call_command("agenda", ann.email, stdout=out)

    assert out.getvalue() == "Nothing is due today.\n"


def test_command_of_nobody_says_what_to_do(db: None) -> None:
    with pytest.raises(CommandError, match="Nobody here has"):
        call_command("agenda", "nobody@example.org")


def test_trash_is_emptied_after_thirty_days(ann: User) -> None:
    old = make_task(ann, "Old", deleted_at=datetime(2026, 1, 1, tzinfo=UTC))
    make_task(ann, "Below", parent=old, deleted_at=old.deleted_at)
    young = make_task(ann, "Young", deleted_at=datetime.now(UTC))
    kept = make_task(ann, "Kept")
    out = StringIO()

    call_command("empty_trash", stdout=out)

    assert out.getvalue() == "Deleted for good: 2 tasks.\n"
    assert set(Task.objects.all()) == {young, kept}
