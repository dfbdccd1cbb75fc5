"""What Loop's habits come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any  # Fields of a habit hold values of every type.
from uuid import UUID

import pytest

from habits.loop import (
    CheckInDraft,
    HabitDraft,
    HabitThere,
    Limits,
    LoopError,
    LoopHabit,
    Loss,
    Plan,
    Reminder,
    RestDraft,
    ScheduleDraft,
    plan_import,
    read_export,
)
from habits.loop.colours import NAMES
from habits.loop.contents import Export, Kind
from habits.tests.loop_files import make_backup, make_entry, make_export, make_habit

LIMITS = Limits(name=100, question=200, unit=30, note=50, span=400)
TODAY = date(2026, 11, 24)
OTHER = UUID(int=1)


def make_plan(*habits: LoopHabit, there: Sequence[HabitThere] = (), owner: int = 1) -> Plan:
    """Plan the import of habits."""
    export = Export("loop.zip", habits, ())
    return plan_import(export, owner=owner, there=there, today=TODAY, limits=LIMITS)


def make_draft(*, there: Sequence[HabitThere] = (), **fields: Any) -> HabitDraft:
    """Plan the import of a single habit."""
    (draft,) = make_plan(make_habit(**fields), there=there).habits
    return draft


def told(plan: Plan) -> list[tuple[str, str]]:
    """Return the losses without their places and reasons."""
    return [(loss.field, loss.text) for loss in plan.losses]


def find_loss(**fields: Any) -> Loss:
    """Return the only loss of a habit."""
    (loss,) = make_plan(make_habit(**fields)).losses
    return loss


def as_there(draft: HabitDraft, **fields: Any) -> HabitThere:
    """Return a draft as a habit that was made of it."""
    there = HabitThere(
        draft.uid,
        draft.name,
        draft.kind,
        draft.unit,
        frozenset(check_in.day for check_in in draft.check_ins),
        tuple((rest.first_day, rest.last_day) for rest in draft.rests),
    )
    return replace(there, **fields)


# --- Schedules ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numerator", "denominator", "schedule"),
    [
        (1, 1, ScheduleDraft("daily")),
        (7, 7, ScheduleDraft("daily")),
        (30, 30, ScheduleDraft("daily")),
        (3, 2, ScheduleDraft("daily")),
        (1, 7, ScheduleDraft("weekly", 1)),
        (6, 7, ScheduleDraft("weekly", 6)),
        (10, 30, ScheduleDraft("monthly", 10)),
        (10, 31, ScheduleDraft("monthly", 10)),
        (28, 31, ScheduleDraft("monthly", 28)),
        (29, 31, ScheduleDraft("rolling", 29, 31)),
        (12, 365, ScheduleDraft("yearly", 12)),
        (1, 2, ScheduleDraft("rolling", 1, 2)),
        (1, 14, ScheduleDraft("rolling", 1, 14)),
        (2, 3, ScheduleDraft("rolling", 2, 3)),
        (1, 400, ScheduleDraft("rolling", 1, 400)),
    ],
)
def test_frequency_is_a_schedule(numerator: int, denominator: int, schedule: ScheduleDraft) -> None:
    assert make_draft(numerator=numerator, denominator=denominator).schedule == schedule


@pytest.mark.parametrize("kind", ["at_least", "at_most"])
@pytest.mark.parametrize(
    ("denominator", "schedule"),
    [
        (1, ScheduleDraft("daily")),
        (7, ScheduleDraft("weekly")),
        (30, ScheduleDraft("monthly")),
        (31, ScheduleDraft("monthly")),
        (365, ScheduleDraft("yearly")),
        (10, ScheduleDraft("rolling", 1, 10)),
    ],
)
def test_frequency_of_a_target_is_its_period(
    kind: Kind, denominator: int, schedule: ScheduleDraft
) -> None:
    draft = make_draft(kind=kind, target=Decimal(5), denominator=denominator)

    assert (draft.schedule, draft.target) == (schedule, Decimal(5))


def test_frequency_that_says_more_is_told() -> None:
    often = find_loss(numerator=3, denominator=2)
    target = find_loss(numerator=3, denominator=7, kind="at_least", target=Decimal(5))

    assert (often.field, often.text) == ("frequency", "3 times in 2 days")
    assert (target.field, target.text) == ("frequency", "3 times in 7 days")


def test_frequency_that_cannot_be_kept_is_refused() -> None:
    with pytest.raises(LoopError, match=r"to be done 1 times in 401 days\. Make that 400 days"):
        make_plan(make_habit(denominator=401))


# --- Fields ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("colour", NAMES)
def test_colour_of_loop_has_a_name(colour: str) -> None:
    plan = make_plan(make_habit(colour=colour))

    assert (plan.habits[0].colour, plan.losses) == (NAMES[colour], ())


def test_colours_are_those_that_there_are() -> None:
    names = {"grey", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "brown"}

    assert set(NAMES.values()) == names


def test_colour_that_is_unknown_is_grey_and_told() -> None:
    plan = make_plan(make_habit(colour="#123456"))

    assert plan.habits[0].colour == "grey"
    assert told(plan) == [("colour", "#123456")]


def test_fields_are_kept() -> None:
    habit = make_habit(
        "Run",
        question="Did you?",
        kind="at_least",
        target=Decimal("10.5"),
        unit="km",
        archived=True,
        reminder=Reminder(time(6, 30), 127),
    )

    plan = make_plan(habit)

    (draft,) = plan.habits
    assert (draft.name, draft.question, draft.kind) == ("Run", "Did you?", "at_least")
    assert (draft.target, draft.unit) == (Decimal("10.5"), "km")
    assert (draft.archived, draft.reminder_at, draft.is_there) == (True, time(6, 30), False)
    assert plan.losses == ()


@pytest.mark.parametrize(
    ("field", "fields", "text"),
    [
        ("name", {"name": "n" * 101}, "n" * 101),
        ("question", {"question": "q" * 201}, "q" * 201),
        ("unit", {"unit": "u" * 31, "kind": "at_most", "target": Decimal(1)}, "u" * 31),
    ],
)
def test_text_that_is_too_long_is_shortened_and_told(
    field: str, fields: dict[str, Any], text: str
) -> None:
    plan = make_plan(make_habit(**fields))

    kept = getattr(plan.habits[0], field)
    assert kept == f"{text[: len(text) - 2]}…"
    assert told(plan) == [(field, text)]


def test_description_is_told() -> None:
    assert find_loss(description="Long ago").text == "Long ago"


@pytest.mark.parametrize(
    ("weekdays", "at", "text"),
    [
        (0b0111100, time(18), "18:00 on Wed, Thu, Fri, Sat"),
        (0b1000001, time(18), "18:00 on Mon, Sun"),
        (0, None, "18:00 on no day"),
    ],
)
def test_reminder_on_some_days_is_told(weekdays: int, at: time | None, text: str) -> None:
    plan = make_plan(make_habit(reminder=Reminder(time(18), weekdays)))

    assert plan.habits[0].reminder_at == at
    assert told(plan) == [("reminder", text)]


@pytest.mark.parametrize(
    ("kind", "target", "kept"),
    [
        ("at_least", "0", "0.001"),
        ("at_least", "0.0004", "0.001"),
        ("at_least", "2.0005", "2.000"),
        ("at_most", "0.0004", "0"),
        ("at_most", "3.14159", "3.142"),
    ],
)
def test_target_that_is_not_in_thousandths_is_told(kind: Kind, target: str, kept: str) -> None:
    plan = make_plan(make_habit(kind=kind, target=Decimal(target)))

    assert plan.habits[0].target == Decimal(kept)
    assert told(plan) == [("target", target)]


def test_target_of_nothing_at_most_is_kept() -> None:
    plan = make_plan(make_habit(kind="at_most", target=Decimal("0.0")))

    assert (plan.habits[0].target, plan.losses) == (Decimal(0), ())


# --- Days -----------------------------------------------------------------------------------------


def test_entries_are_check_ins_and_rest() -> None:
    draft = make_draft(
        entries=(
            make_entry("2026-01-01", "1", "Well"),
            make_entry("2026-01-02", "0"),
            make_entry("2026-01-03", None),
            make_entry("2026-01-04", None),
            make_entry("2026-01-05", None, "Ill"),
            make_entry("2026-01-07", None, "Ill"),
            make_entry("2026-01-08", "1"),
        )
    )

    assert draft.check_ins == (
        CheckInDraft(date(2026, 1, 1), Decimal(1), "Well"),
        CheckInDraft(date(2026, 1, 2), Decimal(0), ""),
        CheckInDraft(date(2026, 1, 8), Decimal(1), ""),
    )
    assert draft.rests == (
        RestDraft(date(2026, 1, 3), date(2026, 1, 4), ""),
        RestDraft(date(2026, 1, 5), date(2026, 1, 5), "Ill"),
        RestDraft(date(2026, 1, 7), date(2026, 1, 7), "Ill"),
    )
    assert draft.first_day == date(2026, 1, 1)


def test_habit_without_entries_has_no_first_day() -> None:
    assert make_draft().first_day is None


def test_day_that_has_not_begun_is_told() -> None:
    entries = make_entry("2026-11-24"), make_entry("2026-11-25", "0", "Soon")

    plan = make_plan(make_habit(entries=entries))

    assert [check_in.day for check_in in plan.habits[0].check_ins] == [TODAY]
    assert told(plan) == [("day", "2026-11-25: 0 Soon")]


@pytest.mark.parametrize("value", ["1", None])
def test_note_that_is_too_long_is_shortened_and_told(value: str | None) -> None:
    plan = make_plan(make_habit(entries=(make_entry("2026-01-01", value, "w" * 51),)))

    (draft,) = plan.habits
    notes = [check_in.note for check_in in draft.check_ins] + [rest.note for rest in draft.rests]
    assert notes == ["w" * 49 + "…"]
    assert told(plan) == [("note", "w" * 51)]


# --- Again ----------------------------------------------------------------------------------------


def test_uid_is_of_owner_and_uuid() -> None:
    habit = make_habit(uuid="0f3c")
    uid = make_plan(habit).habits[0].uid

    renamed = make_plan(replace(habit, name="Sit", position=9)).habits[0].uid

    assert renamed == uid
    assert make_plan(habit, owner=2).habits[0].uid != uid
    assert make_plan(replace(habit, uuid="0f3d")).habits[0].uid != uid


def test_uid_without_uuid_is_of_owner_and_name() -> None:
    habit = make_habit("Sit")
    uid = make_plan(habit).habits[0].uid

    assert make_plan(make_habit("Run"), replace(habit, position=2)).habits[1].uid == uid
    assert make_plan(habit, owner=2).habits[0].uid != uid
    assert make_plan(make_habit("Run")).habits[0].uid != uid


@pytest.mark.parametrize("uuid", ["", "0f3c"])
def test_uids_of_equal_habits_differ(uuid: str) -> None:
    plan = make_plan(make_habit(uuid=uuid), make_habit(uuid=uuid, position=2))

    assert len({draft.uid for draft in plan.habits}) == 2


def test_import_again_makes_nothing() -> None:
    entries = make_entry("2026-01-01"), make_entry("2026-01-02", None), make_entry("2026-01-03")
    habits = make_habit(uuid="0f3c", entries=entries), make_habit("Run"), make_habit("Run")
    there = [as_there(draft) for draft in make_plan(*habits).habits]

    again = make_plan(*habits, there=there)

    assert [draft.uid for draft in again.habits] == [habit.uid for habit in there]
    assert all(draft.is_there for draft in again.habits)
    assert not any(draft.check_ins or draft.rests for draft in again.habits)
    assert [draft.days_there for draft in again.habits] == [3, 0, 0]


def test_import_later_makes_the_days_since() -> None:
    first = make_entry("2026-01-01"), make_entry("2026-01-02", None)
    there = as_there(make_draft(entries=first), name="Sit")
    later = (*first, make_entry("2026-01-03", None), make_entry("2026-01-04", "0"))

    draft = make_draft(entries=later, there=[there])

    assert draft.check_ins == (CheckInDraft(date(2026, 1, 4), Decimal(0), ""),)
    assert draft.rests == (RestDraft(date(2026, 1, 3), date(2026, 1, 3), ""),)
    assert (draft.is_there, draft.days_there) == (True, 2)


def test_day_that_is_there_stays() -> None:
    days = frozenset({date(2026, 1, 1), date(2026, 1, 2)})
    rests = ((date(2026, 1, 3), date(2026, 1, 9)),)
    there = HabitThere(OTHER, "Meditate", "yes_no", "", days, rests)
    marks = [("2026-01-01", "0"), ("2026-01-02", None), ("2026-01-03", None), ("2026-01-04", "1")]
    entries = tuple(make_entry(*mark) for mark in marks)

    draft = make_draft(entries=entries, there=[there])

    # A check-in on a day of rest counts: that one is made.
    assert draft.check_ins == (CheckInDraft(date(2026, 1, 4), Decimal(1), ""),)
    assert (draft.rests, draft.days_there) == ((), 3)


def test_backup_and_csv_export_of_one_loop_are_the_same() -> None:
    habits = [make_habit(uuid="0f3c"), make_habit("Run", uuid="0f3d", position=2)]
    habits.append(make_habit("Run", uuid="0f3e", position=3))
    first = make_plan(*read_export("loop.db", make_backup(habits)).habits)

    second = make_plan(
        *read_export("loop.zip", make_export(habits)).habits,
        there=[as_there(draft) for draft in first.habits],
    )

    assert [draft.uid for draft in second.habits] == [draft.uid for draft in first.habits]


@pytest.mark.parametrize(
    "fields", [{"name": "meditate"}, {"kind": "at_least"}, {"unit": "minutes"}]
)
def test_habit_that_counts_something_else_is_another(fields: dict[str, Any]) -> None:
    there = as_there(make_draft(), uid=OTHER)

    draft = make_draft(there=[replace(there, **fields)])

    assert (draft.is_there, draft.uid) == (False, make_draft().uid)


def test_habit_that_is_there_by_uid_is_no_other_by_name() -> None:
    first = make_habit(uuid="0f3c")
    second = make_habit(uuid="0f3d", position=2)
    there = as_there(make_plan(first).habits[0])

    drafts = make_plan(first, second, there=[there]).habits

    assert [draft.is_there for draft in drafts] == [True, False]


@pytest.mark.parametrize(
    ("kind", "there_kind", "days"),
    [
        ("yes_no", "at_least", 0),
        ("at_most", "yes_no", 0),
        ("at_least", "at_most", 1),
        ("yes_no", "yes_no", 1),
    ],
)
def test_days_that_mean_nothing_in_a_habit_changed_since_are_told(
    kind: Kind, there_kind: Kind, days: int
) -> None:
    target = None if kind == "yes_no" else Decimal(5)
    habit = make_habit(kind=kind, target=target, entries=(make_entry("2026-01-01"),))
    there = as_there(make_plan(habit).habits[0], kind=there_kind, days=frozenset())

    plan = make_plan(habit, there=[there])

    assert (plan.habits[0].is_there, len(plan.habits[0].check_ins)) == (True, days)
    assert told(plan) == [("days", "Meditate")] * (1 - days)
