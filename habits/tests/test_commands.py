"""The commands that check in, and that show habits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.tests.make import make_user
from habits.models import CheckIn, Habit
from habits.tests.make import make_checkin, make_checkins, make_habit, make_rest

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(1)
START = TODAY - 60 * DAY


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    """Let it be noon on Tuesday, 24 November 2026, in UTC."""
    with time_machine.travel(NOW, tick=False):
        yield


def check_in(*arguments: str) -> str:
    """Check in for Ann and return what is printed."""
    out = StringIO()
    call_command("check_in", "Ann@Example.org", *arguments, stdout=out)
    return out.getvalue()


def recorded(habit: Habit) -> dict[date, Decimal]:
    """Return what is recorded of a habit."""
    return dict(habit.checkins.values_list("day", "value"))


def make_water(owner: User) -> Habit:
    """Make a habit of eight glasses a day."""
    return make_habit(
        owner, "Water", kind="at_least", target=Decimal(8), unit="glasses", start_date=START
    )


# --- check_in -------------------------------------------------------------------------------------


def test_check_in_is_yes_today(ann: User) -> None:
    habit = make_habit(ann, "Read", start_date=START)
    make_checkins(habit, [TODAY - 2 * DAY, TODAY - DAY])

    printed = check_in("Read")

    assert recorded(habit)[TODAY] == 1
    assert printed == "Read, 2026-11-24: yes\nstreak: 3 days\n"


def test_check_in_of_today_is_by_the_owners_clock(db: None) -> None:
    ann = make_user("ann@example.org", time_zone="Pacific/Auckland")
    habit = make_habit(ann, "Read")

    printed = check_in("Read")

    assert recorded(habit) == {TODAY + DAY: 1}
    assert "2026-11-25" in printed


def test_check_in_on_a_day_before_counts(ann: User) -> None:
    habit = make_habit(ann, "Read", frequency="weekly", start_date=START)
    make_checkin(habit, TODAY)

    printed = check_in("Read", "--day", "2026-11-18")

    assert set(recorded(habit)) == {date(2026, 11, 18), TODAY}
    assert printed == "Read, 2026-11-18: yes\nstreak: 2 weeks\n"


def test_check_in_says_one_of_the_unit(ann: User) -> None:
    make_habit(ann, "Read", frequency="rolling", times=1, span=7, start_date=START)

    assert check_in("Read").endswith("streak: 1 time\n")


def test_check_in_says_what_the_streak_is_today(ann: User) -> None:
    make_habit(ann, "Read", start_date=START)

    assert check_in("Read", "--day", "2026-11-01").endswith("streak: 0 days\n")


def test_check_in_no_is_on_record(ann: User) -> None:
    habit = make_habit(ann, "Read", start_date=START)

    printed = check_in("Read", "--value", "0")

    assert recorded(habit) == {TODAY: 0}
    assert printed == "Read, 2026-11-24: no\nstreak: 0 days\n"


def test_check_in_of_an_amount_replaces_it(ann: User) -> None:
    water = make_water(ann)
    make_checkin(water, TODAY, value=3)

    printed = check_in("Water", "--value", "8.50")

    assert recorded(water) == {TODAY: Decimal("8.5")}
    assert printed == "Water, 2026-11-24: 8.5 glasses\nstreak: 1 day\n"


def test_check_in_of_an_amount_needs_it(ann: User) -> None:
    make_water(ann)

    with pytest.raises(CommandError, match=r"“Water” counts an amount \(glasses\): give it as"):
        check_in("Water")

    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--day", "2026-11-25"), "The day lies in the future."),
        (("--day", str(START - DAY)), f"The habit starts on {START}."),
        (("--day", "tomorrow"), "“tomorrow” is no day: write it as 2026-12-31."),
        (("--value", "2"), "Say 1 for yes or 0 for no."),
        (("--value=-1",), "greater than or equal to 0"),
        (("--value", "NaN"), "“NaN” is no number: write it as 10.5."),
        (("--value", "1e99"), "no more than"),
        (("--value", "10,5"), "“10,5” is no number: write it as 10.5."),
    ],
    ids=str,
)
def test_check_in_that_cannot_be_is_refused(
    ann: User, arguments: tuple[str, ...], message: str
) -> None:
    make_habit(ann, "Read", start_date=START)

    with pytest.raises(CommandError) as error:
        check_in("Read", *arguments)

    assert message in str(error.value)
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Read", "Read"),
        ("read", "read"),
        ("READ MORE", "Read more"),
        ("WRITE", "Write"),
        ("write m", "Write more"),
        ("übe", "ÜBEN"),
    ],
)
def test_check_in_finds_the_habit_by_its_name(ann: User, text: str, name: str) -> None:
    for other in ("Read", "read", "Read more", "Write", "Write more", "ÜBEN"):
        make_habit(ann, other)

    check_in(text)

    assert CheckIn.objects.get().habit.name == name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("READ", "“READ” may be “Read”, “read”: name one of them."),
        ("w", "“w” may be “Write”, “Walk”: name one of them."),
        ("Draw", "No habit is named “Draw”. There are “Read”, “read”, “Write”, “Walk”, “Run”, “R"),
        ("Ru", "Several habits are named “Run”: rename one."),
        ("\x1b[2J", r"No habit is named “\x1b[2J”."),
    ],
    ids=ascii,
)
def test_check_in_of_a_habit_that_is_not_clear_names_those_that_fit(
    ann: User, text: str, message: str
) -> None:
    for name in ("Read", "read", "Write", "Walk", "Run", "Run"):
        make_habit(ann, name)

    with pytest.raises(CommandError) as error:
        check_in(text)

    assert str(error.value).startswith(message)
    assert not CheckIn.objects.exists()


def test_check_in_finds_no_habit_that_is_put_away_or_anothers(ann: User, mallory: User) -> None:
    make_habit(ann, "Read", archived_at=NOW)
    make_habit(mallory, "Read")

    with pytest.raises(CommandError, match=r"^ann@example\.org has no habits\.$"):
        check_in("Read")


def test_check_in_passes_by_a_habit_of_the_name_that_is_put_away(ann: User) -> None:
    make_habit(ann, "Read", archived_at=NOW)
    habit = make_habit(ann, "Read")

    check_in("Read")

    assert CheckIn.objects.get().habit == habit


def test_check_in_prints_no_control_characters(ann: User) -> None:
    make_habit(ann, "a\x1b[2J", kind="at_least", target=Decimal(1), unit="\x9b")

    printed = check_in("a", "--value", "2")

    assert printed.splitlines()[0] == r"a\x1b[2J, 2026-11-24: 2 \x9b"


def test_check_in_for_an_unknown_address_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="Nobody here has"):
        call_command("check_in", "nobody@example.org", "Read")


# --- habits ---------------------------------------------------------------------------------------


class Terminal(StringIO):
    """An output that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def show(*arguments: str, output: StringIO | None = None) -> str:
    """Show Ann's habits and return what is printed."""
    output = output or StringIO()
    call_command("habits", "ann@example.org", *arguments, stdout=output)
    return output.getvalue()


