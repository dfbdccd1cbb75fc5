"""Which tasks a filter shows: its tree as a condition on rows.

Nothing of a filter's text names a column: what it can reach are the columns that are named here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final, assert_never

from django.db.models import Q

from accounts.calendar import start_of_day
from accounts.models import User
from tasks.filters.days import find_days
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
    Or,
    Priority,
    Relation,
    Search,
    Term,
    Tree,
    list_terms,
)
from tasks.models import NO_DAY, Category, Task, TaskTag
from tasks.models.tag import key_of
from tasks.quick_add.clock import DAY, Clock
from tasks.searching import holding

HALF_A_DAY: Final = timedelta(hours=12)
# The calendars of two time zones are at most that far apart, at 26 hours and a day's late start.
ZONES_APART: Final = 2 * DAY

COLUMNS: Final = {Field.CREATED: "created_at", Field.UPDATED: "updated_at"}
LOOKUPS: Final = {
    Comparison.LESS: "lt",
    Comparison.AT_MOST: "lte",
    Comparison.EQUAL: "exact",
    Comparison.AT_LEAST: "gte",
    Comparison.MORE: "gt",
}
# RFC 5545's numbers of p1 to p4 (section 3.8.1.9): programs write all from 0 to 9.
PRIORITIES: Final = {1: (1, 4), 2: (5, 5), 3: (6, 9), 4: (0, 0)}
FLAGS: Final = {
    # An empty condition would vanish from "view all | p1".
    Flag.ALL: Q(pk__isnull=False),
    Flag.OPEN: Q(completed=False),
    Flag.COMPLETED: Q(completed=True),
    Flag.RECURRING: ~Q(rrule=""),
    Flag.SUBTASK: Q(parent__isnull=False),
    # As the indexes of lists have it.
    Flag.NO_DATE: Q(day_order=NO_DAY),
    Flag.NO_START: Q(start_date=None),
    Flag.NO_CATEGORY: Q(category=None),
    Flag.NO_ESTIMATE: Q(estimate_minutes=None),
}


def condition(tree: Tree, *, user: User, at: datetime, today: date) -> Q:
    """Return the condition of the tasks that a filter shows to a person.

    `at` is the present instant and `today` the person's day then. Without a word about completion
    in it, a filter shows open tasks. The trash and categories that were put away are not its
    matter, nor whose tasks they are: give it to a queryset that knows, such as
    `Task.objects.visible_to(user).shown()`. Names of categories cost one query.
    """
    found = View(user, at, today).read(tree)
    return found if mentions_completion(tree) else found & FLAGS[Flag.OPEN]


def mentions_completion(tree: Tree) -> bool:
    """Whether a filter says by itself if it shows open or completed tasks."""
    return any(
        term in {Flag.OPEN, Flag.COMPLETED}
        or (isinstance(term, Dated) and term.field is Field.COMPLETED)
        for term in list_terms(tree)
    )


@dataclass(frozen=True)
class View:
    """Who looks at their tasks, at which instant and on which day of theirs."""

    user: User
    at: datetime
    today: date

    def read(self, tree: Tree) -> Q:
        """Return the condition of a filter or a part of it."""
        match tree:
            case And(operands):
                return Q(*map(self.read, operands))
            case Or(operands):
                return Q(*map(self.read, operands), _connector=Q.OR)
            case Not(operand):
                return ~self.read(operand)
            case term:
                return self.read_term(term)

    def read_term(self, term: Term) -> Q:
        """Return the condition of a term."""
        match term:
            case Flag():
                return self.read_flag(term)
            case Dated():
                return self.read_dated(term)
            case Priority(level):
                return Q(priority__range=PRIORITIES[level])
            case Named():
                return self.read_named(term)
            case Search(text):
                return holding(text)
            case Estimate(comparison, minutes):
                return Q((f"estimate_minutes__{LOOKUPS[comparison]}", minutes))
        assert_never(term)

    # --- What a task is -----------------------------------------------------------------------

    def read_flag(self, flag: Flag) -> Q:
        """Return the condition of what a task is or has."""
        if flag is Flag.OVERDUE:
            return self.overdue
        if flag is Flag.NO_TAGS:
            return ~Q(pk__in=TaskTag.objects.filter(user=self.user).values("task"))
        if flag is Flag.HAS_SUBTASKS:
            subtasks = Task.objects.visible_to(self.user).kept().filter(parent__isnull=False)
            return Q(pk__in=subtasks.values("parent"))
        return FLAGS[flag]

    @property
    def overdue(self) -> Q:
        """The condition of open tasks whose day, or whose instant, has passed."""
        is_past = Q(all_day=True, due_day__lt=self.today) | Q(all_day=False, due_date__lt=self.at)
        return Q(is_past, completed=False, day_order__lte=self.today + ZONES_APART)

    def read_named(self, named: Named) -> Q:
        """Return the condition of a category or a tag, in letters of any case."""
        key = key_of(named.name)
        if named.mark is Mark.CATEGORY:
            keys = self.categories.items()
            matches = str.startswith if named.is_beginning else str.__eq__
            return Q(category__in=[pk for pk, name in keys if matches(name, key)])
        lookup = "tag__key__startswith" if named.is_beginning else "tag__key"
        tagged = TaskTag.objects.filter((lookup, key), user=self.user)
        return Q(pk__in=tagged.values("task"))

    @cached_property
    def categories(self) -> dict[int, str]:
        """The names of the person's categories by their ids, folded.

        Databases fold what is not English each in their own way, and SQLite not at all.
        """
        names = Category.objects.visible_to(self.user).values_list("pk", "name")
        return {pk: key_of(name) for pk, name in names}

    # --- When it is ---------------------------------------------------------------------------

    def read_dated(self, dated: Dated) -> Q:
        """Return the condition of a date within, before or after days."""
        clock = Clock(self.at, self.user.zone, self.today, self.user.week_start - 1)
        first, last = find_days(dated.days, clock, looks_back=dated.field.looks_back)
        match dated.relation:
            case Relation.ON:
                span = Span(first, last)
            case Relation.BEFORE:
                span = Span(None, first - DAY)
            case Relation.AFTER:
                span = Span(last + DAY, None)
        if dated.field is Field.DUE:
            return self.is_due(span)
        if dated.field is Field.START:
            return self.starts(span)
        if dated.field is Field.COMPLETED:
            # Said again for the index of completed tasks.
            return Q(self.happened("completed_at", span), completed=True)
        return self.happened(COLUMNS[dated.field], span)

    def is_due(self, span: Span) -> Q:
        """Return the condition of a task that is due on days, or at a time of them.

        The bound on `day_order` lets an index be read whose first column it is.
        """
        on_days = Q(span.bound("due_day"), all_day=True)
        at_times = Q(self.happened("due_date", span), all_day=False)
        return Q(on_days | at_times, span.widen(ZONES_APART).bound("day_order"))

    def starts(self, span: Span) -> Q:
        """Return the condition of a task that starts on days, or at a time of them.

        A day is kept as its midnight in the task's time zone. It is the one whose midnight in the
        person's own is nearest.
        """
        at_times = Q(self.happened("start_date", span), all_day=False)
        return at_times | Q(
            self.happened("start_date", span, hour=0, early=HALF_A_DAY), all_day=True
        )

    def happened(
        self, column: str, span: Span, *, hour: int | None = None, early: timedelta = timedelta()
    ) -> Q:
        """Return the condition of an instant on days, which start `early` by so much.

        They start at the person's own hour where no other is given.
        """
        hour = self.user.day_starts_at if hour is None else hour
        condition = Q()
        if span.first is not None:
            start = start_of_day(span.first, self.user.zone, hour) - early
            condition &= Q((f"{column}__gte", start))
        if span.last is not None:
            end = start_of_day(span.last + DAY, self.user.zone, hour) - early
            condition &= Q((f"{column}__lt", end))
        return condition


@dataclass(frozen=True)
class Span:
    """Days from the first to the last; None where there is no such bound."""

    first: date | None
    last: date | None

    def widen(self, by: timedelta) -> Span:
        """Return the span with more days on each side that has a bound."""
        return Span(self.first and self.first - by, self.last and self.last + by)

    def bound(self, column: str) -> Q:
        """Return the condition of a day among these."""
        bounds = {"gte": self.first, "lte": self.last}
        return Q(*((f"{column}__{name}", day) for name, day in bounds.items() if day is not None))
