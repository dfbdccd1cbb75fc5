"""Writing of what Loop's exports come to, by the action and by the command."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any  # A column's value is of any type.

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.history import Action, Event
from accounts.models import User
from accounts.positions import between
from accounts.tests.make import make_user
from accounts.tests.threads import run_threads
from habits import deriving
from habits.actions import Imported, import_loop
from habits.loop import Entry, LoopError, LoopHabit, Reminder, read_export
from habits.loop.colours import PALETTE
from habits.loop.contents import Kind
from habits.models import CheckIn, Group, Habit, Rest
from habits.tests.loop_files import make_backup, make_entry, make_export, make_zip
from habits.tests.loop_files import make_habit as make_loop_habit
from habits.tests.make import (
    derived_anew,
    make_checkin,
    make_checkins,
    make_habit,
    make_rest,
    stored,
)

# Tuesday, 24 November 2026; the 25th already in Auckland.
TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = TUESDAY.date()
LATER = TUESDAY + timedelta(days=200)
DAY = timedelta(1)


def entries_of(*values: str | None, last: date = TODAY) -> tuple[Entry, ...]:
    """Make entries of days that follow each other; None is a skipped one."""
    first = last - (len(values) - 1) * DAY
    return tuple(make_entry(str(first + n * DAY), value) for n, value in enumerate(values))


MEDITATE = make_loop_habit(
    uuid="8a1f",
    question="Did you sit?",
    colour=PALETTE[0],
    reminder=Reminder(time(6, 30), 0b1111111),
    entries=entries_of("1", "0", "1", None, None, "1", "1"),
)
RUN = make_loop_habit(
    "Run",
    uuid="8a20",
    position=2,
    denominator=7,
    kind="at_least",
    target=Decimal("10.5"),
    unit="km",
    entries=(
        make_entry("2026-11-12", "10.5", "In the rain"),
        make_entry("2026-11-17", "4.25"),
        make_entry("2026-11-20", "6.25"),
    ),
)
READ = make_loop_habit("Read", uuid="8a21", position=3, numerator=2, denominator=3, archived=True)
ALL = (MEDITATE, RUN, READ)


def run_import(
    user: User, *habits: LoopHabit, data: bytes | None = None, at: datetime = TUESDAY
) -> Imported:
    """Import a backup of habits, or a file."""
    export = read_export("loop.db", make_backup(habits) if data is None else data)
    return import_loop(user=user, export=export, at=at)


def list_habits(user: User, *columns: str) -> list[Any]:
    """Return columns of the habits, in the order by hand."""
    return list(user.habits.order_by("position", "pk").values_list(*columns))


def list_days(habit: Habit) -> list[tuple[str, str]]:
    """Return days and values of a habit's check-ins."""
    rows = habit.checkins.order_by("day").values_list("day", "value")
    return [(f"{day:%m-%d}", f"{value.normalize():f}") for day, value in rows]


def list_rows(user: User) -> list[Any]:
    """Return all columns of all rows of a person."""
    tables = user.habits, user.checkins, user.rests
    return [list(rows.order_by("pk").values()) for rows in tables]


# --- The action -----------------------------------------------------------------------------------


def test_import_writes_habits_in_their_order(ann: User) -> None:
    result = run_import(ann, *ALL)

    columns = ("name", "frequency", "times", "span", "kind", "target", "unit")
    assert list_habits(ann, *columns) == [
        ("Meditate", "daily", 1, None, "yes_no", None, ""),
        ("Run", "weekly", 1, None, "at_least", Decimal("10.5"), "km"),
        ("Read", "rolling", 2, 3, "yes_no", None, ""),
    ]
    assert (result.habits_made, result.habits_there, result.losses) == (3, 0, ())


def test_import_writes_the_fields_of_a_habit(ann: User) -> None:
    run_import(ann, *ALL)

    meditate, run, read = ann.habits.order_by("position")
    assert (meditate.question, meditate.colour) == ("Did you sit?", "red")
    assert (meditate.reminder_at, run.reminder_at) == (time(6, 30), None)
    assert [row.start_date for row in (meditate, run, read)] == [
        TODAY - 6 * DAY,
        date(2026, 11, 12),
        TODAY,
    ]
    assert (meditate.archived_at, read.archived_at) == (None, TUESDAY)
    assert (meditate.version, meditate.group) == (1, None)


