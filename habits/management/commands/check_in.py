"""Record what was done of a habit."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any  # Options of a command hold values of every type.

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.management.people import find_user
from focusflow.printing import printable
from habits.actions import CheckInError, set_checkin
from habits.management.names import find_habit, quote, say_streak
from habits.models import CheckIn, Habit
from habits.statistics.explanation import say_number


class Command(BaseCommand):
    """Sets the check-in of a day, and says the streak after it."""

    help = (
        "Record what was done of a habit on a day; what is recorded there is replaced: "
        'check_in you@example.org "Drink water" --value 8.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the options."""
        parser.add_argument("email", help="whose habit it is")
        parser.add_argument("habit", help="its name, or how that begins")
        parser.add_argument(
            "--day", type=read_day, metavar="YYYY-MM-DD", help="default: the owner's today"
        )
        parser.add_argument(
            "--value",
            type=read_value,
            metavar="NUMBER",
            help="an amount in the habit's unit; of a yes/no habit 1, the default, or 0 for no",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check in, then say what is recorded and the streak."""
        user = find_user(options["email"])
        today = user.local_date(timezone.now())
        habit = find_habit(user, options["habit"])
        try:
            checkin = set_checkin(
                habit=habit,
                day=options["day"] or today,
                today=today,
                value=choose_value(habit, options["value"]),
            )
        except CheckInError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(printable(f"{habit.name}, {checkin.day}: {say_value(checkin)}"))
        self.stdout.write(f"streak: {say_streak(habit, today)}")


def read_day(text: str) -> date:
    """Return the day that is written as 2026-12-31."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{quote(text)} is no day: write it as 2026-12-31.") from error


def read_value(text: str) -> Decimal:
    """Return the number that is written as 10.5."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ArgumentTypeError(f"{quote(text)} is no number: write it as 10.5.")
    return value


def choose_value(habit: Habit, value: Decimal | None) -> Decimal:
    """Return the value to record; raises CommandError where an amount is missing."""
    if value is not None:
        return value
    if habit.kind != Habit.Kind.YES_NO:
        unit = f" ({printable(habit.unit)})" if habit.unit else ""
        raise CommandError(f"{quote(habit.name)} counts an amount{unit}: give it as --value.")
    return Decimal(1)


def say_value(checkin: CheckIn) -> str:
    """Return what is recorded: "yes", "no", "10.5 km"."""
    if checkin.habit.kind == Habit.Kind.YES_NO:
        return "yes" if checkin.value else "no"
    return f"{say_number(checkin.value)} {checkin.habit.unit}".rstrip()
