"""Quick add: a task from a line of text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import transaction

from accounts.models import User
from tasks.actions.tags import set_tags
from tasks.models import Category, Task
from tasks.models.tag import TAG_LENGTH, key_of
from tasks.quick_add import Kind, QuickAdd, Report, read_quick_add
from tasks.recurrence import Recurrence, format_dtstart

TEXT_LENGTH: Final = 2_000
TITLE_LENGTH: Final = 255
CATEGORY_LENGTH: Final = 100
# Each time a name is put back into the title, the next one may take its place.
ROUNDS: Final = 10

Spans = Collection[tuple[int, int]]


class QuickAddError(Exception):
    """A text makes no task; the message says what to write."""


class NameProblem(StrEnum):
    """Why a name stays in the title."""

    NO_SUCH_CATEGORY = "no_such_category"
    NAME_TOO_LONG = "name_too_long"


SENTENCES: Final = {
    NameProblem.NO_SUCH_CATEGORY: "You have no category “{}”: it stays in the title.",
    NameProblem.NAME_TOO_LONG: "“{}” is too long for a name, and stays in the title.",
}


@dataclass(frozen=True)
class NameReport:
    """A part of the text, from character `start` up to `end`, that is no name, and why."""

    problem: NameProblem
    start: int
    end: int
    text: str

    def __str__(self) -> str:
        return SENTENCES[self.problem].format(self.text)


@dataclass(frozen=True)
class Reading:
    """What a text says, and the category that it names.

    `new_category` is the name of one that would be made; "" for none. `reports` are of what stays
    in the title though it looks like more, in the order of the text.
    """

    said: QuickAdd
    category: Category | None
    new_category: str
    reports: tuple[Report | NameReport, ...]


def read(
    *, user: User, text: str, at: datetime, ignore: Spans = (), make_category: bool = False
) -> Reading:
    """Return what a line of text says of a task of this person, as `read_quick_add` reads it.

    A category is one of theirs, in letters of any case. One that is not there stays in the title,
    unless it is to be made. Raises QuickAddError where no title is left, or it is too long.
    """
    own = {key_of(category.name): category for category in Category.objects.visible_to(user)}
    left: list[NameReport] = []
    for _ in range(ROUNDS):
        said = read_quick_add(
            text,
            now=at,
            zone=user.zone,
            week_start=user.week_start,
            day_starts_at=user.day_starts_at,
            ignore=[*ignore, *((report.start, report.end) for report in left)],
        )
        unknown = find_unknown(said, text, own.keys(), make_category=make_category)
        if not unknown:
            break
        left += unknown
    check_title(said.title)
    category = own.get(key_of(said.category)) if said.category else None
    is_new = said.category is not None and category is None
    new = said.category if is_new and make_category and said.category else ""
    reports: list[Report | NameReport] = [*said.reports, *left]
    reports.sort(key=lambda report: report.start)
    return Reading(said, category, new, tuple(reports))


def find_unknown(
    said: QuickAdd, text: str, known: Collection[str], *, make_category: bool
) -> list[NameReport]:
    """Return the marks whose names cannot be taken: of no category, or too long."""
    name = said.category or ""
    problems = {
        Kind.CATEGORY: problem_of(name, CATEGORY_LENGTH)
        or (
            NameProblem.NO_SUCH_CATEGORY
            if name and key_of(name) not in known and not make_category
            else None
        )
    }
    found = []
    for span in said.spans:
        words = text[span.start : span.end]
        # A tag's mark is one character, and quotes are two more.
        problem = problem_of(words[1:].strip('"“”'), TAG_LENGTH) if span.kind is Kind.TAG else None
        if problem := problem or problems.get(span.kind):
            found.append(NameReport(problem, span.start, span.end, words))
    return found


def problem_of(name: str, longest: int) -> NameProblem | None:
    """Return what is wrong with the length of a name."""
    return NameProblem.NAME_TOO_LONG if len(name) > longest else None


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
