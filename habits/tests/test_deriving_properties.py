"""Stored streaks and strength depend on the rows alone: not on the order or detours of writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from habits.actions import add_rest, add_to_checkin, clear_checkin, edit, rederive, set_checkin
from habits.models import CheckIn, Habit, Rest
from habits.rules import History, Kind, Rule
from habits.tests.histories import cases, days, rules
from habits.tests.make import derived_anew, make_habit, stored

DAY = timedelta(days=1)
TODAY = date(2099, 1, 1)

examples = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


def make(owner: User, rule: Rule) -> Habit:
    """Make a habit of whom a rule asks."""
    schedule = rule.schedule
    # Its row went back with the example before this one.
    owner.refresh_from_db()
    owner.change(week_start=schedule.week_start)
    return make_habit(
        owner,
        frequency=schedule.frequency.value,
        times=schedule.times,
        span=schedule.span,
        weekdays=schedule.weekdays,
        start_date=schedule.start,
        kind=rule.kind.value,
        target=rule.target,
    )


def write_all(habit: Habit, history: History, order: Random) -> None:
    """Write what is recorded, a row at a time, in some order."""
    writes: list[Callable[[], object]] = [
        lambda day=day, value=value: CheckIn.objects.create(  # type: ignore[misc]  # bound now
            user=habit.user, habit=habit, day=day, value=value
        )
        for day, value in history.values.items()
    ]
    writes += [
        lambda rest=rest: Rest.objects.create(  # type: ignore[misc]  # bound now
            user=habit.user,
            habit=order.choice([None, habit]),
            first_day=rest.first,
            last_day=rest.last,
        )
        for rest in history.rest
    ]
    order.shuffle(writes)
    for write in writes:
        write()


def in_example(run: Callable[[], None]) -> None:
    """Run an example and take its rows back."""
    with transaction.atomic():
        run()
        transaction.set_rollback(True)


@examples
@given(case=cases(), one=st.randoms(), other=st.randoms())
def test_any_order_of_writes_ends_in_the_same_numbers(
    case: tuple[Rule, History], one: Random, other: Random, ann: User
) -> None:
    def run() -> None:
        rule, history = case
        habits = [make(ann, rule) for _ in range(2)]
        for habit, order in zip(habits, (one, other), strict=True):
            write_all(habit, history, order)
            # Of all habits is also of the other one.
            Rest.objects.filter(habit=None).update(habit=habit)

        assert stored(habits[0]) == stored(habits[1]) == derived_anew(habits[0])

    in_example(run)


Detour = Callable[[Habit, date, Random], None]


def set_and_clear(habit: Habit, day: date, dice: Random) -> None:
    """Record something on a day on which nothing is, and take it away."""
    if not habit.checkins.filter(day=day).exists():
        set_checkin(habit=habit, day=day, today=TODAY)
        clear_checkin(habit=habit, day=day)


def set_and_set_back(habit: Habit, day: date, dice: Random) -> None:
    """Record something else on a day, and what was there again."""
    row = habit.checkins.filter(day__gte=habit.start_date).first()
    if row is not None and habit.kind != "yes_no":
        value = row.value
        set_checkin(habit=habit, day=row.day, today=TODAY, value=Decimal(dice.randrange(9)))
        add_to_checkin(habit=habit, day=row.day, today=TODAY, amount=Decimal("0.5"))
        set_checkin(habit=habit, day=row.day, today=TODAY, value=value)


def rest_and_remove(habit: Habit, day: date, dice: Random) -> None:
    """Rest for some days, longer, and then not at all."""
    whose = dice.choice([habit, None])
    rest = add_rest(user=habit.user, first_day=day, last_day=day + 3 * DAY, habit=whose)
    rest.change(last_day=day + dice.randrange(3, 30) * DAY)
    rest.delete()


def edit_and_back(habit: Habit, day: date, dice: Random) -> None:
    """Ask for something else for a while."""
    names = ("frequency", "times", "span", "weekdays", "kind", "target", "start_date")
    before = {name: getattr(habit, name) for name in names}
    edit(habit=habit, frequency="weekly", kind="yes_no", start_date=day)
    edit(habit=habit, **before)


def turn_the_week(habit: Habit, day: date, dice: Random) -> None:
    """Start the week on another day, and on the one of before."""
    before = habit.user.week_start
    habit.user.change(week_start=dice.choice([1, 6, 7]))
    User.objects.filter(pk=habit.user_id).update(week_start=before)
    habit.user.refresh_from_db()


DETOURS: Sequence[Detour] = (
    set_and_clear, set_and_set_back, rest_and_remove, edit_and_back, turn_the_week
)  # fmt: skip


@examples
@given(
    case=cases(),
    steps=st.lists(st.tuples(st.sampled_from(DETOURS), st.integers(0, 30)), min_size=1, max_size=4),
    dice=st.randoms(),
)
def test_any_detour_ends_in_the_same_numbers(
    case: tuple[Rule, History], steps: list[tuple[Detour, int]], dice: Random, ann: User
) -> None:
    def run() -> None:
        rule, history = case
        habit = make(ann, rule)
        write_all(habit, history, dice)
        before = stored(habit)

        for detour, day in steps:
            detour(habit, rule.schedule.start + day * DAY, dice)
            habit.refresh_from_db()

        assert stored(habit) == before == derived_anew(habit)

    in_example(run)


@st.composite
def walks(draw: st.DrawFn) -> tuple[Rule, list[tuple[str, date, Decimal]]]:
    """Draw a rule, and writes that stay: records, rest, and what goes again."""
    rule = draw(rules())
    day = days(rule.schedule)
    amounts = st.integers(0, 1) if rule.kind is Kind.YES_NO else st.integers(0, 9)
    names = st.sampled_from(["set", "set", "set", "add", "clear", "rest", "awake", "rederive"])
    return rule, draw(st.lists(st.tuples(names, day, amounts.map(Decimal)), max_size=25))


def take(habit: Habit, name: str, day: date, amount: Decimal) -> None:
    """Write once."""
    if name == "set":
        set_checkin(habit=habit, day=day, today=TODAY, value=amount)
    elif name == "add":
        recorded = habit.checkins.filter(day=day, value__gt=0).exists()
        if not (recorded and habit.kind == "yes_no"):
            add_to_checkin(habit=habit, day=day, today=TODAY, amount=amount)
    elif name == "clear":
        clear_checkin(habit=habit, day=day)
    elif name == "rest":
        whose = habit if amount % 2 else None
        add_rest(user=habit.user, first_day=day, last_day=day + int(amount) * DAY, habit=whose)
    elif name == "awake":
        Rest.objects.filter(first_day__lte=day).delete()
    else:
        rederive([habit.pk])


@examples
@given(walk=walks())
def test_stored_numbers_are_always_the_recomputed_ones(
    walk: tuple[Rule, list[tuple[str, date, Decimal]]], ann: User
) -> None:
    def run() -> None:
        rule, writes = walk
        habit = make(ann, rule)

        for write in writes:
            take(habit, *write)
            assert stored(habit) == derived_anew(habit)

    in_example(run)
