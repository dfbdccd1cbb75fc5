"""What holds of any export of Loop: it is refused, or all of it is read, planned or told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any  # Fields of a habit hold values of every type.

from hypothesis import given, settings
from hypothesis import strategies as st

from habits.loop import HabitThere, Limits, LoopError, LoopHabit, Reminder, plan_import, read_export
from habits.loop.colours import NAMES, OLD_PALETTE, PALETTE
from habits.loop.contents import Entry, Export
from habits.loop.values import LARGEST_AMOUNT, one_line
from habits.tests.loop_files import (
    HERE,
    folder_of,
    make_backup,
    make_export,
    make_habit,
    make_habits_csv,
    make_zip,
    without_places,
)

LIMITS = Limits(name=20, question=20, unit=5, note=10, span=1_000)
TODAY = date(2026, 11, 24)
DAYS = st.dates(date(1970, 1, 1), date(2100, 1, 1)) | st.dates(date(2026, 1, 1), date(2026, 12, 31))
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=25)
LINE = TEXT.map(one_line)
# Java's integers end at 2,147,483,647 thousandths; up to 3 they stand for marks.
AMOUNTS = st.sampled_from([0, 4, 2**31 - 1]) | st.integers(4, 10**7)
VALUES = {
    "yes_no": st.sampled_from([Decimal(0), Decimal(1), None]),
    "at_least": st.none() | AMOUNTS.map(lambda amount: Decimal(amount).scaleb(-3)),
}
VALUES["at_most"] = VALUES["at_least"]
FREQUENCIES = st.sampled_from(
    [(1, 1), (3, 7), (1, 7), (10, 30), (29, 31), (2, 3), (1, 365), (5, 2)]
)
REMINDERS = st.builds(
    Reminder, st.times().map(lambda at: time(at.hour, at.minute)), st.integers(0, 127)
)


@st.composite
def habits_of_loop(draw: st.DrawFn) -> list[LoopHabit]:
    """Draw habits as they are in Loop."""
    habits = draw(st.lists(single_habits(), max_size=4))
    return [replace(habit, position=place) for place, habit in enumerate(habits, start=1)]


@st.composite
def single_habits(draw: st.DrawFn) -> LoopHabit:
    """Draw a habit with its entries."""
    kind = draw(st.sampled_from(["yes_no", "at_least", "at_most"]))
    days = draw(st.lists(DAYS, max_size=6, unique=True))
    numerator, denominator = draw(FREQUENCIES)
    target = draw(st.sampled_from(["0.0", "0.5", "10.0", "3.14159", str(LARGEST_AMOUNT)]))
    numerical: dict[str, Any] = {"target": Decimal(target), "unit": draw(LINE)}
    return make_habit(
        draw(LINE.map(lambda name: name or "Nameless")),
        uuid=draw(st.sampled_from(["", "0f3c", "0f3d"])),
        question=draw(LINE),
        description=draw(TEXT.map(str.strip)),
        colour=draw(st.sampled_from([PALETTE[place] for place in OLD_PALETTE])),
        numerator=numerator,
        denominator=denominator,
        kind=kind,
        archived=draw(st.booleans()),
        reminder=draw(st.none() | REMINDERS),
        entries=tuple(
            Entry(HERE, day, draw(VALUES[kind]), draw(TEXT.map(str.strip))) for day in sorted(days)
        ),
        **({} if kind == "yes_no" else numerical),
    )


def as_read_from_csv(habit: LoopHabit) -> LoopHabit:
    """Return what the CSV form keeps of a habit."""
    return replace(habit, uuid="", reminder=None)


def as_read_from_version(habit: LoopHabit, version: int) -> LoopHabit:
    """Return what a backup's schema version keeps of a habit."""
    if version < 16 or (version < 18 and habit.kind != "yes_no"):
        done = tuple(replace(entry, value=Decimal(1)) for entry in habit.entries)
        habit = replace(habit, kind="yes_no", target=None, unit="", entries=done)
    if version < 23:
        habit = replace(habit, description="")
    if version < 25:
        habit = replace(habit, entries=tuple(replace(each, note="") for each in habit.entries))
    return habit if version >= 24 else replace(habit, uuid="")


MUTATIONS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=8)


def mutate(data: bytes, changes: list[tuple[int, int]], cut: int) -> bytes:
    """Return a file with other bytes at some places, and cut."""
    changed = bytearray(data[: len(data) - cut])
    for place, byte in changes:
        if changed:
            changed[place % len(changed)] = byte
    return bytes(changed)


def is_planned_or_refused(data: bytes) -> bool:
    """Read and plan a file; any error but the clear one is a failure."""
    try:
        export = read_export("loop", data)
        plan = plan_import(export, owner=1, there=(), today=TODAY, limits=LIMITS)
    except LoopError as error:
        return str(error).startswith("loop")
    return len(plan.habits) == len(export.habits)


@settings(deadline=None)
@given(habits=habits_of_loop())
def test_csv_export_as_loop_writes_it_is_read(habits: list[LoopHabit]) -> None:
    export = read_export("loop.zip", make_export(habits))

    assert without_places(export) == [as_read_from_csv(habit) for habit in habits]
    assert export.losses == ()


@settings(deadline=None)
@given(habits=habits_of_loop(), version=st.integers(12, 25))
def test_backup_as_loop_writes_it_is_read(habits: list[LoopHabit], version: int) -> None:
    habits = [as_read_from_version(habit, version) for habit in habits]

    export = read_export("loop.db", make_backup(habits, version=version))

    assert without_places(export) == habits
    assert export.losses == ()


