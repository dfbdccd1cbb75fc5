"""Files as Loop Habit Tracker writes them, for tests."""

from __future__ import annotations

import csv
import io
import math
import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final  # Any: a cell holds what a test puts there.

from habits.loop import Entry, Export, LoopHabit, Place, Reminder
from habits.loop.colours import OLD_PALETTE, PALETTE

HERE: Final = Place("")
# The columns of Habits.csv in 2016, 2020 and since 2022.
FIRST: Final = ("Position", "Name", "Description", "NumRepetitions", "Interval", "Color")
SECOND: Final = (
    *("Position", "Name", "Question", "Description"),
    *("NumRepetitions", "Interval", "Color"),
)
THIRD: Final = (
    *("Position", "Name", "Type", "Question", "Description"),
    *("FrequencyNumerator", "FrequencyDenominator", "Color"),
    *("Unit", "Target Type", "Target Value", "Archived?"),
)
WORDS: Final = {-1: "UNKNOWN", 0: "NO", 1: "YES_AUTO", 2: "YES_MANUAL", 3: "SKIP"}


def make_habit(name: str = "Meditate", **fields: Any) -> LoopHabit:
    """Make a daily yes/no habit without entries."""
    values: dict[str, Any] = {
        "place": HERE,
        "uuid": "",
        "position": 1,
        "name": name,
        "question": "",
        "description": "",
        "colour": PALETTE[8],
        "numerator": 1,
        "denominator": 1,
        "kind": "yes_no",
        "target": None,
        "unit": "",
        "archived": False,
        "reminder": None,
    }
    return LoopHabit(**(values | fields))


def make_entry(day: str, value: str | None = "1", note: str = "") -> Entry:
    """Make an entry; None is a day that was skipped."""
    return Entry(HERE, date.fromisoformat(day), None if value is None else Decimal(value), note)


def without_places(export: Export) -> list[LoopHabit]:
    """Return the habits of an export as they are made here."""
    return [
        replace(
            habit,
            place=HERE,
            entries=tuple(replace(entry, place=HERE) for entry in habit.entries),
        )
        for habit in export.habits
    ]


def code_of(habit: LoopHabit, entry: Entry) -> int:
    """Return Loop's number for the value of an entry."""
    if entry.value is None:
        return 3
    return int(entry.value * (2 if habit.kind == "yes_no" else 1000))


# --- CSV ------------------------------------------------------------------------------------------


