"""Check-ins by the actions that every interface calls: set, added to, cleared; and their days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.history import Event
from accounts.models import User
from accounts.versioning import StaleVersionError
from habits.actions import CheckInError, add_to_checkin, clear_checkin, set_checkin
from habits.models import CheckIn, Habit
from habits.tests.make import START, days_from, make_checkin, make_habit, stored, streaks

DAY = timedelta(days=1)
TODAY = START + 9 * DAY


@pytest.fixture
def habit(ann: User) -> Habit:
    """Return a daily yes/no habit of Ann's."""
    return make_habit(ann, start_date=START)


@pytest.fixture
def water(ann: User) -> Habit:
    """Return a habit of Ann's that is counted: 8 glasses a day."""
    return make_habit(
        ann, "Water", start_date=START, kind="at_least", target=Decimal(8), unit="glasses"
    )


# --- Set ----------------------------------------------------------------------------------------


def test_set_records_and_brings_the_streak(habit: Habit) -> None:
    for day in days_from(START, 3):
        checkin = set_checkin(habit=habit, day=day, today=TODAY)

    assert (checkin.day, checkin.user) == (START + 2 * DAY, habit.user)
    assert checkin.value == 1
    assert (habit.streak, streaks(habit)) == (3, (3, 3))


def test_set_replaces_what_is_there(water: Habit) -> None:
    set_checkin(habit=water, day=START, today=TODAY, value=Decimal(3), note="Too little")

    set_checkin(habit=water, day=START, today=TODAY, value=Decimal("8.125"))

    row = CheckIn.objects.get()
    assert (row.value, row.note, row.version) == (Decimal("8.125"), "Too little", 2)
    assert streaks(water) == (1, 1)


def test_set_of_what_was_cleared_meanwhile_makes_none(habit: Habit) -> None:
    with pytest.raises(CheckIn.DoesNotExist):
        set_checkin(habit=habit, day=START, today=TODAY, expected=1)

    assert not CheckIn.objects.exists()
    assert streaks(habit) == (0, 0)


def test_set_with_an_empty_note_takes_the_note_away(habit: Habit) -> None:
    set_checkin(habit=habit, day=START, today=TODAY, note="Chapter 1")

    set_checkin(habit=habit, day=START, today=TODAY, note="")

    assert CheckIn.objects.get().note == ""


def test_set_twice_changes_nothing(habit: Habit) -> None:
    first = set_checkin(habit=habit, day=START, today=TODAY, note="Chapter 1")
    events, numbers = Event.objects.count(), stored(habit)

    again = set_checkin(habit=habit, day=START, today=TODAY, note="Chapter 1")

    assert (again.pk, again.version) == (first.pk, 1)
    assert (Event.objects.count(), stored(habit)) == (events, numbers)


def test_no_on_record_is_no_streak(habit: Habit) -> None:
    set_checkin(habit=habit, day=START, today=TODAY, value=Decimal(0))

    assert CheckIn.objects.get().value == 0
    assert streaks(habit) == (0, 0)


@pytest.mark.parametrize(
    ("day", "words"), [(TODAY + DAY, "in the future"), (START - DAY, "starts on 2026-11-02")]
)
def test_set_refuses_a_day(day: date, words: str, habit: Habit) -> None:
    with pytest.raises(CheckInError, match=words) as caught:
        set_checkin(habit=habit, day=day, today=TODAY)

    assert list(caught.value.message_dict) == ["day"]
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("day", [START, TODAY])
def test_set_takes_the_first_day_and_today(day: date, habit: Habit) -> None:
    set_checkin(habit=habit, day=day, today=TODAY)

    assert CheckIn.objects.get().day == day


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("yes_no", "2"),
        ("yes_no", "0.5"),
        ("at_least", "-0.001"),
        ("at_least", "0.0001"),
        ("at_least", "1000000000"),
        ("at_least", "NaN"),
        ("at_least", "Infinity"),
    ],
)
def test_set_refuses_a_value(kind: str, value: str, habit: Habit, water: Habit) -> None:
    one = habit if kind == "yes_no" else water

    with pytest.raises(CheckInError) as caught:
        set_checkin(habit=one, day=START, today=TODAY, value=Decimal(value))

    assert list(caught.value.message_dict) == ["value"]
    assert not CheckIn.objects.exists()


