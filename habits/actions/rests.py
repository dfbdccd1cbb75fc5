"""Days of rest of one habit, or of all of a person's."""

from __future__ import annotations

from copy import copy
from datetime import date
from typing import Any  # Columns hold values of every type.

from django.db import transaction

from accounts.models import User
from habits.models import Habit, Rest


@transaction.atomic
def add_rest(
    *,
    user: User,
    first_day: date,
    last_day: date | None = None,
    habit: Habit | None = None,
    reason: Rest.Reason = Rest.Reason.SKIP,
    note: str = "",
) -> Rest:
    """Let a habit rest from one day to another, or on one; without a habit, all of the person's.

    Raises ValidationError for days the wrong way round, and for a habit of somebody else.
    """
    days = {"first_day": first_day, "last_day": last_day or first_day}
    rest = Rest(user=user, habit=habit, reason=reason, note=note, **days)
    rest.full_clean()
    rest.save()
    return rest


@transaction.atomic
def change_rest(*, rest: Rest, expected: int | None = None, **values: Any) -> set[str]:
    """Write what differs, as `change` does, and return its names.

    Raises ValidationError as `add_rest` does, and StaleVersionError unless the rest has the version
    `expected`.
    """
    candidate = copy(rest)
    candidate.assign(**values)
    candidate.full_clean()
    return rest.change(expected=expected, **values)


@transaction.atomic
def remove_rest(*, rest: Rest, expected: int | None = None) -> None:
    """Take the rest away, from what followed from it too; StaleVersionError as `change_rest`."""
    rest.remove(expected=expected)
