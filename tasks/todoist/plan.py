"""What the rows of an export come to: categories, tasks, and what neither can hold."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from typing import Final
from uuid import UUID, uuid5

from tasks.quick_add.marks import PRIORITIES
from tasks.todoist.dates import Reader
from tasks.todoist.drafts import CategoryDraft, Limits, Plan, TaskDraft
from tasks.todoist.export import Export, Row, TodoistError
from tasks.todoist.labels import split_labels
from tasks.todoist.losses import VIEW, Report
from tasks.todoist.schedule import read_schedule

UID_NAMESPACE: Final = UUID("6f1d3b0e-58c7-4f0c-9a57-0f5a4b1f7c2d")
KEPT_OF_TASKS: Final = (
    *("CONTENT", "DESCRIPTION", "PRIORITY", "INDENT"),
    *("DATE", "DEADLINE", "DURATION"),
)


def plan_import(export: Export, *, reader: Reader, limits: Limits) -> Plan:
    """Return what a file comes to for the reader.

    A task in a section goes to the category "Project / Section", another to "Project". Sections of
    different projects often share a name (To do, Later): under that name alone they would become
    one category, and nobody could tell their tasks apart again. In a list of categories by name
    the parts of a project stand together.

    The file has no ids. A task's UID is made of owner, name of the file, section, CONTENT, and
    which of the tasks equal in these it is: the same file gives the same UIDs, and two tasks of one
    title stay two. A task renamed in Todoist is another task.

    Raises TodoistError where the name of the file or a description is longer than can be kept.
    """
    check_project(export, limits)
    planner = Planner(export, reader, limits)
    for row in export.rows:
        planner.add(row)
    losses = sorted(planner.report.losses, key=lambda loss: loss.line)
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


def write_comment(row: Row) -> str:
    """Return a comment with a line that says who wrote it, and when, as far as the file does."""
    origin = ", ".join(filter(None, map(row.text, ("AUTHOR", "DATE"))))
    return row.text("CONTENT") + (f"\n— {origin}" if origin else "")


class Planner:
    """Drafts the rows of one file in their order, and notes what is not kept."""

    def __init__(self, export: Export, reader: Reader, limits: Limits) -> None:
        self.export, self.reader, self.limits = export, reader, limits
        self.section = ""
        # The tasks above, one of each level in the file: the next row may be a sub-task or a
        # comment.
        self.above: list[TaskDraft] = []
        self.equals: Counter[tuple[str, str]] = Counter()
        self.categories: dict[str, CategoryDraft] = {}
        self.tasks: list[TaskDraft] = []
        self.report = Report()

    def add(self, row: Row) -> None:
        """Take the next row."""
        match row.kind:
            case "task":
                self.add_task(row)
            case "section":
                self.add_section(row)
            case "note":
                self.add_comment(row)
            case "meta":
                self.report.drop(row, "CONTENT", VIEW)
            case _:
                self.report.drop(row, "TYPE", "FocusFlow does not know this type of row.")

    def add_section(self, row: Row) -> None:
        """Open a section, which is a category."""
        self.section, self.above = row.text("CONTENT"), []
        if self.category != self.category_in_full:
            self.report.lose(row, "CONTENT", f"The category is shortened: {self.category}")
        if self.category in self.categories:
            self.report.lose(
                row, "CONTENT", "A section above has this name: both are one category."
            )
        self.draft_category()
        self.report.lose_others(row, "CONTENT")

    def add_task(self, row: Row) -> None:
        """Draft a task in the open section."""
        del self.above[row.level - 1 :]
        parent = self.find_parent(row)
        title, tags = self.read_title(row)
        draft = TaskDraft(
            line=row.line,
            uid=self.next_uid(row.text("CONTENT")),
            level=parent.level + 1 if parent else 1,
            parent=parent.uid if parent else None,
            title=shorten(title, self.limits.title),
            description=self.describe(row, title),
            priority=PRIORITIES.get(row.text("PRIORITY"), 0),
            estimate_minutes=self.read_estimate(row),
            dates=read_schedule(row, self.reader, self.limits, self.report),
            tags=tags,
            category=self.draft_category(),
        )
        self.tasks.append(draft)
        self.above.append(draft)
        self.report.lose_others(row, *KEPT_OF_TASKS)

    def find_parent(self, row: Row) -> TaskDraft | None:
        """Return the task that a row is a sub-task of: at most on the last level but one."""
        parents = self.above[: self.limits.levels - 1]
        if len(parents) < len(self.above):
            self.report.lose(
                row,
                "INDENT",
                f"There are at most {self.limits.levels} levels: this is beside the task that it "
                f"belongs to, “{self.above[-1].title}” (line {self.above[-1].line}).",
            )
        return parents[-1] if parents else None

    def read_title(self, row: Row) -> tuple[str, tuple[str, ...]]:
        """Return a task's title in any length, and its labels."""
        longest, most = self.limits.tag, self.limits.tags
        said = split_labels(row.text("CONTENT"), longest=longest, most=most)
        stays = {
            f"A tag has at most {longest} characters": said.too_long,
            f"A task has at most {most} tags": said.too_many,
        }
        for why, labels in stays.items():
            if labels:
                names = ", ".join(f"@{name}" for name in labels)
                self.report.lose(row, "CONTENT", f"{why}: in the title stays {names}.")
        return said.title, said.names

    def describe(self, row: Row, title: str) -> str:
        """Return a task's description, led by the title where that has to be shortened."""
        description = row.cells["DESCRIPTION"]
        if len(title) > self.limits.title:
            self.report.lose(
                row, "CONTENT", "The title is shortened, and in full in the description."
            )
            description = f"{title}\n\n{description}"
        if len(description) > self.limits.description:
            raise TodoistError(
                self.export.file,
                f"the DESCRIPTION is longer than {self.limits.description} characters. Shorten it.",
                row.line,
            )
        return description

    def add_comment(self, row: Row) -> None:
        """Add a comment to the description of the task above it."""
        if not (self.above and row.text("CONTENT")):
            reason = "There is no task above that this comment is on."
            self.report.drop(row, "CONTENT", "The comment is empty." if self.above else reason)
            return
        task = self.tasks[-1]
        parts = [task.description] if task.description.strip() else []
        description = "\n\n".join([*parts, write_comment(row)])
        if len(description) > self.limits.description:
            self.report.drop(
                row,
                "CONTENT",
                f"With it the description of “{task.title}” (line {task.line}) would be longer "
                f"than {self.limits.description} characters.",
            )
            return
        self.tasks[-1] = replace(task, description=description)
        self.report.lose_others(row, "CONTENT", "AUTHOR", "DATE")

    def read_estimate(self, row: Row) -> int | None:
        """Return a task's duration in minutes; None where there is none, or none kept."""
        duration, unit = row.text("DURATION"), row.text("DURATION_UNIT").casefold()
        if not duration:
            return None
        if unit != "minute":
            self.report.lose(row, "DURATION", "An estimate is in minutes.")
            return None
        minutes = int(duration) if re.fullmatch(r"[0-9]{1,9}", duration) else 0
        if not 1 <= minutes <= self.limits.estimate:
            reason = f"An estimate is 1 to {self.limits.estimate} minutes."
            self.report.lose(row, "DURATION", reason)
            return None
        return minutes

    def next_uid(self, title: str) -> UUID:
        """Return the UID of the next task of this title in the open section."""
        self.equals[self.section, title] += 1
        count = self.equals[self.section, title]
        return make_uid(self.reader.owner, "task", self.export.name, self.section, title, count)

    def draft_category(self) -> str:
        """Draft the category of the open section, unless it is, and return its name."""
        name = self.category
        if name not in self.categories:
            uid = make_uid(self.reader.owner, "category", name)
            self.categories[name] = CategoryDraft(uid, name)
        return name

    @property
    def category(self) -> str:
        """The name of the open section's category, as it can be kept."""
        return shorten(self.category_in_full, self.limits.category)

    @property
    def category_in_full(self) -> str:
        """The same in any length."""
        return f"{self.export.project} / {self.section}" if self.section else self.export.project
