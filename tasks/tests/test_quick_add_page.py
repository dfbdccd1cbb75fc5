"""The examples of docs/quick-add.md do what the page says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

import pytest
from django.conf import settings

from tasks.quick_add import QuickAdd, read_quick_add
from tasks.recurrence import describe
from tasks.tests.test_quick_add import BERLIN, show_due

NOW = datetime(2026, 11, 24, 10, tzinfo=BERLIN)


def show_marks(task: QuickAdd) -> str:
    """Write what the marks of a task give."""
    parts = [
        f"priority {task.priority}" if task.priority is not None else "",
        f"category {task.category}" if task.category else "",
        f"tags {', '.join(task.tags)}" if task.tags else "",
        f"{task.estimate_minutes} minutes" if task.estimate_minutes else "",
        f"description {task.description}" if task.description else "",
    ]
    return ", ".join(part for part in parts if part)


COLUMNS: Final[dict[str, Callable[[QuickAdd], str]]] = {
    "Title": lambda task: task.title,
    "Due": show_due,
    "Repeats": lambda task: describe(task.recurrence) if task.recurrence else "-",
    "Gives": show_marks,
    "Says": lambda task: " ".join(map(str, task.reports)),
}


def read_examples() -> Iterator[tuple[str, dict[str, str]]]:
    """Give what is typed in each row of the page's tables, and the other cells by column."""
    header: list[str] = []
    page = settings.BASE_DIR / "docs" / "quick-add.md"
    for line in page.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| Typed"):
            header = cells
        elif line.startswith("| `"):
            yield cells[0].strip("`"), dict(zip(header[1:], cells[1:], strict=True))


EXAMPLES = list(read_examples())


def test_page_has_examples() -> None:
    assert len(EXAMPLES) > 70
    assert {column for _, cells in EXAMPLES for column in cells} == COLUMNS.keys()


@pytest.mark.parametrize(("typed", "cells"), EXAMPLES)
def test_example_of_the_page(typed: str, cells: dict[str, str]) -> None:
    task = read_quick_add(typed, now=NOW, zone=BERLIN)

    assert {column: COLUMNS[column](task) for column in cells} == cells
