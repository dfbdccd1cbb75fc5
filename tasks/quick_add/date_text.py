"""A text that says when and nothing else: `every mon at 9am`, `5 Oct 2026 17:00`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from accounts.calendar import local_date
from tasks.quick_add.choice import Choice, choose
from tasks.quick_add.clock import Clock, Fixed
from tasks.quick_add.dates import When
from tasks.quick_add.moments import Moment
from tasks.quick_add.phrases import find_phrases
from tasks.quick_add.problems import Problem
from tasks.quick_add.reading import find_used
from tasks.quick_add.repetitions import Repetition
from tasks.quick_add.words import split_words
from tasks.recurrence import Frequency, Recurrence


@dataclass(frozen=True)
class DateText:
    """When a text says that something is due.

    `due` is a UTC instant and `due_day` its day in the zone; with `all_day` the day is meant, and
    `due` is its start. `is_relative`: it names a day that is another one when it is read later,
    such as `tomorrow`, `13 Jun` or `every day until friday`. `begins_when_read`: nothing but the
    day of reading says when its series begins, as with `every 3 days`; `every monday` does say it.
    """

    due: datetime
    due_day: date
    all_day: bool
    recurrence: Recurrence | None
    is_relative: bool
    begins_when_read: bool


def read_date_text(
    text: str, *, now: datetime, zone: ZoneInfo, week_start: int = 1, day_starts_at: int = 0
) -> DateText | Problem | None:
    """Return what a text says, read as quick add reads it in a title; it never raises.

    A Problem where a part of it cannot be, such as 31 feb; None where a word is left that says
    nothing of when. The arguments are those of `read_quick_add`.
    """
    clock = Clock(now.astimezone(UTC), zone, local_date(now, zone, day_starts_at), week_start - 1)
    words = split_words(text)
    choice = choose(find_phrases(words, (), clock), clock)
    if choice.problems:
        return choice.problems[0].value
    due = choice.due
    if due is None or len(find_used(choice)) < len(words):
        return None
    return DateText(
        due=due.occurrence.at,
        due_day=due.occurrence.day,
        all_day=due.all_day,
        recurrence=due.recurrence,
        is_relative=is_relative(choice),
        begins_when_read=begins_when_read(choice),
    )


def is_relative(choice: Choice) -> bool:
    """Whether a day that the text names depends on when it is read."""
    repetitions = [phrase.value for phrase in choice.repetitions]
    moments = list_moments(choice)
    if any(moment.day and not is_fixed(moment) for moment in moments):
        return True
    if not repetitions:
        return not any(moment.day for moment in moments)
    return any(isinstance(each.end, When) and not is_fixed(each.end) for each in repetitions)


def begins_when_read(choice: Choice) -> bool:
    """Whether the text leaves it to the day of reading when its series begins."""
    if any(moment.day for moment in list_moments(choice)):
        return False
    return not all(says_its_days(phrase.value) for phrase in choice.repetitions)


def says_its_days(repetition: Repetition) -> bool:
    """Whether the days of a series are the same, whenever it begins."""
    rule = repetition.rule
    is_each = rule.interval == 1 and (rule.picks_days or rule.freq is Frequency.DAILY)
    return is_each and (repetition.end is None or isinstance(repetition.end, When))


def list_moments(choice: Choice) -> list[Moment]:
    """Return the moments of a text, those that its series start at included."""
    starts: Iterable[Moment | None] = (phrase.value.start for phrase in choice.repetitions)
    return [*(phrase.value for phrase in choice.moments), *(start for start in starts if start)]


def is_fixed(when: Moment | When) -> bool:
    """Whether a date is the same one whenever it is read: it has its year."""
    return isinstance(when.day, Fixed) and when.day.has_year