def test_set_refuses_a_note_that_is_too_long(habit: Habit) -> None:
    with pytest.raises(CheckInError) as caught:
        set_checkin(habit=habit, day=START, today=TODAY, note="x" * 10_001)

    assert list(caught.value.message_dict) == ["note"]


@pytest.mark.parametrize("expected", [1, 2])
def test_set_and_clear_ask_for_the_expected_version(expected: int, habit: Habit) -> None:
    checkin = make_checkin(habit)
    checkin.change(note="Changed meanwhile")
    options: dict[str, Any] = {"habit": habit, "day": START, "expected": expected}
    if expected == 2:
        set_checkin(today=TODAY, value=Decimal(0), **options)
        assert clear_checkin(**options | {"expected": 3})
        return

    with pytest.raises(StaleVersionError):
        set_checkin(today=TODAY, value=Decimal(0), **options)
    with pytest.raises(StaleVersionError):
        clear_checkin(**options)

    checkin.refresh_from_db()
    assert checkin.value == 1
    assert checkin.version == 2
    assert streaks(habit) == (1, 1)


def test_set_of_a_habit_that_is_gone_raises(habit: Habit) -> None:
    Habit.objects.all().delete()

    with pytest.raises(Habit.DoesNotExist):
        set_checkin(habit=habit, day=START, today=TODAY)


def test_set_follows_the_rule_that_was_changed_meanwhile(habit: Habit) -> None:
    read_before = Habit.objects.get()
    habit.change(kind="at_least", target=Decimal(2), start_date=START + DAY)

    set_checkin(habit=read_before, day=START + DAY, today=TODAY, value=Decimal(2))

    with pytest.raises(CheckInError):
        set_checkin(habit=read_before, day=START, today=TODAY)
    assert streaks(habit) == (1, 1)


# --- Added to and cleared -----------------------------------------------------------------------


def test_add_counts_from_nothing_and_in_decimals(water: Habit) -> None:
    for amount in ("0.1", "0.2", "7.7"):
        checkin = add_to_checkin(habit=water, day=START, today=TODAY, amount=Decimal(amount))

    assert checkin.value == 8
    assert CheckIn.objects.get().value == 8
    assert (water.streak, streaks(water)) == (1, (1, 1))


def test_add_takes_away_and_leaves_no_less_than_nothing(water: Habit) -> None:
    add_to_checkin(habit=water, day=START, today=TODAY, amount=Decimal(8))

    add_to_checkin(habit=water, day=START, today=TODAY, amount=Decimal(-3))

    assert streaks(water) == (0, 0)
    with pytest.raises(CheckInError):
        add_to_checkin(habit=water, day=START, today=TODAY, amount=Decimal(-6))
    assert CheckIn.objects.get().value == 5


def test_add_refuses_a_second_yes_and_a_future_day(habit: Habit) -> None:
    add_to_checkin(habit=habit, day=START, today=TODAY)

    with pytest.raises(CheckInError, match="1 for yes"):
        add_to_checkin(habit=habit, day=START, today=TODAY)
    with pytest.raises(CheckInError, match="future"):
        add_to_checkin(habit=habit, day=TODAY + DAY, today=TODAY)


def test_clear_says_whether_something_was_there(habit: Habit) -> None:
    set_checkin(habit=habit, day=START, today=TODAY)

    cleared = [clear_checkin(habit=habit, day=START) for _ in range(2)]

    assert cleared == [True, False]
    assert (habit.streak, streaks(habit)) == (0, (0, 0))


# --- The form -----------------------------------------------------------------------------------


def test_form_refuses_what_the_actions_refuse(habit: Habit) -> None:
    def clean(**values: Any) -> set[str]:
        row = CheckIn(**{"user": habit.user, "habit": habit, "day": START} | values)
        with pytest.raises(ValidationError) as caught:
            row.full_clean()
        return set(caught.value.message_dict)

    with time_machine.travel(datetime(2026, 11, 10, 12, tzinfo=UTC)):
        assert clean(day=date(2026, 11, 11)) == {"day"}
        assert clean(day=START - DAY) == {"day"}
        assert clean(value=Decimal(2)) == {"value"}
        assert clean(day=None) == {"day"}
        CheckIn(user=habit.user, habit=habit, day=date(2026, 11, 10)).full_clean()