def test_import_writes_check_ins_and_rest(ann: User) -> None:
    result = run_import(ann, *ALL)

    meditate, run, _ = ann.habits.order_by("position")
    assert list_days(meditate) == [
        *(("11-18", "1"), ("11-19", "0"), ("11-20", "1")),
        *(("11-23", "1"), ("11-24", "1")),
    ]
    assert list_days(run) == [("11-12", "10.5"), ("11-17", "4.25"), ("11-20", "6.25")]
    assert run.checkins.get(day="2026-11-12").note == "In the rain"
    rest = Rest.objects.get()
    assert (rest.habit, rest.reason) == (meditate, "skip")
    assert (rest.first_day, rest.last_day) == (date(2026, 11, 21), date(2026, 11, 22))
    assert (result.checkins_made, result.rest_days_made, result.days_there) == (8, 2, 0)


def test_import_leaves_true_streaks_and_strength(ann: User) -> None:
    run_import(ann, *ALL)

    for habit in ann.habits.all():
        assert stored(habit) == derived_anew(habit)
    meditate, run, _ = ann.habits.order_by("position")
    assert (meditate.streak, meditate.streak_holds_until) == (3, TODAY + DAY)
    assert (run.streak, run.longest_streak) == (2, 2)
    assert meditate.strength_on(TODAY) > 0.1


