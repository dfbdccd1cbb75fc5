"""Believable rows of a planner that has been in use for a while.

Pure rules over a `random.Random` and a day: the same seed, day and sizes give the same rows.
Instants are in UTC, and none at which something was done lies after the start of today.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo

# A category's name, and what its tasks are about: a verb and the things that suit it.
THEMES: dict[str, dict[str, tuple[str, ...]]] = {
    "Home": {
        "Fix": ("the dripping tap", "the bedroom shelf", "the squeaking door"),
        "Clean": ("the oven", "the windows", "the fridge", "the cellar"),
    },
    "Work": {
        "Prepare": ("the weekly meeting", "the budget figures", "slides for the review"),
        "Answer": ("the auditor's questions", "the open tickets", "the supplier"),
    },
    "Groceries": {
        "Buy": ("oat milk and bread", "potatoes", "coffee", "two kilos of flour"),
        "Order": ("a vegetable box", "drinks for the party"),
    },
    "Family": {
        "Call": ("grandma", "the cousins", "the godparents"),
        "Plan": ("the birthday party", "a board game evening", "the family photo"),
    },
    "Health": {
        "Book": ("the dentist", "a check-up", "the eye test", "a physiotherapy course"),
        "Collect": ("the prescription", "the blood results"),
    },
    "Finances": {
        "Pay": ("the electricity bill", "the rent", "the car insurance"),
        "Check": ("the bank statement", "the pension letter", "the tax form"),
    },
    "Garden": {
        "Plant": ("tulip bulbs", "the tomatoes", "a hedge"),
        "Cut": ("the lawn", "the roses", "the apple tree"),
    },
    "Travel": {
        "Reserve": ("train seats", "the holiday flat", "a table at the harbour"),
        "Renew": ("the passport", "the rail card"),
    },
    "School": {
        "Sign": ("the excursion form", "the report card"),
        "Pack": ("the sports bag", "the pencil case", "lunch for the trip"),
    },
    "Car": {
        "Change": ("the tyres", "the wiper blades"),
        "Wash": ("the car", "the floor mats"),
    },
    "Bicycle": {
        "Oil": ("the chain", "the brake cables"),
        "Replace": ("the inner tube", "the front light"),
    },
    "Reading": {
        "Read": ("the book club's novel", "the saved articles", "the museum guide"),
        "Return": ("the library books", "the borrowed cookbook"),
    },
    "Music": {
        "Practise": ("the new song", "scales", "the duet"),
        "Tune": ("the guitar", "the piano"),
    },
    "Sports": {
        "Register": ("for the run", "at the swimming club"),
        "Train": ("for the half marathon", "with the team"),
    },
    "Friends": {
        "Invite": ("the neighbours", "the old flatmates", "everybody for soup"),
        "Send": ("a postcard", "the holiday pictures"),
    },
    "Computer": {
        "Update": ("the laptop", "the router", "the password list"),
        "Back up": ("the photos", "the documents", "the phone"),
    },
    "Pets": {
        "Order": ("cat litter", "bird seed"),
        "Visit": ("the vet", "the dog school"),
    },
    "Club": {
        "Write": ("the minutes", "the newsletter"),
        "Collect": ("the membership fees", "the keys of the hall"),
    },
    "Recipes": {
        "Try": ("the lentil soup", "sourdough bread", "the plum cake"),
        "Cook": ("jam", "for the week", "the Sunday roast"),
    },
    "Someday": {
        "Learn": ("Italian", "to juggle", "to sew"),
        "Sort": ("the attic", "old letters", "the slides of the eighties"),
    },
}
PHRASES = [
    [f"{verb} {thing}" for verb, things in verbs.items() for thing in things]
    for verbs in THEMES.values()
]
OCCASIONS = (
    "again",
    "with the children",
    "before the weekend",
    "for the neighbours",
    "together",
    "on the way home",
    "for next month",
    "after lunch",
    "at last",
    "for the summer",
    "as agreed",
    "and note the price",
    "for the second time",
    "for mother",
    "for the office",
)
DESCRIPTIONS = (
    "Ask for the invoice.",
    "The number is on the fridge.\n\nThey open at nine.",
    "See the mail of last week.",
    "- measure twice\n- take pictures\n- tell the others",
    "Not more than half an hour.",
)
HABITS = (
    ("Read twenty pages", "daily"),
    ("Call a friend", "weekly"),
    ("Drink enough water", "daily"),
    ("Walk before breakfast", "daily"),
    ("Review the week", "weekly"),
    ("Stretch", "daily"),
    ("Practise the guitar", "daily"),
    ("Water the plants", "weekly"),
    ("Go for a run", "weekly"),
    ("No screen after ten", "daily"),
    ("Tidy the desk", "weekly"),
    ("Learn ten words", "daily"),
)

# What share of the tasks is so; of those with a due date, how many at a time and not on a day.
UNDATED = 0.15
UNCATEGORISED = 0.1
DESCRIBED = 0.3
TIMED = 0.4
DONE_WHEN_DUE = 0.93
DONE_UNDATED = 0.5
DONE_EARLY = 0.05
# What share of a window's days is over.
PAST = 0.75


@dataclass(frozen=True)
class Window:
    """The days that the rows tell of: three quarters of them before `today`."""

    today: date
    days: int
    zone: ZoneInfo

    @cached_property
    def first_day(self) -> date:
        """The day of the oldest row."""
        return self.today - timedelta(days=int(self.days * PAST))

    @cached_property
    def start(self) -> datetime:
        """The instant at which the first day starts."""
        return self.instant(self.first_day)

    @cached_property
    def now(self) -> datetime:
        """The instant at which today starts: the latest at which anything was done."""
        return self.instant(self.today)

    def instant(self, day: date, at: time = time.min) -> datetime:
        """Return when the clock on the wall shows this, in UTC."""
        return datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC)


@dataclass(frozen=True)
class DemoTask:
    """A task; `category` is the position of its category's name among those that were made."""

    uid: uuid.UUID
    title: str
    description: str
    category: int | None
    due_at: datetime | None
    due_day: date | None
    all_day: bool
    completed: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class DemoHabit:
    """A habit and its streak, in the unit of its frequency."""

    uid: uuid.UUID
    name: str
    frequency: str
    streak: int


