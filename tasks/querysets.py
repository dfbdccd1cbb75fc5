"""Reads of tasks, and of what they are sorted by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import batched, chain
from typing import TYPE_CHECKING, Any, Self  # Columns hold values of every type.

from django.db import NotSupportedError, transaction
from django.db.models import Q, QuerySet

from accounts.ownership import OwnedQuerySet
from tasks.searching import SearchedQuerySet, refold

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    from tasks.models import Category, Filter, Occurrence, Tag, Task, TaskTag
    from tasks.recurrence import Span

DAY = timedelta(days=1)
# An instant's day in one time zone and a person's own day, which may start at 6, are no further
# apart.
ZONES_APART = 2 * DAY
TRASH_DAYS = 30
# Keeps a statement's parameters below what SQLite accepts (32,766).
PART = 10_000


class CategoryQuerySet(OwnedQuerySet["Category"]):
    """Categories."""

    def archived(self) -> Self:
        """Keep the categories that were put away."""
        return self.filter(archived_at__isnull=False)

    def unarchived(self) -> Self:
        """Keep the categories that were not put away."""
        return self.filter(archived_at=None)


class TagQuerySet(OwnedQuerySet["Tag"]):
    """Tags. Whatever changes or deletes some keeps what is searched of their tasks."""

    def update(self, **values: Any) -> int:
        """Change tags as `VersionedQuerySet.update` does."""
        with self.folding_tasks():
            return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]  # read by templates

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete tags as `VersionedQuerySet.delete` does."""
        with self.folding_tasks():
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]  # read by templates
    delete.queryset_only = True  # type: ignore[attr-defined]  # a manager has no such method

    @contextmanager
    def folding_tasks(self) -> Iterator[None]:
        """Fold the tasks of these tags anew after what is done inside, in its transaction.

        Tasks are locked before tags, as whoever gives a tag to a task does. Who came first has
        committed when the tags are locked; who comes later waits, and reads the tags after that.
        """
        with transaction.atomic(savepoint=False):
            tags = list(self.values_list("pk", flat=True))
            links: Any = self.model._meta.get_field("task_tags").related_model
            own = links.objects.filter(tag__in=tags)
            own.lock_tasks()
            list(
                self.filter(pk__in=tags).order_by("pk").select_for_update(no_key=True).values("pk")
            )
            ids = set(own.values_list("task_id", flat=True))
            yield
            links.objects.refold(ids)