def test_import_derives_each_habit_once(ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make_habit(ann, "Meditate", start_date=TODAY)
    derived: list[int] = []
    derive_part = deriving.derive_part

    def note(ids: Sequence[int]) -> None:
        derived.extend(ids)
        derive_part(ids)

    monkeypatch.setattr(deriving, "derive_part", note)

    run_import(ann, *ALL)

    with_days = ann.habits.exclude(name="Read").order_by("pk").values_list("pk", flat=True)
    assert derived == list(with_days)


def test_import_reads_today_by_the_owners_clock(db: None) -> None:
    auckland = make_user("ann@example.org", time_zone="Pacific/Auckland")
    habit = replace(MEDITATE, entries=entries_of("1", "1", "1", last=TODAY + 2 * DAY))

    result = run_import(auckland, habit)

    assert list_days(Habit.objects.get()) == [("11-24", "1"), ("11-25", "1")]
    assert [loss.reason for loss in result.losses] == ["The day has not begun: it is 2026-11-25."]


@pytest.mark.parametrize("make", [make_backup, make_export])
def test_import_twice_makes_nothing_new(ann: User, make: Callable[..., bytes]) -> None:
    first = run_import(ann, data=make(ALL))
    before = list_rows(ann)
    events = Event.objects.count()

    second = run_import(ann, data=make(ALL), at=LATER)

    assert list_rows(ann) == before
    assert Event.objects.count() == events
    assert (second.habits_made, second.checkins_made, second.rest_days_made) == (0, 0, 0)
    assert (second.habits_there, second.days_there, second.starts_moved) == (3, 10, 0)
    assert second.losses == first.losses


def test_import_of_the_other_form_makes_nothing_new(ann: User) -> None:
    run_import(ann, data=make_backup(ALL))
    before = list_rows(ann)

    run_import(ann, data=make_export(ALL), at=LATER)

    assert list_rows(ann) == before


def test_import_again_brings_the_days_since(ann: User) -> None:
    run_import(ann, MEDITATE)
    habit = Habit.objects.get()
    before = habit.checkins.get(day=TODAY)
    grown = replace(MEDITATE, entries=(*MEDITATE.entries, *entries_of("1", last=TODAY + DAY)))

    result = run_import(ann, grown, at=TUESDAY + DAY)

    assert (result.checkins_made, result.rest_days_made, result.days_there) == (1, 0, 7)
    assert habit.checkins.get(day=TODAY).version == before.version
    habit.refresh_from_db()
    assert habit.streak == 4
    assert stored(habit) == derived_anew(habit)


def test_import_again_leaves_what_the_owner_changed(ann: User) -> None:
    run_import(ann, MEDITATE)
    habit = Habit.objects.get()
    habit.change(name="Sit", colour="teal", start_date=TODAY - DAY, archived_at=TUESDAY)
    habit.checkins.get(day=TODAY).change(value=Decimal(0), note="Not today")
    before = list_rows(ann)

    result = run_import(ann, MEDITATE)

    assert list_rows(ann) == before
    assert result.starts_moved == 0


def test_import_brings_a_deleted_day_back(ann: User) -> None:
    run_import(ann, MEDITATE)
    CheckIn.objects.get(day=TODAY).delete()

    run_import(ann, MEDITATE)

    habit = Habit.objects.get()
    assert habit.streak == 3
    assert stored(habit) == derived_anew(habit)


def test_import_fills_a_habit_that_was_begun_by_hand(ann: User) -> None:
    habit = make_habit(ann, "Meditate", start_date=TODAY, question="Mine")
    make_checkin(habit, TODAY, value=0)

    result = run_import(ann, MEDITATE)

    habit.refresh_from_db()
    assert (habit.question, habit.start_date) == ("Mine", TODAY - 6 * DAY)
    assert list_days(habit)[-2:] == [("11-23", "1"), ("11-24", "0")]
    assert (result.habits_made, result.habits_there) == (0, 1)
    assert (result.checkins_made, result.days_there, result.starts_moved) == (4, 1, 1)
    assert stored(habit) == derived_anew(habit)
    assert habit.version == 2


def test_import_starts_a_habit_on_its_first_day_of_rest(ann: User) -> None:
    habit = make_habit(ann, "Meditate", start_date=TODAY)

    run_import(ann, replace(MEDITATE, entries=entries_of(None, "1", "1")))

    habit.refresh_from_db()
    assert habit.start_date == TODAY - 2 * DAY


def test_import_starts_no_habit_later(ann: User) -> None:
    habit = make_habit(ann, "Meditate", start_date=TODAY - 30 * DAY)

    result = run_import(ann, MEDITATE)

    habit.refresh_from_db()
    assert habit.start_date == TODAY - 30 * DAY
    assert result.starts_moved == 0


def test_import_skips_rest_that_all_habits_have(ann: User) -> None:
    make_rest(ann, TODAY - 10 * DAY, TODAY)
    make_habit(ann, "Meditate", start_date=TODAY - 30 * DAY)

    result = run_import(ann, MEDITATE)

    assert ann.rests.count() == 1
    assert (result.checkins_made, result.rest_days_made, result.days_there) == (5, 0, 2)


def test_import_of_amounts_into_a_habit_of_yes_and_no_brings_no_days(ann: User) -> None:
    run_import(ann, RUN)
    Habit.objects.get().change(kind="yes_no", target=None)
    CheckIn.objects.get(day="2026-11-20").delete()
    before = list_rows(ann)

    result = run_import(ann, RUN)

    assert list_rows(ann) == before
    assert (result.habits_there, result.days_there) == (1, 0)
    assert [(loss.field, loss.count) for loss in result.losses] == [("days", 3)]


def test_import_puts_new_habits_behind_those_before_them(ann: User) -> None:
    make_habit(ann, "Walk")
    habit = Habit.objects.get()
    habit.change(position=0)

    run_import(ann, *ALL)
    run_import(ann, make_loop_habit("Draw", uuid="8a22"), at=LATER)

    assert list_habits(ann, "name") == [
        *(("Walk",), ("Meditate",), ("Run",), ("Read",), ("Draw",)),
    ]


def test_import_leaves_room_between_new_habits(ann: User) -> None:
    run_import(ann, *ALL)

    meditate, run, read = ann.habits.order_by("position").values_list("position", flat=True)
    assert between(meditate, run) is not None
    assert between(run, read) is not None


def test_import_of_equal_names_keeps_both(ann: User) -> None:
    twice = [replace(MEDITATE, uuid="", position=n) for n in (1, 2)]

    run_import(ann, data=make_export(twice))
    result = run_import(ann, data=make_export(twice))

    assert list_habits(ann, "name") == [("Meditate",)] * 2
    assert CheckIn.objects.count() == 10
    assert (result.habits_made, result.checkins_made) == (0, 0)


def test_import_leaves_an_event_of_each_row(ann: User) -> None:
    habit = make_habit(ann, "Meditate", start_date=TODAY)
    Event.objects.all().delete()

    run_import(ann, replace(MEDITATE, entries=entries_of("1", None)))

    events = Event.objects.order_by("id").values_list("kind", "action", "row_id", "user_id")
    assert list(events) == [
        ("habit", Action.CHANGED, habit.pk, ann.pk),
        ("check_in", Action.CREATED, CheckIn.objects.get().pk, ann.pk),
        ("rest", Action.CREATED, Rest.objects.get().pk, ann.pk),
    ]


def test_import_leaves_other_peoples_rows(ann: User, mallory: User) -> None:
    theirs = make_habit(mallory, "Meditate", start_date=TODAY - 6 * DAY)
    make_checkins(theirs, [TODAY])
    make_rest(mallory, TODAY - 10 * DAY, TODAY)
    before = list_rows(mallory)

    result = run_import(ann, MEDITATE)

    assert list_rows(mallory) == before
    assert (result.habits_made, result.checkins_made, result.rest_days_made) == (1, 5, 2)


def test_import_of_two_people_is_each_ones_own(ann: User, ben: User) -> None:
    run_import(ann, *ALL)

    result = run_import(ben, *ALL)

    assert (result.habits_made, result.checkins_made) == (3, 8)
    assert list_habits(ben, "name") == list_habits(ann, "name")


def test_import_that_cannot_be_kept_writes_nothing(ann: User) -> None:
    endless = make_loop_habit("Comet", uuid="8a23", position=4, denominator=3_661)

    with pytest.raises(LoopError, match=r"^loop\.db, Habits, id 4: “Comet” is to be done 1 times"):
        run_import(ann, *ALL, endless)

    assert not Habit.objects.exists()


def test_import_that_fails_halfway_writes_nothing(
    ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("The disk is full.")

    monkeypatch.setattr("habits.actions.loop.list_rests", fail)

    with pytest.raises(RuntimeError):
        run_import(ann, *ALL)

    assert (Habit.objects.count(), CheckIn.objects.count()) == (0, 0)


def test_import_of_more_rows_takes_no_more_queries(ann: User) -> None:
    counts = []
    for number, days in enumerate((7, 350), start=1):
        habits = [
            replace(MEDITATE, name=f"{number} {n}", uuid=f"{number} {n}", position=n)
            for n in range(1, 10)
        ]
        long = [replace(row, entries=entries_of(*["1", None, "0"] * days)) for row in habits[:1]]
        short = [replace(row, entries=entries_of(*["1", None, "0"] * 7)) for row in habits[1:]]
        for row in habits[:5]:
            make_habit(ann, row.name, start_date=TODAY)
        with CaptureQueriesContext(connection) as queries:
            run_import(ann, *long, *short)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 25


NAMES = st.sampled_from(["Meditate", "Run", "é" * 120, "[red]"])
KINDS: st.SearchStrategy[Kind] = st.sampled_from(["yes_no", "at_least", "at_most"])


@st.composite
def loop_habits(draw: st.DrawFn) -> list[LoopHabit]:
    """Give habits as Loop lets people make them."""
    habits = []
    for position in range(1, draw(st.integers(1, 4)) + 1):
        kind = draw(KINDS)
        amounts = ["0", "1"] if kind == "yes_no" else ["0", "0.001", "7.5", "999999999.999"]
        marks = st.lists(st.sampled_from([None, *amounts]), max_size=20)
        habits.append(
            make_loop_habit(
                draw(NAMES),
                uuid=draw(st.sampled_from(["", f"u{position}"])),
                position=position,
                kind=kind,
                target=None if kind == "yes_no" else Decimal(draw(st.integers(0, 20))) / 4,
                unit="" if kind == "yes_no" else draw(st.sampled_from(["", "km"])),
                numerator=draw(st.integers(1, 40)),
                denominator=draw(st.sampled_from([1, 2, 7, 10, 29, 30, 31, 365, 3_660])),
                archived=draw(st.booleans()),
                colour=draw(st.sampled_from(PALETTE)),
                entries=entries_of(*draw(marks), last=TODAY + draw(st.integers(-90, 2)) * DAY),
            )
        )
    return habits


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(habits=loop_habits(), week_start=st.sampled_from([1, 6, 7]))
def test_import_of_any_habits_fits_the_tables_and_comes_once(
    habits: list[LoopHabit], week_start: int
) -> None:
    User.objects.all().delete()
    user = make_user("ann@example.org", week_start=week_start)

    first = run_import(user, *habits)
    before = list_rows(user)
    second = run_import(user, *habits)

    assert list_rows(user) == before
    assert first.habits_made == len(habits)
    assert second.days_there == first.checkins_made + first.rest_days_made
    for habit in user.habits.all():
        habit.full_clean()
        assert stored(habit) == derived_anew(habit)


@pytest.mark.django_db(transaction=True)
def test_imports_at_once_make_rows_once(transactional_db: None) -> None:
    ann = make_user("ann@example.org")

    # Two may miss each other by chance; of eight some always meet.
    results = run_threads(8, lambda _: run_import(ann, *ALL))

    assert sorted(result.habits_made for result in results) == [*[0] * 7, 3]
    assert (Habit.objects.count(), CheckIn.objects.count(), Rest.objects.count()) == (3, 8, 1)


# --- The command ----------------------------------------------------------------------------------

Save = Callable[..., str]


class Terminal(StringIO):
    """An output that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Return a function that saves a file and returns its path."""

    def save_file(data: bytes, name: str = "loop.db") -> str:
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return save_file


def call(*arguments: str, output: StringIO | None = None) -> str:
    """Run the command for Ann and return what it prints."""
    output = StringIO() if output is None else output
    with time_machine.travel(TUESDAY, tick=False):
        call_command("import_loop", *arguments, "--user", "Ann@Example.org", stdout=output)
    return output.getvalue()


LOSSY = replace(MEDITATE, description="In the morning", reminder=Reminder(time(6, 30), 0b0000011))
REPORT = [
    "read: habits 3, checkins 8, skipped days 2",
    "made: habits 3, checkins 8, rest days 2",
    "already there: habits 0, days 0",
    "moved back: start dates 0",
    "not kept: 2:",
    "Habits, id 1: description: In the morning - Habits have a question alone.",
    "Habits, id 1: reminder: 06:30 on Mon, Tue - A reminder comes on every day, or not at all.",
]


def lines_of(printed: str) -> list[str]:
    """Return the lines without their indents."""
    return [line.strip() for line in printed.splitlines()]


def test_command_reports_what_it_read_made_and_lost(ann: User, save: Save) -> None:
    path = save(make_backup([LOSSY, RUN, READ]))

    printed = call(path)

    assert lines_of(printed) == [path, *REPORT]
    assert ann.checkins.count() == 8


def test_command_dry_run_changes_nothing_and_reports_the_same(ann: User, save: Save) -> None:
    path = save(make_backup([LOSSY, RUN, READ]))

    printed = call(path, "--dry-run")

    first, *lines = lines_of(printed)
    assert first.startswith("Dry run: nothing was changed.")
    assert [line.removeprefix("would be ") for line in lines] == [path, *REPORT]
    for model in Habit, CheckIn, Rest, Group:
        assert not model.objects.exists()
    assert not Event.objects.exclude(kind="user").exists()


def test_command_again_reports_what_is_there(ann: User, save: Save) -> None:
    path = save(make_backup(ALL))
    call(path)

    printed = call(path)

    assert "  made: habits 0, checkins 0, rest days 0\n" in printed
    assert "  already there: habits 3, days 10\n" in printed
    assert "  not kept: nothing\n" in printed


def test_command_says_how_many_are_told_together(ann: User, save: Save) -> None:
    path = save(make_backup([RUN]))
    call(path)
    Habit.objects.filter(name="Run").update(kind="yes_no", target=None)

    printed = call(path)

    assert "    Habits, id 1: days (3): Run - The habit counts yes or no in one place" in printed


def test_command_reads_a_csv_export(ann: User, save: Save) -> None:
    path = save(make_export([MEDITATE, RUN]), "Loop Habits CSV.zip")

    call(path)

    assert list_habits(ann, "name", "longest_streak") == [("Meditate", 3), ("Run", 2)]


def test_command_json_is_one_object(ann: User, save: Save) -> None:
    path = save(make_backup([replace(MEDITATE, description="In the morning")]))

    report = json.loads(call(path, "--json", "--dry-run"))

    assert report == {
        "dry_run": True,
        "file": path,
        "read": {"habits": 1, "checkins": 5, "skipped_days": 2},
        "made": {"habits": 1, "checkins": 5, "rest_days": 2},
        "already_there": {"habits": 0, "days": 0},
        "moved_back": {"start_dates": 0},
        "not_kept": [
            {
                "place": {"file": path, "part": "Habits, id 1", "line": None},
                "field": "description",
                "text": "In the morning",
                "reason": "Habits have a question alone.",
                "count": 1,
            }
        ],
    }


def test_command_draws_a_table_on_a_terminal(ann: User, save: Save) -> None:
    path = save(make_backup([replace(MEDITATE, description="[red]stop[/red]")]))

    printed = call(path, output=Terminal())

    assert "Why it is not kept" in printed
    assert "[red]stop[/red]" in printed
    assert "Habits, id 1: description" not in printed


@pytest.mark.parametrize("output", [StringIO, Terminal])
def test_import_command_prints_no_control_characters_of_the_file(
    ann: User, save: Save, output: type[StringIO]
) -> None:
    path = save(make_backup([replace(MEDITATE, description="a\x1b[2J\nb\x9b")]), "l\x1bo.db")

    printed = call(path, output=output())

    assert r"a\x1b[2J\nb\x9b" in printed
    assert r"l\x1bo.db" in printed
    assert "\x1b" not in printed.replace("\x1b[1m", "").replace("\x1b[0m", "")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"habits", r"loop\.db: it is neither a zip nor a SQLite database\. .* imported\.$"),
        (make_backup(ALL)[:5000], r"loop\.db: .* Nothing was imported\.$"),
        (make_export(ALL)[:-30], r"loop\.db: it is a broken zip\. .* Nothing was imported\.$"),
        (make_zip({"../Habits.csv": "x"}), r"leads out of the zip, .* Nothing was imported\.$"),
    ],
    ids=["text", "cut backup", "cut zip", "path"],
)
def test_command_refuses_a_broken_file(ann: User, save: Save, data: bytes, message: str) -> None:
    path = save(data)

    with pytest.raises(CommandError, match=message) as error:
        call(path)

    assert error.value.returncode == 1
    assert not Habit.objects.exists()


def test_command_with_a_file_that_cannot_be_read_is_refused(ann: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r": it cannot be read \(.+\)\. .* Nothing was imp"):
        call(str(tmp_path / "away.db"))


def test_import_command_refuses_a_file_that_is_too_large(
    ann: User, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make_backup(ALL)
    path = save(data)
    monkeypatch.setattr("habits.loop.reading.FILE_SIZE", len(data) - 1)

    with pytest.raises(CommandError, match=r"loop\.db: it is larger than"):
        call(path)

    assert not Habit.objects.exists()


def test_command_for_an_unknown_address_is_refused(ann: User, save: Save) -> None:
    path = save(make_backup(ALL))

    with pytest.raises(CommandError, match=r"Nobody here has the e-mail address x@example\.org"):
        call_command("import_loop", path, "--user", "x@example.org")
