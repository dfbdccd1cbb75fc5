"""What an export comes to beside what is there: drafts, and what they cannot hold."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid5

from habits.loop.colours import NAMES
from habits.loop.contents import Entry, Export, LoopHabit
from habits.loop.drafts import CheckInDraft, HabitDraft, HabitThere, Limits, Plan, RestDraft
from habits.loop.frequency import plan_schedule
from habits.loop.problems import LoopError, Loss

UID_NAMESPACE: Final = UUID("c1b7f0f6-6a2e-4a53-8f0c-3d1f5e6a9b84")
THOUSANDTH: Final = Decimal("0.001")
EVERY_DAY: Final = 0b1111111
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def plan_import(
    export: Export, *, owner: int, there: Sequence[HabitThere], today: date, limits: Limits
) -> Plan:
    """Return what a file comes to for an owner, by their own `today`.

    A habit's UID is made of owner and Loop's UUID; where the file has none, of owner, name, and
    which of the habits equal in it this is. (Not of the position: that changes when habits are
    added or sorted.) A habit is there if one has its UID, else if one has its name, kind and unit:
    so a backup and a CSV export of one Loop are the same, and so is a habit begun by hand. Equal
    ones are taken in the order of `there`.

    A day that is there stays as it is, whatever the file says. Raises LoopError for what the tables
    cannot hold at all.
    """
    losses = [*export.losses]
    planners = [Planner(habit, limits, losses) for habit in export.habits]
    uids = make_uids(owner, export.habits)
    found = find_there(planners, uids, there)
    drafts = [
        planner.draft(uid, found.get(uid), today)
        for planner, uid in zip(planners, uids, strict=True)
    ]
    return Plan(tuple(drafts), tuple(losses))


def make_uids(owner: int, habits: Iterable[LoopHabit]) -> list[UUID]:
    """Return the UIDs of habits, which are the same for the same file."""
    equals: Counter[tuple[str, str]] = Counter()
    uids = []
    for habit in habits:
        key = ("uuid", habit.uuid) if habit.uuid else ("name", habit.name)
        equals[key] += 1
        uids.append(uuid5(UID_NAMESPACE, json.dumps([owner, *key, equals[key]])))
    return uids


def find_there(
    planners: Iterable[Planner], uids: Sequence[UUID], there: Sequence[HabitThere]
) -> Mapping[UUID, HabitThere]:
    """Return the habits there by the UIDs of those in the file; each is taken once."""
    known = set(uids)
    found = {habit.uid: habit for habit in there if habit.uid in known}
    others: dict[tuple[str, str, str], deque[HabitThere]] = {}
    for habit in there:
        if habit.uid not in known:
            others.setdefault((habit.name, habit.kind, habit.unit), deque()).append(habit)
    for planner, uid in zip(planners, uids, strict=True):
        equal = others.get((planner.name, planner.habit.kind, planner.unit))
        if uid not in found and equal:
            found[uid] = equal.popleft()
    return found


def shorten(text: str, length: int) -> str:
    """Return the text; where it is longer, an ellipsis stands for its end."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


