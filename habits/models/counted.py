"""Rows that streaks and strength are derived from."""

from __future__ import annotations

from typing import Any, ClassVar, Final  # Options of a save are of every type.

from django.db import models

from habits.deriving import deriving

# Columns that say of which habits a row is.
PLACE: Final = frozenset({"user", "user_id", "habit", "habit_id"})


class CountedModel(models.Model):
    """A row of which habits' streaks and strength follow, in the transaction of each change.

    `CountedQuerySet` does the same for changes of many rows.
    """

    # Columns that count; whoever writes others alone derives nothing.
    counted_fields: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row, and what follows from it."""
        fields = kwargs.get("update_fields")
        if fields is not None and self.counted_fields.isdisjoint(fields):
            super().save(*args, **kwargs)
            return
        own: Any = self
        # Those that follow from the row as it is stored are others where it goes elsewhere.
        goes = not self._state.adding and (fields is None or not PLACE.isdisjoint(fields))
        with deriving({own.user_id}) as habits:
            if goes:
                habits.update(own.stored().habit_ids())
            super().save(*args, **kwargs)
            habits.update(self.habit_ids())

    def habit_ids(self) -> set[int]:
        """Return the ids of the habits that follow from the row, as it was just written."""
        own: Any = self
        found: set[int] = own.stored().habit_ids()
        return found

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, and derive anew what followed from it."""
        own: Any = self
        with deriving({own.user_id}) as habits:
            habits.update(own.stored().habit_ids())
            return super().delete(*args, **kwargs)
