"""A line of text as a task: what was read of it, and the title that is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from accounts.calendar import local_date
from tasks.quick_add.choice import Choice, choose
from tasks.quick_add.clock import Clock
from tasks.quick_add.marks import DESCRIPTION, Kind, Mark, read_mark
from tasks.quick_add.phrases import find_phrases
from tasks.quick_add.problems import Report
from tasks.quick_add.title import make_title
from tasks.quick_add.words import Word, split_words
from tasks.recurrence import Recurrence


@dataclass(frozen=True)
class Span:
    """A part of the text, from character `start` up to `end`, and what it was read as.

    Characters are Unicode code points, as Python counts them.
    """

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True)
class QuickAdd:
    """What a line of text says of a task.

    `due` is a UTC instant and `due_day` its day in the person's zone; with `all_day` the day is
    meant, and `due` is its start. `priority` is RFC 5545's (1 highest, 9 lowest, 0 none), and None
    where the text has none. `category` and `tags` are names as they are written; nothing says that
    they exist. `spans` is what was read, and `reports` what could not be, each in their order.
    """

    title: str
    description: str
    due: datetime | None
    due_day: date | None
    all_day: bool
    recurrence: Recurrence | None
    priority: int | None
    category: str | None
    tags: tuple[str, ...]
    estimate_minutes: int | None
    spans: tuple[Span, ...]
    reports: tuple[Report, ...]


def read_quick_add(
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    week_start: int = 1,
    day_starts_at: int = 0,
    ignore: Iterable[tuple[int, int]] = (),
) -> QuickAdd:
    """Return what a line of English text says of a task. It never raises, whatever the text.

    `now` is an aware instant between 1970 and 9000; dates are read in `zone`, where weeks begin on
    `week_start` (1 for Monday to 7 for Sunday) and days at the hour `day_starts_at`. Words that
    touch a span to `ignore` (a start, and the end behind it) are a part of the title. The grammar
    is in docs/quick-add.md. The time is linear in the length of the text.
    """
    today = local_date(now, zone, day_starts_at)
    clock = Clock(now.astimezone(UTC), zone, today, week_start - 1)
    words = split_words(text, ignore)
    cut = find_description(words)
    words, rest = words[:cut], words[cut:]
    marks = find_marks(words)
    words = [
        replace(word, is_readable=place not in marks and word.is_readable)
        for place, word in enumerate(words)
    ]
    choice = choose(find_phrases(words, marks, clock), clock)
    spans = [
        *(make_span(mark.kind, words, place, place + 1) for place, mark in marks.items()),
        *(make_span(Kind.RECURRENCE, words, each.begin, each.end) for each in choice.repetitions),
        *(make_span(Kind.DUE, words, each.begin, each.end) for each in choice.moments),
        *(Span(Kind.DESCRIPTION, word.start, len(text)) for word in rest[:1]),
    ]
    names = {mark.kind: mark.name for mark in marks.values()}
    numbers = {mark.kind: mark.number for mark in marks.values()}
    due = choice.due
    return QuickAdd(
        title=make_title(words, {*marks, *find_used(choice)}),
        description=text[rest[0].end :].strip() if rest else "",
        due=due.occurrence.at if due else None,
        due_day=due.occurrence.day if due else None,
        all_day=due is not None and due.all_day,
        recurrence=due.recurrence if due else None,
        priority=numbers.get(Kind.PRIORITY),
        category=names.get(Kind.CATEGORY),
        tags=unique([mark.name for mark in marks.values() if mark.kind is Kind.TAG]),
        estimate_minutes=numbers.get(Kind.ESTIMATE),
        spans=tuple(sorted(spans, key=lambda span: span.start)),
        reports=make_reports(text, words, choice),
    )


def find_description(words: Sequence[Word]) -> int:
    """Return the place of the word that begins the description; after the last where none does."""
    places = (
        place
        for place, word in enumerate(words[:-1])
        if word.text == DESCRIPTION and word.is_readable
    )
    return next(places, len(words))


def find_marks(words: Sequence[Word]) -> dict[int, Mark]:
    """Return the marks by their places: each tag, and the first of each other kind."""
    found: dict[int, Mark] = {}
    kinds: set[Kind] = set()
    for place, word in enumerate(words):
        mark = read_mark(word)
        if mark and (mark.kind is Kind.TAG or mark.kind not in kinds):
            found[place] = mark
            kinds.add(mark.kind)
    return found


def find_used(choice: Choice) -> set[int]:
    """Return the places of the words that say when."""
    phrases = [*choice.repetitions, *choice.moments]
    return {place for phrase in phrases for place in range(phrase.begin, phrase.end)}


def make_span(kind: Kind, words: Sequence[Word], begin: int, end: int) -> Span:
    """Return where words stand, without the punctuation behind them."""
    last = words[end - 1]
    return Span(kind, words[begin].start, last.end - len(last.stop))


def make_reports(text: str, words: Sequence[Word], choice: Choice) -> tuple[Report, ...]:
    """Return what could not be read, in its order."""
    reports = []
    for found in choice.problems:
        span = make_span(Kind.DUE, words, found.begin, found.end)
        reports.append(Report(found.value, span.start, span.end, text[span.start : span.end]))
    return tuple(sorted(reports, key=lambda report: report.start))


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Return names in their order, each once, as it is written first."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(name.casefold(), name)
    return tuple(found.values())
