"""The history of changes: complete, true, read by the right people, and never rewritten."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import history
from accounts.actions import update_user
from accounts.history import Action, Interface, coming_from
from accounts.models import ApiToken, Event, User
from accounts.tests.make import PASSWORD, make_event, make_token, make_user
from accounts.versioning import recorded_models
from focusflow.periodic import remove_history
from focusflow.tests.test_admin import fields_of
from habits.models import Habit
from habits.tests.make import make_habit
from tasks.models import Category, Task
from tasks.tests.make import make_category, make_task

Api = Callable[[User | None], APIClient]

DUE = datetime(2026, 12, 1, 8, tzinfo=UTC)


def events_of(kind: str) -> list[Event]:
    """Return the events of a kind of rows, oldest first."""
    return list(Event.objects.filter(kind=kind).order_by("id"))


def last_event() -> Event:
    return Event.objects.latest("id")


# --- What is recorded ---------------------------------------------------------------------------


def test_row_that_is_made_leaves_all_it_holds(ann: User) -> None:
    category = make_category(ann)

    task = make_task(ann, "Mow", due_date=DUE, category=category)

    event = last_event()
    assert (event.user, event.kind, event.row_id) == (ann, "task", task.pk)
    assert (event.action, event.before) == ("created", None)
    assert event.after == {
        "title": "Mow",
        "description": "",
        "completed": False,
        "completed_at": None,
        "priority": 0,
        "estimate_minutes": None,
        "start_date": None,
        "due_date": "2026-12-01T08:00:00Z",
        "all_day": False,
        "time_zone": "UTC",
        "rrule": "",
        "dtstart": "",
        "repeat_from": "schedule",
        "category": category.pk,
        "parent": None,
        "position": task.position,
        "deleted_at": None,
    }


def change(task: Task) -> None:
    task.change(title="Rake", priority=0)


def save(task: Task) -> None:
    task.title = "Rake"
    task.save()


def save_fields(task: Task) -> None:
    task.title = "Rake"
    task.save(update_fields=["title", "priority"])


def update(task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(title="Rake", priority=0)


def bulk_update(task: Task) -> None:
    task.title = "Rake"
    Task.objects.bulk_update([task], ["title", "priority"])


def update_or_create(task: Task) -> None:
    Task.objects.update_or_create(pk=task.pk, defaults={"title": "Rake"})


@pytest.mark.parametrize(
    "way",
    [change, save, save_fields, update, bulk_update, update_or_create],
    ids=lambda w: w.__name__,
)
def test_change_leaves_what_differs(way: Callable[[Task], None], ann: User) -> None:
    task = make_task(ann, "Mow")

    way(task)

    event = last_event()
    assert len(events_of("task")) == 2
    assert (event.action, event.row_id, event.user) == ("changed", task.pk, ann)
    assert (event.before, event.after) == ({"title": "Mow"}, {"title": "Rake"})


def test_change_by_an_expression_leaves_what_came_of_it(ann: User) -> None:
    first, second = (make_task(ann, title, due_date=DUE) for title in "ab")
    Task.objects.update(due_date=F("due_date") + timedelta(days=1), due_day=date(2026, 12, 2))

    changes = {event.row_id: event.after for event in events_of("task")[2:]}
    assert changes == {row.pk: {"due_date": "2026-12-02T08:00:00Z"} for row in (first, second)}


def test_change_without_what_follows_from_it_is_refused(ann: User) -> None:
    make_task(ann, "Mow", due_date=DUE)

    with pytest.raises(TypeError, match="Write due_day along"):
        Task.objects.update(due_date=DUE + timedelta(days=1))

    assert Task.objects.get().due_date == DUE


def test_change_of_rows_found_through_others_is_recorded(ann: User) -> None:
    task = make_task(ann, category=make_category(ann, "Garden"))
    make_task(ann)

    Task.objects.filter(category__name="Garden").update(priority=1)
    Task.objects.exclude(category__name="Garden").distinct().update(priority=1)

    assert [event.after for event in events_of("task")[2:]] == [{"priority": 1}] * 2
    assert events_of("task")[2].row_id == task.pk


def test_deletion_of_rows_found_through_others_is_recorded(ann: User) -> None:
    task = make_task(ann, category=make_category(ann, "Garden"))
    make_task(ann)

    Task.objects.filter(category__name="Garden").delete()

    deleted = Event.objects.filter(kind="task", action="deleted")
    assert [event.row_id for event in deleted] == [task.pk]


def test_row_that_is_read_is_read_alone(ann: User) -> None:
    task = make_task(ann, "Sow")
    make_task(ann, "Reap")

    with transaction.atomic():
        found = history.read_one(task, ["title"])

    assert found == {task.pk: history.Snapshot(ann.pk, {"title": "Sow"})}


def test_change_is_told_against_what_was_stored(ann: User) -> None:
    task = make_task(ann, "Mow")
    Task.objects.filter(pk=task.pk).update(title="Rake")

    task.change(title="Weed")

    assert last_event().before == {"title": "Rake"}


@pytest.mark.parametrize("way", [change, save, update, bulk_update], ids=lambda w: w.__name__)
def test_change_of_nothing_leaves_nothing(way: Callable[[Task], None], ann: User) -> None:
    task = make_task(ann, "Rake")

    way(task)

    assert len(events_of("task")) == 1


def test_change_of_derived_columns_leaves_nothing(ann: User) -> None:
    habit = make_habit(ann)

    habit.change(strength_steps=[1])
    Habit.objects.update(strength_steps=[2])

    assert len(events_of("habit")) == 1


def test_rows_made_together_leave_an_event_each_in_one_statement(
    ann: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2) as caught:
        Task.objects.bulk_create(Task(user=ann, title=str(number)) for number in range(500))

    assert sum('INSERT INTO "history"' in query["sql"] for query in caught.captured_queries) == 1
    titles = [(event.after or {})["title"] for event in events_of("task")]
    assert titles == [str(number) for number in range(500)]


def test_rows_that_may_be_there_are_not_made_together(ann: User) -> None:
    with pytest.raises(DatabaseError, match="not told from new"):
        Task.objects.bulk_create([Task(user=ann, title="x")], ignore_conflicts=True)


def delete_row(task: Task) -> None:
    task.delete()


def delete_rows(task: Task) -> None:
    Task.objects.filter(pk=task.pk).delete()


def remove(task: Task) -> None:
    task.remove()


def remove_expected(task: Task) -> None:
    task.remove(expected=1)


@pytest.mark.parametrize(
    "way", [delete_row, delete_rows, remove, remove_expected], ids=lambda w: w.__name__
)
def test_deletion_leaves_all_that_was_there(way: Callable[[Task], None], ann: User) -> None:
    task = make_task(ann, "Mow", description="The lawn")
    pk = task.pk

    way(task)

    event = last_event()
    assert not Task.objects.exists()
    assert (event.action, event.row_id, event.after, event.counts) == ("deleted", pk, None, None)
    assert (event.before or {})["description"] == "The lawn"


@pytest.mark.parametrize("together", [False, True])
def test_deletion_of_a_category_is_one_event_that_counts_its_tasks(
    together: bool, ann: User
) -> None:
    category = make_category(ann)
    for _ in range(3):
        make_task(ann, category=category)
    before = Event.objects.count()

    (Category.objects.filter(pk=category.pk) if together else category).delete()

    assert Event.objects.count() == before + 1
    assert last_event().counts == {"task": 3}


def test_deletion_of_a_category_raises_the_version_of_its_tasks(ann: User) -> None:
    category = make_category(ann)
    inside, outside = make_task(ann, category=category), make_task(ann)

    category.delete()

    inside.refresh_from_db()
    outside.refresh_from_db()
    assert (inside.category, inside.version, outside.version) == (None, 2, 1)


def test_change_that_fails_leaves_nothing(ann: User) -> None:
    category = make_category(ann, "Home")
    make_category(ann, "Work")
    before = Event.objects.count()

    with pytest.raises(IntegrityError), transaction.atomic():
        category.change(name="Work")
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.update(name="Same")

    assert Event.objects.count() == before


@pytest.mark.parametrize("model", recorded_models(), ids=lambda model: model.__name__)
def test_every_recorded_model_has_words_for_its_owner_and_kind(model: Any) -> None:
    assert {field.attname for field in model._meta.fields} >= {model.owner_column}
    assert history.kind_of(model) in {
        "user",
        "api_token",
        "category",
        "tag",
        "task",
        "occurrence",
        "filter",
        "habit",
        "habit_group",
        "check_in",
        "rest",
    }


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["create", "change", "update_all", "delete", "bulk_create"]),
        st.integers(0, 3),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=5),
        st.booleans(),
    ),
    max_size=8,
)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS)
def test_events_replayed_give_the_rows_as_they_are(
    steps: list[tuple[str, int, str, bool]], ann: User
) -> None:
    with transaction.atomic():
        for name, index, title, urgent in steps:
            take(name, ann, index, title, urgent=urgent)
        replayed = replay(events_of("task"))
        stored = {
            pk: {"title": title, "priority": priority}
            for pk, title, priority in Task.objects.values_list("pk", "title", "priority")
        }
        transaction.set_rollback(True)

    assert replayed == stored


def take(name: str, owner: User, index: int, title: str, *, urgent: bool) -> None:
    """Do one of the things that change rows."""
    rows = list(owner.tasks.order_by("pk"))
    task = rows[index % len(rows)] if rows else None
    if name == "create":
        make_task(owner, title, priority=int(urgent))
    elif name == "bulk_create":
        Task.objects.bulk_create([Task(user=owner, title=title) for _ in range(index)])
    elif name == "update_all":
        Task.objects.filter(priority=int(not urgent)).update(priority=int(urgent), title=title)
    elif task and name == "change":
        task.change(title=title, priority=int(urgent))
    elif task:
        task.delete()


def replay(events: list[Event]) -> dict[int, dict[str, Any]]:
    """Return title and priority of each row, from the events alone."""
    rows: dict[int, dict[str, Any]] = {}
    for event in events:
        if event.action == Action.DELETED:
            gone = rows.pop(event.row_id)
            assert {name: event.before[name] for name in gone} == gone  # type: ignore[index]
            continue
        row = rows.setdefault(event.row_id, {})
        for name, value in (event.before or {}).items():
            assert row[name] == value
        row |= {k: v for k, v in (event.after or {}).items() if k in {"title", "priority"}}
    return rows


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_queryset", [False, True])
def test_changes_at_once_make_one_unbroken_chain(by_queryset: bool) -> None:
    task = make_task(make_user("ann@example.org"), "0")

    def rename(number: int) -> None:
        try:
            if by_queryset:
                Task.objects.filter(pk=task.pk).update(title=str(number))
            else:
                Task.objects.get(pk=task.pk).change(title=str(number))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(rename, range(1, 25)))

    changes = {event.before["title"]: event.after["title"] for event in events_of("task")[1:]}  # type: ignore[index]
    assert len(changes) == 24
    title = "0"
    while title in changes:
        title = changes.pop(title)
    assert not changes
    task.refresh_from_db()
    assert task.title == title


# --- Who, and from where ------------------------------------------------------------------------


def test_change_by_the_api_names_who_and_the_request(ann: User, api: Api) -> None:
    task = make_task(ann, "Mow")

    answer = api(ann).patch(f"/api/v1/tasks/{task.pk}/", {"title": "Rake"})

    event = last_event()
    assert (event.actor_id, event.interface) == (ann.pk, "api")
    assert event.request_id == answer.headers["X-Request-ID"] != ""


def test_change_by_a_personal_token_names_its_owner(ann: User) -> None:
    _, secret = make_token(ann)

    APIClient().post(
        "/api/v1/tasks/", {"title": "Mow"}, headers={"Authorization": f"Bearer {secret}"}
    )

    assert (last_event().kind, last_event().actor_id) == ("task", ann.pk)


def test_change_by_the_admin_names_the_operator(ann: User, olga: User, client: Client) -> None:
    habit = make_habit(ann, "Run")
    client.force_login(olga)

    address = reverse("admin:habits_habit_change", args=[habit.pk])
    client.post(address, fields_of(client.get(address)) | {"name": "Swim"})

    event = events_of("habit")[-1]
    assert (event.user, event.actor_id, event.interface) == (ann, olga.pk, "admin")


def test_change_by_a_command_names_nobody(ann: User) -> None:
    make_task(ann)

    assert (last_event().actor_id, last_event().interface) == (None, "command")


def test_change_by_the_worker_says_so(ann: User) -> None:
    with coming_from(Interface.WORKER):
        make_task(ann)

    assert last_event().interface == "worker"


def test_change_by_a_page_says_so(ann: User, client: Client) -> None:
    client.post("/accounts/login/", {"login": ann.email, "password": PASSWORD})

    event = last_event()
    assert (event.action, event.interface) == ("signed_in", "pages")
    assert (event.actor_id, event.after) == (ann.pk, {"address": "127.0.0.1"})


# --- Accounts -----------------------------------------------------------------------------------


def test_sign_in_and_sign_out_are_events(ann: User, client: Client) -> None:
    client.force_login(ann)

    client.post("/accounts/logout/")

    assert [event.action for event in events_of("user")] == ["created", "signed_in", "signed_out"]


def test_sign_out_of_nobody_is_none(client: Client, db: None) -> None:
    client.post("/accounts/logout/")

    assert not Event.objects.exists()


def change_password_by_page(user: User) -> None:
    client = Client()
    client.force_login(user)
    answer = client.post(
        "/accounts/password/change/",
        {
            "oldpassword": PASSWORD,
            "password1": "quite another one",
            "password2": "quite another one",
        },
    )
    assert answer.status_code == 302


def change_password_by_operator(user: User) -> None:
    update_user(user=user, by=None, password="quite another one")


@pytest.mark.parametrize("way", [change_password_by_page, change_password_by_operator])
def test_new_password_is_an_event_without_it(way: Callable[[User], None], ann: User) -> None:
    way(ann)

    event = last_event()
    assert (event.action, event.before, event.after) == ("password_changed", None, None)


def test_hash_that_a_sign_in_renews_is_no_event(ann: User, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    before = Event.objects.count()

    assert ann.check_password(PASSWORD)

    assert ann.password.startswith("pbkdf2")
    assert Event.objects.count() == before


def test_rights_that_change_are_an_event(ann: User, olga: User, api: Api) -> None:
    api(olga).patch(f"/api/v1/users/{ann.pk}/", {"is_active": False})

    event = last_event()
    assert (event.user, event.actor_id) == (ann, olga.pk)
    assert (event.before, event.after) == ({"is_active": True}, {"is_active": False})


def test_token_made_and_revoked_are_events_without_its_secret(ann: User, api: Api) -> None:
    client = api(ann)
    made = client.post("/api/v1/tokens/", {"name": "kitchen"}).json()
    client.delete(f"/api/v1/tokens/{made['id']}/")

    created, deleted = events_of("api_token")
    assert created.after == {"name": "kitchen", "scope": "read", "expires_at": None}
    assert deleted.before == created.after


def test_history_holds_no_secret(ann: User, olga: User, api: Api) -> None:
    token, secret = make_token(ann)
    change_password_by_page(ann)
    api(olga).patch(f"/api/v1/users/{ann.pk}/", {"password": "a third good one"})
    ann.refresh_from_db()
    token.delete()

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM history")
        text = repr(cursor.fetchall())

    assert "kitchen" not in text
    for word in (PASSWORD, "quite another one", "a third good one", secret, token.digest):
        assert word not in text
    assert ann.password not in text
    assert "$argon2" not in text
    assert "md5$" not in text


def test_history_goes_with_the_account(ann: User, ben: User) -> None:
    make_task(ann)
    make_task(ben)

    ann.delete()

    assert set(Event.objects.values_list("user", flat=True)) == {ben.pk}


# --- Never rewritten ----------------------------------------------------------------------------


def test_event_is_changed_by_nobody(ann: User) -> None:
    event = make_event(ann)

    assert not Event.objects.editable_by(ann).exists()

    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(action="deleted")

    event.refresh_from_db()
    assert event.action == "signed_in"


def test_event_of_an_unknown_interface_is_refused(ann: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_event(ann, interface="elsewhere")


# --- Read ---------------------------------------------------------------------------------------


def test_history_is_listed_newest_first_with_names(ann: User, olga: User, api: Api) -> None:
    task = make_task(ann, "Mow")
    client = api(ann)
    client.patch(f"/api/v1/tasks/{task.pk}/", {"title": "Rake"})

    changed, *_, created, _ = client.get("/api/v1/history/").json()["results"]

    assert (changed["by"], changed["by_name"], changed["action"]) == (ann.pk, "Ann", "changed")
    assert (created["by"], created["by_name"], created["action"]) == (None, None, "created")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("kind=task", 3),
        ("kind=habit", 0),
        ("kind=task&row_id={0}", 2),
        ("action=created&kind=task", 2),
        ("interface=api", 1),
        ("created_after=2100-01-01T00:00:00Z", 0),
    ],
)
def test_history_is_filtered(query: str, count: int, ann: User, api: Api) -> None:
    first, _ = make_task(ann, "Mow"), make_task(ann, "Rake")
    client = api(ann)
    client.patch(f"/api/v1/tasks/{first.pk}/", {"title": "Weed"})

    page = client.get(f"/api/v1/history/?{query.format(first.pk)}").json()

    # The client's sign-in has no request.
    assert len(page["results"]) == count


@pytest.mark.parametrize(
    "query", ["kind=nothing", "row_id=x", "row_id=-1", "row_id=9223372036854775808", "action=x"]
)
def test_history_refuses_a_wrong_filter(query: str, ann: User, api: Api) -> None:
    answer = api(ann).get(f"/api/v1/history/?{query}")

    assert answer.status_code == 400
    assert [error["parameter"] for error in answer.json()["errors"]] == [query.partition("=")[0]]


def test_history_past_its_time_is_hidden_and_then_removed(
    ann: User, api: Api, settings: Settings
) -> None:
    now = timezone.now()
    old = make_event(ann, created_at=now - timedelta(days=31))
    new = make_event(ann, created_at=now - timedelta(days=29))
    client = api(ann)

    def shown() -> set[int]:
        return {row["id"] for row in client.get("/api/v1/history/").json()["results"]}

    remove_history(now)
    assert shown() >= {old.pk, new.pk}

    settings.HISTORY_DAYS = 30
    assert shown() & {old.pk, new.pk} == {new.pk}

    remove_history(now)
    assert not Event.objects.filter(pk=old.pk).exists()
    assert Event.objects.filter(pk=new.pk).exists()


@pytest.mark.parametrize("kind", ["api_token", "user"])
def test_operator_sees_what_was_done_to_accounts(
    kind: str, ann: User, olga: User, client: Client
) -> None:
    make_token(ann, name="of the kitchen")
    ann.change(name="Ann of the kitchen")
    client.force_login(olga)

    event = Event.objects.filter(user=ann, kind=kind).latest("id")
    page = client.get(reverse("admin:accounts_event_change", args=[event.pk]))

    assert "of the kitchen" in page.content.decode()


@pytest.mark.parametrize("page", ["change", "changelist"])
def test_operator_sees_no_words_of_peoples_rows(
    page: str, ann: User, olga: User, client: Client
) -> None:
    make_task(ann, "Private words")
    client.force_login(olga)
    arguments = [events_of("task")[0].pk] if page == "change" else []

    shown = client.get(reverse(f"admin:accounts_event_{page}", args=arguments)).content.decode()

    assert "ann@example.org" in shown
    assert "created" in shown
    assert "Private words" not in shown


def test_operator_adds_changes_and_deletes_no_event(olga: User, client: Client) -> None:
    event = make_event(olga)
    client.force_login(olga)

    assert client.get(reverse("admin:accounts_event_add")).status_code == 403
    for page in ("change", "delete"):
        address = reverse(f"admin:accounts_event_{page}", args=[event.pk])
        assert client.post(address, {"action": "deleted", "post": "yes"}).status_code == 403
    assert not admin.site._registry[Event].get_actions(request_of(olga))
    assert Event.objects.filter(pk=event.pk, action="signed_in").exists()


def request_of(user: User) -> Any:
    """Return a request of somebody, as the admin asks for it."""
    request = RequestFactory().get("/admin/")
    request.user = user
    return request


def test_token_is_recorded_under_its_owner(ann: User) -> None:
    token, _ = make_token(ann)

    assert events_of("api_token")[0].user_id == token.user_id == ann.pk
    assert ApiToken.objects.count() == 1