class TaskTagQuerySet(QuerySet["TaskTag"]):
    """Which tasks have which tags. Whatever changes that keeps what is searched of the tasks."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        """Give tags to tasks."""
        with transaction.atomic(savepoint=False):
            rows: list[Any] = super().bulk_create(objs, *args, **options)
            self.refold({row.task_id for row in rows})
        return rows

    def update(self, **values: Any) -> int:
        """Refuse."""
        raise NotSupportedError("Take the tag from the task, and give it another one.")

    update.alters_data = True  # type: ignore[attr-defined]  # read by templates

    def delete(self) -> tuple[int, dict[str, int]]:
        """Take tags from tasks."""
        with transaction.atomic(savepoint=False):
            ids = set(self.values_list("task_id", flat=True))
            deleted = super().delete()
            self.refold(ids)
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]  # read by templates
    delete.queryset_only = True  # type: ignore[attr-defined]  # a manager has no such method

    def lock_tasks(self) -> None:
        """Lock the tasks of these links until the transaction ends."""
        tasks: Any = self.model._meta.get_field("task").related_model
        rows = tasks.objects.filter(pk__in=self.values("task")).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk", flat=True))

    def refold(self, ids: Iterable[int]) -> None:
        """Fold the tasks of these ids anew."""
        tasks: Any = self.model._meta.get_field("task").related_model
        refold(tasks, ids)


class FilterQuerySet(OwnedQuerySet["Filter"]):
    """Filters that people keep."""


class OccurrenceQuerySet(OwnedQuerySet["Occurrence"]):
    """What was completed and skipped."""


class TaskQuerySet(SearchedQuerySet["Task"]):
    """Tasks.

    `today` is the day of the person who asks, `at` the present instant.
    """

    # Whose rows they are, once `visible_to` has said so.
    reader_id: int | None = None

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the tasks that `user` may read: their own. None for somebody not signed in."""
        rows = super().visible_to(user)
        rows.reader_id = user.pk
        return rows

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]  # a hook that many override
        clone.reader_id = self.reader_id
        return clone

    def kept(self) -> Self:
        """Keep the tasks that are not in the trash."""
        return self.filter(deleted_at=None)

    def trashed(self) -> Self:
        """Keep the tasks that are in the trash."""
        return self.filter(deleted_at__isnull=False)

    def restorable(self, at: datetime) -> Self:
        """Keep the tasks in the trash that are not past its time, whether it was emptied or not."""
        return self.filter(deleted_at__gt=at - timedelta(days=TRASH_DAYS))

    def expired(self, at: datetime) -> Self:
        """Keep the tasks that have been in the trash for as long as it keeps them."""
        return self.filter(deleted_at__lte=at - timedelta(days=TRASH_DAYS))

    def shown(self) -> Self:
        """Keep the tasks that are neither in the trash nor in a category that was put away."""
        categories: Any = self.model._meta.get_field("category").related_model
        away = categories.objects.archived()
        if self.reader_id is not None:
            # A few rows of one index, read once; those of everybody would be read through.
            away = away.filter(user=self.reader_id)
        return self.kept().exclude(category__in=away)

    def open(self) -> Self:
        """Keep the tasks that are shown and not completed."""
        return self.shown().filter(completed=False)

    def completed(self) -> Self:
        """Keep the tasks that are shown and completed."""
        return self.shown().filter(completed=True)

    def inbox(self) -> Self:
        """Keep the open tasks that nobody has put into a category."""
        return self.open().filter(category=None)

    def due_before(self, day: date, at: datetime) -> Self:
        """Keep the tasks that are due before a day, or at a time before the instant `at`.

        The bound on `day_order` lets the index be read in its order.
        """
        is_due = Q(all_day=True, due_day__lt=day) | Q(all_day=False, due_date__lt=at)
        return self.filter(is_due, day_order__lte=day + ZONES_APART)

    def overdue(self, *, today: date, at: datetime) -> Self:
        """Keep the open tasks whose day, or instant, has passed."""
        return self.open().due_before(today, at)

    def due_by(self, day: date, *, end: datetime) -> Self:
        """Keep the open tasks that are due on a day or before it; `end` is when the day ends."""
        return self.open().due_before(day + DAY, end)

    def upcoming(self, *, start: datetime, first_day: date, end: datetime, last_day: date) -> Self:
        """Keep the open tasks that are due on one of these days, which start and end then."""
        on_days = Q(all_day=True, due_day__range=(first_day, last_day))
        at_times = Q(all_day=False, due_date__gte=start, due_date__lt=end)
        days = (first_day - ZONES_APART, last_day + ZONES_APART)
        return self.open().filter(on_days | at_times, day_order__range=days)

    def series(self) -> Self:
        """Keep the open tasks that recur."""
        return self.open().exclude(rrule="")

    def on_agenda(self, span: Span, *, limit: int) -> list[Task]:
        """Return the open tasks that have something due in a span of days: series, and others.

        Of the others no more than one over the limit, those that are due first.
        """
        once = self.upcoming(
            start=span.start, first_day=span.first_day, end=span.end, last_day=span.last_day
        )
        due_first = once.filter(rrule="").order_by("day_order", "due_order", "pk")
        begun = self.series().filter(day_order__lte=span.last_day + ZONES_APART)
        return [*due_first[: limit + 1], *begun.order_by("pk")]

    def list_above(self, pk: int) -> list[int]:
        """Return the id of a task, of its parent, and so on up: at most five."""
        names = ["__".join(["parent"] * level) + "_id" for level in range(1, 5)]
        above = self.filter(pk=pk).values_list("pk", *names).first() or ()
        return [one for one in above if one is not None]

    def list_below(self, ids: Iterable[int]) -> list[list[int]]:
        """Return the ids of the subtasks of these tasks, a list for each level below them."""
        return list_levels(ids, self.children_of)

    def children_of(self, ids: Iterable[int]) -> list[int]:
        """Return the ids of the subtasks of these tasks."""
        return list(self.filter(parent__in=ids).values_list("pk", flat=True))

    def count_levels_below(self, pk: int) -> int:
        """Return how many levels of subtasks a task has."""
        return len(self.list_below([pk]))


def list_levels(
    ids: Iterable[int], children_of: Callable[[Sequence[int]], Iterable[int]]
) -> list[list[int]]:
    """Return the ids of what is below these, a list for each level; `children_of` is given few."""
    levels: list[list[int]] = []
    level = sorted(ids)
    while level := sorted(chain.from_iterable(map(children_of, batched(level, PART)))):
        levels.append(level)
    return levels
