"""Which phrases of a text count, where it has more of them than a task has dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tasks.quick_add.clock import Clock
from tasks.quick_add.moments import Moment
from tasks.quick_add.outcome import Due, settle_moment, settle_repetition
from tasks.quick_add.phrases import Phrase, Phrases
from tasks.quick_add.problems import Problem
from tasks.quick_add.repetitions import Repetition
from tasks.recurrence import RuleError


@dataclass(frozen=True)
class Choice:
    """When a task is due, the phrases that say so, and those with a problem."""

    due: Due | None
    repetitions: Sequence[Phrase[Repetition]]
    moments: Sequence[Phrase[Moment]]
    problems: Sequence[Phrase[Problem]]


def choose(found: Phrases, clock: Clock) -> Choice:
    """Return what counts: the last recurrence, the last date, and the last time where it has none.

    People write first what it is about and then when: "Discuss the 3 May event tomorrow".
    """
    if not found.repetitions:
        return choose_moments(found, clock)
    last = max(found.repetitions, key=lambda phrase: (not phrase.value.is_bare, phrase.begin))
    repetition = last.value
    moments = pick(found.moments, day=repetition.start is None, time=repetition.at is None)
    try:
        due = settle_repetition(repetition, merge(moments), clock)
    except RuleError:
        problem = Phrase(last.begin, last.end, Problem.NEVER_OCCURS)
        return choose_moments(replace(found, problems=[*found.problems, problem]), clock)
    return Choice(due, [last], moments, found.problems)


def choose_moments(found: Phrases, clock: Clock) -> Choice:
    """Return what counts where nothing recurs."""
    moments = pick(found.moments, day=True, time=True)
    due = settle_moment(merge(moments), clock) if moments else None
    return Choice(due, [], moments, found.problems)


def pick(moments: Sequence[Phrase[Moment]], *, day: bool, time: bool) -> list[Phrase[Moment]]:
    """Return the last date that is asked for, and the last time if there is none with the date."""
    dates = [phrase for phrase in moments if phrase.value.day] if day else []
    times = [phrase for phrase in moments if not phrase.value.day] if time else []
    chosen = dates[-1:]
    is_timed = any(phrase.value.at or phrase.value.instant for phrase in chosen)
    return chosen if is_timed else chosen + times[-1:]


def merge(moments: Sequence[Phrase[Moment]]) -> Moment:
    """Return a date and a time as one."""
    merged = moments[0].value if moments else Moment()
    return replace(merged, at=merged.at or moments[-1].value.at) if moments else merged
