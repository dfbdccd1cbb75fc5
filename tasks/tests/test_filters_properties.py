"""What holds of the filter language for any text: one kind of error, one meaning, linear time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accounts.calendar import local_date
from accounts.tests.effort import count_calls
from tasks.filters import FilterError, parse, write
from tasks.filters.days import IN_A_CENTURY, find_days
from tasks.filters.scanning import LENGTH_MAX
from tasks.filters.terms import KNOWN
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
from tasks.quick_add import vocabulary
from tasks.quick_add.clock import Clock
from tasks.tests.test_recurrence import ZONES

# --- Any text -------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    sorted(
        {
            *KNOWN,
            *vocabulary.READ_WORDS,
            *vocabulary.SPANS,
            *("+7 days", "-3", "2027-03-01", "31 feb", "9999", "ago", "last", "before", "after"),
            *("#Work", "@err*", '#"a b"', "search: x", "estimate", "<", "<=", "30m", "1h"),
        }
    )
)
SIGNS = st.sampled_from([*'&|!()"“”\\:*#@,.<=', " ", " ", " & ", " | "])
TEXTS = st.lists(WORDS | SIGNS | st.text(max_size=3), max_size=30).map("".join)


@settings(max_examples=500, deadline=None)
@given(TEXTS | st.text(max_size=300))
@example("\ud800 & \x00")
@example("#İ & @ﬃ* | search: ß")
@example("+9999 years | -9999 weeks")
def test_parse_raises_only_filter_errors(text: str) -> None:
    read = read_or_explain(text)

    if isinstance(read, FilterError):
        assert 1 <= read.column <= len(text) + 1
        assert read.message
    else:
        assert parse(write(read)) == read
        assert write(parse(write(read))) == write(read)


def read_or_explain(text: str) -> Tree | FilterError:
    """Return what a text says, or what is said of it."""
    try:
        return parse(text)
    except FilterError as error:
        return error


@pytest.mark.parametrize(
    "part",
    [
        *("(", "!", '"', "“", "\\", ":", "<", "#", "@*", "\\a", " ", "& ", "p1&", "p1 ", "p1,"),
        *("due ", "due before ", "2 ", "+7 days ", "search ", 'search "', "last ", "the ", "é"),
        *('#"a', "no ", "estimate < ", "1h", "\u00a0", "in 2 weeks ", "dec ", "friday "),
    ],
)
def test_time_is_linear(part: str) -> None:
    text = (part * LENGTH_MAX)[:LENGTH_MAX]

    assert measure(text) < 3 * measure(text[: LENGTH_MAX // 2]) + 3_000


def measure(text: str) -> int:
    """Return how much work it is to read a text."""
    return count_calls(lambda: read_or_explain(text))


# --- Any tree -------------------------------------------------------------------------------------

LOOKS = ["today", "friday", "next monday", "25 dec", "29 feb", "2027-03-01", "end of the week"]
DAYS = st.one_of(
    st.sampled_from(sorted(IN_A_CENTURY)).flatmap(
        lambda unit: st.builds(
            Offset,
            st.integers(-min(9999, IN_A_CENTURY[unit]), min(9999, IN_A_CENTURY[unit])),
            st.just(unit),
        )
    ),
    st.builds(Period, st.integers(-1, 1), st.sampled_from(["week", "weekend", "month", "year"])),
    st.builds(Phrase, st.sampled_from(LOOKS[1:])),
)
WINDOWS = st.builds(Window, st.integers(1, 9999) | st.integers(-9999, -1))
NAMES = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], include_characters='\\"“”&|!()*#@ \t\n'),
    max_size=20,
)
FILLED = NAMES.filter(str.strip)
TERMS = st.one_of(
    st.sampled_from(Flag),
    st.builds(Dated, st.sampled_from(Field), st.sampled_from(Relation), DAYS),
    st.builds(Dated, st.sampled_from(Field), st.just(Relation.ON), WINDOWS),
    st.builds(Priority, st.integers(1, 4)),
    st.builds(Named, st.sampled_from(Mark), FILLED, st.booleans()),
    st.builds(Search, FILLED),
    st.builds(Estimate, st.sampled_from(Comparison), st.integers(1, 60_039)),
)


def make_trees(terms: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    """Return filters of these terms."""
    return st.recursive(
        terms,
        lambda trees: st.one_of(
            st.builds(Not, trees),
            st.builds(And, st.lists(trees, min_size=2, max_size=3).map(tuple)),
            st.builds(Or, st.lists(trees, min_size=2, max_size=3).map(tuple)),
        ),
        max_leaves=12,
    )


NOWS = st.datetimes(datetime(1971, 1, 1), datetime(8900, 1, 1), timezones=st.just(UTC))


@settings(max_examples=300, deadline=None)
@given(make_trees(TERMS))
@example(Named(Mark.TAG, "", is_beginning=True))
@example(Search('"'))
@example(Search("“a”"))
@example(Named(Mark.CATEGORY, "\\"))
def test_tree_is_written_and_read_back(tree: Tree) -> None:
    text = write(tree)

    assert parse(text) == tree
    assert write(parse(text)) == text


@settings(max_examples=200, deadline=None)
@given(DAYS | WINDOWS, NOWS, ZONES, st.sampled_from([0, 5, 6]), st.booleans())
def test_days_are_found_on_any_day(
    days: Offset | Period | Phrase | Window,
    now: datetime,
    zone: ZoneInfo,
    week_start: int,
    looks_back: bool,
) -> None:
    today = local_date(now, zone, 0)
    first, last = find_days(days, Clock(now, zone, today, week_start), looks_back=looks_back)

    assert isinstance(first, date)
    assert first <= last
    if isinstance(days, Phrase) and days.text in {"friday", "25 dec", "29 feb"}:
        assert (first <= today) if looks_back else (first >= today)
