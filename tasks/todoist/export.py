"""The rows of an export.

Format: https://www.todoist.com/help/articles/import-or-export-a-project-as-a-csv-file-in-todoist-YC8YvN
Todoist has written the columns in several numbers and orders: they are found by their names.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Final

# Every export has these; others come and go.
COLUMNS: Final = (
    *("TYPE", "CONTENT", "DESCRIPTION", "PRIORITY", "INDENT"),
    *("AUTHOR", "RESPONSIBLE", "DATE", "DATE_LANG", "TIMEZONE"),
)
# Todoist's ids, old and new: long enough not to take a year or a word in brackets for one.
PROJECT_ID: Final = re.compile(r" \[([0-9]{9,12}|(?=[A-Za-z]*[0-9])[0-9A-Za-z]{16})\]$")


class TodoistError(Exception):
    """The file cannot be imported; the message says where and what to do."""

    def __init__(self, file: str, sentence: str, line: int | None = None) -> None:
        place = file if line is None else f"{file}, line {line}"
        super().__init__(f"{place}: {sentence}")


@dataclass(frozen=True)
class Row:
    """A row that is not empty: the line it starts on, and its cells by column."""

    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """Return a cell without the white space around it; "" where the file lacks the column."""
        return self.said.get(column, "")

    @cached_property
    def said(self) -> dict[str, str]:
        """The cells that say something, without the white space around them, by column."""
        return {column: text for column, cell in self.cells.items() if (text := cell.strip())}

    @cached_property
    def kind(self) -> str:
        """Its type: task, section, note, meta, or what Todoist may add."""
        return self.text("TYPE")

    @cached_property
    def level(self) -> int:
        """The depth of a task: 1 on top, 2 for a sub-task."""
        return int(self.text("INDENT") or 1)


@dataclass(frozen=True)
class Export:
    """A file that was read: as it was named, its name without the extension, and its rows."""

    file: str
    name: str
    rows: tuple[Row, ...]
    empty_rows: int

    @property
    def project(self) -> str:
        """The project's name: that of the file without the id that Todoist may add to it."""
        return PROJECT_ID.sub("", self.name)


def read_export(file: str, data: bytes) -> Export:
    """Return the rows of a file, given its name or path and its content.

    Raises TodoistError where the content is not UTF-8 or not CSV, lacks a column, or holds a task
    or section that breaks the format.
    """
    # A Mac writes the letters of file names in parts; the same name has to be the same project.
    name = unicodedata.normalize("NFC", PurePath(file).stem).strip()
    records = read_records(file, decode(file, data))
    header = read_header(file, next(records, (1, []))[1])
    rows, empty_rows = [], 0
    for line, cells in records:
        if any(cell.strip() for cell in cells):
            rows.append(read_row(file, line, header, cells))
        else:
            empty_rows += 1
    check_rows(file, rows)
    return Export(file, name, tuple(rows), empty_rows)


def decode(file: str, data: bytes) -> str:
    """Return the text of UTF-8 bytes, with or without a byte order mark."""
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        sentence = "the text is not UTF-8. Save the file as CSV in UTF-8, or export it again."
        raise TodoistError(file, sentence, data.count(b"\n", 0, error.start) + 1) from error
    place = text.find("\0")
    if place >= 0:
        sentence = "there is a NUL character (U+0000). Remove it, or export the project again."
        raise TodoistError(file, sentence, text.count("\n", 0, place) + 1)
    return text


def read_records(file: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each record of a CSV text (RFC 4180) with the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise TodoistError(
            file,
            f"the row that starts here is not valid CSV ({error}). Close each quoted cell, double "
            "the quotes inside it, or export the project again.",
            line,
        ) from error


def read_header(file: str, cells: list[str]) -> list[str]:
    """Return the names of the columns; one without a name gets its place for one."""
    header = [cell.strip() or f"column {place}" for place, cell in enumerate(cells, start=1)]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise TodoistError(
            file,
            f"the header lacks {', '.join(missing)}. Give a CSV file as Todoist exports it, with "
            "commas between the cells.",
            1,
        )
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise TodoistError(file, f"the header has {', '.join(twice)} twice. Remove one of them.", 1)
    return header


def read_row(file: str, line: int, header: list[str], cells: list[str]) -> Row:
    """Return a row with as many cells as the header."""
    if len(cells) != len(header):
        raise TodoistError(
            file,
            f"the row has {len(cells)} cells and the header {len(header)}. Put cells that hold "
            "commas in quotes, or export the project again.",
            line,
        )
    return Row(line, dict(zip(header, cells, strict=True)))


def check_rows(file: str, rows: list[Row]) -> None:
    """Refuse sections without a name, and tasks that break the format."""
    level = 0
    for row in rows:
        if row.kind in {"task", "section"} and not row.text("CONTENT"):
            sentence = f"the {row.kind} has no CONTENT. Give it a name, or remove the row."
            raise TodoistError(file, sentence, row.line)
        if row.kind == "section":
            level = 0
        elif row.kind == "task":
            check_task(file, row, level)
            level = row.level


def check_task(file: str, row: Row, level_above: int) -> None:
    """Refuse a PRIORITY outside 1 to 4, and an INDENT that is no level or skips one."""
    priority, indent = row.text("PRIORITY"), row.text("INDENT")
    if priority not in {"", "1", "2", "3", "4"}:
        sentence = f"PRIORITY is “{priority}”. Set it to 1, 2, 3 or 4 (the lowest)."
        raise TodoistError(file, sentence, row.line)
    if not re.fullmatch(r"([1-9][0-9]?)?", indent):
        sentence = f"INDENT is “{indent}”. Set it to 1, or to 2 and more for a sub-task."
        raise TodoistError(file, sentence, row.line)
    if row.level > level_above + 1:
        sentence = (
            f"INDENT is {row.level}, but the task above is not of level {row.level - 1} or more. "
            f"Set it to {level_above + 1} or less."
        )
        raise TodoistError(file, sentence, row.line)
