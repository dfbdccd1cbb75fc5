"""``manage.py demo``."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any  # Options and rows hold values of every type.

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.make import make_user
from focusflow.management import demo_accounts
from habits.deriving import DERIVED
from habits.models import CheckIn, Habit
from tasks.models import Category, Task
from tasks.tests.make import make_task

EMAIL = "demo@example.org"
SMALL = {"tasks": 20, "categories": 3, "habits": 2}


def run(*arguments: str, **options: Any) -> str:
    """Run the command with few rows and return what it prints."""
    output = StringIO()
    call_command("demo", *arguments, stdout=output, **(SMALL | options))
    return output.getvalue()


def rows() -> list[Any]:
    """Return what the seed decides of all rows."""
    return [
        *Category.objects.order_by("uid").values_list("uid", "name", "created_at"),
        *Habit.objects.order_by("uid").values_list("uid", "name", "frequency", *DERIVED),
        *CheckIn.objects.order_by("uid").values_list("uid", "habit__uid", "day", "value"),
        *Task.objects.order_by("uid").values_list(
            "uid", "title", "category__name", "due_date", "completed", "created_at", "updated_at"
        ),
    ]


@pytest.mark.django_db
def test_demo_makes_an_account_with_rows() -> None:
    run()

    user = User.objects.get(email=EMAIL)
    assert user.name == "Demo"
    assert user.categories.count() == 3
    assert user.tasks.count() == 20
    assert user.habits.count() == 2


@pytest.mark.django_db
def test_demo_prints_how_to_sign_in() -> None:
    output = run()

    found = re.search(r"Sign in as (\S+) with the password (\S+)\n", output)
    assert found is not None
    answer = APIClient().post(
        "/api/auth/app/v1/auth/login", {"email": found[1], "password": found[2]}
    )
    assert answer.status_code == 200


@pytest.mark.django_db
def test_demo_makes_a_sign_in_address_for_each_account() -> None:
    run(users=3)

    addresses = EmailAddress.objects.order_by("email").values_list("email", "verified", "primary")
    assert list(addresses) == [
        ("demo-2@example.org", True, True),
        ("demo-3@example.org", True, True),
        (EMAIL, True, True),
    ]


@pytest.mark.django_db
def test_demo_gives_all_accounts_the_password_asked_for() -> None:
    run(users=3, password="of the benchmark")

    assert all(user.check_password("of the benchmark") for user in User.objects.all())


@pytest.mark.django_db
def test_demo_hashes_a_password_once_for_all_accounts() -> None:
    run(users=3)

    assert User.objects.values("password").distinct().count() == 1


@pytest.mark.django_db
def test_demo_makes_up_another_password_each_time() -> None:
    first = json.loads(run(json=True))["password"]
    second = json.loads(run(json=True, reset=True))["password"]

    assert first != second


@pytest.mark.django_db
def test_demo_accounts_have_no_rights() -> None:
    run(users=2)

    assert not User.objects.filter(is_staff=True).exists()
    assert not User.objects.filter(is_superuser=True).exists()


@pytest.mark.django_db
def test_demo_accounts_are_as_old_as_their_rows() -> None:
    run(tasks=100)

    user = User.objects.get()
    oldest = Task.objects.order_by("created_at")[0].created_at
    assert user.created_at == user.first_access
    assert timedelta(0) <= oldest - user.created_at < timedelta(days=60)
    assert user.created_at < datetime.now(UTC) - timedelta(days=270)


@pytest.mark.django_db
def test_demo_rows_are_due_in_the_accounts_time_zone() -> None:
    run(time_zone="Asia/Kathmandu", tasks=100)

    user = User.objects.get()
    dues = Task.objects.exclude(due_date=None).values_list("due_date", flat=True)
    assert user.time_zone == "Asia/Kathmandu"
    assert {due.astimezone(user.zone).minute for due in dues if due} == {0, 15, 30, 45}
    assert any(due.astimezone(user.zone).hour == 0 for due in dues if due)


@pytest.mark.django_db
def test_demo_habits_have_true_streaks_and_only_past_days() -> None:
    run(habits=12, time_zone="Europe/Berlin")

    today = User.objects.get().local_date(timezone.now())
    numbers = [Habit.objects.order_by("pk").values_list(*DERIVED) for _ in range(2)]
    before = list(numbers[0])
    Habit.objects.all().rederive()
    assert list(numbers[1]) == before
    assert max(row[0] for row in before) > 0
    assert not CheckIn.objects.filter(day__gte=today).exists()
    assert not CheckIn.objects.filter(day__lt=F("habit__start_date")).exists()
    assert any(habit.streak_on(today) for habit in Habit.objects.all())


@pytest.mark.django_db
def test_demo_tasks_are_in_categories_of_their_owner() -> None:
    run(users=2, tasks=50)

    owners = Task.objects.exclude(category=None).values_list("user_id", "category__user_id")
    assert owners
    assert all(owner == category_owner for owner, category_owner in owners)


@pytest.mark.django_db
def test_demo_tasks_that_are_done_have_a_second_version() -> None:
    run(tasks=100)

    versions = Task.objects.order_by().values_list("completed", "version").distinct()
    assert set(versions) == {(True, 2), (False, 1)}


@pytest.mark.django_db
def test_demo_rows_of_a_seed_are_always_the_same() -> None:
    run(users=2, seed=7)
    first = rows()

    run(users=2, seed=7, reset=True)

    assert rows() == first


@pytest.mark.django_db
def test_demo_rows_of_another_seed_differ() -> None:
    run(seed=7)
    first = rows()

    run(seed=8, reset=True)

    assert rows() != first


@pytest.mark.django_db
def test_demo_rows_of_an_account_do_not_depend_on_the_other_accounts() -> None:
    run(users=2)
    User.objects.exclude(email="demo-2@example.org").delete()
    first = rows()

    run(email="demo-2@example.org", reset=True)

    assert rows() == first


@pytest.mark.django_db
def test_demo_spreads_tasks_over_accounts_for_benchmarks() -> None:
    run("--users=4", "--all-tasks=100", "--heavy-tasks=70")

    counts = [user.tasks.count() for user in User.objects.order_by("id")]
    assert counts == [70, 10, 10, 10]


@pytest.mark.django_db
def test_demo_takes_as_many_statements_for_many_tasks_as_for_few(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(27):
        run(tasks=1000)


@pytest.mark.django_db
def test_demo_makes_accounts_without_rows() -> None:
    output = run(tasks=0, categories=0, habits=0)

    assert "users 1, categories 0, tasks 0, habits 0, habits_checkin 0." in output


@pytest.mark.django_db
def test_demo_prints_json() -> None:
    made = json.loads(run(json=True, users=2, seed=7, password="of the benchmark"))

    assert made.pop("seconds") >= 0
    # Of two habits on 273 days, in two accounts.
    assert 500 < made["rows"].pop("habits_checkin") < 1092
    assert made == {
        "email": EMAIL,
        "password": "of the benchmark",
        "seed": 7,
        "rows": {"users": 2, "categories": 6, "tasks": 40, "habits": 4},
    }


@pytest.mark.django_db
def test_demo_shows_no_progress_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    run()

    assert capsys.readouterr().err == ""


@pytest.mark.django_db
def test_demo_shows_progress_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")

    run()

    assert "25/25" in capsys.readouterr().err


@pytest.mark.django_db
def test_demo_twice_says_what_to_do() -> None:
    run()
    first = rows()

    with pytest.raises(CommandError, match=f"{EMAIL} already .*--reset.*--email"):
        run()

    assert rows() == first


@pytest.mark.django_db
def test_demo_writes_nothing_where_a_later_address_is_taken() -> None:
    make_user("demo-3@example.org")

    with pytest.raises(CommandError, match=r"demo-3@example.org already \(1 of 3 addresses"):
        run(users=3)

    assert User.objects.count() == 1


@pytest.mark.django_db
def test_demo_reset_replaces_the_rows() -> None:
    run()
    make_task(User.objects.get(), "A trial")

    run(reset=True)

    assert User.objects.get().tasks.count() == 20
    assert not Task.objects.filter(title="A trial").exists()


@pytest.mark.django_db
def test_demo_reset_makes_accounts_that_are_not_there() -> None:
    run(reset=True)

    assert User.objects.get().email == EMAIL


def test_demo_reset_leaves_other_accounts(ann: User) -> None:
    make_task(ann)
    run()

    run(reset=True)

    assert ann.tasks.count() == 1


@pytest.mark.django_db
def test_demo_reset_spares_the_account_of_a_person() -> None:
    make_user("ann@family.net")

    with pytest.raises(CommandError, match=r"--reset would delete ann@family\.net"):
        run(email="ann@family.net", reset=True)

    assert User.objects.get().email == "ann@family.net"


@pytest.mark.django_db
def test_demo_reset_spares_the_last_superuser() -> None:
    make_user(EMAIL, is_superuser=True)

    with pytest.raises(CommandError, match=f"{EMAIL}: This is the last active superuser"):
        run(reset=True)

    assert User.objects.get().is_superuser


@pytest.mark.django_db(transaction=True)
def test_demo_leaves_no_account_half_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(account: demo_accounts.Account) -> Any:
        yield {"user_id": account.user.pk, "name": "Read", "frequency": "hourly"}

    monkeypatch.setattr(demo_accounts, "ROWS", demo_accounts.ROWS | {Habit: fail})

    with pytest.raises(IntegrityError):
        run()

    assert not User.objects.exists()
    assert not EmailAddress.objects.exists()
    assert not Task.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_demo_reset_that_fails_keeps_the_old_account(monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    first = rows()
    monkeypatch.setattr(
        demo_accounts, "ROWS", demo_accounts.ROWS | {Habit: lambda account: [{"user_id": None}]}
    )

    with pytest.raises(IntegrityError):
        run(reset=True)

    assert rows() == first


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"email": "nobody"}, "valid email address"),
        ({"email": f"{'x' * 200}@example.org"}, "150 characters"),
        ({"time_zone": "Mars/Olympus"}, "not a time zone"),
        ({"password": "short"}, "too short"),
        ({"all_tasks": 5, "heavy_tasks": 6}, "--all-tasks and --heavy-tasks contradict"),
    ],
)
def test_demo_refuses_a_bad_value(options: dict[str, Any], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run(**options)

    assert not User.objects.exists()


@pytest.mark.parametrize("argument", ["--users=0", "--tasks=-1", "--days=0", "--habits=many"])
def test_demo_refuses_a_bad_number(argument: str) -> None:
    with pytest.raises(CommandError, match="no whole number from"):
        call_command("demo", argument)
