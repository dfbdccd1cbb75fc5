"""Make the stored streaks of habits anew."""

from __future__ import annotations

from typing import Any  # Options of a command hold values of every type.

from django.core.management.base import BaseCommand, CommandParser

from accounts.management.people import find_user
from focusflow.printing import shown_progress
from habits.models import Habit
from habits.rebuilding import rebuild


class Command(BaseCommand):
    """Mends stored streaks, and says whether any had to be."""

    help = (
        "Derive the stored streaks of all habits anew from what is recorded, and say how many "
        "differed: 0 when all is well. Needed after habits, check-ins or days of rest were written "
        "past FocusFlow. People may write meanwhile. Yes/no habits that are daily, on weekdays, "
        "weekly or monthly are derived by SQL, and their strength is left as it is; all others by "
        "the rule in Python, with their strength."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare whose, and how much."""
        parser.add_argument("--user", metavar="EMAIL", help="the habits of this account alone")
        parser.add_argument(
            "--strength",
            action="store_true",
            help="derive the strength of every habit too, all by the rule in Python: slower",
        )

    def handle(self, *, user: str | None, strength: bool, **options: Any) -> None:
        """Rebuild, and say what was found."""
        habits = Habit.objects.all()
        if user is not None:
            habits = habits.filter(user=find_user(user))
        with shown_progress(habits.count(), quiet=not options["verbosity"]) as advance:
            rebuilt = rebuild(habits, advance, with_strength=strength)
        if options["verbosity"]:
            self.stdout.write(
                f"Rebuilt {say(rebuilt.in_sql)} by SQL and {say(rebuilt.by_rule)} by the rule in "
                f"Python. {rebuilt.differing:,} differed from what was stored."
            )


def say(count: int) -> str:
    """Return "1 habit", "1,000 habits"."""
    return f"{count:,} habit{'' if count == 1 else 's'}"
