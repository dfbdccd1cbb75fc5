"""Reads of habits, their groups, check-ins and days of rest; changes of many keep streaks true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast  # Any: a column's value

from django.db import models
from django.db.models import Case, F, Value, When

from accounts.ownership import OwnedQuerySet
from focusflow.statements import Slot
from habits.deriving import deriving, rederive

if TYPE_CHECKING:
    from habits.models import CheckIn, Group, Habit, Rest

Row = TypeVar("Row", bound=models.Model)


class GroupQuerySet(OwnedQuerySet["Group"]):
    """Groups of habits."""


class DerivingQuerySet(OwnedQuerySet[Row]):
    """Rows that streaks and strength follow from: a change of many keeps those true."""

    def habit_ids(self) -> set[int]:
        """Return the ids of the habits whose streaks follow from these rows."""
        raise NotImplementedError

    def update(self, **values: Any) -> int:
        """Change rows as `VersionedQuerySet.update` does, and what follows from them."""
        model: Any = self.model
        if model.counted_fields.isdisjoint(values):
            return super().update(**values)
        with self.deriving() as parts:
            return sum(OwnedQuerySet.update(part, **values) for part in parts)

    update.alters_data = True  # type: ignore[attr-defined]  # read by templates

    @contextmanager
    def deriving(self) -> Iterator[list[Self]]:
        """Derive what follows from these rows as they were, and as they are after what is inside.

        Gives them by their ids, in parts that one statement may name: rows that come to fit the
        filter meanwhile are left alone.
        """
        owners = dict(self.values_list("pk", "user_id"))
        with deriving(set(owners.values())) as habits:
            habits.update(self.followed_by(owners))
            yield cast("list[Self]", list(self.parts(owners)))
            habits.update(self.followed_by(owners))

    def followed_by(self, ids: Iterable[int]) -> set[int]:
        """Return the ids of the habits that follow from the rows of these ids."""
        # Of all rows: after a change they may no longer fit the filter.
        rows: Any = self.model._default_manager.all()
        return set().union(*(part.habit_ids() for part in rows.parts(ids)))


class CountedQuerySet(DerivingQuerySet[Row]):
    """Rows from which streaks and strength follow as long as they are there."""

    def bulk_create(self, objs: Iterable[Row], *args: Any, **options: Any) -> list[Row]:
        """Write new rows as `VersionedQuerySet.bulk_create` does, and what follows from them."""
        new: list[Any] = list(objs)
        with deriving({row.user_id for row in new}) as habits:
            rows = super().bulk_create(new, *args, **options)
            habits.update(self.followed_by(row.pk for row in rows))
        return rows

    def insert(self, rows: Iterable[Mapping[str, Any]]) -> list[int]:
        """Write new rows as `VersionedQuerySet.insert` does, and what follows from them."""
        new = list(rows)
        with deriving({row["user_id"] for row in new}) as habits:
            ids = super().insert(new)
            habits.update(self.followed_by(ids))
        return ids

    insert.alters_data = True  # type: ignore[attr-defined]  # read by templates

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows as `VersionedQuerySet.delete` does, and derive anew what followed."""
        deleted: Counter[str] = Counter()
        with self.deriving() as parts:
            for part in parts:
                deleted.update(OwnedQuerySet.delete(part)[1])
        return deleted.total(), dict(deleted)

    delete.alters_data = True  # type: ignore[attr-defined]  # read by templates
    delete.queryset_only = True  # type: ignore[attr-defined]  # a manager has no such method


class CheckInQuerySet(CountedQuerySet["CheckIn"]):
    """Check-ins."""

    def habit_ids(self) -> set[int]:
        """Return the ids of the habits that these are of."""
        return set(self.values_list("habit_id", flat=True))


class RestQuerySet(CountedQuerySet["Rest"]):
    """Days of rest."""

    def habit_ids(self) -> set[int]:
        """Return the ids of the habits that rest on these days, some or all of an owner's."""
        named = set(self.exclude(habit=None).values_list("habit_id", flat=True))
        owners = set(self.filter(habit=None).values_list("user_id", flat=True))
        habits: Any = self.model._meta.get_field("habit").related_model
        of_all = habits.objects.filter(user__in=owners).values_list("pk", flat=True)
        return named.union(of_all if owners else ())


class HabitQuerySet(DerivingQuerySet["Habit"]):
    """Habits. `day` is the one of the person who asks."""

    def habit_ids(self) -> set[int]:
        """Return the ids of these."""
        return set(self.values_list("pk", flat=True))

    def archived(self) -> Self:
        """Keep the habits that were put away."""
        return self.filter(archived_at__isnull=False)

    def unarchived(self) -> Self:
        """Keep the habits that were not put away."""
        return self.filter(archived_at=None)

    def with_streak(self, day: date | Slot) -> Self:
        """Add `current_streak`: the streak as it reads on a day, 0 after the one it holds until."""
        holds = When(streak_holds_until__gte=day, then=F("streak"))
        return self.annotate(current_streak=Case(holds, default=Value(0)))

    def read_on(self, day: date | Slot) -> Self:
        """Add what is read with the day that is today: `current_streak`, and the day as `today`."""
        today = day if isinstance(day, Slot) else Value(day, output_field=models.DateField())
        return self.with_streak(day).annotate(today=today)

    def rederive(self) -> None:
        """Derive streaks and strength of these habits anew, and write what differs."""
        rederive(self.habit_ids())
