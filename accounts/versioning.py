"""Rows that change under several hands: a version that grows with each change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.core.exceptions import ObjectNotUpdated
from django.db import models, transaction

from focusflow.sqlite.functions import Now

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = TypeVar("Row", bound=models.Model)

STAMPS = ("version", "updated_at")


class StaleVersionError(Exception):
    """The row is no longer the one that the caller read; `members` has its version now."""

    def __init__(self, current: int) -> None:
        super().__init__(f"The row was changed meanwhile and has version {current}: read it again.")
        self.members = {"version": current}


class VersionedQuerySet(models.QuerySet[Row]):
    """Rows with a version: a change of many raises the version of each."""

    def update(self, **values: Any) -> int:
        """Change rows in one statement, as Django's `update`; `bulk_update` comes through here.

        A change of derived columns alone leaves version and `updated_at` as they are.
        """
        if not self.model.is_derived(values):  # type: ignore[attr-defined]  # VersionedModel's
            values = {"version": models.F("version") + 1, "updated_at": Now()} | values
        return super().update(**values)


class VersionedModel(models.Model):
    """A row whose `version` starts at 1 and grows with each change of more than derived columns.

    `created_at` and `updated_at` are UTC instants of the database's clock.
    """

    # Columns that the app computes from others: writing them is nobody's change.
    derived_fields: ClassVar[frozenset[str]] = frozenset()

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    version = models.IntegerField(db_default=1, editable=False)

    # The version that the row must still have when it is written; None for any.
    _expected: int | None = None

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; a change of an existing one raises its version."""
        fields = kwargs.get("update_fields")
        if not self._state.adding and not (fields is not None and self.is_derived(fields)):
            # Read back after the save, by RETURNING.
            self.version = models.F("version") + 1
            self.updated_at = Now()
            if fields is not None:
                kwargs["update_fields"] = {*fields, *STAMPS}
        super().save(*args, **kwargs)

    def _do_update(self, base_qs: Any, *args: Any, **kwargs: Any) -> Any:
        """Let the UPDATE's own WHERE decide whether the row is still the expected one.

        A hook of Django's that is not public, but older than its first stable release; the
        alternative is a locking read before each conditional write.
        """
        if self._expected is not None:
            base_qs = base_qs.filter(version=self._expected)
        return super()._do_update(base_qs, *args, **kwargs)

    def change(self, *, expected: int | None = None, **values: Any) -> set[str]:
        """Set fields and write those that differ, so that a concurrent change of others stays.

        Returns the names of the fields written; writes nothing when all are as they were.
        With `expected`, raises StaleVersionError unless the row has that version when it is
        written; raises ObjectNotUpdated when it is gone.
        """
        changed = self.assign(**values)
        self.write(changed, expected=expected)
        return changed

    def assign(self, **values: Any) -> set[str]:
        """Set fields without writing them; return the names of those that differ."""
        changed = {name for name, value in values.items() if getattr(self, name) != value}
        for name in changed:
            setattr(self, name, values[name])
        return changed

    def write(self, fields: Iterable[str], *, expected: int | None = None) -> None:
        """Write these fields, if there are any, as `change` does."""
        if expected is not None:
            self.write_if(expected, fields)
        elif fields:
            self.save(update_fields=fields)

    def write_if(self, expected: int, fields: Iterable[str]) -> None:
        """Write these fields if the row has the expected version."""
        self._expected = expected
        try:
            # A failed save spoils the transaction that it is in: this one, and not the caller's.
            with transaction.atomic():
                if fields:
                    self.save(update_fields=fields)
                else:
                    self.check_version(expected)
        except ObjectNotUpdated:
            self.check_version(expected)
            raise
        finally:
            self._expected = None

    def remove(self, *, expected: int | None = None) -> None:
        """Delete the row; with `expected`, raises StaleVersionError unless it has that version."""
        rows = type(self)._base_manager.filter(pk=self.pk)
        if expected is None:
            rows.delete()
        elif not rows.filter(version=expected).delete()[0]:
            self.check_version(expected)

    def check_version(self, expected: int) -> None:
        """Raise StaleVersionError unless the stored row, if it is still there, has this version."""
        rows = type(self)._base_manager.filter(pk=self.pk)
        current = rows.values_list("version", flat=True).first()
        if current is not None and current != expected:
            raise StaleVersionError(current)

    @classmethod
    def is_derived(cls, fields: Any) -> bool:
        """Say whether all of these field names, at least one, are of derived columns."""
        return bool(fields) and cls.derived_fields.issuperset(fields)
