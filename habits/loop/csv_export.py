"""The CSV export: a zip with Habits.csv and a folder of each habit with its Checkmarks.csv.

Source: HabitsCSVExporter.kt and HabitList.kt in github.com/iSoron/uhabits, in their versions since
2016: columns were added and renamed, values were numbers before they were words, and a header came
to the folders' files. A file at the top has the marks of all habits: it is read where the folders
have none. It names habits without quotes, and Loop is known to leave marks out of it (issue 2336).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain
from pathlib import PurePosixPath
from typing import Final, cast

from habits.loop.archive import read_archive
from habits.loop.contents import Export, Kind, LoopHabit
from habits.loop.problems import AGAIN, LoopError, Loss, Place
from habits.loop.tables import Record, Row, decode, read_records, read_rows
from habits.loop.values import (
    Diary,
    check_frequency,
    check_target,
    limit_entries,
    one_line,
    read_code,
    read_day,
    read_name,
    read_number,
)

HABITS: Final = "Habits.csv"
MARKS: Final = "Checkmarks.csv"
# Strength, which is computed from the marks.
SCORES: Final = "Scores.csv"
# What other programs leave in a zip.
LITTER: Final = {".DS_Store", "Thumbs.db", "desktop.ini"}
FOLDER: Final = re.compile(r"(\d{3,9})( .*)?")
NUMERATOR: Final = ("FrequencyNumerator", "NumRepetitions")
DENOMINATOR: Final = ("FrequencyDenominator", "Interval")
NEEDED: Final = ({"Position"}, {"Name"}, {*NUMERATOR}, {*DENOMINATOR})
COLUMNS: Final = {
    *("Position", "Name", "Type", "Question", "Description", "Color", "Unit"),
    *("Target Type", "Target Value", "Archived?", *NUMERATOR, *DENOMINATOR),
}
KINDS: Final[Mapping[tuple[str, str], Kind]] = {
    ("NUMERICAL", "AT_LEAST"): "at_least",
    ("NUMERICAL", "AT_MOST"): "at_most",
}
FLAGS: Final = {"": False, "false": False, "true": True}


def read_csv_export(file: str, data: bytes) -> Export:
    """Return what a zip holds; raises LoopError where it is not Loop's, or broken."""
    names = {HABITS, MARKS}
    files = read_archive(file, data, lambda path: PurePosixPath(path).name in names)
    root = find_root(file, files)
    losses = report_files(file, root, files)
    habits = read_habits(Place(file, str(root / HABITS)), files, losses)
    folders = find_folders(file, root, files)
    overview = Place(file, str(root / MARKS))
    if folders or overview.part not in files:
        filled = read_folders(file, folders, files, habits, losses)
    else:
        filled = read_overview(overview, read_text(overview, files), habits, losses)
    return Export(file, tuple(limit_entries(file, filled)), tuple(losses))


# --- Files ----------------------------------------------------------------------------------------


def find_root(file: str, files: Iterable[str]) -> PurePosixPath:
    """Return the folder that the export is in."""
    found = [path for path in map(PurePosixPath, files) if path.name == HABITS]
    if len(found) != 1:
        what = "several exports are" if found else f"no {HABITS} is"
        sentence = f"{what} in this zip. Give one zip as Loop's “Export as CSV” makes it."
        raise LoopError(Place(file), sentence)
    return found[0].parent


def read_text(place: Place, files: Mapping[str, bytes | None]) -> str:
    """Return the text of a file that was wanted."""
    return decode(place, cast("bytes", files[place.part]))


def report_files(file: str, root: PurePosixPath, files: Iterable[str]) -> list[Loss]:
    """Return a loss for each file that a person may miss: it is not Loop's."""
    losses = []
    for path in map(PurePosixPath, files):
        is_top = path.parent == root and path.name in {HABITS, MARKS, SCORES}
        is_of_habit = is_folder(root, path.parent) and path.name in {MARKS, SCORES}
        is_litter = path.name in LITTER or path.parts[0] == "__MACOSX"
        if not (is_top or is_of_habit or is_litter):
            reason = "FocusFlow does not know this file of an export."
            losses.append(Loss(Place(file), "file", str(path), reason))
    return losses


def is_folder(root: PurePosixPath, path: PurePosixPath) -> bool:
    """Say whether a path is a habit's folder."""
    return path.parent == root and FOLDER.fullmatch(path.name) is not None


def find_folders(file: str, root: PurePosixPath, files: Iterable[str]) -> dict[int, Place]:
    """Return the places of the folders' marks by the numbers of the habits."""
    folders: dict[int, Place] = {}
    for path in map(PurePosixPath, files):
        if path.name != MARKS or not is_folder(root, path.parent):
            continue
        number, place = int(path.parent.name.split()[0]), Place(file, str(path))
        if number in folders:
            sentence = f"a second folder has the number {number}. {AGAIN}"
            raise LoopError(place, sentence)
        folders[number] = place
    return folders


# --- Habits ---------------------------------------------------------------------------------------


def read_habits(
    place: Place, files: Mapping[str, bytes | None], losses: list[Loss]
) -> list[LoopHabit]:
    """Return the habits of Habits.csv, without their entries."""
    records = read_records(place, read_text(place, files))
    header = next(records, (place.at(1), []))
    habits, positions = [], set()
    for row in read_rows(header, records, NEEDED):
        habit = read_habit(row)
        if habit.position in positions:
            raise LoopError(row.place, f"a row above has this Position, too. {AGAIN}")
        positions.add(habit.position)
        habits.append(habit)
        losses += report_columns(row)
    return habits


