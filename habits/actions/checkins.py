"""Check-ins: set, added to, cleared."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final  # Columns hold values of every type.

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import BigIntegerField, DateField

from accounts.actions.locks import lock_account
from focusflow.statements import Slot, Statement
from habits.deriving import DERIVED
from habits.models import CheckIn, Habit
from habits.models.habit import CheckInError

# Of the rule, what check-ins are checked by.
RULE_COLUMNS: Final = ("kind", "start_date")
OF_ID: Final = Habit.objects.filter(pk=Slot("pk", BigIntegerField()))
RULE: Final = Statement(OF_ID.select_for_update(no_key=True).values_list(*RULE_COLUMNS))
NUMBERS: Final = Statement(OF_ID.values_list(*DERIVED))
ON_DAY: Final = Statement(
    CheckIn.objects.filter(habit_id=Slot("habit", BigIntegerField()), day=Slot("day", DateField()))
)


@transaction.atomic
def set_checkin(
    *,
    habit: Habit,
    day: date,
    today: date,
    value: Decimal = Decimal(1),
    note: str | None = None,
    expected: int | None = None,
) -> CheckIn:
    """Record a value of a habit on a day; what is recorded there already is replaced.

    `today` is the owner's day: none after it has a check-in, and none before the habit's start
    date. Without a note one that is there stays. Setting what is set changes nothing. Raises
    CheckInError, Habit.DoesNotExist where the habit is gone, and with `expected` StaleVersionError
    unless the check-in has that version, or CheckIn.DoesNotExist where it is gone. The habit comes
    back with its new streaks and strength.
    """
    lock(habit)
    return write(find(habit, day), today, value, note, expected)


@transaction.atomic
def add_to_checkin(
    *, habit: Habit, day: date, today: date, amount: Decimal = Decimal(1)
) -> CheckIn:
    """Add to what is recorded of a habit on a day, or take from it by a negative amount.

    Of those who add at once, each adds to what the one before left. Raises CheckInError as
    `set_checkin` does, and where less than nothing would be left.
    """
    lock(habit)
    checkin = find(habit, day)
    recorded = Decimal(0) if checkin.pk is None else checkin.value
    return write(checkin, today, recorded + amount)


@transaction.atomic
def clear_checkin(*, habit: Habit, day: date, expected: int | None = None) -> bool:
    """Take what is recorded of a habit on a day away, and say whether something was.

    Any day will do: one that was today may lie in the future after a flight. With `expected`,
    raises StaleVersionError unless the check-in has that version.
    """
    lock(habit)
    checkin = find_checkin(habit, day)
    if checkin is None:
        return False
    checkin.remove(expected=expected)
    read_derived(habit)
    return True


def lock(habit: Habit) -> None:
    """Let others who write to the owner's habits wait, and read the habit's rule as it is now."""
    lock_account(habit.user_id)
    read_into(habit, RULE, RULE_COLUMNS)


def find(habit: Habit, day: date) -> CheckIn:
    """Return the check-in of a day, or a new one that is not written yet."""
    return find_checkin(habit, day) or CheckIn(user_id=habit.user_id, habit=habit, day=day)


def find_checkin(habit: Habit, day: date) -> CheckIn | None:
    """Return the check-in of a habit on a day; None without one."""
    found: list[CheckIn] = ON_DAY.run({"habit": habit.pk, "day": day})
    for checkin in found:
        checkin.habit = habit
    return found[0] if found else None


def read_derived(habit: Habit) -> None:
    """Read the streaks and the strength that a write left."""
    read_into(habit, NUMBERS, DERIVED)


def read_into(habit: Habit, statement: Statement, columns: Iterable[str]) -> None:
    """Read columns of a habit as they are now; raises Habit.DoesNotExist."""
    found = statement.run({"pk": habit.pk})
    if not found:
        raise Habit.DoesNotExist
    for name, value in zip(columns, found[0], strict=True):
        setattr(habit, name, value)


def checked(checkin: CheckIn, name: str, value: Any) -> Any:
    """Return the value of a column as it is stored; raises CheckInError where it cannot be."""
    column: Any = CheckIn._meta.get_field(name)
    try:
        return column.clean(value, checkin)
    except ValidationError as error:
        raise CheckInError({name: error}) from error


def write(
    checkin: CheckIn,
    today: date,
    value: Decimal,
    note: str | None = None,
    expected: int | None = None,
) -> CheckIn:
    """Check the day and the value, and write what differs."""
    habit = checkin.habit
    habit.refuse_day(checkin.day, today)
    values = {"value": checked(checkin, "value", value)}
    if note is not None:
        values["note"] = checked(checkin, "note", note)
    habit.refuse_value(values["value"])
    if checkin.pk is None:
        if expected is not None:
            # Cleared since it was read: nobody asked for a new one.
            raise CheckIn.DoesNotExist
        checkin.assign(**values)
        checkin.save()
    else:
        checkin.change(expected=expected, **values)
    read_derived(habit)
    return checkin
