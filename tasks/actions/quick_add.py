"""Quick add: a task from a line of text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.models import User
from tasks.actions.tags import set_tags
from tasks.models import Category, Task
from tasks.models.tag import TAG_LENGTH, key_of
from tasks.quick_add import Kind, QuickAdd, Span, read_quick_add
from tasks.recurrence import Recurrence, format_dtstart

TEXT_LENGTH: Final = 2_000
TITLE_LENGTH: Final = 255
CATEGORY_LENGTH: Final = 100
# Each time a name is put back into the title, the next one may take its place.
ROUNDS: Final = 10

Spans = Collection[tuple[int, int]]


class QuickAddError(Exception):
    """A text makes no task; the message says what to write."""


@dataclass(frozen=True)
class Reading:
    """What a text says, the category that it names, and the names that stay in its title.

    `new_category` is the name of one that would be made; "" for none. `left` are names of
    categories that there are none of, and names that are too long.
    """

    said: QuickAdd
    category: Category | None
    new_category: str
    left: tuple[Span, ...]


def read(
    *, user: User, text: str, at: datetime, ignore: Spans = (), make_category: bool = False
) -> Reading:
    """Return what a line of text says of a task of this person, as `read_quick_add` reads it.

    A category is one of theirs, in letters of any case. One that is not there stays in the title,
    unless it is to be made. Raises QuickAddError where no title is left, or it is too long.
    """
    own = {key_of(category.name): category for category in Category.objects.visible_to(user)}
    left: list[Span] = []
    for _ in range(ROUNDS):
        said = read_quick_add(
            text,
            now=at,
            zone=user.zone,
            week_start=user.week_start,
            day_starts_at=user.day_starts_at,
            ignore=[*ignore, *((span.start, span.end) for span in left)],
        )
        unknown = find_unknown(said, text, own.keys(), make_category=make_category)
        if not unknown:
            break
        left += unknown
    check_title(said.title)
    category = own.get(key_of(said.category)) if said.category else None
    is_new = said.category is not None and category is None
    new = said.category if is_new and make_category and said.category else ""
    return Reading(said, category, new, tuple(left))


def find_unknown(
    said: QuickAdd, text: str, known: Collection[str], *, make_category: bool
) -> list[Span]:
    """Return the marks of a category that is not there, and of names that are too long."""
    name = said.category
    is_unknown = name is not None and key_of(name) not in known and not make_category
    is_long = name is not None and len(name) > CATEGORY_LENGTH
    return [
        span
        for span in said.spans
        if (span.kind is Kind.CATEGORY and (is_unknown or is_long))
        or (span.kind is Kind.TAG and span.end - span.start > TAG_LENGTH)
    ]


def check_title(title: str) -> None:
    """Raise QuickAddError for a title that no task may have."""
    if not title:
        raise QuickAddError("Say what there is to do: nothing of the text is left for a title.")
    if len(title) > TITLE_LENGTH:
        raise QuickAddError(
            f"The title has more than {TITLE_LENGTH} characters: put what is not a part of it "
            "after “ // ”."
        )


@transaction.atomic
def quick_add(
    *, user: User, text: str, at: datetime, ignore: Spans = (), make_category: bool = False
) -> tuple[Task, Reading]:
    """Make a task of a line of text, and return it with what was read.

    Raises QuickAddError, and TooManyTagsError.
    """
    reading = read(user=user, text=text, at=at, ignore=ignore, make_category=make_category)
    said, series = reading.said, reading.said.recurrence
    category = reading.category
    if reading.new_category:
        category = Category.objects.create(user=user, name=reading.new_category)
    repeats = {} if series is None else columns_of(series)
    task = Task.objects.create(
        user=user,
        title=said.title,
        description=said.description,
        priority=said.priority or 0,
        estimate_minutes=said.estimate_minutes,
        due_date=said.due,
        all_day=said.all_day,
        time_zone=user.time_zone,
        category=category,
        **repeats,
    )
    if said.tags:
        set_tags(task=task, names=said.tags)
        task.refresh_from_db(fields=["version", "updated_at"])
    return task, reading


def columns_of(series: Recurrence) -> dict[str, str]:
    """Return the columns of a series."""
    return {
        "rrule": series.rrule,
        "dtstart": format_dtstart(series.dtstart),
        "repeat_from": series.mode.value,
    }
