"""The admin: accounts, and what holds for the rows of every app."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.admin import last_of
from accounts.models import ApiToken, Event, Invitation, RefreshToken, User
from accounts.tests.make import make_event, make_invitation, make_token, make_user
from habits.models import Group as HabitGroup
from habits.models import Habit, Rest
from habits.tests.make import START, days_from, make_checkins, make_group, make_habit, make_rest
from tasks.models import Category, Filter, Occurrence, Tag, Task
from tasks.tests.make import make_category, make_filter, make_occurrence, make_tag, make_task


def make_kept(owner: User) -> Habit:
    """Make a habit in a group, with check-ins."""
    habit = make_habit(owner, group=make_group(owner), start_date=START)
    make_checkins(habit, days_from(START, 3))
    return habit


MAKE: dict[type[Any], Any] = {
    User: lambda owner, number: make_user(f"{number}@example.org"),
    ApiToken: lambda owner, number: make_token(make_user(f"{number}@example.org"))[0],
    Invitation: lambda owner, number: make_invitation(owner)[0],
    Event: lambda owner, number: make_event(make_user(f"{number}@example.org")),
    Category: lambda owner, number: make_category(make_user(f"{number}@example.org")),
    Task: lambda owner, number: make_task(
        user := make_user(f"{number}@example.org"), category=make_category(user)
    ),
    Tag: lambda owner, number: make_tag(make_user(f"{number}@example.org")),
    Occurrence: lambda owner, number: make_occurrence(
        make_task(make_user(f"{number}@example.org"))
    ),
    Filter: lambda owner, number: make_filter(make_user(f"{number}@example.org")),
    Habit: lambda owner, number: make_kept(make_user(f"{number}@example.org")),
    HabitGroup: lambda owner, number: make_group(make_user(f"{number}@example.org")),
    Rest: lambda owner, number: make_rest(
        user := make_user(f"{number}@example.org"), START, habit=make_habit(user)
    ),
}
# The rows of people that the operator may change.
CHANGED = (Category, Tag, Task, Filter, Habit, HabitGroup, Rest)
# What is changed of a row, where it has no name.
WORDS: dict[type[Any], str] = {Task: "title", Rest: "note"}


@pytest.fixture
def staff(olga: User, client: Client) -> Client:
    """Return a browser in which the operator is signed in."""
    client.force_login(olga)
    return client


@pytest.fixture
def sam(db: None) -> Client:
    """Return a browser of staff who may change accounts but is no superuser."""
    user = make_user("sam@example.org", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    browser = Client()
    browser.force_login(user)
    return browser


def url(model: type[Any], page: str, *args: Any) -> str:
    """Return the address of a page of the admin."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def fields_of(page: Any) -> dict[str, Any]:
    """Return what the form of a page would send if nothing was changed."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {bound.html_name: bound.value() for form in forms for bound in form}
    return {
        name: value for name, value in values.items() if value is not None and value is not False
    }


def test_registered_models_are_those_with_a_test() -> None:
    ours = {
        model
        for model in admin.site._registry
        if model.__module__.split(".")[0] in {"accounts", "tasks", "habits"}
    }

    assert ours == MAKE.keys()


@pytest.mark.parametrize("model", MAKE, ids=lambda model: model.__name__)
def test_list_costs_the_same_queries_for_any_number_of_rows(
    model: type[Any], staff: Client, olga: User
) -> None:
    counts = []
    for rows in (range(1, 3), range(3, 103)):
        for number in rows:
            MAKE[model](olga, number)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            answer = staff.get(url(model, "changelist"))
        assert answer.status_code == 200
        counts.append(len(caught))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("model", MAKE, ids=lambda model: model.__name__)
def test_list_searches_and_orders(model: type[Any], staff: Client, olga: User) -> None:
    MAKE[model](olga, 1)

    for query in ("?q=a%00", "?q=example", "?o=1", "?o=-2"):
        assert staff.get(url(model, "changelist") + query).status_code in {200, 302}


@pytest.mark.parametrize("model", MAKE, ids=lambda model: model.__name__)
def test_row_has_its_page_and_history(model: type[Any], staff: Client, olga: User) -> None:
    row = MAKE[model](olga, 1)

    for page in ("change", "history", "delete"):
        is_kept = model is Event and page == "delete"
        assert staff.get(url(model, page, row.pk)).status_code == (403 if is_kept else 200)


@pytest.mark.parametrize("model", CHANGED, ids=lambda model: model.__name__)
def test_row_is_changed_with_its_owner_kept(model: type[Any], staff: Client, olga: User) -> None:
    row = MAKE[model](olga, 1)
    owner = row.user
    word = WORDS.get(model, "name")
    page = staff.get(url(model, "change", row.pk))

    answer = staff.post(url(model, "change", row.pk), fields_of(page) | {word: "Changed"})

    assert answer.status_code == 302, answer.content
    row.refresh_from_db()
    assert getattr(row, word) == "Changed"
    assert row.user == owner
    assert row.version == 2


@pytest.mark.parametrize("model", [ApiToken, *CHANGED], ids=lambda model: model.__name__)
def test_row_shows_what_is_derived_and_not_for_change(
    model: type[Any], staff: Client, olga: User
) -> None:
    page = staff.get(url(model, "change", MAKE[model](olga, 1).pk))

    form = page.context["adminform"]
    derived = {"uid", "version", "created_at", "updated_at", "user", *model.derived_fields}
    assert derived <= set(form.readonly_fields)
    assert not derived & form.form.fields.keys()


@pytest.mark.parametrize("model", CHANGED, ids=lambda model: model.__name__)
def test_row_is_given_to_nobody_else(
    model: type[Any], staff: Client, olga: User, mallory: User
) -> None:
    row = MAKE[model](olga, 1)
    owner = row.user
    page = staff.get(url(model, "change", row.pk))

    staff.post(url(model, "change", row.pk), fields_of(page) | {"user": mallory.pk, "category": ""})

    row.refresh_from_db()
    assert row.user == owner


def test_category_with_a_used_name_is_a_message(staff: Client, ann: User) -> None:
    make_category(ann, "Home")
    other = make_category(ann, "Work")

    answer = staff.post(url(Category, "change", other.pk), {"name": "Home"})

    assert answer.status_code == 200
    assert "You have a category with this name already." in answer.content.decode()


@contextmanager
def unchecked(model: type[Model], times: int) -> Iterator[None]:
    """Let the form's check of unique values find nothing, as before another's row is written."""
    left = count(times, -1)

    def skip_or(check: Callable[..., None]) -> Callable[..., None]:
        def validate(self: Model, *args: Any, **kwargs: Any) -> None:
            if next(left) <= 0:
                check(self, *args, **kwargs)

        return validate

    with pytest.MonkeyPatch.context() as patch:
        for name in ("validate_unique", "validate_constraints"):
            patch.setattr(model, name, skip_or(getattr(model, name)))
        yield


@pytest.mark.parametrize("model", [Category, User], ids=lambda model: model.__name__)
def test_row_that_somebody_adds_at_the_same_time_is_a_message(
    model: type[Model], staff: Client, ann: User
) -> None:
    make_category(ann, "Home")
    sent = {"user": ann.pk, "name": "Home", "colour": "grey", "icon": "folder"}
    sent |= {"email": ann.email, "usable_password": "false"}

    # Both checks of the first attempt.
    with unchecked(model, times=2):
        answer = staff.post(url(model, "add"), sent)

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "already" in page
    assert 'value="Home"' in page
    assert (Category.objects.count(), User.objects.count()) == (1, 2)


@pytest.mark.parametrize("model", [Category, User], ids=lambda model: model.__name__)
def test_row_that_no_form_refuses_is_409(model: type[Model], staff: Client, ann: User) -> None:
    make_category(ann, "Home")
    sent = {"user": ann.pk, "name": "Home", "colour": "grey", "icon": "folder"}
    sent |= {"email": ann.email, "usable_password": "false"}
    staff.raise_request_exception = False

    with unchecked(model, times=4):
        answer = staff.post(url(model, "add"), sent)

    assert answer.status_code == 409
    assert "at the same time" in answer.content.decode()


def test_user_changed_to_an_address_taken_meanwhile_is_a_message(
    staff: Client, ann: User, ben: User
) -> None:
    page = staff.get(url(User, "change", ann.pk))

    with unchecked(User, times=2):
        answer = staff.post(
            url(User, "change", ann.pk), fields_of(page) | {"email": "ben@example.org"}
        )

    assert answer.status_code == 200
    assert "already" in answer.content.decode()
    ann.refresh_from_db()
    assert ann.email == "ann@example.org"


def test_task_without_an_owner_is_a_message(staff: Client) -> None:
    answer = staff.post(url(Task, "add"), {"title": "x", "due_date_0": "2026-12-01"})

    assert answer.status_code == 200
    assert "This field is required." in answer.content.decode()


def test_task_in_a_strangers_category_is_a_message(staff: Client, ann: User, mallory: User) -> None:
    category = make_category(ann)

    answer = staff.post(
        url(Task, "add"), {"user": mallory.pk, "title": "x", "category": category.pk}
    )

    assert answer.status_code == 200
    assert "belongs to another account" in answer.content.decode()


def test_task_moved_to_a_strangers_category_is_a_message(
    staff: Client, ann: User, mallory: User
) -> None:
    task = make_task(mallory)

    answer = staff.post(
        url(Task, "change", task.pk), {"title": "x", "category": make_category(ann).pk}
    )

    assert answer.status_code == 200
    assert "That choice is not one of the available choices." in answer.content.decode()
    task.refresh_from_db()
    assert task.category is None


def choices(staff: Client, model: type[Any], field: str, query: str) -> set[str]:
    """Return what is offered for a field where it is chosen."""
    names = (model._meta.app_label, model._meta.model_name, field)
    asked = dict(zip(("app_label", "model_name", "field_name"), names, strict=True))
    page = staff.get("/admin/autocomplete/", asked | {"term": ""} | dict(parse_qsl(query)))
    return {row["text"] for row in page.json()["results"]}


@pytest.mark.parametrize(
    ("model", "field", "make"),
    [(Task, "category", make_category), (Habit, "group", make_group), (Rest, "habit", make_habit)],
)
def test_choices_of_a_row_are_those_of_its_owner(
    model: type[Any], field: str, make: Any, staff: Client, ann: User, mallory: User
) -> None:
    make(ann, "Hers")
    make(mallory, "Others")
    rows: dict[type[Any], Callable[[User], Any]] = {
        Task: make_task,
        Habit: make_habit,
        Rest: lambda owner: make_rest(owner, START),
    }
    row = rows[model](ann)
    page = staff.get(url(model, "change", row.pk)).context["adminform"].form
    widget = page.fields[field].widget.widget

    assert widget.get_url() == f"/admin/autocomplete/?owner={ann.pk}"
    assert choices(staff, model, field, widget.get_url().partition("?")[2]) == {"Hers"}
    assert "Others" not in {str(one) for one in page.fields[field].queryset}


def test_choices_of_a_new_row_name_no_owner_yet(staff: Client) -> None:
    page = staff.get(url(Task, "add")).context["adminform"].form

    assert page.fields["category"].widget.widget.get_url() == "/admin/autocomplete/"


@pytest.mark.parametrize("owner", ["", "x", "-1", "9" * 19, "9" * 500])
def test_choices_for_an_owner_who_is_none_are_everybodys(
    owner: str, staff: Client, ann: User, mallory: User
) -> None:
    make_category(ann, "Hers")
    make_category(mallory, "Others")

    assert choices(staff, Task, "category", f"owner={owner}") == {"Hers", "Others"}


def test_list_is_of_every_owner(staff: Client, ann: User, mallory: User) -> None:
    make_category(ann, "Hers")
    make_category(mallory, "Others")

    page = staff.get(url(Category, "changelist"), {"q": "e", "owner": str(ann.pk)}, follow=True)

    assert {row.name for row in page.context["cl"].queryset} == {"Hers", "Others"}


def test_category_deletion_names_the_tasks_that_stay(staff: Client, ann: User) -> None:
    category = make_category(ann)
    make_task(ann, category=category)

    page = staff.get(url(Category, "delete", category.pk)).content.decode()

    assert "1 tasks stay, without a category" in page


def test_category_deletion_of_an_empty_one_names_none(staff: Client, ann: User) -> None:
    page = staff.get(url(Category, "delete", make_category(ann).pk)).content.decode()

    assert "without a category" not in page


def test_user_deletion_names_what_goes(staff: Client, ann: User) -> None:
    make_task(ann, "Goes with Ann")
    make_habit(ann, "Goes too")

    page = staff.get(url(User, "delete", ann.pk)).content.decode()

    assert "Goes with Ann" in page
    assert "Goes too" in page


def test_user_deletion_is_done(staff: Client, ann: User) -> None:
    make_task(ann)

    staff.post(url(User, "delete", ann.pk), {"post": "yes"})

    assert not User.objects.filter(pk=ann.pk).exists()
    assert not Task.objects.exists()


def test_user_add_makes_an_account_that_signs_in(staff: Client) -> None:
    password = "correct horse battery"
    answer = staff.post(
        url(User, "add"),
        {
            "email": "New@Example.org",
            "name": "New",
            "usable_password": "true",
            "password1": password,
            "password2": password,
        },
    )

    assert answer.status_code == 302, answer.content
    user = User.objects.get(email="new@example.org")
    assert user.check_password(password)
    assert EmailAddress.objects.get(user=user).email == "new@example.org"
    assert LogEntry.objects.get().object_id == str(user.pk)


def test_user_add_with_a_used_address_in_other_case_is_a_message(staff: Client, ann: User) -> None:
    answer = staff.post(
        url(User, "add"), {"email": "ANN@example.org", "name": "x", "usable_password": "false"}
    )

    assert answer.status_code == 200
    assert "exists already" in answer.content.decode()


def test_user_change_of_address_changes_both_tables(staff: Client, ann: User) -> None:
    page = staff.get(url(User, "change", ann.pk))

    staff.post(
        url(User, "change", ann.pk),
        fields_of(page) | {"email": "Anna@example.org", "name": "Anna"},
    )

    ann.refresh_from_db()
    assert (ann.email, ann.name) == ("anna@example.org", "Anna")
    assert [row.email for row in EmailAddress.objects.filter(user=ann)] == ["anna@example.org"]


def test_user_change_is_made_by_the_action(staff: Client, ann: User) -> None:
    EmailAddress.objects.filter(user=ann).update(verified=True)
    RefreshToken.objects.create(user=ann, digest="x", family="x", expires_at=ann.created_at)
    sent = fields_of(staff.get(url(User, "change", ann.pk))) | {"name": "Anna"}
    del sent["is_active"]

    staff.post(url(User, "change", ann.pk), sent)

    ann.refresh_from_db()
    assert (ann.name, ann.is_active) == ("Anna", False)
    assert EmailAddress.objects.get(user=ann).verified
    assert not RefreshToken.objects.exists()


def test_user_form_that_nobody_offers_is_a_message(staff: Client, ann: User) -> None:
    answer = staff.post(url(User, "change", ann.pk), {"email": "", "_saveasnew": "x"})

    assert answer.status_code == 200


def test_user_password_is_changed_on_its_page(staff: Client, ann: User) -> None:
    password = "another good password"

    staff.post(
        reverse("admin:auth_user_password_change", args=[ann.pk]),
        {"usable_password": "true", "password1": password, "password2": password},
    )

    ann.refresh_from_db()
    assert ann.check_password(password)


def test_own_password_is_changed_where_the_present_one_is_asked_for(
    staff: Client, olga: User
) -> None:
    password = "another good password"

    answer = staff.post(
        reverse("admin:auth_user_password_change", args=[olga.pk]),
        {"usable_password": "true", "password1": password, "password2": password},
    )

    assert answer.headers["Location"] == "/accounts/password/change/"
    olga.refresh_from_db()
    assert not olga.check_password(password)


@pytest.mark.parametrize("field", ["is_active", "is_superuser"])
def test_last_superuser_keeps_their_rights(field: str, staff: Client, olga: User) -> None:
    page = staff.get(url(User, "change", olga.pk))
    sent = fields_of(page)
    del sent[field]

    answer = staff.post(url(User, "change", olga.pk), sent)

    assert answer.status_code == 200
    assert "last active superuser" in answer.content.decode()


def test_last_superuser_may_change_the_rest(staff: Client, olga: User) -> None:
    page = staff.get(url(User, "change", olga.pk))

    answer = staff.post(url(User, "change", olga.pk), fields_of(page) | {"name": "Olga O."})

    assert answer.status_code == 302
    olga.refresh_from_db()
    assert olga.name == "Olga O."


@pytest.mark.parametrize("field", ["is_active", "is_superuser"])
def test_superuser_who_is_not_the_last_may_lose_their_rights(
    field: str, staff: Client, db: None
) -> None:
    other = make_user("other@example.org", is_superuser=True, is_staff=True)
    sent = fields_of(staff.get(url(User, "change", other.pk)))
    del sent[field]

    staff.post(url(User, "change", other.pk), sent)

    other.refresh_from_db()
    assert not getattr(other, field)


def test_last_superuser_is_not_deleted(staff: Client, olga: User) -> None:
    assert staff.post(url(User, "delete", olga.pk), {"post": "yes"}).status_code == 403


def test_last_superusers_are_not_deleted_together(staff: Client, olga: User, ann: User) -> None:
    other = make_user("other@example.org", is_superuser=True, is_staff=True)

    staff.post(
        url(User, "changelist"),
        {
            "action": "delete_selected",
            "_selected_action": [olga.pk, other.pk, ann.pk],
            "post": "yes",
        },
    )

    assert User.objects.count() == 3


def test_superuser_who_is_not_the_last_is_deleted(staff: Client, db: None) -> None:
    other = make_user("other@example.org", is_superuser=True, is_staff=True)

    staff.post(url(User, "delete", other.pk), {"post": "yes"})

    assert not User.objects.filter(pk=other.pk).exists()


def test_superuser_is_not_the_last_who_is_not_active_or_none(ann: User) -> None:
    gone = make_user("gone@example.org", is_superuser=True, is_active=False)

    assert last_of([ann, gone]) == []


def test_superuser_chosen_by_staff_keeps_all_chosen(sam: Client, olga: User) -> None:
    make_user("other@example.org", is_superuser=True, is_staff=True)
    chosen = [olga.pk, make_user("late@example.org").pk]

    answer = sam.post(
        url(User, "changelist"),
        {"action": "delete_selected", "_selected_action": chosen, "post": "yes"},
    )

    assert answer.context["protected"] == ["olga@example.org"]
    assert User.objects.filter(pk__in=chosen).count() == 2
    assert sam.get(url(User, "delete", olga.pk)).status_code == 403


def test_people_are_deleted_together(staff: Client, ann: User, ben: User) -> None:
    staff.post(
        url(User, "changelist"),
        {"action": "delete_selected", "_selected_action": [ann.pk, ben.pk], "post": "yes"},
    )

    assert User.objects.count() == 1


def test_staff_changes_people(sam: Client, ann: User) -> None:
    page = sam.get(url(User, "change", ann.pk))

    sam.post(url(User, "change", ann.pk), fields_of(page) | {"name": "Anna"})

    ann.refresh_from_db()
    assert ann.name == "Anna"


def test_staff_does_not_change_superusers(sam: Client, olga: User) -> None:
    page = sam.get(url(User, "change", olga.pk))

    answer = sam.post(url(User, "change", olga.pk), {"name": "x"})

    assert "_save" not in page.content.decode()
    assert answer.status_code == 403
    assert sam.post(url(User, "delete", olga.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("right", ["is_staff", "is_superuser", "groups", "user_permissions"])
def test_staff_does_not_give_rights(right: str, sam: Client, ann: User) -> None:
    given = {
        "groups": Group.objects.create(name="all").pk,
        "user_permissions": Permission.objects.latest("pk").pk,
    }
    page = sam.get(url(User, "change", ann.pk))

    sam.post(url(User, "change", ann.pk), fields_of(page) | {right: given.get(right, "on")})

    ann.refresh_from_db()
    assert not ann.is_staff
    assert not ann.is_superuser
    assert not ann.groups.exists()
    assert not ann.user_permissions.exists()


def test_superuser_gives_rights(staff: Client, ann: User) -> None:
    group = Group.objects.create(name="all")
    page = staff.get(url(User, "change", ann.pk))

    staff.post(
        url(User, "change", ann.pk), fields_of(page) | {"is_staff": "on", "groups": group.pk}
    )

    ann.refresh_from_db()
    assert ann.is_staff
    assert list(ann.groups.all()) == [group]


def test_account_shows_what_others_write_and_not_for_change(staff: Client, ann: User) -> None:
    form = staff.get(url(User, "change", ann.pk)).context["adminform"]

    written = {"first_access", "last_login", "created_at"}
    assert written <= set(form.readonly_fields)
    assert not written & form.form.fields.keys()


def test_tokens_are_seen_and_revoked_only(staff: Client, ann: User) -> None:
    token, _ = make_token(ann)

    assert staff.get(url(ApiToken, "add")).status_code == 403
    assert staff.post(url(ApiToken, "change", token.pk), {"name": "x"}).status_code == 403
    staff.post(url(ApiToken, "delete", token.pk), {"post": "yes"})

    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("name", ["category", "user"])
def test_autocomplete_answers(name: str, staff: Client, ann: User) -> None:
    make_category(ann, "Home")

    answer = staff.get(
        reverse("admin:autocomplete"),
        {"app_label": "tasks", "model_name": "task", "field_name": name, "term": "o"},
    )

    assert len(answer.json()["results"]) >= 1
