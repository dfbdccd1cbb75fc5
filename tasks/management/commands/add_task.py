"""Add a task by a line of text."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any  # Options of a command hold values of every type.

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.management.people import find_user
from focusflow.printing import printable
from tasks import actions
from tasks.actions.quick_add import TEXT_LENGTH
from tasks.models import Task
from tasks.recurrence import describe


class Command(BaseCommand):
    """Makes a task as quick add does, and says what it read."""

    help = (
        "Add a task, written as one line of English: add_task you@example.org "
        '"Call Ann tomorrow at 5pm p1 @phone". docs/quick-add.md has all the words.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the options."""
        parser.add_argument("email", help="whose task it becomes")
        parser.add_argument("text", help="the task, in one line")
        parser.add_argument(
            "--create-category",
            action="store_true",
            help="make the category after # if there is none of that name; else it stays text",
        )
        parser.add_argument("--json", action="store_true", help="print the task as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the task and say what it is."""
        user, text = find_user(options["email"]), options["text"]
        if len(text) > TEXT_LENGTH or "\x00" in text:
            raise CommandError(f"The text has at most {TEXT_LENGTH} characters, and no NUL.")
        try:
            task, reading = actions.quick_add(
                user=user,
                text=text,
                at=timezone.now(),
                make_category=options["create_category"],
            )
        except (actions.QuickAddError, actions.TooManyTagsError) as error:
            raise CommandError(str(error)) from error
        facts = list_facts(task, reading)
        if options["json"]:
            self.stdout.write(json.dumps(facts, indent=2))
            return
        for name, value in facts.items():
            if value:
                words = ", ".join(value) if isinstance(value, list) else str(value)
                self.stdout.write(f"{name}: {printable(words)}")
        for report in reading.reports:
            self.stderr.write(printable(str(report)))


def list_facts(task: Task, reading: actions.Reading) -> dict[str, Any]:
    """Return what a task is, by names for people."""
    series, said = task.recurrence, reading.said
    return {
        "id": task.pk,
        "title": task.title,
        "due": show_due(task),
        "repeats": describe(series) if series else "",
        "priority": task.priority,
        "category": str(task.category or ""),
        "tags": list(said.tags),
        "minutes": task.estimate_minutes or 0,
        "description": task.description,
    }


def show_due(task: Task) -> str:
    """Return when a task is due by the clock of its time zone; "" for never."""
    if task.due_date is None:
        return ""
    local = task.due_date.astimezone(task.zone)
    return f"{task.due_day}" if task.all_day else f"{local:%Y-%m-%d %H:%M} {task.time_zone}"