def strip_of(printed: str, name: str) -> str:
    """Return the strip of days of a habit."""
    (row,) = (row for row in json.loads(printed) if row["habit"] == name)
    return str(row["days"])


def test_habits_shows_a_table(ann: User) -> None:
    read = make_habit(ann, "Read", start_date=START)
    make_checkins(read, [TODAY - n * DAY for n in range(12)])
    water = make_water(ann)
    make_checkin(water, TODAY - DAY, value=8)
    make_checkin(water, TODAY, value="2.5")

    lines = show().splitlines()

    assert [line.split() for line in lines[:3]] == [
        ["Habit", "Schedule", "Streak", "Strength", "Days"],
        ["Read", "every", "day", "12", "days", "47%", "." * 18 + "#" * 12],
        [
            *("Water", "every", "day,", "at", "least", "8", "glasses"),
            *("1", "day", "7%", "." * 28 + "#+"),
        ],
    ]
    assert lines[3].startswith("Days: the last 30 up to 2026-11-24; # done, + recorded but not")


def test_habits_shows_what_each_day_was(ann: User) -> None:
    read = make_habit(ann, "Read", frequency="weekdays", weekdays=0b0011111, start_date=START)
    make_checkins(read, [date(2026, 11, 20), date(2026, 11, 22)])
    make_checkin(read, date(2026, 11, 18), value=0)
    make_rest(ann, date(2026, 11, 16), date(2026, 11, 17), habit=read)
    make_rest(ann, date(2026, 10, 1), date(2026, 10, 26))
    make_checkin(read, date(2026, 10, 25))

    # Monday, 26 October, to Tuesday, 24 November.
    assert strip_of(show("--json"), "Read") == "=....__.....__.....__==+.#_#.."


def test_habits_shows_no_day_before_the_start_as_missed(ann: User) -> None:
    make_habit(ann, "Read", start_date=TODAY - DAY)

    assert strip_of(show("--json"), "Read") == "_" * 28 + ".."


def test_habits_shows_rest_of_all_habits(ann: User, mallory: User) -> None:
    make_habit(ann, "Read", start_date=START)
    make_rest(ann, TODAY - 2 * DAY, TODAY + 9 * DAY)
    make_rest(mallory, TODAY - 20 * DAY, TODAY)

    assert strip_of(show("--json"), "Read") == "." * 27 + "==="


def test_habits_shows_a_streak_that_is_over_as_none(ann: User) -> None:
    habit = make_habit(ann, "Read", start_date=START)
    make_checkins(habit, [TODAY - 3 * DAY])

    (row,) = json.loads(show("--json"))

    assert (row["streak"], row["schedule"]) == ("0 days", "every day")


def test_habits_are_in_the_order_by_hand(ann: User) -> None:
    for name, position in (("Read", 3), ("Walk", 1), ("Draw", 2)):
        make_habit(ann, name).change(position=position)

    assert [row["habit"] for row in json.loads(show("--json"))] == ["Walk", "Draw", "Read"]


def test_habits_that_are_put_away_are_shown_when_asked_for(ann: User, mallory: User) -> None:
    make_habit(ann, "Read")
    make_habit(ann, "Walk", archived_at=NOW)
    make_habit(mallory, "Hers")

    assert [row["habit"] for row in json.loads(show("--json"))] == ["Read"]
    assert [row["habit"] for row in json.loads(show("--json", "--archived"))] == ["Read", "Walk"]


def test_habits_says_when_there_are_none(ann: User) -> None:
    assert show() == "There are no habits.\n"


def test_habits_of_an_unknown_address_are_refused(db: None) -> None:
    with pytest.raises(CommandError, match="Nobody here has"):
        call_command("habits", "nobody@example.org")


def test_habits_folds_no_strip_on_a_narrow_terminal(
    ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    make_habit(ann, "Read a chapter of a long book before going to sleep", start_date=START)

    printed = show(output=Terminal())

    assert "." * 30 in printed


def test_habits_prints_no_control_characters(ann: User) -> None:
    make_habit(ann, "a\x1b[2J")

    assert r"a\x1b[2J" in show()


def test_habits_takes_four_queries(
    ann: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        habit = make_habit(ann, f"{number}", start_date=START)
        make_checkins(habit, [TODAY - n * DAY for n in range(number)])
        make_rest(ann, TODAY, habit=habit)

    with django_assert_num_queries(4):
        show()