def make_zip(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a zip of files by path."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return data.getvalue()


def make_csv(rows: Iterable[Sequence[str]]) -> str:
    """Write rows as Loop does."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def make_habits_csv(habits: Iterable[LoopHabit], columns: Sequence[str] = THIRD) -> str:
    """Write Habits.csv in one of its forms."""
    return make_csv([columns, *([write_cell(habit, name) for name in columns] for habit in habits)])


def write_cell(habit: LoopHabit, column: str) -> str:
    """Write a cell of Habits.csv."""
    numerical = habit.kind != "yes_no"
    question = habit.question
    return {
        "Position": f"{habit.position:03}",
        "Name": habit.name,
        "Type": "NUMERICAL" if numerical else "YES_NO",
        "Question": question,
        "Description": habit.description,
        "NumRepetitions": str(habit.numerator),
        "Interval": str(habit.denominator),
        "FrequencyNumerator": str(habit.numerator),
        "FrequencyDenominator": str(habit.denominator),
        "Color": habit.colour,
        "Unit": habit.unit,
        "Target Type": habit.kind.upper() if numerical else "",
        "Target Value": str(float(habit.target or 0)) if numerical else "",
        "Archived?": str(habit.archived).lower(),
    }[column]


def folder_of(habit: LoopHabit) -> str:
    """Return the name of a habit's folder."""
    return f"{habit.position:03} {re.sub('[^ a-zA-Z0-9._-]+', '', habit.name)[:100]}".strip()


def make_export(habits: Iterable[LoopHabit]) -> bytes:
    """Make a zip as Loop has made it since 2022."""
    habits = list(habits)
    files = {"Habits.csv": make_habits_csv(habits)}
    for habit in habits:
        marks = [
            (str(entry.day), WORDS.get(code, str(code)), entry.note)
            for entry in reversed(habit.entries)
            for code in [code_of(habit, entry)]
        ]
        files[f"{folder_of(habit)}/Scores.csv"] = "Date,Score\n"
        files[f"{folder_of(habit)}/Checkmarks.csv"] = make_csv([("Date", "Value", "Notes"), *marks])
    return make_zip(files)


# --- Backups --------------------------------------------------------------------------------------


def make_schema(version: int) -> list[str]:
    """Return the two tables' definitions in a schema version."""
    habits = [
        *("id integer primary key autoincrement", "archived integer", "color integer"),
        *("description text", "freq_den integer", "freq_num integer", "highlight integer"),
        *("name text", "position integer", "reminder_days integer not null default 127"),
        *("reminder_hour integer", "reminder_min integer"),
        *(["type integer not null default 0"] if version >= 16 else []),
        *(["target_type integer not null default 0"] if version >= 18 else []),
        *(["target_value real not null default 0"] if version >= 18 else []),
        *(['unit text not null default ""'] if version >= 18 else []),
        *(["question text"] if version >= 23 else []),
        *(["uuid text"] if version >= 24 else []),
    ]
    repetitions = [
        *("id integer primary key autoincrement", "habit integer", "timestamp integer"),
        *(["value integer not null default 2"] if version >= 16 else []),
        *(["notes text"] if version >= 25 else []),
    ]
    return [
        f"create table Habits ({', '.join(habits)})",
        f"create table Repetitions ({', '.join(repetitions)})",
    ]


def make_database(*statements: str, version: int = 25) -> bytes:
    """Make a SQLite file by statements."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "loop.db"
        with closing(sqlite3.connect(path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"pragma user_version = {version}")
            connection.commit()
        return path.read_bytes()


def make_backup(
    habits: Iterable[LoopHabit] = (), *statements: str, version: int = 25, schema: int | None = None
) -> bytes:
    """Make a backup of a schema version; statements come after its rows."""
    inserts = []
    for pk, habit in enumerate(habits, start=1):
        inserts.append(insert("Habits", {"id": pk} | habit_columns(habit, version)))
        for entry in habit.entries:
            row: dict[str, Any] = {"habit": pk, "timestamp": timestamp_of(entry.day)}
            row |= {"value": code_of(habit, entry)} if version >= 16 else {}
            row |= {"notes": entry.note} if version >= 25 else {}
            inserts.append(insert("Repetitions", row))
    tables = make_schema(version if schema is None else schema)
    return make_database(*tables, *inserts, *statements, version=version)


def timestamp_of(day: date) -> int:
    """Return the UTC midnight of a day in milliseconds."""
    return (day - date(1970, 1, 1)).days * 86_400_000


def habit_columns(habit: LoopHabit, version: int) -> dict[str, Any]:
    """Return the columns of a habit in a schema version."""
    row: dict[str, Any] = {
        "archived": int(habit.archived),
        "color": colour_number(habit.colour, version),
        "freq_num": habit.numerator,
        "freq_den": habit.denominator,
        "name": habit.name,
        "position": habit.position,
        "description": habit.description if version >= 23 else habit.question,
    } | reminder_columns(habit.reminder)
    if version >= 16:
        row["type"] = int(habit.kind != "yes_no")
    if version >= 18:
        row |= {"target_type": int(habit.kind == "at_most"), "unit": habit.unit}
        row["target_value"] = float(100 if habit.target is None else habit.target)
    row |= {"question": habit.question} if version >= 23 else {}
    return row | ({"uuid": habit.uuid} if version >= 24 else {})


def colour_number(colour: str, version: int) -> int:
    """Return the number of a colour: ARGB, then two palettes."""
    place = PALETTE.index(colour)
    if version < 14:
        return int(colour[1:], 16) - 0x1000000
    return place if version >= 21 else OLD_PALETTE.index(place)


def reminder_columns(reminder: Reminder | None) -> dict[str, Any]:
    """Return the columns of a reminder; Loop's bit 0 is Saturday."""
    if reminder is None:
        return {"reminder_days": 0}
    days = sum(1 << (bit + 2) % 7 for bit in range(7) if reminder.weekdays & 1 << bit)
    at: time = reminder.at
    return {"reminder_days": days, "reminder_hour": at.hour, "reminder_min": at.minute}


def insert(table: str, row: Mapping[str, Any]) -> str:
    """Return the statement that adds a row."""
    values = ", ".join(map(quote, row.values()))
    return f"insert into {table} ({', '.join(row)}) values ({values})"  # noqa: S608  # our own


def quote(value: object) -> str:
    """Write a value in SQL."""
    if value is None:
        return "null"
    if isinstance(value, int | float):
        return "9e999" if value == math.inf else str(value)
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return f"cast(x'{str(value).encode().hex()}' as text)"