@settings(deadline=None)
@given(data=st.binary() | st.binary().map(lambda data: b"PK\x03\x04" + data))
def test_any_bytes_are_refused(data: bytes) -> None:
    assert is_planned_or_refused(data)


@settings(deadline=None)
@given(habits=habits_of_loop(), changes=MUTATIONS, cut=st.integers(0, 200))
def test_changed_zip_is_planned_or_refused(
    habits: list[LoopHabit], changes: list[tuple[int, int]], cut: int
) -> None:
    assert is_planned_or_refused(mutate(make_export(habits), changes, cut))


@settings(deadline=None)
@given(
    habits=habits_of_loop(),
    version=st.integers(12, 25),
    changes=MUTATIONS,
    # Where a file says what it is, and its tables' definitions end.
    header=st.lists(st.tuples(st.integers(0, 99) | st.integers(3_000, 4_095), st.integers(0, 255))),
)
def test_changed_backup_is_planned_or_refused(
    habits: list[LoopHabit],
    version: int,
    changes: list[tuple[int, int]],
    header: list[tuple[int, int]],
) -> None:
    habits = [as_read_from_version(habit, version) for habit in habits]

    assert is_planned_or_refused(mutate(make_backup(habits, version=version), changes + header, 0))


CELLS = st.sampled_from(["", "1", "001", "YES_NO", "NUMERICAL", "AT_MOST", "true", "1E5"]) | TEXT
MARKS = st.sampled_from(
    ["2026-01-01", "2026-02-30", "YES_MANUAL", "2", "-1", "7000", "Date", "Value", "Notes", '"']
)


@settings(deadline=None)
@given(
    table=st.lists(st.lists(CELLS, min_size=12, max_size=12), max_size=3),
    marks=st.lists(st.lists(MARKS | TEXT, max_size=4), max_size=4),
    encoding=st.sampled_from(["utf-8", "utf-16", "latin-1"]),
    at_the_top=st.booleans(),
)
def test_tables_of_any_cells_are_planned_or_refused(
    table: list[list[str]], marks: list[list[str]], encoding: str, at_the_top: bool
) -> None:
    header = make_habits_csv([make_habit()])
    text = header + "".join(",".join(row) + "\n" for row in table)
    path = "Checkmarks.csv" if at_the_top else f"{folder_of(make_habit())}/Checkmarks.csv"
    content = "".join(",".join(row) + "\n" for row in marks).encode(encoding, errors="replace")

    assert is_planned_or_refused(make_zip({"Habits.csv": text, path: content}))


@settings(deadline=None)
@given(habits=habits_of_loop())
def test_plan_of_any_habits_is_one_that_tables_take(habits: list[LoopHabit]) -> None:
    plan = plan_import(
        Export("loop", (*habits,), ()), owner=1, there=(), today=TODAY, limits=LIMITS
    )

    assert len({draft.uid for draft in plan.habits}) == len(habits)
    for draft in plan.habits:
        schedule = draft.schedule
        assert 1 <= len(draft.name) <= LIMITS.name
        assert len(draft.question) <= LIMITS.question
        assert len(draft.unit) <= LIMITS.unit
        assert draft.colour in NAMES.values()
        assert (draft.target is None) == (draft.kind == "yes_no")
        assert draft.kind != "at_least" or (draft.target or 0) >= Decimal("0.001")
        assert (schedule.span is not None) == (schedule.frequency == "rolling")
        assert 1 <= schedule.times <= (schedule.span or 28)
        assert all(0 <= check_in.value <= LARGEST_AMOUNT for check_in in draft.check_ins)
        assert all(len(check_in.note) <= LIMITS.note for check_in in draft.check_ins)
        assert all(len(rest.note) <= LIMITS.note for rest in draft.rests)


@settings(deadline=None)
@given(habits=habits_of_loop())
def test_plan_of_any_habits_accounts_for_every_entry(habits: list[LoopHabit]) -> None:
    plan = plan_import(
        Export("loop", (*habits,), ()), owner=1, there=(), today=TODAY, limits=LIMITS
    )

    later = sum(loss.field == "day" for loss in plan.losses)
    kept = [
        len(draft.check_ins)
        + sum((rest.last_day - rest.first_day).days + 1 for rest in draft.rests)
        for draft in plan.habits
    ]
    assert sum(kept) + later == sum(len(habit.entries) for habit in habits)


@settings(deadline=None)
@given(habits=habits_of_loop())
def test_plan_of_any_habits_again_makes_nothing(habits: list[LoopHabit]) -> None:
    export = Export("loop", (*habits,), ())
    first = plan_import(export, owner=1, there=(), today=TODAY, limits=LIMITS)
    there = [
        HabitThere(
            draft.uid,
            draft.name,
            draft.kind,
            draft.unit,
            frozenset(check_in.day for check_in in draft.check_ins),
            tuple((rest.first_day, rest.last_day) for rest in draft.rests),
        )
        for draft in first.habits
    ]

    again = plan_import(export, owner=1, there=there, today=TODAY, limits=LIMITS)

    assert [draft.uid for draft in again.habits] == [draft.uid for draft in first.habits]
    assert all(draft.is_there for draft in again.habits)
    assert not any(draft.check_ins or draft.rests for draft in again.habits)