def tasks_per_account(accounts: int, each: int, in_all: int | None, heavy: int | None) -> list[int]:
    """Return how many tasks each account gets.

    `in_all` spreads that many evenly instead of giving each account the same; `heavy` is the
    number of the first account, part of `in_all`. Raises ValueError when they contradict.
    """
    others = accounts if heavy is None else accounts - 1
    first = [] if heavy is None else [heavy]
    if in_all is None:
        return [*first, *[each] * others]
    rest = in_all - sum(first)
    if rest < 0 or (rest > 0 and others == 0):
        raise ValueError(f"{in_all} tasks in all cannot be {heavy} of the first of {accounts}")
    return [*first, *(rest // others + (number < rest % others) for number in range(others))]


def category_names(count: int) -> list[str]:
    """Return that many different names; they repeat with a number when the themes run out."""
    return [numbered(list(THEMES), position) for position in range(count)]


def make_habits(rng: Random, count: int) -> Iterator[DemoHabit]:
    """Yield habits, daily and weekly ones."""
    for position in range(count):
        name, frequency = HABITS[position % len(HABITS)]
        streak = rng.randrange(60 if frequency == "daily" else 20)
        yield DemoHabit(make_uid(rng), name, frequency, streak)


def make_tasks(rng: Random, window: Window, count: int, categories: int) -> Iterator[DemoTask]:
    """Yield tasks of that many categories: most old ones done, some overdue, some ahead."""
    for _ in range(count):
        theme = rng.randrange(categories or len(THEMES))
        is_categorised = categories > 0 and rng.random() >= UNCATEGORISED
        due_day, due_at = choose_due(rng, window)
        completed = rng.random() < share_done(due_day, window.today)
        created_at, done_at = choose_past(rng, window, due_day)
        yield DemoTask(
            uid=make_uid(rng),
            title=make_title(rng, theme),
            description=rng.choice(DESCRIPTIONS) if rng.random() < DESCRIBED else "",
            category=theme if is_categorised else None,
            due_at=due_at,
            due_day=due_day,
            all_day=due_day is not None and due_at == window.instant(due_day),
            completed=completed,
            created_at=created_at,
            updated_at=done_at if completed else created_at,
        )


def make_uid(rng: Random) -> uuid.UUID:
    """Return a UUID of version 4 that the seed decides."""
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def make_title(rng: Random, theme: int) -> str:
    """Return words that suit the category at this position."""
    title = rng.choice(PHRASES[theme % len(PHRASES)])
    return f"{title} {rng.choice(OCCASIONS)}" if rng.random() < 0.5 else title


def choose_due(rng: Random, window: Window) -> tuple[date | None, datetime | None]:
    """Return a day of the window and the instant due: the day's start, or a quarter of an hour."""
    if rng.random() < UNDATED:
        return None, None
    day = window.first_day + timedelta(days=rng.randrange(window.days))
    at = time(rng.randrange(7, 21), rng.randrange(4) * 15) if rng.random() < TIMED else time.min
    return day, window.instant(day, at)


def share_done(due_day: date | None, today: date) -> float:
    """Return which share of the tasks with this due day is completed."""
    if due_day is None:
        return DONE_UNDATED
    return DONE_WHEN_DUE if due_day < today else DONE_EARLY


def choose_past(rng: Random, window: Window, due_day: date | None) -> tuple[datetime, datetime]:
    """Return when a task was made, and the later instant at which it would have been done.

    Both lie between the window's first day and the start of today; one with a due day is made up
    to a month before it, and done up to two days after it.
    """
    earliest, latest = window.start, window.now
    if due_day is not None:
        latest = min(latest, window.instant(due_day))
        earliest = max(earliest, latest - timedelta(days=30))
    created_at = earliest + (latest - earliest) * rng.random()
    last_chance = min(window.now, latest + timedelta(days=2))
    return created_at, created_at + (last_chance - created_at) * rng.random()


def numbered(words: list[str], position: int) -> str:
    """Return the word at the position, with a number from the second round on."""
    round_, index = divmod(position, len(words))
    return f"{words[index]} {round_ + 1}" if round_ else words[index]
