"""Show the habits of an account."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final  # Any: options of a command hold values of every type.

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.management.people import find_user
from accounts.models import User
from focusflow.printing import print_table
from habits.deriving import read_histories, rule_of
from habits.management.names import say_goal, say_streak
from habits.models import Habit
from habits.schedule import Period
from habits.statistics import Mark, strip

DAYS: Final = 30
# Signs that differ without colour, and in any font.
SIGNS: Final = {
    Mark.DONE: "#",
    Mark.NOT_DONE: "+",
    Mark.REST: "=",
    Mark.EMPTY: ".",
    Mark.NOT_ASKED: "_",
}
LEGEND: Final = "# done, + recorded but not kept, = rest, . nothing, _ not asked for"


class Command(BaseCommand):
    """Prints habits with streak, strength, and what was done in the last 30 days."""

    help = "Show the habits of an account in the order by hand, with a strip of the last 30 days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the options."""
        parser.add_argument("email", help="whose habits")
        parser.add_argument("--archived", action="store_true", help="also those that are put away")
        parser.add_argument("--json", action="store_true", help="print them as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the habits."""
        user = find_user(options["email"])
        today = user.local_date(timezone.now())
        habits = user.habits.order_by("position", "pk")
        shown = habits if options["archived"] else habits.unarchived()
        rows = list(list_rows(user, list(shown), today))
        if options["json"]:
            self.stdout.write(json.dumps(rows, indent=2))
        elif rows:
            headers = [name.capitalize() for name in rows[0]]
            print_table(
                self.stdout, headers, [list(row.values()) for row in rows], unfolded=["Days"]
            )
            self.stdout.write(f"Days: the last {DAYS} up to {today}; {LEGEND}.")
        else:
            self.stdout.write("There are no habits.")


def list_rows(user: User, habits: Sequence[Habit], today: date) -> Iterator[dict[str, str]]:
    """Give what is shown of each habit, by name."""
    days = Period(today - timedelta(DAYS - 1), today)
    histories = read_histories(habits, days)
    for habit in habits:
        rule = rule_of(habit, user.week_start)
        squares = strip(rule, histories[habit.pk], days)
        yield {
            "habit": habit.name,
            "schedule": say_goal(habit, user.week_start),
            "streak": say_streak(habit, today),
            "strength": f"{habit.strength_on(today):.0%}",
            "days": "".join(SIGNS[square.mark] for square in squares),
        }
