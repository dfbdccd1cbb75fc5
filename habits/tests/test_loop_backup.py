"""Reading of Loop's backups."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from habits.loop import Export, LoopError, Reminder, backup, database, read_export
from habits.loop.colours import OLD_PALETTE, PALETTE
from habits.tests.loop_files import (
    insert,
    make_backup,
    make_database,
    make_entry,
    make_habit,
    make_schema,
    timestamp_of,
    without_places,
)

MEDITATE = make_habit(entries=(make_entry("2016-02-29"),))
VERSIONS = range(12, 26)
HABIT = {"id": 7, "archived": 0, "color": 8, "freq_den": 1, "freq_num": 1, "name": "Run"}
HABIT |= {"position": 0, "question": "", "description": ""}
REPETITION = {"id": 5, "habit": 1, "timestamp": timestamp_of(date(2026, 1, 1)), "value": 2}


def refuse(data: bytes) -> str:
    """Return why a backup is refused."""
    with pytest.raises(LoopError) as refusal:
        read_export("loop.db", data)
    return str(refusal.value)


def told(export: Export) -> list[tuple[str, str, str, int]]:
    """Return the losses without their reasons."""
    return [(str(loss.place), loss.field, loss.text, loss.count) for loss in export.losses]


# --- What is read ---------------------------------------------------------------------------------


def test_backup_of_today_is_read() -> None:
    habits = [
        make_habit(
            "Wake, up “early”",
            uuid="0f3c",
            position=0,
            question="Did you?",
            description="Before\nsix",
            colour=PALETTE[19],
            numerator=2,
            denominator=3,
            archived=True,
            reminder=Reminder(time(5, 45), 0b0010101),
            entries=(
                make_entry("1970-01-01", "1", "First"),
                make_entry("2026-01-02", "0"),
                make_entry("2026-01-03", None, "Ill\nat home"),
            ),
        ),
        make_habit(
            "Run",
            uuid="0f3d",
            position=1,
            kind="at_most",
            target=Decimal("10.5"),
            unit="km",
            denominator=7,
            entries=(make_entry("2026-01-01", "7.25"), make_entry("2026-01-04", "0")),
        ),
    ]

    export = read_export("loop.db", make_backup(habits))

    assert without_places(export) == habits
    assert export.losses == ()


@pytest.mark.parametrize("version", VERSIONS)
def test_backup_of_any_version_is_read(version: int) -> None:
    habit = replace(MEDITATE, question="Did you?", reminder=Reminder(time(23, 59), 127))

    export = read_export("loop.db", make_backup([habit], version=version))

    assert without_places(export) == [habit]
    assert export.losses == ()


@pytest.mark.parametrize(
    ("version", "number", "colour"),
    [
        *((12, int(PALETTE[place][1:], 16) - 2**24, PALETTE[place]) for place in OLD_PALETTE),
        *((20, number, PALETTE[place]) for number, place in enumerate(OLD_PALETTE)),
        *((21, number, colour) for number, colour in enumerate(PALETTE)),
        *((20, 13, "13"), (21, 20, "20"), (25, -1, "-1"), (12, -1, "#FFFFFF")),
    ],
)
def test_backup_colour_is_of_the_version(version: int, number: int, colour: str) -> None:
    update = f"update Habits set color = {number}"  # noqa: S608

    (habit,) = read_export("loop.db", make_backup([MEDITATE], update, version=version)).habits

    assert habit.colour == colour


@pytest.mark.parametrize(
    ("bit", "weekday"), [(0, 5), (1, 6), (2, 0), (3, 1), (4, 2), (5, 3), (6, 4)]
)
def test_backup_week_of_reminders_begins_on_saturday(bit: int, weekday: int) -> None:
    cells = HABIT | {"reminder_hour": 6, "reminder_min": 0, "reminder_days": 1 << bit}

    (habit,) = read_export("loop.db", make_backup([], insert("Habits", cells))).habits

    assert habit.reminder == Reminder(time(6), 1 << weekday)


def test_backup_habits_are_in_the_order_of_positions() -> None:
    habits = [make_habit(name, position=place) for name, place in [("c", 9), ("a", 0), ("b", 9)]]

    export = read_export("loop.db", make_backup(habits))

    assert [habit.name for habit in export.habits] == ["a", "c", "b"]


def test_backup_day_begins_at_utc_midnight() -> None:
    late = timestamp_of(date(2016, 2, 29)) + 86_399_999
    statement = insert("Repetitions", REPETITION | {"timestamp": late})

    (habit,) = without_places(read_export("loop.db", make_backup([make_habit()], statement)))

    assert habit.entries == (make_entry("2016-02-29"),)


def test_backup_takes_names_of_tables_and_columns_in_any_case() -> None:
    habits, repetitions = make_schema(25)
    tables = habits.replace("Habits", "HABITS").replace("name", "NAME"), repetitions.lower()

    export = read_export("loop.db", make_database(*tables, insert("Habits", HABIT)))

    assert [habit.name for habit in export.habits] == ["Run"]


# --- What is told ---------------------------------------------------------------------------------


def test_backup_second_repetition_of_a_day_is_told() -> None:
    second = insert(
        "Repetitions", REPETITION | {"timestamp": timestamp_of(date(2016, 2, 29)), "value": 0}
    )

    export = read_export("loop.db", make_backup([MEDITATE], second))

    assert without_places(export) == [MEDITATE]
    assert told(export) == [("loop.db, Repetitions", "row", "", 1)]


def test_backup_repetitions_of_nothing_are_told() -> None:
    statements = [
        insert("Repetitions", {"habit": habit, "timestamp": day, "value": 2})
        for habit, day in [(9, 0), (None, 0), (1, None)]
    ]

    export = read_export("loop.db", make_backup([MEDITATE], *statements))

    assert without_places(export) == [MEDITATE]
    assert told(export) == [("loop.db, Repetitions", "row", "", 3)]


def test_backup_note_without_a_check_in_is_told() -> None:
    note = insert("Repetitions", REPETITION | {"value": -1, "notes": "Forgot"})

    export = read_export("loop.db", make_backup([MEDITATE], note))

    assert told(export) == [("loop.db, Repetitions, id 5", "note", "Forgot", 1)]


def test_backup_columns_and_tables_that_are_unknown_are_told() -> None:
    statements = [
        "alter table Habits add column mood text",
        "create table Moods (id integer)",
        "create table Events (id integer)",
        "update Habits set highlight = 1",
    ]

    export = read_export("loop.db", make_backup([MEDITATE], *statements))

    assert told(export) == [
        ("loop.db", "table", "Moods", 1),
        ("loop.db, Habits", "column", "mood", 1),
        ("loop.db, Habits, id 1", "highlight", "Meditate", 1),
    ]


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "advice"),
    [(0, "Restore it in a newer Loop"), (11, "Restore it"), (26, "Import Loop's CSV export")],
)
def test_backup_of_an_unknown_version_is_refused(version: int, advice: str) -> None:
    refusal = refuse(make_backup(version=version, schema=25))

    assert refusal.startswith(
        f"loop.db: its schema has version {version}; FocusFlow knows 12 to 25"
    )
    assert advice in refusal


@pytest.mark.parametrize(
    ("version", "schema", "columns"),
    [
        (25, 24, "Repetitions: the table lacks notes"),
        (24, 23, "Habits: the table lacks uuid"),
        (23, 22, "Habits: the table lacks question"),
        (18, 17, "Habits: the table lacks target_type, target_value, unit"),
        (16, 15, "Habits: the table lacks type"),
    ],
)
def test_backup_that_lies_about_its_version_is_refused(
    version: int, schema: int, columns: str
) -> None:
    refusal = refuse(make_backup(version=version, schema=schema))

    assert refusal.startswith(f"loop.db, {columns}, though its version has them.")


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"name": None}, "the habit has no name"),
        ({"name": 3.5}, "name holds no text"),
        ({"name": b"Run"}, "name holds no text"),
        ({"name": "R\0n"}, "NUL"),
        ({"freq_num": None}, "freq_num is empty"),
        ({"freq_num": "three"}, "freq_num holds no whole number"),
        ({"freq_den": 0}, "the frequency is 1 times in 0 days"),
        ({"color": 1.5}, "color holds no whole number"),
        ({"type": 2}, "type and target_type are 2 and 0"),
        ({"type": 1, "target_type": -1}, "type and target_type are 1 and -1"),
        ({"type": 1, "target_value": "much"}, "target_value holds no number"),
        ({"type": 1, "target_value": 9e999}, "the target is Infinity"),
        ({"type": 1, "target_value": -0.5}, "the target is -0.5"),
        ({"reminder_hour": 24, "reminder_min": 0}, "the reminder is at 24:0"),
        ({"reminder_hour": 0, "reminder_min": 0, "reminder_days": 128}, "on the days 128"),
    ],
)
def test_backup_habit_that_cannot_be_is_refused(cells: dict[str, object], sentence: str) -> None:
    data = write_cells("Habits", HABIT | cells)

    refusal = refuse(data)

    assert refusal.startswith("loop.db, Habits, id 7: ")
    assert sentence in refusal


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"timestamp": -1}, "the timestamp -1 is no day"),
        ({"timestamp": 253402300800000}, "the timestamp 253402300800000 is no day"),
        ({"timestamp": 2**63 - 1}, "is no day"),
        ({"timestamp": "today"}, "timestamp holds no whole number"),
        ({"value": 4}, "the value 4 is an amount"),
        ({"value": 2.5}, "value holds no whole number"),
        ({"notes": b"\xff"}, "notes holds no text"),
    ],
)
def test_backup_repetition_that_cannot_be_is_refused(
    cells: dict[str, object], sentence: str
) -> None:
    refusal = refuse(write_cells("Repetitions", REPETITION | cells))

    assert refusal.startswith("loop.db, Repetitions, id 5: ")
    assert sentence in refusal


def write_cells(table: str, cells: dict[str, object]) -> bytes:
    """Make a backup with a row whose columns have no types."""
    habits = ", ".join([*HABIT, "highlight", "reminder_days", "reminder_hour", "reminder_min"])
    return make_database(
        f"create table Habits ({habits}, type, target_type, target_value, unit, uuid)",
        "create table Repetitions (id, habit, timestamp, value, notes)",
        *([] if table == "Habits" else [insert("Habits", HABIT | {"id": 1})]),
        insert(table, cells),
    )


def test_backup_of_a_doubled_id_is_refused() -> None:
    data = make_database(
        *(schema.replace(" primary key autoincrement", "") for schema in make_schema(25)),
        insert("Habits", HABIT),
        insert("Habits", HABIT),
    )

    assert refuse(data).startswith("loop.db, Habits, id 7: a row above has this id")


# --- What would harm ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statements", "thing"),
    [
        (
            ["alter table Habits rename to H", "create view Habits as select * from H"],
            "view “Habits",
        ),
        (["create view Others as select 1"], "a view “Others”"),
        (
            ["create trigger t after insert on Habits begin delete from Repetitions; end"],
            "a trigger “t”",
        ),
        (["drop table Habits", "create virtual table Habits using fts4(name)"], "a table “Habits”"),
    ],
)
def test_backup_with_sql_of_its_own_is_refused(statements: list[str], thing: str) -> None:
    refusal = refuse(make_backup((), *statements))

    assert f"it has a {thing.removeprefix('a ')}" in refusal
    assert "that Loop does not make" in refusal


def test_backup_with_computed_columns_is_refused() -> None:
    habits, repetitions = make_schema(25)
    data = make_database(habits.replace("name text", "name text as (unit)"), repetitions)

    assert refuse(data).startswith("loop.db, Habits: it has computed columns")


def test_backup_constraint_of_the_file_is_not_run() -> None:
    habits, repetitions = make_schema(25)
    strict = habits.replace("name text", "name text check (length(name) > 1000)")
    statements = [strict, repetitions, "pragma ignore_check_constraints = 1"]

    export = read_export("loop.db", make_database(*statements, insert("Habits", HABIT)))

    assert [habit.name for habit in export.habits] == ["Run"]


@pytest.mark.parametrize("table", ["Habits", "Repetitions"])
def test_backup_without_a_table_is_refused(table: str) -> None:
    refusal = refuse(make_backup((), f"drop table {table}"))

    assert refusal.startswith(f"loop.db: it lacks the table {table.lower()}")


def test_backup_whose_table_is_under_another_schema_entry_is_refused() -> None:
    statements = [
        "pragma writable_schema = 1",
        "update sqlite_master set sql = 'create view Habits as select 1' where name = 'Habits'",
    ]

    assert refuse(make_backup([MEDITATE], *statements)).startswith("loop.db: it ")


@pytest.mark.parametrize("at", [100, 4_096, 8_192, 12_288])
def test_backup_with_a_broken_page_is_refused(at: int) -> None:
    data = bytearray(make_backup([MEDITATE]))
    data[at : at + 64] = b"\xff" * 64

    assert refuse(bytes(data)).startswith("loop.db")


@pytest.mark.parametrize("length", [16, 100, 4_096, 5_000])
def test_backup_that_was_cut_is_refused(length: int) -> None:
    assert refuse(make_backup([MEDITATE])[:length]).startswith("loop.db: it is a broken database")


def test_backup_text_that_is_too_long_is_refused() -> None:
    data = make_backup([replace(MEDITATE, description="x" * 1_000_001)])

    assert refuse(data).startswith("loop.db: it is a broken database")


def test_backup_text_that_is_not_utf_8_is_refused() -> None:
    statement = "update Habits set name = cast(x'ff41' as text)"

    assert refuse(make_backup([MEDITATE], statement)).startswith("loop.db: ")


def test_backup_in_wal_mode_is_read() -> None:
    data = bytearray(make_backup([MEDITATE]))
    data[18:20] = b"\x02\x02"

    export = read_export("loop.db", bytes(data))

    assert without_places(export) == [MEDITATE]


def test_backup_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = make_backup([MEDITATE])
    monkeypatch.setattr(database, "SECONDS", -1)
    monkeypatch.setattr(database, "STEPS", 1)

    assert refuse(data).startswith("loop.db: reading it takes longer than 60 seconds")


def test_backup_of_too_many_repetitions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "MOST_ENTRIES", 1)
    data = make_backup([MEDITATE], insert("Repetitions", REPETITION))

    assert refuse(data).startswith("loop.db, Repetitions, id 5: there are more than 1 repetitions")


@pytest.mark.parametrize(
    ("pragma", "value"), [("trusted_schema", 0), ("query_only", 1), ("cell_size_check", 1)]
)
def test_database_is_opened_without_trust(pragma: str, value: int) -> None:
    with database.open_database("loop.db", make_backup([MEDITATE]), ("Habits",)) as opened:
        (setting,) = opened.connection.execute(f"pragma {pragma}").fetchone()

    assert setting == value


def test_database_allows_nothing_but_reads_of_its_tables() -> None:
    data = make_backup([MEDITATE], "create table Secrets (word text)")

    with database.open_database("loop.db", data, ("Habits",)) as opened:
        for sql in [
            "select word from Secrets",
            "select count(*) from Repetitions",
            "select upper(name) from Habits",
            "update Habits set name = 'x'",
            "attach 'other.db' as other",
            "pragma journal_mode = delete",
            "create temp table t (id)",
        ]:
            with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|prohibited"):
                opened.connection.execute(sql)
