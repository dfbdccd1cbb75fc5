"""What the rows of an export come to: categories, tasks, and what neither can hold."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from tasks.todoist.dates import UnkeptDateError, read_date
from tasks.todoist.export import Export, Row, TodoistError

# How another cell is to be read: told with that one, and without meaning where it is empty.
COMPANIONS: Final = {
    "DATE": ("DATE_LANG", "TIMEZONE"),
    "DURATION": ("DURATION_UNIT",),
    "DEADLINE": ("DEADLINE_LANG",),
}
NOT_ALONE: Final = frozenset(name for names in COMPANIONS.values() for name in names)
# A cell that holds what a row has without it, too, says nothing.
DEFAULTS: Final = {"PRIORITY": "4", "INDENT": "1", "IS_COLLAPSED": "FALSE"}
VIEW: Final = "Settings of Todoist's views are not kept."
REASONS: Final = {
    "DESCRIPTION": "Categories have no description.",
    "PRIORITY": "Tasks have no priority yet.",
    "AUTHOR": "Imported tasks are yours: authors are not kept.",
    "RESPONSIBLE": "Tasks cannot be given to other people yet.",
    "DURATION": "Tasks have no duration yet.",
    "DEADLINE": "Tasks have no deadline beside their due date yet.",
    "meta": VIEW,
    "IS_COLLAPSED": VIEW,
}
NO_PLACE: Final = "FocusFlow has no place for this column."
UID_NAMESPACE: Final = UUID("6f1d3b0e-58c7-4f0c-9a57-0f5a4b1f7c2d")


@dataclass(frozen=True)
class Limits:
    """What the tables can hold: lengths in characters, both instants included."""

    title: int
    description: int
    category: int
    earliest: datetime
    latest: datetime


@dataclass(frozen=True)
class Loss:
    """A cell that is not kept as it stands in the file, and why."""

    line: int
    column: str
    text: str
    reason: str


@dataclass(frozen=True)
class CategoryDraft:
    """A category to find or to make."""

    uid: UUID
    name: str


@dataclass(frozen=True)
class TaskDraft:
    """A task to make unless it is there; `due_date` is in UTC, `category` a name."""

    line: int
    uid: UUID
    title: str
    description: str
    due_date: datetime | None
    category: str


@dataclass(frozen=True)
class Plan:
    """Drafts in the order of the file, and losses by line."""

    categories: tuple[CategoryDraft, ...]
    tasks: tuple[TaskDraft, ...]
    losses: tuple[Loss, ...]


def plan_import(export: Export, *, owner: int, zone: ZoneInfo, limits: Limits) -> Plan:
    """Return what a file comes to for an owner (an id) who lives in `zone`.

    A task in a section goes to the category "Project / Section", another to "Project". Sections of
    different projects often share a name (To do, Later): under that name alone they would become
    one category, and nobody could tell their tasks apart again. In a list of categories by name
    the parts of a project stand together.

    The file has no ids. A task's UID is made of owner, name of the file, section, title, and which
    of the tasks equal in these it is: the same file gives the same UIDs, and two tasks of one
    title stay two. A task renamed in Todoist is another task.

    Raises TodoistError where the name of the file or a description is longer than can be kept.
    """
    check_project(export, limits)
    planner = Planner(export, owner, zone, limits)
    for row in export.rows:
        planner.add(row)
    losses = sorted(planner.losses, key=lambda loss: loss.line)
    return Plan(tuple(planner.categories.values()), tuple(planner.tasks), tuple(losses))


def check_project(export: Export, limits: Limits) -> None:
    """Refuse a file whose name cannot be a category's."""
    name = export.project
    # Surrogates stand for the bytes of a file name that are no text; no database stores them.
    is_text = not any(unicodedata.category(character) in {"Cc", "Cs"} for character in name)
    if not (name and is_text and len(name) <= limits.category):
        raise TodoistError(
            export.file,
            "the file is named after the project, but a category cannot have this name. Rename "
            f"the file: 1 to {limits.category} letters before .csv.",
        )


def make_uid(*parts: str | int) -> UUID:
    """Return a UID that is the same for the same parts."""
    return uuid5(UID_NAMESPACE, json.dumps(parts))


