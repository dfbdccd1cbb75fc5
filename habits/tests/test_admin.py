"""The admin of habits: what the operator sees and does, with numbers that stay true."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.make import make_user
from habits.models import CheckIn, Habit, Rest
from habits.tests.make import (
    START,
    days_from,
    derived_anew,
    make_checkin,
    make_checkins,
    make_group,
    make_habit,
    make_rest,
    stored,
    streaks,
)

HABITS = "/admin/habits/habit/"
RESTS = "/admin/habits/rest/"
TODAY = date(2026, 11, 19)
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(time_machine: Any) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def operator(db: None) -> Client:
    """Return the browser of somebody who may do everything."""
    client = Client()
    client.force_login(make_user("olga@example.org", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def habit(ann: User) -> Habit:
    """Return a habit that was kept on 18 days, today the last."""
    habit = make_habit(ann, start_date=START)
    make_checkins(habit, days_from(START, 18))
    return habit


def form_of(operator: Client, path: str) -> dict[str, Any]:
    """Return what the form of a page would send if nothing was changed."""
    page = operator.get(path)
    assert page.status_code == 200
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {bound.html_name: bound.value() for form in forms for bound in form}
    return {
        name: value for name, value in values.items() if value is not None and value is not False
    }


def send(operator: Client, path: str, **changes: Any) -> Any:
    """Change what a page shows, and send it."""
    return operator.post(path, form_of(operator, path) | changes)


def cells(operator: Client, query: str = "") -> dict[str, tuple[str, str]]:
    """Return streak and strength of the habits of the list, by their names."""
    page = operator.get(f"{HABITS}?{query}")
    shown = page.context["cl"]
    view = shown.model_admin
    return {row.name: (view.running(row), view.strength(row)) for row in shown.result_list}


def test_list_shows_streak_and_strength_of_their_owners_days(
    operator: Client, habit: Habit, ben: User
) -> None:
    weekly = make_habit(ben, "Run", frequency="weekly", start_date=START)
    make_checkin(weekly, TODAY)
    over = make_habit(ben, "Over", start_date=START)
    make_checkin(over)

    shown = cells(operator)

    habit.refresh_from_db()
    assert shown["Read"] == ("18 days", f"{100 * habit.strength_on(TODAY):.1f} %")
    assert (shown["Run"][0], shown["Over"][0]) == ("1 week", "0 days")
    # Where the day is another one already.
    ben.change(time_zone="Pacific/Kiritimati")
    make_checkins(over, days_from(TODAY - timedelta(days=1), 1))
    assert cells(operator)["Over"][0] == "0 days"
    ben.change(time_zone="UTC")
    assert cells(operator)["Over"][0] == "1 day"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("frequency__exact=weekly", {"Run"}),
        ("kind__exact=at_most", {"Smoke"}),
        ("archived_at__isempty=0", {"Away"}),
        ("q=smo", {"Smoke"}),
        ("q=ann@", {"Run", "Smoke", "Away"}),
    ],
)
def test_list_is_filtered(query: str, names: set[str], operator: Client, ann: User) -> None:
    make_habit(ann, "Run", frequency="weekly")
    make_habit(ann, "Smoke", kind="at_most", target=0)
    make_habit(ann, "Away", archived_at=NOON)

    assert cells(operator, query).keys() == names


def test_page_shows_what_was_recorded_lately(operator: Client, ann: User) -> None:
    habit = make_habit(ann, start_date=date(2026, 1, 1))
    make_checkins(habit, days_from(TODAY - timedelta(days=40), 41))

    page = operator.get(f"{HABITS}{habit.pk}/change/")

    (inline,) = page.context["inline_admin_formsets"]
    days = [form.instance.day for form in inline.formset.initial_forms]
    assert days == days_from(TODAY, 30, -1)
    assert "41 days" in page.content.decode()
    assert "strength_steps" not in page.content.decode()


def test_page_that_is_saved_leaves_older_checkins(operator: Client, ann: User) -> None:
    habit = make_habit(ann, start_date=date(2026, 1, 1))
    make_checkins(habit, days_from(TODAY - timedelta(days=40), 41))

    answer = send(operator, f"{HABITS}{habit.pk}/change/", name="Walk")

    assert answer.status_code == 302, answer.context["errors"]
    assert (CheckIn.objects.count(), Habit.objects.get().name) == (41, "Walk")
    assert stored(habit) == derived_anew(habit)
    assert streaks(habit) == (41, 41)


def test_checkins_are_added_changed_and_deleted_on_the_page(
    operator: Client, habit: Habit, ann: User
) -> None:
    CheckIn.objects.filter(day=TODAY).delete()
    path = f"{HABITS}{habit.pk}/change/"

    added = send(operator, path, **{"checkins-17-day": TODAY, "checkins-17-value": 1})
    assert added.status_code == 302, added.context["errors"]
    assert (streaks(habit), CheckIn.objects.get(day=TODAY).user) == ((18, 18), ann)
    assert stored(habit) == derived_anew(habit)

    changed = send(operator, path, **{"checkins-9-value": 0})
    assert changed.status_code == 302, changed.context["errors"]
    assert streaks(habit) == (9, 9)
    assert stored(habit) == derived_anew(habit)

    deleted = send(operator, path, **{"checkins-0-DELETE": "on"})
    assert deleted.status_code == 302, deleted.context["errors"]
    assert not CheckIn.objects.filter(day=TODAY).exists()
    assert stored(habit) == derived_anew(habit)


def test_rule_and_checkins_are_changed_at_once(operator: Client, habit: Habit) -> None:
    path = f"{HABITS}{habit.pk}/change/"
    rule = {"kind": "at_least", "target": "2.5", "frequency": "weekly"}

    answer = send(operator, path, **rule, **{"checkins-0-value": "2.5"})

    assert answer.status_code == 302, answer.context["errors"]
    assert stored(habit) == derived_anew(habit)
    assert streaks(habit) == (3, 3)


@pytest.mark.parametrize(
    ("day", "value", "field"),
    [("2026-11-20", 1, "day"), ("2026-11-01", 1, "day"), ("2026-11-19", 2, "value")],
)
def test_checkin_that_cannot_be_is_a_message(
    day: str, value: int, field: str, operator: Client, ann: User
) -> None:
    habit = make_habit(ann, start_date=START)
    sent = {"checkins-0-day": day, "checkins-0-value": value}

    answer = send(operator, f"{HABITS}{habit.pk}/change/", **sent)

    assert answer.status_code == 200
    (inline,) = answer.context["inline_admin_formsets"]
    assert inline.formset.errors[0].keys() == {field}
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"frequency": "rolling"}, "span"),
        ({"frequency": "weekdays"}, "weekdays"),
        ({"times": 2}, "times"),
        ({"kind": "at_least"}, "target"),
    ],
)
def test_rule_that_cannot_be_is_a_message_beside_its_field(
    rule: dict[str, Any], field: str, operator: Client, habit: Habit
) -> None:
    answer = send(operator, f"{HABITS}{habit.pk}/change/", **rule)

    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors


def test_new_habit_has_no_checkins_on_its_page(operator: Client, ann: User) -> None:
    path = f"{HABITS}add/"
    assert operator.get(path).context["inline_admin_formsets"] == []

    answer = send(operator, path, user=ann.pk, name="Walk", frequency="daily")

    assert answer.status_code == 302, answer.context["errors"]
    habit = Habit.objects.get()
    assert (habit.user, habit.start_date) == (ann, TODAY)


@pytest.mark.parametrize("of_all", [True, False])
def test_rest_is_added_changed_and_deleted(of_all: bool, operator: Client, habit: Habit) -> None:
    CheckIn.objects.filter(day=START + timedelta(days=7)).delete()
    assert streaks(habit) == (10, 10)
    named = "" if of_all else habit.pk

    sent = {"user": habit.user_id, "habit": named, "reason": "illness"}
    days = {"first_day": "2026-11-09", "last_day": "2026-11-09"}
    added = send(operator, f"{RESTS}add/", **sent, **days)
    assert added.status_code == 302, added.context["errors"]
    assert streaks(habit) == (17, 17)

    path = f"{RESTS}{Rest.objects.get().pk}/change/"
    send(operator, path, first_day="2026-11-08", last_day="2026-11-08")
    assert streaks(habit) == (10, 10)
    send(operator, path, first_day="2026-11-08", last_day="2026-11-10")
    assert streaks(habit) == (17, 17)

    chosen = {"action": "delete_selected", "_selected_action": [Rest.objects.get().pk]}
    operator.post(RESTS, chosen | {"post": "yes"})
    assert not Rest.objects.exists()
    assert streaks(habit) == (10, 10)
    assert stored(habit) == derived_anew(habit)


def test_rest_of_a_strangers_habit_is_a_message(
    operator: Client, habit: Habit, mallory: User
) -> None:
    days = {"first_day": "2026-11-09", "last_day": "2026-11-09"}

    answer = send(operator, f"{RESTS}add/", user=mallory.pk, habit=habit.pk, **days)

    assert answer.status_code == 200
    assert "belongs to another account" in answer.content.decode()
    assert not Rest.objects.exists()


def test_group_deletion_names_the_habits_that_stay(operator: Client, ann: User) -> None:
    group = make_group(ann)
    make_habit(ann, group=group)

    page = operator.get(f"/admin/habits/group/{group.pk}/delete/").content.decode()

    assert "1 habits stay, without a group" in page


def test_group_deletion_of_an_empty_one_names_none(operator: Client, ann: User) -> None:
    make_habit(ann, group=make_group(ann, "Other"))
    empty = make_group(ann, "Empty")

    page = operator.get(f"/admin/habits/group/{empty.pk}/delete/").content.decode()

    assert "without a group" not in page


def test_page_of_a_habit_shows_what_follows_and_a_new_one_does_not(
    operator: Client, habit: Habit
) -> None:
    shown = operator.get(f"{HABITS}{habit.pk}/change/").content.decode()
    new = operator.get(f"{HABITS}add/").content.decode()

    assert "field-running" in shown
    assert "field-running" not in new


@pytest.mark.parametrize("path", [HABITS, RESTS, "/admin/habits/group/", "page"])
def test_page_takes_as_many_queries_for_many_rows(path: str, operator: Client, ann: User) -> None:
    habit = make_habit(ann, start_date=START)
    address = f"{HABITS}{habit.pk}/change/" if path == "page" else path

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert operator.get(address).status_code == 200
        return len(queries)

    def fill(first: int, number: int) -> None:
        make_checkins(habit, days_from(START + timedelta(days=first), number))
        for position in range(first, first + number):
            owner = make_user(f"p{position}@example.org")
            kept = make_habit(owner, group=make_group(owner), start_date=START)
            make_checkin(kept)
            make_rest(owner, START, habit=kept)

    fill(0, 2)
    # The first visit reads types of content, which are kept.
    count()
    few = count()
    fill(2, 9)

    assert count() == few
