"""The order that people give their tasks, categories and filters by hand."""

from __future__ import annotations

from typing import Any  # Rows of several models.

from django.db import transaction
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from accounts.actions.locks import lock_account
from accounts.positions import STEP, between, spread, windows


@transaction.atomic
def place(*, row: Any, neighbour: Any, before: bool) -> None:
    """Put a row right before or after another one of the same owner and model.

    The others keep their places; only where no number is left between the two neighbours, a few
    around them get new ones. Moves in one account wait for each other. Raises ObjectDoesNotExist
    when one of the two is gone.
    """
    lock_account(row.user_id)
    for one in (row, neighbour):
        one.refresh_from_db(fields=["position"])
    others = type(row).objects.visible_to(row.user).exclude(pk=row.pk)
    position = find_room(others, neighbour, before=before)
    if position is None:
        make_room(others, neighbour)
        position = find_room(others, neighbour, before=before)
    row.change(position=position)


def find_room(others: Any, neighbour: Any, *, before: bool) -> int | None:
    """Return a place beside a row; None where its neighbour on that side leaves no room."""
    other = next((row.position for row in beside(others, neighbour, before=before)[:1]), None)
    edges = (other, neighbour.position) if before else (neighbour.position, other)
    return between(*edges)


def beside(others: Any, neighbour: Any, *, before: bool) -> Any:
    """Return the rows before a row, or after it, the nearest first."""
    beyond = TupleLessThan if before else TupleGreaterThan
    rows = others.filter(beyond(Tuple("position", "id"), (neighbour.position, neighbour.pk)))
    return rows.order_by(*(("-position", "-pk") if before else ("position", "pk")))


def make_room(others: Any, neighbour: Any) -> None:
    """Spread a row and as few as possible around it evenly over the numbers that they have."""
    tries = (spread_around(others, neighbour, *window) for window in windows())
    others.bulk_update(next(filter(None, tries)), ["position"])


def spread_around(others: Any, neighbour: Any, size: int, room: int) -> list[Any]:
    """Return a row and up to `size` on either side with new places; none where it stays crowded.

    Their places lie between those of the rows next to them, or go beyond the end of the list.
    """
    left = list(beside(others, neighbour, before=True)[: size + 1])
    right = list(beside(others, neighbour, before=False)[: size + 1])
    rows = [*reversed(left[:size]), neighbour, *right[:size]]
    free = max(STEP, room) * (len(rows) + 1)
    low = left[size].position if len(left) > size else rows[0].position - free
    high = right[size].position if len(right) > size else rows[-1].position + free
    places = spread(low, high, len(rows), room) or []
    for row, position in zip(rows, places, strict=False):
        row.position = position
    return rows if places else []