class Planner:
    """Drafts one habit, and notes what is not kept."""

    def __init__(self, habit: LoopHabit, limits: Limits, losses: list[Loss]) -> None:
        self.habit, self.limits, self.losses = habit, limits, losses
        self.name = self.fit("name", habit.name, limits.name)
        self.unit = self.fit("unit", habit.unit, limits.unit)

    def draft(self, uid: UUID, there: HabitThere | None, today: date) -> HabitDraft:
        """Return the draft of the habit, with those of its days that are not there."""
        habit = self.habit
        entries = [] if self.counts_otherwise(there) else list(self.list_past(today))
        new = [entry for entry in entries if not (there and is_there(entry, there))]
        check_ins = [
            CheckInDraft(entry.day, entry.value, self.fit_note(entry))
            for entry in new
            if entry.value is not None
        ]
        self.report()
        return HabitDraft(
            uid=there.uid if there else uid,
            is_there=there is not None,
            name=self.name,
            question=self.fit("question", habit.question, self.limits.question),
            kind=habit.kind,
            target=self.plan_target(),
            unit=self.unit,
            schedule=plan_schedule(habit),
            colour=NAMES.get(habit.colour, "grey"),
            archived=habit.archived,
            reminder_at=self.plan_reminder(),
            first_day=entries[0].day if entries else None,
            check_ins=tuple(check_ins),
            rests=tuple(self.join_rests(entry for entry in new if entry.value is None)),
            days_there=len(entries) - len(new),
        )

    def counts_otherwise(self, there: HabitThere | None) -> bool:
        """Say whether the habit there counts yes or no where this has amounts, or the reverse.

        Its owner changed it: no day of the file means anything there.
        """
        habit = self.habit
        if there is None or (there.kind == "yes_no") == (habit.kind == "yes_no"):
            return False
        if habit.entries:
            reason = "The habit counts yes or no in one place, and an amount in the other."
            self.losses.append(Loss(habit.place, "days", habit.name, reason, len(habit.entries)))
        return True

    def lose(self, field: str, text: str, reason: str) -> None:
        """Note something of the habit itself."""
        self.losses.append(Loss(self.habit.place, field, text, reason))

    def fit(self, field: str, text: str, length: int) -> str:
        """Return a text of at most a length."""
        if len(text) > length:
            self.lose(field, text, f"It is shortened to {length} characters.")
        return shorten(text, length)

    def report(self) -> None:
        """Note those fields of the habit that have no place, and refuse a span without one."""
        habit = self.habit
        how_often = f"{habit.numerator} times in {habit.denominator} days"
        if habit.denominator > self.limits.span:
            raise LoopError(
                habit.place,
                f"“{habit.name}” is to be done {how_often}. Make that {self.limits.span} days or "
                "less in Loop, and export again.",
            )
        if habit.kind == "yes_no" and habit.numerator > habit.denominator:
            self.lose("frequency", how_often, "A day has one check-in: the habit is a daily one.")
        if habit.kind != "yes_no" and habit.numerator != 1:
            self.lose("frequency", how_often, "The target is for all of these days, as in Loop.")
        if habit.description:
            self.lose("description", habit.description, "Habits have a question alone.")
        if habit.colour not in NAMES:
            self.lose("colour", habit.colour, "FocusFlow does not know this colour: it is grey.")

    def plan_target(self) -> Decimal | None:
        """Return the target, in thousandths; at least 0 would be met by nothing."""
        target = self.habit.target
        if target is None:
            return None
        least = THOUSANDTH if self.habit.kind == "at_least" else Decimal(0)
        kept = max(target.quantize(THOUSANDTH), least)
        if kept != target:
            self.lose("target", str(target), f"The target is {kept}.")
        return kept

    def plan_reminder(self) -> time | None:
        """Return the time of the reminder, which comes every day."""
        reminder = self.habit.reminder
        if reminder is None:
            return None
        if reminder.weekdays == EVERY_DAY:
            return reminder.at
        days = [name for bit, name in enumerate(WEEKDAYS) if reminder.weekdays & 1 << bit]
        said = f"{reminder.at:%H:%M} on {', '.join(days) or 'no day'}"
        self.lose("reminder", said, "A reminder comes on every day, or not at all.")
        return reminder.at if days else None

    def list_past(self, today: date) -> Iterator[Entry]:
        """Give the entries of days that have begun."""
        for entry in self.habit.entries:
            if entry.day <= today:
                yield entry
            else:
                said = "skipped" if entry.value is None else str(entry.value)
                text = f"{entry.day}: {said} {entry.note}".rstrip()
                reason = f"The day has not begun: it is {today}."
                self.losses.append(Loss(entry.place, "day", text, reason))

    def fit_note(self, entry: Entry) -> str:
        """Return the note of an entry, in the length that is kept."""
        length = self.limits.note
        if len(entry.note) > length:
            reason = f"It is shortened to {length} characters."
            self.losses.append(Loss(entry.place, "note", entry.note, reason))
        return shorten(entry.note, length)

    def join_rests(self, entries: Iterable[Entry]) -> Iterator[RestDraft]:
        """Give the ranges of days that follow each other and have the same note."""
        rest: RestDraft | None = None
        for entry in entries:
            note = self.fit_note(entry)
            if rest and note == rest.note and entry.day - rest.last_day == timedelta(1):
                rest = RestDraft(rest.first_day, entry.day, note)
                continue
            if rest:
                yield rest
            rest = RestDraft(entry.day, entry.day, note)
        if rest:
            yield rest


def is_there(entry: Entry, there: HabitThere) -> bool:
    """Say whether a day has a check-in already, or rest where the entry is one."""
    is_rest = entry.value is None
    return entry.day in there.days or (
        is_rest and any(first <= entry.day <= last for first, last in there.rests)
    )