def shorten(text: str, length: int) -> str:
    """Return the text; where it is longer, an ellipsis stands for its end."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def telling(row: Row) -> list[str]:
    """Return the columns, beside the type, in which the row says something."""
    return [
        column
        for column in row.cells
        if column != "TYPE"
        and column not in NOT_ALONE
        and row.text(column).upper() not in {"", DEFAULTS.get(column)}
    ]


class Planner:
    """Drafts the rows of one file in their order, and notes what is not kept."""

    def __init__(self, export: Export, owner: int, zone: ZoneInfo, limits: Limits) -> None:
        self.export, self.owner, self.zone, self.limits = export, owner, zone, limits
        self.section = ""
        # The tasks above, one of each level: the next row may be a sub-task or a comment.
        self.above: list[Row] = []
        self.equals: Counter[tuple[str, str]] = Counter()
        self.categories: dict[str, CategoryDraft] = {}
        self.tasks: list[TaskDraft] = []
        self.losses: list[Loss] = []

    def add(self, row: Row) -> None:
        """Take the next row."""
        match row.kind:
            case "task":
                self.add_task(row)
            case "section":
                self.add_section(row)
            case "note":
                self.drop(row, "CONTENT", f"Comments cannot be kept yet{self.relation('on')}.")
            case "meta":
                self.drop(row, "CONTENT", VIEW)
            case _:
                self.drop(row, "TYPE", "FocusFlow does not know this type of row.")

    def add_section(self, row: Row) -> None:
        """Open a section, which is a category."""
        self.section, self.above = row.text("CONTENT"), []
        if self.category != self.category_in_full:
            self.lose(row, "CONTENT", f"The category is shortened: {self.category}")
        if self.category in self.categories:
            self.lose(row, "CONTENT", "A section above has this name: both are one category.")
        self.draft_category()
        self.lose_others(row, "CONTENT")

    def add_task(self, row: Row) -> None:
        """Draft a task in the open section."""
        del self.above[row.level - 1 :]
        if self.above:
            self.lose(row, "INDENT", f"Sub-tasks cannot be kept yet{self.relation('of')}.")
        self.above.append(row)
        title = row.text("CONTENT")
        self.tasks.append(
            TaskDraft(
                line=row.line,
                uid=self.next_uid(title),
                title=shorten(title, self.limits.title),
                description=self.describe(row),
                due_date=self.read_due(row),
                category=self.draft_category(),
            )
        )
        self.lose_others(row, "CONTENT", "DESCRIPTION", "INDENT", "DATE")

    def drop(self, row: Row, column: str, reason: str) -> None:
        """Note a row that is not kept: the cell that names it, even if empty, and the others."""
        self.lose(row, column, reason)
        for other in telling(row):
            if other != column:
                self.lose(row, other, reason)

    def lose_others(self, row: Row, *handled: str) -> None:
        """Note the cells of a task or section that nothing else has handled."""
        for column in telling(row):
            if column not in handled:
                self.lose(row, column, REASONS.get(column, NO_PLACE))

    def lose(self, row: Row, column: str, reason: str) -> None:
        """Note a cell, together with what says how to read it."""
        companions = ", ".join(filter(None, map(row.text, COMPANIONS.get(column, ()))))
        text = row.text(column) + (f" ({companions})" if companions else "")
        self.losses.append(Loss(row.line, column, text, reason))

    def relation(self, word: str) -> str:
        """Return words that name the task above, so that the reader can restore the tie."""
        if not self.above:
            return ""
        above = self.above[-1]
        return f": this was one {word} “{above.text('CONTENT')}” (line {above.line})"

    def describe(self, row: Row) -> str:
        """Return a task's description, led by the title where that had to be shortened."""
        description = row.cells["DESCRIPTION"]
        if len(row.text("CONTENT")) > self.limits.title:
            self.lose(row, "CONTENT", "The title is shortened, and in full in the description.")
            description = f"{row.text('CONTENT')}\n\n{description}"
        if len(description) > self.limits.description:
            raise TodoistError(
                self.export.file,
                f"the DESCRIPTION is longer than {self.limits.description} characters. Shorten it.",
                row.line,
            )
        return description

    def read_due(self, row: Row) -> datetime | None:
        """Return the UTC instant at which a task is due; None where there is none, or none kept."""
        if not row.text("DATE"):
            return None
        try:
            due = read_date(row.text("DATE"), row.text("TIMEZONE"), self.zone)
            self.check_range(due)
        except UnkeptDateError as error:
            self.lose(row, "DATE", str(error))
            return None
        if row.text("TIMEZONE") not in {"", self.zone.key}:
            instant = f"{due:%Y-%m-%dT%H:%MZ}"
            self.lose(row, "TIMEZONE", f"Tasks have no time zone yet: kept as {instant}.")
        return due

    def check_range(self, due: datetime) -> None:
        """Refuse an instant that no task can hold."""
        if not self.limits.earliest <= due <= self.limits.latest:
            years = f"{self.limits.earliest.year} to {self.limits.latest.year}"
            raise UnkeptDateError(f"A due date lies in the years {years}.")

    def next_uid(self, title: str) -> UUID:
        """Return the UID of the next task of this title in the open section."""
        self.equals[self.section, title] += 1
        count = self.equals[self.section, title]
        return make_uid(self.owner, "task", self.export.name, self.section, title, count)

    def draft_category(self) -> str:
        """Draft the category of the open section, unless it is, and return its name."""
        name = self.category
        if name not in self.categories:
            self.categories[name] = CategoryDraft(make_uid(self.owner, "category", name), name)
        return name

    @property
    def category(self) -> str:
        """The name of the open section's category, as it can be kept."""
        return shorten(self.category_in_full, self.limits.category)

    @property
    def category_in_full(self) -> str:
        """The same in any length."""
        return f"{self.export.project} / {self.section}" if self.section else self.export.project
