"""What holds of quick add for any text: it never raises, reads its own words, and is linear."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from accounts.tests.effort import count_calls
from tasks.quick_add import QuickAdd, read_quick_add, vocabulary
from tasks.recurrence import (
    Mode,
    Recurrence,
    describe,
    describe_with_start,
    make_recurrence,
    month_rule,
    year_rule,
)
from tasks.recurrence.building import nth_weekday_rule, week_rule
from tasks.tests.test_recurrence import ZONES

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)
NOWS = st.datetimes(datetime(1971, 1, 1), datetime(2900, 1, 1), timezones=st.just(UTC))
WEEK_STARTS = st.sampled_from([1, 6, 7])

# Words of the grammar, numbers and what they could be taken for, and punctuation.
TABLES = (
    vocabulary.READ_WORDS,
    vocabulary.FUNCTION_WORDS,
    vocabulary.ORDINALS,
    vocabulary.PLURAL_UNITS,
    vocabulary.SPANS,
    vocabulary.STARTING,
    vocabulary.UNTIL,
    vocabulary.WEEKDAY_GROUPS,
)
OTHERS = (
    *("0", "1", "25", "31", "2027", "9999", "1st", "15th", "31st", "5pm", "17:30", "25:99"),
    *("every!", "other", "of", "times", "2027-02-30", "#a", "@b", "~1h", "//", '"', '#"', "\\"),
)
WORDS = st.sampled_from(sorted({*OTHERS}.union(*TABLES)))
GLUE = st.sampled_from([" ", " ", " ", ", ", ". ", "! ", ": ", "", "\n"])
SENTENCES = st.lists(st.tuples(WORDS, GLUE).map("".join), max_size=20).map("".join)
SPANS = st.lists(st.tuples(st.integers(-5, 90), st.integers(-5, 90)), max_size=3)


# --- Any text -------------------------------------------------------------------------------------


@settings(max_examples=250, deadline=None)
@given(SENTENCES | st.text(max_size=200), NOWS, ZONES, WEEK_STARTS, st.integers(0, 6), SPANS)
@example("every 9999 quarters for 9999 years", TUESDAY, ZoneInfo("UTC"), 1, 0, [])
@example('\ud800 \x00 \\ # @ ~ ! p " every', TUESDAY, ZoneInfo("UTC"), 1, 0, [])
def test_quick_add_never_raises(
    text: str,
    now: datetime,
    zone: ZoneInfo,
    week_start: int,
    day_starts_at: int,
    ignore: list[tuple[int, int]],
) -> None:
    task = read_quick_add(
        text,
        now=now,
        zone=zone,
        week_start=week_start,
        day_starts_at=day_starts_at,
        ignore=ignore,
    )

    check(task, text)


def check(task: QuickAdd, text: str) -> None:
    """Check what holds of each task that was read."""
    places = [place for span in task.spans for place in range(span.start, span.end)]
    assert len(places) == len(set(places))
    assert all(0 <= place < len(text) for place in places)
    assert (task.due is None) == (task.due_day is None)
    if task.due:
        assert 1900 <= task.due.year <= 9998
        assert task.due.second == 0
    if task.recurrence:
        assert task.recurrence.first.at == task.due
        assert task.recurrence.all_day == task.all_day
    if not task.spans and "\\" not in text:
        assert "".join(task.title.split()) == "".join(text.split())


@settings(max_examples=120, deadline=None)
@given(SENTENCES, ZONES)
def test_title_is_stable_when_what_was_read_is_ignored(text: str, zone: ZoneInfo) -> None:
    spans = read_quick_add(text, now=TUESDAY, zone=zone).spans
    ignore = [(span.start, span.end) for span in spans]

    kept = read_quick_add(text, now=TUESDAY, zone=zone, ignore=ignore)

    assert not {(span.start, span.end) for span in kept.spans} & set(ignore)


# --- Its own words --------------------------------------------------------------------------------

NUMBERS = st.integers(2, 12)
WEEKDAYS = st.sampled_from(sorted(vocabulary.PLURAL_WEEKDAYS))
LISTS = st.lists(WEEKDAYS, min_size=1, max_size=4).map(", ".join) | st.lists(
    WEEKDAYS, min_size=2, max_size=2
).map(" and ".join)
UNITS = st.sampled_from(["day", "week", "month", "quarter", "year", "hour"])
ORDINALS = st.lists(
    st.integers(1, 31).map(lambda number: f"{number}th"), min_size=1, max_size=4
).map(" and ".join)
NTHS = st.lists(
    st.sampled_from(["1st", "2nd", "third", "4th", "5th", "last"]), min_size=1, max_size=3
).map(" and ".join)
DATES = st.builds("{} {}".format, st.sampled_from(sorted(vocabulary.MONTHS)), st.integers(1, 29))
NTH_WEEKDAYS = st.builds("{} {}".format, NTHS, st.sampled_from(["friday", "sun", "weekday"]))
PATTERNS = st.one_of(
    UNITS,
    st.builds("{} {}s".format, NUMBERS, UNITS),
    st.builds("other {}".format, UNITS | WEEKDAYS),
    st.sampled_from(["weekday", "weekend", "morning", "last day"]),
    LISTS,
    st.builds("{} weeks on {}".format, NUMBERS, LISTS),
    ORDINALS,
    st.builds("{} and last day".format, ORDINALS),
    st.builds("{} months on the {}".format, NUMBERS, ORDINALS | NTH_WEEKDAYS),
    NTH_WEEKDAYS,
    st.builds("{} of november".format, NTH_WEEKDAYS),
    DATES,
    st.builds("{} years on {}".format, NUMBERS, DATES),
)
TAILS = st.lists(
    st.sampled_from(
        [
            "at 9am",
            "at 23:59",
            "2:30",
            "in the evening",
            "starting tomorrow",
            "starting 31 jan",
            "from 1 Aug 2027",
            "until 1 Dec",
            "until 2 feb 2950",
            "for 3 years",
            "40 times",
        ]
    ),
    max_size=3,
).map(" ".join)
PHRASES = st.builds("{} {} {}".format, st.sampled_from(["every", "every!"]), PATTERNS, TAILS)


def make_rules(week_start: int) -> st.SearchStrategy[Recurrence]:
    """Build the rules that quick add can write, without its grammar."""
    interval, weekdays = st.integers(1, 4), st.sets(st.integers(0, 6), min_size=1)
    nths = st.sets(st.sampled_from([1, 2, 3, 4, -1]), min_size=1)
    # A 5th Thursday of February comes once in 28 years.
    nths_of_months = st.sets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1)
    counted = st.just((0, 1, 2, 3, 4)) | st.integers(0, 6).map(lambda day: (day,))
    rules = st.one_of(
        st.builds(week_rule, weekdays, interval, st.just(week_start - 1)),
        st.builds(month_rule, st.sets(st.integers(1, 31) | st.just(-1), min_size=1), interval),
        st.builds(nth_weekday_rule, nths_of_months, counted, st.none(), interval),
        st.builds(nth_weekday_rule, nths, counted, st.integers(1, 12), interval),
        st.builds(year_rule, st.just(2) | st.integers(1, 12), st.integers(1, 28), interval),
        st.builds(year_rule, st.just(2), st.just(29), interval),
    )
    return st.builds(
        lambda rule, mode: make_recurrence(
            rule, dtstart=TUESDAY.date(), zone=ZoneInfo("Europe/Berlin"), mode=mode
        ),
        rules,
        st.sampled_from(Mode),
    )


@settings(max_examples=120, deadline=None)
@given(PHRASES, NOWS, ZONES, WEEK_STARTS)
@example("every month until 1 Dec", datetime(2027, 1, 31, 9, tzinfo=UTC), ZoneInfo("UTC"), 1)
@example("every other mon, sun", TUESDAY, ZoneInfo("UTC"), 7)
def test_rule_becomes_text_becomes_the_same_rule(
    phrase: str, now: datetime, zone: ZoneInfo, week_start: int
) -> None:
    series = read_quick_add(phrase, now=now, zone=zone, week_start=week_start).recurrence
    assume(series is not None)
    assert series is not None

    # Before it starts; of a series that is over nothing could be read without its start.
    early = series.first.at - timedelta(seconds=1)
    words = describe(series)
    again = read_quick_add(words, now=early, zone=zone, week_start=week_start)

    assert again.title == ""
    assert again.recurrence is not None
    assert (again.recurrence.rrule, again.recurrence.mode) == (series.rrule, series.mode)
    assert describe(again.recurrence) == words


@settings(max_examples=120, deadline=None)
@given(PHRASES, NOWS, NOWS, ZONES, WEEK_STARTS)
def test_series_becomes_text_becomes_the_same_series_at_any_time(
    phrase: str, now: datetime, later: datetime, zone: ZoneInfo, week_start: int
) -> None:
    series = read_quick_add(phrase, now=now, zone=zone, week_start=week_start).recurrence
    assume(series is not None)
    assert series is not None

    again = read_quick_add(describe_with_start(series), now=later, zone=zone, week_start=week_start)

    assert (again.title, again.recurrence) == ("", series)


@settings(max_examples=80, deadline=None)
@given(st.data(), WEEK_STARTS)
def test_each_rule_that_can_be_written_is_read_back(data: st.DataObject, week_start: int) -> None:
    series = data.draw(make_rules(week_start))

    again = read_quick_add(describe(series), now=TUESDAY, zone=series.zone, week_start=week_start)

    assert again.title == ""
    assert again.recurrence is not None
    assert (again.recurrence.rrule, again.recurrence.mode) == (series.rrule, series.mode)


# --- Linear time ----------------------------------------------------------------------------------

# What could make a reader go back, or look far ahead, at each word.
WORST = [
    "every monday and ",
    "every 2nd and ",
    "every ",
    "every! other ",
    "1st, 2nd, last, ",
    "mon, tue, wed, ",
    "every mon, tue, wed, x ",
    "the day after ",
    "the end of ",
    "in 3 ",
    "25 dec ",
    "31 feb ",
    "dec ",
    "every day for 3 ",
    "every day until ",
    "every day starting every ",
    "every 0 days ",
    "every 20 years ",
    "every day at 9am until 1 jan 2020 ",
    "tomorrow at 5 ",
    "monday ",
    "weekly ",
    "on by due at ",
    "25:99 ",
    "#a ",
    '#"a ',
    '"',
    '" ',
    "“a ",
    '"a" ',
    "\\",
    "\\\\# ",
    "@a@",
    "p1 ",
    "// ",
    "~1h",
    "1",
    "1:",
    "a",
    "!",
    ".",
    " ",
    "ß",
    "İ ",
]


def measure(text: str) -> int:
    """Return how much work it is to read a text."""
    return count_calls(lambda: read_quick_add(text, now=TUESDAY, zone=ZoneInfo("UTC")))


@pytest.mark.parametrize("part", WORST)
def test_time_is_linear(part: str) -> None:
    texts = [(part * size)[:size] for size in (500, 1_000, 2_000)]
    # Fills the caches of rules and patterns.
    for text in texts:
        read_quick_add(text, now=TUESDAY, zone=ZoneInfo("UTC"))

    short, middle, long = (measure(text) for text in texts)

    # Twice the text adds twice as much, and not four times; a series costs the same each time.
    assert long - middle <= 2.5 * (middle - short) + 100


def test_time_of_a_text_of_2_000_characters_is_small() -> None:
    text = ("every mon, tue, 25 dec 5pm #a " * 100)[:2_000]

    assert measure(text) < 150_000