def test_form_leaves_what_was_recorded_under_another_rule(water: Habit) -> None:
    early, many = make_checkin(water, START), make_checkin(water, START + 2 * DAY, 5)
    water.change(kind="yes_no", target=None, start_date=START + DAY)

    for row in (early, many):
        row.note = "As it was"
        row.full_clean()

    many.value = Decimal(6)
    with pytest.raises(ValidationError, match="1 for yes"):
        many.full_clean()


# --- Whose day it is ----------------------------------------------------------------------------


@pytest.mark.parametrize("day_starts_at", range(7))
@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25", "2026-11-10"])
def test_check_in_in_the_night_belongs_to_the_day_that_its_owner_says(
    night: str, day_starts_at: int, ann: User
) -> None:
    """At half past one, also in the nights in which clocks are changed."""
    ann.change(time_zone="Europe/Berlin", day_starts_at=day_starts_at)
    habit = make_habit(ann, start_date=date(2026, 1, 1))
    at = datetime.fromisoformat(f"{night} 01:30").replace(tzinfo=ann.zone)
    morning = datetime.fromisoformat(f"{night} 07:00").replace(tzinfo=ann.zone)

    for instant in (at, morning):
        today = ann.local_date(instant)
        set_checkin(habit=habit, day=today, today=today)

    days = list(CheckIn.objects.order_by("day").values_list("day", flat=True))
    calendar_day = date.fromisoformat(night)
    late = [] if day_starts_at < 2 else [calendar_day - DAY]
    assert days == [*late, calendar_day]
    assert streaks(habit)[0] == len(days)


# A flight: the zone and the instants of its check-ins, then those of the zone where it ends.
FLIGHTS = {
    # Over the date line to the west, from the evening into the day after the next.
    "to Auckland": (
        ("Pacific/Honolulu", "2026-11-09T20:00:00Z", "2026-11-10T20:00:00Z"),
        ("Pacific/Auckland", "2026-11-11T09:00:00Z", "2026-11-12T09:00:00Z"),
    ),
    # Back to the east: the day of departure comes twice.
    "to Honolulu": (
        ("Pacific/Auckland", "2026-11-09T20:00:00Z", "2026-11-10T20:00:00Z"),
        ("Pacific/Honolulu", "2026-11-11T09:00:00Z", "2026-11-12T09:00:00Z"),
    ),
    "to Kiritimati": (
        ("Pacific/Pago_Pago", "2026-11-10T10:30:00Z", "2026-11-11T10:30:00Z"),
        ("Pacific/Kiritimati", "2026-11-11T10:31:00Z", "2026-11-12T10:31:00Z"),
    ),
}


@pytest.mark.parametrize("day_starts_at", [0, 3, 6])
@pytest.mark.parametrize("flight", FLIGHTS)
def test_flight_makes_no_two_days_of_one_and_loses_none(
    flight: str, day_starts_at: int, ann: User
) -> None:
    ann.change(day_starts_at=day_starts_at)
    habit = make_habit(ann, start_date=START)
    said: list[date] = []

    for zone, *instants in FLIGHTS[flight]:
        ann.change(time_zone=zone)
        for text in instants:
            today = ann.local_date(datetime.fromisoformat(text))
            set_checkin(habit=habit, day=today, today=today)
            said.append(today)

    stored_days = set(CheckIn.objects.values_list("day", flat=True))
    assert stored_days == set(said)
    assert CheckIn.objects.count() == len(set(said))


def test_day_that_came_before_the_flight_stays_and_can_be_cleared(ann: User) -> None:
    """East over the date line it is yesterday again: what was today is in the future."""
    at = datetime(2026, 11, 10, 20, tzinfo=UTC)
    ann.change(time_zone="Pacific/Auckland")
    habit = make_habit(ann, start_date=START)
    before = ann.local_date(at)
    set_checkin(habit=habit, day=before, today=before)
    ann.change(time_zone="Pacific/Honolulu")
    today = ann.local_date(at)

    assert (before, today) == (date(2026, 11, 11), date(2026, 11, 10))
    set_checkin(habit=habit, day=today, today=today)
    assert Habit.objects.with_streak(today).values_list("streak", flat=True).get() == 2
    with pytest.raises(CheckInError):
        set_checkin(habit=habit, day=before, today=today, value=Decimal(0))
    assert clear_checkin(habit=habit, day=before)
    assert streaks(habit) == (1, 1)