def report_columns(row: Row) -> Iterator[Loss]:
    """Give a loss for each cell in a column that is not known."""
    for column in row.cells:
        if column not in COLUMNS and row.text(column):
            reason = "FocusFlow does not know this column."
            yield Loss(row.place, column, row.text(column), reason)


def read_habit(row: Row) -> LoopHabit:
    """Return the habit of a row. Before habits had a question, their description was one."""
    kind = read_kind(row)
    numerator, denominator = check_frequency(
        read_count(row, *NUMERATOR), read_count(row, *DENOMINATOR), row.place
    )
    return LoopHabit(
        place=row.place,
        uuid="",
        position=read_count(row, "Position"),
        name=read_name(row.text("Name"), row.place),
        question=one_line(row.text("Question", "Description")),
        description=row.text("Description") if "Question" in row.cells else "",
        colour=row.text("Color").upper(),
        numerator=numerator,
        denominator=denominator,
        kind=kind,
        target=None if kind == "yes_no" else read_target(row),
        unit="" if kind == "yes_no" else one_line(row.text("Unit")),
        archived=read_flag(row, "Archived?"),
        reminder=None,
    )


def read_kind(row: Row) -> Kind:
    """Return what a habit counts; before the column came, yes/no habits alone were told."""
    words = row.text("Type"), row.text("Target Type")
    if words[0] in {"", "YES_NO"}:
        return "yes_no"
    if words not in KINDS:
        sentence = f"Type and Target Type are {words[0]} {words[1]}, which do not exist. {AGAIN}"
        raise LoopError(row.place, sentence)
    return KINDS[words]


def read_target(row: Row) -> Decimal:
    """Return the target of a numerical habit."""
    return check_target(read_number(row.text("Target Value"), "Target Value", row.place), row.place)


def read_count(row: Row, *columns: str) -> int:
    """Return a number of a row; Loop has written such numbers in the digits of any language."""
    text = row.text(*columns)
    if not re.fullmatch(r"\d{1,9}", text):
        raise LoopError(row.place, f"{columns[0]} is “{text}”, which is no number. {AGAIN}")
    return int(text)


def read_flag(row: Row, column: str) -> bool:
    """Return what a column says with true or false."""
    text = row.text(column)
    if text not in FLAGS:
        raise LoopError(row.place, f"{column} is “{text}”, not true or false. {AGAIN}")
    return FLAGS[text]


# --- Marks ----------------------------------------------------------------------------------------


def read_folders(
    file: str,
    folders: Mapping[int, Place],
    files: Mapping[str, bytes | None],
    habits: Sequence[LoopHabit],
    losses: list[Loss],
) -> Iterator[LoopHabit]:
    """Give the habits with the marks of their folders."""
    for number in folders.keys() - {habit.position for habit in habits}:
        sentence = f"{HABITS} has no habit with the number {number}. {AGAIN}"
        raise LoopError(folders[number], sentence)
    for habit in habits:
        if habit.position not in folders:
            losses.append(miss_marks(habit))
            yield habit
            continue
        diary = Diary(habit.kind, losses)
        place = folders[habit.position]
        for row in read_marks(place, read_text(place, files)):
            day = read_day(row.text("Date"), row.place)
            code = read_code(row.text("Value"), row.place)
            diary.add(row.place, day, code, row.text("Notes"))
        yield replace(habit, entries=diary.finish())


def miss_marks(habit: LoopHabit) -> Loss:
    """Return that the file has no marks of a habit."""
    reason = "The file has no marks of this habit: Loop exports them of chosen habits only."
    return Loss(habit.place, "marks", habit.name, reason)


def read_marks(place: Place, text: str) -> Iterator[Row]:
    """Give the rows of a folder's file; older ones have no header."""
    records = read_records(place, text)
    first = next(records, None)
    if first is None:
        return iter(())
    if "Date" in first[1]:
        return read_rows(first, records, ({"Date"}, {"Value"}))
    return read_rows((first[0], ["Date", "Value"]), chain([first], records), ())


def read_overview(
    place: Place, text: str, habits: Sequence[LoopHabit], losses: list[Loss]
) -> Iterator[LoopHabit]:
    """Give the habits with the marks of the file at the top."""
    header, _, body = text.partition("\n")
    columns = find_columns(place.at(1), header.rstrip("\r"), habits)
    diaries = {habit.position: Diary(habit.kind, losses) for habit in columns}
    names = ["Date", *(str(position) for position in diaries)]
    records = read_records(place, body, first_line=2)
    for row in read_rows((place, names), map(without_last, records), ()):
        day = read_day(row.text("Date"), row.place)
        for position, diary in diaries.items():
            diary.add(row.place, day, read_code(row.text(str(position)), row.place), "")
    for habit in habits:
        if habit.position in diaries:
            yield replace(habit, entries=diaries[habit.position].finish())
        else:
            losses.append(miss_marks(habit))
            yield habit


def find_columns(place: Place, header: str, habits: Sequence[LoopHabit]) -> Sequence[LoopHabit]:
    """Return the habits whose names make the header; a comma is after each, quotes are nowhere."""
    if header == "".join(f"{name}," for name in ["Date", *(habit.name for habit in habits)]):
        return habits
    counts = Counter(habit.name for habit in habits)
    by_name = {habit.name: habit for habit in habits}
    names = [one_line(name) for name in header.removesuffix(",").split(",")[1:]]
    if len(set(names)) < len(names) or any(counts[name] != 1 for name in names):
        raise LoopError(
            place,
            "the columns cannot be told apart by the habits' names. Import Loop's backup (.db) "
            "instead.",
        )
    return [by_name[name] for name in names]


def without_last(record: Record) -> Record:
    """Return a record without the empty cell after its last comma."""
    place, cells = record
    return place, cells if cells[-1].strip() else cells[:-1]
