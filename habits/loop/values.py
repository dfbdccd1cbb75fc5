"""Loop's values: days, marks, amounts and texts.

Sources, in github.com/iSoron/uhabits: Entry.kt (the codes of a mark), Timestamp.kt (days, and the
weekday that is bit 0), Frequency.kt, WeekdayList.kt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final

from habits.loop.contents import Entry, Kind, LoopHabit, Reminder
from habits.loop.problems import AGAIN, LoopError, Loss, Place

YES_MANUAL: Final = 2
YES_AUTO: Final = 1
NO: Final = 0
SKIP: Final = 3
UNKNOWN: Final = -1
WORDS: Final = {
    "YES_MANUAL": YES_MANUAL,
    "YES_AUTO": YES_AUTO,
    "NO": NO,
    "SKIP": SKIP,
    "UNKNOWN": UNKNOWN,
}
FIRST_DAY: Final = date(1970, 1, 1)
DAY_MILLISECONDS: Final = 86_400_000
# What a column of twelve digits, three of them decimals, can hold.
LARGEST_AMOUNT: Final = Decimal("999999999.999")
MOST_HABITS: Final = 2_000
MOST_ENTRIES: Final = 1_000_000


def read_day(text: str, place: Place) -> date:
    """Return the day that a CSV file writes as 2026-12-31."""
    match = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        day = None
    if day is None:
        raise LoopError(place, f"“{text}” is no day. Write it as 2026-12-31. {AGAIN}")
    if day < FIRST_DAY:
        raise LoopError(place, f"{text} is before {FIRST_DAY}, where Loop's days begin. {AGAIN}")
    return day


def read_timestamp(milliseconds: int, place: Place) -> date:
    """Return the day of a moment in milliseconds since 1970, by UTC."""
    days = milliseconds // DAY_MILLISECONDS
    if not 0 <= days <= (date.max - FIRST_DAY).days:
        sentence = f"the timestamp {milliseconds} is no day from 1970 to 9999. {AGAIN}"
        raise LoopError(place, sentence)
    return FIRST_DAY + timedelta(days)


def read_code(text: str, place: Place) -> int:
    """Return the code of a mark that a CSV file writes as a word or as a number."""
    if text in WORDS:
        return WORDS[text]
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise LoopError(
            place,
            f"“{text}” is no value. Loop writes {', '.join(WORDS)} or a whole number. {AGAIN}",
        )
    return int(text)


def read_number(text: str, field: str, place: Place) -> Decimal:
    """Return a number as Java writes it: 100.0 or 1.0E7."""
    if not re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,20})?(E-?[0-9]{1,3})?", text):
        raise LoopError(place, f"{field} is “{text}”, which is no number. {AGAIN}")
    return Decimal(text)


def check_target(target: Decimal, place: Place) -> Decimal:
    """Return a target that can be kept."""
    if not 0 <= target <= LARGEST_AMOUNT:
        raise LoopError(
            place,
            f"the target is {target}. Set it to 0 to {LARGEST_AMOUNT} in Loop, and export again.",
        )
    return target


def read_reminder(hour: int, minute: int, weekdays: int, place: Place) -> Reminder:
    """Return a reminder; Loop's week begins on Saturday, which is bit 0."""
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= weekdays <= 127):
        sentence = f"the reminder is at {hour}:{minute} on the days {weekdays}, which do not exist."
        raise LoopError(place, f"{sentence} Set it again in Loop, and export again.")
    ours = sum(1 << (bit + 5) % 7 for bit in range(7) if weekdays & 1 << bit)
    return Reminder(time(hour, minute), ours)


def read_name(text: str, place: Place) -> str:
    """Return the name of a habit, which every habit has."""
    name = one_line(text)
    if not name:
        raise LoopError(place, "the habit has no name. Give it one in Loop, and export again.")
    return name


def one_line(text: str) -> str:
    """Return a text with single spaces in place of line ends and other white space."""
    return " ".join(text.split())


def check_text(text: str, place: Place) -> str:
    """Return a text that every database can store."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        sentence = "the text has a NUL character or half of a character. Remove it in Loop, and"
        raise LoopError(place, f"{sentence} export again.")
    return text


def check_frequency(numerator: int, denominator: int, place: Place) -> tuple[int, int]:
    """Return how many times in how many days; Loop reads n in n days as every day."""
    if numerator < 1 or denominator < 1:
        raise LoopError(
            place,
            f"the frequency is {numerator} times in {denominator} days. Set it again in Loop, and "
            "export again.",
        )
    return (1, 1) if numerator == denominator else (numerator, denominator)


class Diary:
    """Collects the entries of one habit."""

    def __init__(self, kind: Kind, losses: list[Loss]) -> None:
        self.kind, self.losses = kind, losses
        self.entries: dict[date, Entry] = {}

    def add(self, place: Place, day: date, code: int, note: str) -> None:
        """Add a day, unless it says nothing: it was not recorded, or Loop computed it."""
        note = check_text(note, place).strip()
        if code == UNKNOWN or (code == YES_AUTO and self.kind == "yes_no"):
            if note:
                reason = f"Nothing was checked in on {day}: a note needs a check-in."
                self.losses.append(Loss(place, "note", note, reason))
            return
        if day in self.entries:
            raise LoopError(place, f"{day} is there twice. {AGAIN}")
        self.entries[day] = Entry(place, day, self.read(code, place), note)

    def read(self, code: int, place: Place) -> Decimal | None:
        """Return the value of a code: an amount is written in thousandths."""
        if code == SKIP:
            return None
        if self.kind == "yes_no":
            return Decimal(self.read_answer(code, place))
        amount = Decimal(code).scaleb(-3)
        if not 0 <= amount <= LARGEST_AMOUNT:
            raise LoopError(
                place,
                f"the amount is {amount}. Make it 0 to {LARGEST_AMOUNT} in Loop, and export again.",
            )
        return amount

    def read_answer(self, code: int, place: Place) -> bool:
        """Say whether a yes/no habit was done."""
        if code not in {YES_MANUAL, NO}:
            raise LoopError(
                place,
                f"the value {code} is an amount, but the habit is a yes/no one here. Older CSV "
                "exports do not tell the target of numerical habits: give Loop's backup (.db).",
            )
        return code == YES_MANUAL

    def finish(self) -> tuple[Entry, ...]:
        """Return the entries by day."""
        return tuple(self.entries[day] for day in sorted(self.entries))


def limit_entries(file: str, habits: Iterable[LoopHabit]) -> Iterator[LoopHabit]:
    """Give the habits; refuse more than an account can take at once."""
    total = 0
    for number, habit in enumerate(habits, start=1):
        total += len(habit.entries)
        if total > MOST_ENTRIES or number > MOST_HABITS:
            raise LoopError(
                Place(file),
                f"it has more than {MOST_HABITS} habits or {MOST_ENTRIES} entries. Export fewer "
                "habits at once.",
            )
        yield habit
