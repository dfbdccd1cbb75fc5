"""The backup: Loop's own SQLite database, of the schema versions 12 (2016) to 25.

Source: the migrations in github.com/iSoron/uhabits, LoopDBImporter.kt and HabitRecord.kt. What a
migration says about older rows is done here to what was read: 14 and 21 renumber the colours, 16
takes each repetition for a yes, 22 drops repetitions without a habit and second ones of a day, 23
turns the description into the question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final  # Any: a cell holds whatever its writer stored.

from habits.loop.colours import colour_at
from habits.loop.contents import Export, Kind, LoopHabit, Reminder
from habits.loop.database import Database, open_database
from habits.loop.problems import AGAIN, LoopError, Loss, Place
from habits.loop.values import (
    MOST_ENTRIES,
    MOST_HABITS,
    YES_MANUAL,
    Diary,
    check_frequency,
    check_target,
    check_text,
    limit_entries,
    one_line,
    read_name,
    read_reminder,
    read_timestamp,
)

OLDEST: Final = 12
NEWEST: Final = 25
# The schema version that each column came with.
HABITS: Final = {
    **dict.fromkeys(("id", "archived", "color", "description", "freq_den", "freq_num"), 0),
    **dict.fromkeys(("highlight", "name", "position"), 0),
    **dict.fromkeys(("reminder_days", "reminder_hour", "reminder_min"), 0),
    "type": 16,
    **dict.fromkeys(("target_type", "target_value", "unit"), 18),
    "question": 23,
    "uuid": 24,
}
REPETITIONS: Final = {**dict.fromkeys(("id", "habit", "timestamp"), 0), "value": 16, "notes": 25}
# Beside those two: what Loop computes from them, keeps for itself, or Android does.
OTHER_TABLES: Final = {
    *("checkmarks", "score", "streak", "events"),
    *("android_metadata", "sqlite_sequence", "sqlite_stat1", "sqlite_stat4"),
}
KINDS: Final[Mapping[tuple[int, int], Kind]] = {
    (0, 0): "yes_no",
    (0, 1): "yes_no",
    (1, 0): "at_least",
    (1, 1): "at_most",
}


def read_backup(file: str, data: bytes) -> Export:
    """Return what a backup holds; raises LoopError where it is not Loop's, or broken."""
    losses: list[Loss] = []
    with open_database(file, data, ("Habits", "Repetitions")) as database:
        check_version(database)
        losses += report_tables(database)
        habits = read_habits(database, losses)
        diaries = {pk: Diary(habit.kind, losses) for pk, habit in habits.items()}
        read_repetitions(database, diaries, losses)
    filled = (replace(habit, entries=diaries[pk].finish()) for pk, habit in habits.items())
    return Export(file, tuple(limit_entries(file, filled)), tuple(losses))


def check_version(database: Database) -> None:
    """Refuse a schema that is older or newer than what is known."""
    version = database.version
    if not OLDEST <= version <= NEWEST:
        advice = (
            "Restore it in a newer Loop, and make a full backup there"
            if version < OLDEST
            else "Import Loop's CSV export instead"
        )
        raise LoopError(
            database.place,
            f"its schema has version {version}; FocusFlow knows {OLDEST} to {NEWEST}. {advice}.",
        )


def report_tables(database: Database) -> Iterator[Loss]:
    """Give a loss for each table that is not known."""
    known = {*map(str.casefold, database.tables), *OTHER_TABLES}
    for name in database.names:
        if name.casefold() not in known:
            reason = "FocusFlow does not know this table of a backup."
            yield Loss(database.place, "table", name, reason)


# --- Rows -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Record:
    """A row: where it is, and its cells by column."""

    place: Place
    cells: Mapping[str, Any]

    def find_integer(self, column: str) -> int | None:
        """Return a whole number; None where there is none."""
        value = self.cells.get(column)
        if value is not None and not isinstance(value, int):
            raise LoopError(self.place, f"{column} holds no whole number. {AGAIN}")
        return value

    def integer(self, column: str, default: int | None = None) -> int:
        """Return a whole number, or the default where there is none."""
        value = self.find_integer(column)
        value = default if value is None else value
        if value is None:
            raise LoopError(self.place, f"{column} is empty. {AGAIN}")
        return value

    def number(self, column: str) -> Decimal:
        """Return a number as short as it is exact."""
        value = self.cells.get(column)
        if not isinstance(value, int | float):
            raise LoopError(self.place, f"{column} holds no number. {AGAIN}")
        return Decimal(repr(value))

    def text(self, column: str) -> str:
        """Return a text, "" where there is none."""
        value = self.cells.get(column)
        if not isinstance(value, str | None):
            raise LoopError(self.place, f"{column} holds no text. {AGAIN}")
        return check_text(value or "", self.place).strip()


