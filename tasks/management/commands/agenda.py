"""Show what is due today, and what is overdue."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any  # Options of a command hold values of every type.

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.management.people import find_user
from accounts.models import User
from focusflow.printing import print_table
from tasks.models import Task
from tasks.querysets import DAY

HEADERS = ("Due", "Time", "Task", "Category", "Priority", "Overdue")


class Command(BaseCommand):
    """Prints the open tasks of a person that are due today or were before."""

    help = "Show the open tasks of an account that are due today, and those that are overdue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the options."""
        parser.add_argument("email", help="whose tasks")
        parser.add_argument("--json", action="store_true", help="print them as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the tasks."""
        user = find_user(options["email"])
        rows = list_rows(user)
        if options["json"]:
            names = [header.lower() for header in HEADERS]
            shown = [dict(zip(names, row, strict=True)) for row in rows]
            self.stdout.write(json.dumps(shown, indent=2, default=str))
        elif rows:
            print_table(self.stdout, HEADERS, rows)
        else:
            self.stdout.write("Nothing is due today.")


def list_rows(user: User) -> list[tuple[Any, ...]]:
    """Return what is due today and before, by the person's day and clock."""
    at = timezone.now()
    today = user.local_date(at)
    tasks = Task.objects.visible_to(user).due_by(today, end=user.start_of_day(today + DAY))
    rows = tasks.select_related("category").order_by("day_order", "due_order", "pk")
    overdue = set(tasks.overdue(today=today, at=at).values_list("pk", flat=True))
    return [show(task, user, is_overdue=task.pk in overdue) for task in rows]


def show(task: Task, user: User, *, is_overdue: bool) -> tuple[Any, ...]:
    """Return a task as a row of the table."""
    local = task.due_date.astimezone(user.zone) if task.due_date else None
    day = task.due_day if task.all_day or local is None else local.date()
    time = None if task.all_day or local is None else f"{local:%H:%M}"
    category = task.category.name if task.category else None
    return day, time, task.title, category, task.priority or None, is_overdue
