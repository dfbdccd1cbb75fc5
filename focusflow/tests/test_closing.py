"""What becomes of a person's rows when they close or delete their account."""

from __future__ import annotations

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts.actions import ask_for_email_change, delete_user
from accounts.models import User
from accounts.tests.make import PASSWORD
from accounts.tests.test_closing import Doors
from focusflow.tests.test_admin import fields_of
from habits.tests.make import (
    days_from,
    make_checkin,
    make_checkins,
    make_group,
    make_habit,
    make_rest,
)
from tasks.actions import set_tags
from tasks.tests.make import make_category, make_filter, make_occurrence, make_task


def test_deactivation_keeps_the_rows_and_says_so(ann: User) -> None:
    task, doors = make_task(ann), Doors(ann)

    page = doors.page.get("/accounts/deactivate/").content.decode()
    led = doors.page.post("/accounts/deactivate/", {"password": PASSWORD}, follow=True)

    task.refresh_from_db()
    assert "All\n    your rows stay" in page
    assert "Your account is closed" in led.content.decode()


def test_deletion_says_what_goes(ann: User) -> None:
    make_task(ann, category=make_category(ann))
    make_task(ann)
    set_tags(task=make_task(ann), names=["errand", "phone"])
    make_occurrence(make_task(ann))
    make_filter(ann)
    habit = make_habit(ann, group=make_group(ann))
    make_checkins(habit, days_from(habit.start_date, 3))
    make_rest(ann, habit.start_date)
    doors = Doors(ann)

    page = doors.page.get("/accounts/delete/").content.decode()
    counts = doors.program.get("/api/v1/users/me/deletion/").json()["counts"]

    # Which tags tasks have is not counted for itself.
    assert counts == {
        "task": 4,
        "category": 1,
        "tag": 2,
        "occurrence": 1,
        "filter": 1,
        "habit": 1,
        "habit_group": 1,
        "check_in": 3,
        "rest": 1,
        "api_token": 1,
    }
    for kind, count in counts.items():
        assert f"<li>{kind}: {count}</li>" in page


def words_in_database() -> str:
    """Return every value of every row of every table."""
    return "\n".join(
        str(list(model._base_manager.values()))
        for model in apps.get_models()
        if model._meta.managed
    )


def test_deletion_leaves_nothing(ann: User, olga: User, client: Client) -> None:
    task = make_task(ann, title="Zanzibar")
    client.force_login(olga)
    form = client.get(f"/admin/tasks/task/{task.pk}/change/")
    client.post(f"/admin/tasks/task/{task.pk}/change/", fields_of(form) | {"title": "Zanzibar now"})
    set_tags(task=task, names=["Tangier"])
    make_filter(ann, "Tripoli", "@Tangier")
    make_task(ann, parent=task, category=make_category(ann, "Tunis"))
    make_occurrence(make_task(ann, "Timbuktu"))
    habit = make_habit(ann, "Tyre", group=make_group(ann, "Tobruk"))
    make_checkin(habit, note="Toledo")
    make_rest(ann, habit.start_date, note="Trieste")
    client.post(f"/admin/accounts/user/{ann.pk}/reset-link/")
    LogEntry.objects.create(
        user=olga, content_type_id=1, object_id="x", object_repr="stays", action_flag=2
    )
    client.post(
        f"/admin/accounts/user/{ann.pk}/change/",
        {"email": ann.email, "name": "Anna", "time_zone": "UTC", "day_starts_at": 0,
         "week_start": 1, "language": "en", "is_active": "on"},
    )  # fmt: skip
    doors = Doors(ann)
    ask_for_email_change(user=ann, email="later@example.org", at=timezone.now())
    before = words_in_database()

    doors.program.post(
        "/api/v1/users/me/deletion/", {"password": PASSWORD}, headers={"Idempotency-Key": "x"}
    )

    after = words_in_database()
    towns = ("Zanzibar", "Zanzibar now", "Tangier", "Tripoli", "Tunis", "Timbuktu")
    of_habits = ("Tyre", "Tobruk", "Toledo", "Trieste")
    for word in ("ann@example.org", "Anna", *towns, *of_habits):
        assert word in before
        assert word not in after
    assert not Session.objects.filter(session_key=doors.page.cookies["sessionid"].value).exists()
    assert LogEntry.objects.filter(object_repr="stays").exists()
    assert User.objects.get() == olga


def log_in_admin(by: User, model: type[Model], pk: int) -> LogEntry:
    """Make an entry of the admin's log about a row."""
    kind = ContentType.objects.get_for_model(model)
    return LogEntry.objects.create(user=by, content_type=kind, object_id=str(pk), action_flag=2)


def test_deletion_leaves_what_the_admin_log_says_of_others(
    ann: User, ben: User, olga: User
) -> None:
    task = make_task(ann)
    log_in_admin(olga, type(task), task.pk)
    kept = {
        log_in_admin(olga, type(task), make_task(ben).pk),
        log_in_admin(olga, User, ben.pk),
        # Of another kind, with the same id.
        log_in_admin(olga, Group, task.pk),
    }

    delete_user(user=ann, by=olga)

    assert set(LogEntry.objects.all()) == kept
