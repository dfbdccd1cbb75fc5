"""What ``manage.py demo`` writes: an account with its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time
from functools import cached_property
from random import Random
from typing import Any  # Columns hold values of every type.

from django.db import models, transaction

from accounts import actions
from accounts.models import User
from accounts.positions import STEP, place_of
from focusflow import demo
from focusflow.bulk import insert
from habits.models import CheckIn, Habit
from tasks.folding import join_parts
from tasks.models import Category, Task

# When habits are checked in.
EVENING = time(21)

Row = dict[str, Any]
Watch = Callable[[Iterator[Row]], Iterator[Row]]


@dataclass(frozen=True)
class Sizes:
    """How many rows an account gets."""

    categories: int
    tasks: int
    habits: int


@dataclass(frozen=True)
class Plan:
    """What all accounts of one run share."""

    window: demo.Window
    seed: int
    # Hashed once: a hash is slow by design, and each account would wait for its own.
    hashed_password: str


@dataclass(frozen=True)
class Account:
    """An account to fill, and what its rows are made from."""

    user: User
    rng: Random
    window: demo.Window
    sizes: Sizes

    @cached_property
    def habits(self) -> list[demo.DemoHabit]:
        """The habits with their check-ins."""
        return list(demo.make_habits(self.rng, self.window, self.sizes.habits))


def category_rows(account: Account) -> Iterator[Row]:
    """Yield the categories."""
    first = place_of(account.user.created_at)
    for number, name in enumerate(demo.category_names(account.sizes.categories)):
        row = owned(account, demo.make_uid(account.rng).hex)
        yield row | {"name": name, "position": first + number * STEP}


def task_rows(account: Account) -> Iterator[Row]:
    """Yield the tasks, in the categories that are there by now."""
    categories = Category.objects.filter(user=account.user).order_by("id")
    ids = list(categories.values_list("id", flat=True))
    for task in demo.make_tasks(account.rng, account.window, account.sizes.tasks, len(ids)):
        yield {
            "user_id": account.user.pk,
            "uid": task.uid.hex,
            "title": task.title,
            "description": task.description,
            "search_text": join_parts(task.title, (), task.description),
            "category_id": None if task.category is None else ids[task.category],
            "due_date": task.due_at,
            "due_day": task.due_day,
            "all_day": task.all_day,
            "time_zone": account.user.time_zone,
            "completed": task.completed,
            "completed_at": task.updated_at if task.completed else None,
            "position": place_of(task.created_at),
            "created_at": task.created_at,
            "updated_at": task.updated_at,
            "version": 1 + task.completed,
        }


def habit_rows(account: Account) -> Iterator[Row]:
    """Yield the habits."""
    first = place_of(account.user.created_at)
    for number, habit in enumerate(account.habits):
        practice = habit.practice
        yield owned(account, habit.uid.hex) | {
            "name": habit.name,
            "frequency": practice.frequency,
            "times": practice.times,
            "span": practice.span,
            "weekdays": practice.weekdays,
            "kind": practice.kind,
            "target": practice.target,
            "unit": practice.unit,
            "start_date": account.window.first_day,
            "position": first + number * STEP,
        }


def checkin_rows(account: Account) -> Iterator[Row]:
    """Yield the check-ins of the habits, which are there by now."""
    ids = dict(Habit.objects.filter(user=account.user).values_list("uid", "pk"))
    for habit in account.habits:
        for checkin in habit.checkins:
            at = account.window.instant(checkin.day, EVENING)
            yield owned(account, checkin.uid.hex) | {
                "habit_id": ids[habit.uid],
                "day": checkin.day,
                "value": checkin.value,
                "created_at": at,
                "updated_at": at,
            }


def owned(account: Account, uid: str) -> Row:
    """Return the columns of an owned row that is as old as its account."""
    made = {"created_at": account.user.created_at, "updated_at": account.user.created_at}
    return {"user_id": account.user.pk, "uid": uid, "version": 1} | made


# What an account gets, in the order of the foreign keys between them.
ROWS: dict[type[models.Model], Callable[[Account], Iterator[Row]]] = {
    Category: category_rows,
    Task: task_rows,
    Habit: habit_rows,
}


@transaction.atomic
def make_account(*, email: str, sizes: Sizes, plan: Plan, watch: Watch) -> Counter[str]:
    """Make an account with all its rows, in place of the one with its address if there is one.

    Returns how many rows each table got. Raises LastSuperuserError rather than delete the last.
    """
    for old in User.objects.with_email(email):
        actions.delete_user(user=old, by=None)
    user = make_user(email=email, plan=plan)
    # Of its own seed, so that an account's rows do not depend on how many others there are.
    rng = Random(f"{plan.seed} {email}")  # noqa: S311  # nosec B311  # it keeps no secret
    account = Account(user, rng, plan.window, sizes)
    made = Counter({User._meta.db_table: 1})
    for model, rows in ROWS.items():
        made[model._meta.db_table] += insert(model, watch(rows(account)))
    # Not watched: nobody knows before how many there will be.
    made[CheckIn._meta.db_table] += insert(CheckIn, checkin_rows(account))
    Habit.objects.filter(user=user).rederive()
    return made


def make_user(*, email: str, plan: Plan) -> User:
    """Make an account as old as its rows, with the password that is hashed already."""
    user = actions.create_user(
        email=email,
        name=name_of(email),
        password=None,
        by=None,
        time_zone=plan.window.zone.key,
        created_at=plan.window.start,
        first_access=plan.window.start,
    )
    user.password = plan.hashed_password
    user.save(update_fields=["password"])
    return user


def name_of(email: str) -> str:
    """Return a name for the account: Demo 2 for demo-2@…."""
    return email.partition("@")[0].replace("-", " ").capitalize()
