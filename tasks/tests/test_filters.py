"""The filter language: what a text says, and what is said about a text that says nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from tasks.filters import FilterError, parse, write
from tasks.filters.days import find_days, read_days
from tasks.filters.parsing import DEPTH_MAX, TERMS_MAX
from tasks.filters.quoting import read_name
from tasks.filters.scanning import LENGTH_MAX
from tasks.filters.tree import (
    And,
    Comparison,
    Dated,
    Estimate,
    Field,
    Flag,
    Mark,
    Named,
    Not,
    Offset,
    Or,
    Period,
    Phrase,
    Priority,
    Relation,
    Search,
    Tree,
    Window,
)
from tasks.quick_add.clock import Clock

P1, P2, P3 = Priority(1), Priority(2), Priority(3)
WORK = Named(Mark.CATEGORY, "Work")
ERRAND = Named(Mark.TAG, "errand")
TODAY = Dated(Field.DUE, Relation.ON, Offset(0, "day"))


def due(days: Offset | Period | Window | Phrase, relation: Relation = Relation.ON) -> Dated:
    return Dated(Field.DUE, relation, days)


# --- What a text says -----------------------------------------------------------------------------

BEFORE, AFTER = Relation.BEFORE, Relation.AFTER

READ: Final[list[tuple[str, Tree]]] = [
    # Signs: ! before & before |.
    ("today & (p1 | @errand) & !#Work", And((TODAY, Or((P1, ERRAND)), Not(WORK)))),
    ("p1 | p2 & p3", Or((P1, And((P2, P3))))),
    ("p1 & p2 | p3", Or((And((P1, P2)), P3))),
    ("(p1 | p2) & p3", And((Or((P1, P2)), P3))),
    ("!p1 & p2", And((Not(P1), P2))),
    ("!(p1 & p2)", Not(And((P1, P2)))),
    ("! ! p1", Not(Not(P1))),
    ("((p1))", P1),
    ("p1 & (p2 & p3)", And((P1, And((P2, P3))))),
    ("p1&&p2||p3", Or((And((P1, P2)), P3))),
    ("\tP1\n&\u00a0p2 ", And((P1, P2))),
    # Flags
    ("view all", Flag.ALL),
    ("open", Flag.OPEN),
    ("completed", Flag.COMPLETED),
    ("done", Flag.COMPLETED),
    ("OverDue", Flag.OVERDUE),
    ("recurring", Flag.RECURRING),
    ("subtask", Flag.SUBTASK),
    ("has  subtasks", Flag.HAS_SUBTASKS),
    ("no date", Flag.NO_DATE),
    ("no due date", Flag.NO_DATE),
    ("no start date", Flag.NO_START),
    ("no category", Flag.NO_CATEGORY),
    ("no tags", Flag.NO_TAGS),
    ("no labels", Flag.NO_TAGS),
    ("no estimate", Flag.NO_ESTIMATE),
    ("no priority", Priority(4)),
    ("p4", Priority(4)),
    # Days that are due, and those of another date
    ("yesterday", due(Offset(-1, "day"))),
    ("due: tomorrow", due(Offset(1, "day"))),
    ("due tomorrow", due(Offset(1, "day"))),
    ("due on: tomorrow", due(Offset(1, "day"))),
    ("due:tomorrow", due(Offset(1, "day"))),
    ("due before: +7 days", due(Offset(7, "day"), BEFORE)),
    ("due before friday", due(Phrase("friday"), BEFORE)),
    ("due after:25 Dec", due(Phrase("25 dec"), AFTER)),
    ("created after: 2026-01-01", Dated(Field.CREATED, AFTER, Phrase("2026-01-01"))),
    ("completed this week", Dated(Field.COMPLETED, Relation.ON, Period(0, "week"))),
    ("completed: today", Dated(Field.COMPLETED, Relation.ON, Offset(0, "day"))),
    ("start: next week", Dated(Field.START, Relation.ON, Period(1, "week"))),
    ("updated before: last month", Dated(Field.UPDATED, BEFORE, Period(-1, "month"))),
    ("7 days", due(Window(7))),
    ("next 7 days", due(Window(7))),
    ("next two weeks", due(Window(14))),
    ("completed last 30 days", Dated(Field.COMPLETED, Relation.ON, Window(-30))),
    ("-3 days", due(Offset(-3, "day"))),
    ("in 2 weeks", due(Offset(2, "week"))),
    ("in a month", due(Offset(1, "month"))),
    ("3 years ago", due(Offset(-3, "year"))),
    ("this weekend", due(Period(0, "weekend"))),
    ("next friday", due(Phrase("next friday"))),
    ("the day after tomorrow", due(Phrase("the day after tomorrow"))),
    ("end of month", due(Phrase("end of month"))),
    ("Dec. 25th 2027", due(Phrase("dec 25th 2027"))),
    ("29 feb", due(Phrase("29 feb"))),
    # Names
    ("#Work", WORK),
    ('#"Home improvement"', Named(Mark.CATEGORY, "Home improvement")),
    ("#“Home improvement”", Named(Mark.CATEGORY, "Home improvement")),
    ('#"R&D"', Named(Mark.CATEGORY, "R&D")),
    (r"#R\&D", Named(Mark.CATEGORY, "R&D")),
    (r'#"a\"b\\c"', Named(Mark.CATEGORY, r'a"b\c')),
    ("#42", Named(Mark.CATEGORY, "42")),
    ("@:errands", Named(Mark.TAG, ":errands")),
    ("@follow-up", Named(Mark.TAG, "follow-up")),
    ("@grün", Named(Mark.TAG, "grün")),
    ("@err*", Named(Mark.TAG, "err", is_beginning=True)),
    ('@"two wo"*', Named(Mark.TAG, "two wo", is_beginning=True)),
    ("@*", Named(Mark.TAG, "", is_beginning=True)),
    (r"@\*", Named(Mark.TAG, "*")),
    ('@"err*"', Named(Mark.TAG, "err*")),
    # Texts
    ("search: milk", Search("milk")),
    ("Search:milk", Search("milk")),
    ("search milk", Search("milk")),
    ("search: fresh milk ", Search("fresh milk")),
    ('search: "fresh (milk) & !p1"', Search("fresh (milk) & !p1")),
    ("search: “fresh milk”", Search("fresh milk")),
    ("search: https://example.org/#p1", Search("https://example.org/#p1")),
    (r"search: AT\&T \"x\"", Search('AT&T "x"')),
    ("search: search: x", Search("search: x")),
    ("search: Tom & Search: Ann", And((Search("Tom"), Search("Ann")))),
    # Estimates
    ("estimate < 30m", Estimate(Comparison.LESS, 30)),
    ("estimate<=1h30m", Estimate(Comparison.AT_MOST, 90)),
    ("estimate = 1.5h", Estimate(Comparison.EQUAL, 90)),
    ("estimate >= 2 h", Estimate(Comparison.AT_LEAST, 120)),
    ("estimate > 45min", Estimate(Comparison.MORE, 45)),
]


@pytest.mark.parametrize(("text", "tree"), READ)
def test_filter_is_read(text: str, tree: Tree) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(("text", "tree"), READ)
def test_filter_is_written_as_it_is_read(text: str, tree: Tree) -> None:
    assert parse(write(tree)) == tree


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("( TODAY ) && !!p1", "today & !!p1"),
        ("p1 & (p2 & (p3 | (p4)))", "p1 & (p2 & (p3 | p4))"),
        ("(p1 & p2) | p3", "p1 & p2 | p3"),
        ("!(p1)", "!p1"),
        ("due before next week", "due before: next week"),
        ("due on: friday", "friday"),
        ("completed this week", "completed: this week"),
        ("in a week", "+1 week"),
        ("2 weeks", "next 14 days"),
        ("past 1 day", "last 1 day"),
        ('#"Work"', "#Work"),
        (r"#R\&D*", '#"R&D"*'),
        (r"search: a\|b", 'search: "a|b"'),
        ("search:  two   words", 'search: "two   words"'),
        ("no label", "no tags"),
        ("estimate<90m", "estimate < 1h30m"),
        ("estimate > 999h99m", "estimate > 999h99m"),
        ("no priority", "p4"),
    ],
)
def test_filter_is_written_in_one_form(text: str, written: str) -> None:
    assert write(parse(text)) == written
    assert write(parse(written)) == written


# --- What is said about others --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "Write a term, such as today or #Work."),
        ("  \n", 1, "Write a term, such as today or #Work."),
        # Signs
        ("& today", 1, "Write a term first, such as today or #Work."),
        ("today & ", 9, "Write a term after “&”."),
        ("today | | p1", 9, "Write a term after “|”."),
        ("!", 2, "Write a term after “!”."),
        ("p1 & ()", 7, "Write a term after “(”."),
        ("p1 & (p2", 6, "Close this bracket."),
        ("p1) & p2", 3, "Remove this bracket, or open one before it."),
        ("p1 (p2)", 4, "Write & or | before “(”."),
        ("(p1 (p2))", 5, "Write & or | before “(”."),
        ("p1 !p2", 4, "Write & or | before “!”."),
        ("(p1) p2", 6, "Write & or | before “p2”."),
        ("today p1", 7, "Write & or | between “today” and “p1”."),
        ("due before: friday p1 x", 20, "Write & or | between “due before: friday” and “p1 x”."),
        ("today and p1", 7, "Write & for “and”."),
        ("p1 & NOT today", 6, "Write ! for “NOT”."),
        ("today, p1", 6, "Write | instead of the comma."),
        ("!" * (DEPTH_MAX + 1) + "p1", DEPTH_MAX + 2, None),
        ("(" * 1_000 + "p1" + ")" * 998, DEPTH_MAX + 2, None),
        ("p1&" * TERMS_MAX + "p1", 3 * TERMS_MAX + 1, "A filter has at most 100 terms."),
        ("p" * (LENGTH_MAX + 1), LENGTH_MAX + 1, "A filter has at most 2,000 characters."),
        # Words
        ("tody", 1, "There is no term “tody”. Did you mean “today”?"),
        ("p1 &  recurrng", 7, "There is no term “recurrng”. Did you mean “recurring”?"),
        ("has subtask", 1, "There is no term “has subtask”. Did you mean “has subtasks”?"),
        ("milk", 1, "There is no term “milk”. To look for words write search: before them."),
        ("R&D", 1, "There is no term “R”. To look for words write search: before them."),
        (
            "user__password = 1",
            1,
            "There is no term “user__password = 1”. To look for words write search: before them.",
        ),
        # Dates
        ("due", 1, "Write a date after “due”, such as due: today."),
        (
            "created before:",
            1,
            "Write a date after “created before”, such as created before: today.",
        ),
        ("due befr: friday", 5, "“befr: friday” is no date. Did you mean “before”?"),
        ("due: 31 feb", 6, "“31 feb” is no date of the calendar: write another."),
        ("2027-02-29", 1, "“2027-02-29” is no date of the calendar: write another."),
        ("due: in 101 years", 6, None),
        ("due before: 7 days", 13, "“7 days” are several days: write one, such as +7 days."),
        ("due: friday 25 dec", 13, "Write & or | between “due: friday” and “25 dec”."),
        ("due: tonight", 6, None),
        ("due: in 2 hours", 6, None),
        ("due: 2027-03-01T14:30", 6, None),
        # Names
        ("#", 1, "Write a name directly after #, such as #home."),
        ('@" "', 1, "Write a name directly after @, such as @home."),
        ("p1 & # Work", 6, "Write a name directly after #, such as #home."),
        (
            "#Home improvement",
            7,
            'Write & or | before “improvement”; a name of several words needs quotes: #"…".',
        ),
        ("#Work@errand", 6, None),
        ('#"a"b', 5, None),
        ("@e*r", 4, "Write * at the end of a name only, or \\* for the character."),
        # Texts
        ("search:", 8, "Write what to look for, such as search: milk."),
        ('p1 & search: ""', 14, "Write what to look for, such as search: milk."),
        (
            "search: " + " ".join(f"w{n}" for n in range(21)),
            9,
            "Search for at most 20 words, or put some of them in quotes.",
        ),
        ('search: a "b"', 9, None),
        ('p1 & search: "a', 14, 'Close this quotation mark, or write \\" for the character.'),
        ("search: “a", 9, "Close this quotation mark, or write \\“ for the character."),
        ("search: a”", 10, None),
        ("p1 & \\", 6, None),
        ("search: a\\ b", 10, None),
        ("search: a\x00b", 10, "Remove this character: it cannot be shown."),
        ("#\ud800", 2, "Remove this character: it cannot be shown."),
        # Estimates
        ("estimate 30m", 1, "Write how to compare: estimate < 30m, or <=, =, >=, >."),
        ("estimate < 30", 11, "Write a time such as 30m, 2h or 1h30m."),
        ("estimate <", 11, "Write a time such as 30m, 2h or 1h30m."),
    ],
)
def test_error_says_what_to_do_and_where(text: str, column: int, message: str | None) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)

    assert caught.value.column == column
    assert message is None or caught.value.message == message
    assert caught.value.message.endswith((".", "?"))
    assert str(caught.value) == f"Column {column}: {caught.value.message}"


def test_nesting_is_allowed_up_to_its_bound() -> None:
    assert parse("(" * DEPTH_MAX + "p1" + ")" * DEPTH_MAX) == P1


# --- Which days are meant -------------------------------------------------------------------------

MONDAY, SUNDAY = 0, 6
# A Tuesday.
NOW = date(2026, 11, 24)


def find(text: str, *, today: date = NOW, week_start: int = MONDAY, back: bool = False) -> str:
    """Write the first and the last day that a text means."""
    now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    days = read_days(text, 1)
    assert days is not None
    found = find_days(days, Clock(now, ZoneInfo("UTC"), today, week_start), looks_back=back)
    return " ".join(str(day) for day in dict.fromkeys(found))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", "2026-11-24"),
        ("yesterday", "2026-11-23"),
        ("+7 days", "2026-12-01"),
        ("in 2 weeks", "2026-12-08"),
        ("3 days ago", "2026-11-21"),
        ("-1 month", "2026-10-24"),
        ("in a year", "2027-11-24"),
        ("next 7 days", "2026-11-24 2026-11-30"),
        ("next 1 day", "2026-11-24"),
        ("last 7 days", "2026-11-18 2026-11-24"),
        ("past 1 day", "2026-11-24"),
        ("this week", "2026-11-23 2026-11-29"),
        ("last week", "2026-11-16 2026-11-22"),
        ("next week", "2026-11-30 2026-12-06"),
        ("this weekend", "2026-11-28 2026-11-29"),
        ("next weekend", "2026-12-05 2026-12-06"),
        ("last weekend", "2026-11-21 2026-11-22"),
        ("this month", "2026-11-01 2026-11-30"),
        ("next month", "2026-12-01 2026-12-31"),
        ("last month", "2026-10-01 2026-10-31"),
        ("this year", "2026-01-01 2026-12-31"),
        ("next year", "2027-01-01 2027-12-31"),
        ("tuesday", "2026-11-24"),
        ("monday", "2026-11-30"),
        ("next friday", "2026-12-04"),
        ("23 nov", "2027-11-23"),
        ("29 feb", "2028-02-29"),
        ("1 may 2020", "2020-05-01"),
        ("end of month", "2026-11-30"),
        ("day after tomorrow", "2026-11-26"),
    ],
)
def test_days_are_counted_from_today(text: str, expected: str) -> None:
    assert find(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tuesday", "2026-11-24"),
        ("monday", "2026-11-23"),
        ("wednesday", "2026-11-18"),
        ("23 nov", "2026-11-23"),
        ("25 nov", "2025-11-25"),
        ("29 feb", "2024-02-29"),
        ("25 dec 2027", "2027-12-25"),
        ("+1 day", "2026-11-25"),
    ],
)
def test_days_that_are_past_are_the_last_such(text: str, expected: str) -> None:
    assert find(text, back=True) == expected


@pytest.mark.parametrize(
    ("text", "today", "week_start", "expected"),
    [
        ("this week", date(2026, 11, 29), MONDAY, "2026-11-23 2026-11-29"),
        ("this week", date(2026, 11, 29), SUNDAY, "2026-11-29 2026-12-05"),
        ("this week", date(2026, 11, 28), SUNDAY, "2026-11-22 2026-11-28"),
        ("this week", date(2026, 11, 27), 5, "2026-11-21 2026-11-27"),
        ("this week", date(2026, 12, 31), MONDAY, "2026-12-28 2027-01-03"),
        ("this weekend", date(2026, 11, 28), SUNDAY, "2026-11-28 2026-11-29"),
        ("this weekend", date(2026, 11, 29), SUNDAY, "2026-11-28 2026-11-29"),
        ("+1 month", date(2027, 1, 31), MONDAY, "2027-02-28"),
        ("+1 year", date(2028, 2, 29), MONDAY, "2029-02-28"),
        ("last month", date(2028, 3, 31), MONDAY, "2028-02-01 2028-02-29"),
        ("next month", date(2026, 12, 31), MONDAY, "2027-01-01 2027-01-31"),
        ("29 feb", date(2097, 3, 1), MONDAY, "2104-02-29"),
    ],
)
def test_days_over_the_ends_of_weeks_months_and_years(
    text: str, today: date, week_start: int, expected: str
) -> None:
    assert find(text, today=today, week_start=week_start) == expected


# --- What no text gives ---------------------------------------------------------------------------


def test_name_without_a_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="does not begin with # or @"):
        read_name("Work", 1)


def test_phrase_that_names_no_day_is_refused() -> None:
    clock = Clock(datetime(2026, 11, 24, tzinfo=UTC), ZoneInfo("UTC"), NOW, MONDAY)

    with pytest.raises(ValueError, match="names no day"):
        find_days(Phrase("blue moon"), clock)