def read_table(
    database: Database, table: str, versions: Mapping[str, int], losses: list[Loss]
) -> Iterator[Record]:
    """Give the rows of a table; raises LoopError where it lacks a column of its version."""
    there = database.columns(table)
    place = Place(database.place.file, table)
    missing = [
        name
        for name, version in versions.items()
        if version <= database.version and name not in there
    ]
    if missing:
        sentence = f"the table lacks {', '.join(missing)}, though its version has them. {AGAIN}"
        raise LoopError(place, sentence)
    reason = "FocusFlow does not know this column."
    losses += [Loss(place, "column", name, reason) for name in there if name not in versions]
    for cells in database.rows(table, [name for name in versions if name in there]):
        yield Record(Place(place.file, f"{table}, id {cells['id']}"), cells)


# --- Habits ---------------------------------------------------------------------------------------


def read_habits(database: Database, losses: list[Loss]) -> dict[int, LoopHabit]:
    """Return the habits by id, in the order of their positions, without their entries."""
    habits: dict[int, LoopHabit] = {}
    for record in read_table(database, "Habits", HABITS, losses):
        pk = record.integer("id")
        if pk in habits or len(habits) == MOST_HABITS:
            sentence = f"a row above has this id, or there are more than {MOST_HABITS} habits."
            raise LoopError(record.place, f"{sentence} {AGAIN}")
        habits[pk] = read_habit(record, database.version)
        if record.integer("highlight", 0):
            reason = "A mark of Loop that Loop itself no longer shows."
            losses.append(Loss(record.place, "highlight", habits[pk].name, reason))
    return dict(sorted(habits.items(), key=lambda item: (item[1].position, item[0])))


def read_habit(record: Record, version: int) -> LoopHabit:
    """Return the habit of a row."""
    kind = read_kind(record)
    has_question = "question" in record.cells
    numerator, denominator = check_frequency(
        record.integer("freq_num"), record.integer("freq_den"), record.place
    )
    return LoopHabit(
        place=record.place,
        uuid=record.text("uuid"),
        position=record.integer("position", 0),
        name=read_name(record.text("name"), record.place),
        question=one_line(record.text("question" if has_question else "description")),
        description=record.text("description") if has_question else "",
        colour=colour_at(record.integer("color"), version),
        numerator=numerator,
        denominator=denominator,
        kind=kind,
        target=None if kind == "yes_no" else read_target(record),
        unit="" if kind == "yes_no" else one_line(record.text("unit")),
        archived=record.integer("archived", 0) != 0,
        reminder=find_reminder(record),
    )


def read_kind(record: Record) -> Kind:
    """Return what a habit counts."""
    numbers = record.integer("type", 0), record.integer("target_type", 0)
    if numbers not in KINDS:
        sentence = f"type and target_type are {numbers[0]} and {numbers[1]}, which do not exist."
        raise LoopError(record.place, f"{sentence} {AGAIN}")
    return KINDS[numbers]


def read_target(record: Record) -> Decimal:
    """Return the target of a numerical habit."""
    return check_target(record.number("target_value"), record.place)


def find_reminder(record: Record) -> Reminder | None:
    """Return when Loop reminds of a habit; None where it does not."""
    hour, minute = record.find_integer("reminder_hour"), record.find_integer("reminder_min")
    if hour is None or minute is None:
        return None
    return read_reminder(hour, minute, record.integer("reminder_days", 127), record.place)


# --- Repetitions ----------------------------------------------------------------------------------


def read_repetitions(database: Database, diaries: Mapping[int, Diary], losses: list[Loss]) -> None:
    """Add each repetition to the diary of its habit: the first one of a day."""
    dropped: Counter[str] = Counter()
    seen: dict[int, set[date]] = {pk: set() for pk in diaries}
    for number, record in enumerate(read_table(database, "Repetitions", REPETITIONS, losses)):
        if number == MOST_ENTRIES:
            raise LoopError(record.place, f"there are more than {MOST_ENTRIES} repetitions.")
        pk, timestamp = record.find_integer("habit"), record.find_integer("timestamp")
        if pk is None or timestamp is None or pk not in diaries:
            dropped["They belong to no habit, or to no day."] += 1
            continue
        day = read_timestamp(timestamp, record.place)
        if day in seen[pk]:
            dropped["Another repetition is on the same day."] += 1
            continue
        seen[pk].add(day)
        diaries[pk].add(
            record.place, day, record.integer("value", YES_MANUAL), record.text("notes")
        )
    place = Place(database.place.file, "Repetitions")
    losses += [Loss(place, "row", "", reason, count) for reason, count in dropped.items()]
