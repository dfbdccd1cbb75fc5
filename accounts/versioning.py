"""Rows that change under several hands: a version that grows, and an event, with each change."""

from __future__ import annotations

from collections import Counter
from enum import Enum
from functools import cache
from itertools import batched
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.apps import apps
from django.core.exceptions import ObjectNotUpdated
from django.db import NotSupportedError, models, transaction

from accounts import history
from accounts.history import Action, Change
from focusflow import bulk, saving
from focusflow.sqlite.functions import Now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

Row = TypeVar("Row", bound=models.Model)

# What each change writes beside the columns that it is about.
STAMPS: Mapping[str, Any] = {"version": models.F("version") + 1, "updated_at": Now()}
# Keeps a statement's parameters below what SQLite accepts (32,766).
LARGEST_PART = 10_000


class StaleVersionError(Exception):
    """The row is no longer the one that the caller read; `members` has its version now."""

    def __init__(self, current: int) -> None:
        super().__init__(f"The row was changed meanwhile and has version {current}: read it again.")
        self.members = {"version": current}


class VersionedQuerySet(models.QuerySet[Row]):
    """Rows with a version: a change of many raises the version of each, and leaves events."""

    def update(self, **values: Any) -> int:
        """Change rows as Django's `update` does; `bulk_update` comes through here.

        A change of derived columns alone leaves version, `updated_at` and history as they are.
        """
        model: Any = self.model
        model.refuse_without_derived(values)
        if model.is_derived(values):
            return super().update(**values)
        with transaction.atomic(using=self.db, savepoint=False):
            before = history.read(self, values.keys())
            # By id: rows that come to fit the filter meanwhile have nothing to compare with.
            changed = sum(
                models.QuerySet.update(part, **{**STAMPS, **values}) for part in self.parts(before)
            )
            after = history.read(model._base_manager.filter(pk__in=before), values.keys())
            history.write(Action.CHANGED, model, history.differences(before, after))
            touch_wholes(model, before)
        return changed

    update.alters_data = True  # type: ignore[attr-defined]  # read by templates

    def bulk_create(  # type: ignore[override]  # refuses the other options by any name
        self, objs: Iterable[Row], batch_size: int | None = None, **options: Any
    ) -> list[Row]:
        """Write new rows as Django's `bulk_create` does, each with its event."""
        if any(options.values()):
            raise NotSupportedError("Rows that may be there already are not told from new ones.")
        new: list[Any] = list(objs)
        for row in new:
            row.derive()
        with transaction.atomic(using=self.db, savepoint=False):
            rows = super().bulk_create(new, batch_size)
            history.write(Action.CREATED, self.model, map(creation_of, rows))
        return rows

    def insert(self, rows: Iterable[Mapping[str, Any]]) -> list[int]:
        """Write new rows as `bulk_create` does, of plain values, and return their ids in order.

        For thousands of them: no instance is made of any. Each is a mapping from columns
        (``user_id``, not ``user``) to values of the fields' types; columns left out take the
        fields' defaults. `VersionedModel.complete` derives the others. Rows that refer to each
        other come with ids that `focusflow.bulk.take_ids` gave, whoever is referred to first.
        """
        model: Any = self.model
        made: list[int] = []
        with transaction.atomic(using=self.db, savepoint=False):
            for part in batched(rows, LARGEST_PART):
                is_taken = "id" in part[0]
                ids = [row["id"] for row in part] if is_taken else bulk.take_ids(model, len(part))
                new: list[dict[str, Any]] = []
                bulk.insert(model, completed(model, zip(ids, part, strict=True), new))
                creations = (creation_of_values(model, row) for row in new)
                history.write(Action.CREATED, model, creations)
                made += ids
        return made

    insert.alters_data = True  # type: ignore[attr-defined]  # read by templates

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows as Django's `delete` does, each with its event."""
        deleted: Counter[str] = Counter()
        with transaction.atomic(using=self.db, savepoint=False):
            for part in self.parts(let_go(self)):
                deleted.update(models.QuerySet.delete(part)[1])
        return deleted.total(), dict(deleted)

    delete.alters_data = True  # type: ignore[attr-defined]  # read by templates
    delete.queryset_only = True  # type: ignore[attr-defined]  # a manager has no such method

    def parts(self, ids: Iterable[int]) -> Iterator[models.QuerySet[Row]]:
        """Yield the rows of these ids in parts that one statement may name."""
        for some in batched(ids, LARGEST_PART):
            yield self.filter(pk__in=some)


class VersionedModel(models.Model):
    """A row whose `version` starts at 1 and grows with each change of more than derived columns.

    `created_at` and `updated_at` are UTC instants of the database's clock.
    """

    # Columns that the app computes from others: writing them is nobody's change.
    derived_fields: ClassVar[frozenset[str]] = frozenset()
    # Columns that `derive` fills, each with those that it reads for it: whoever writes one of these
    # writes that too. They may be chosen by people as well, unlike `derived_fields`.
    derived_from: ClassVar[Mapping[str, frozenset[str]]] = {}
    # Columns whose values are for nobody's eyes: no event tells of them.
    secret_fields: ClassVar[frozenset[str]] = frozenset()
    # Columns of which events have better words, or that never change.
    unrecorded_fields: ClassVar[frozenset[str]] = frozenset({"created_at", *STAMPS})
    # The column that holds whose row it is.
    owner_column: ClassVar[str] = "user_id"

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    version = models.IntegerField(db_default=1, editable=False)

    # The version that the row must still have when it is written; None for any.
    _expected: int | None = None

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; a change of an existing one raises its version."""
        self.derive()
        fields = kwargs.get("update_fields")
        if fields is not None:
            fields = kwargs["update_fields"] = self.with_derived(fields)
        if not self._state.adding and fields is not None and self.is_derived(fields):
            super().save(*args, **kwargs)
            return
        with transaction.atomic(savepoint=False):
            if self._state.adding:
                super().save(*args, **kwargs)
                history.write(Action.CREATED, type(self), [creation_of(self)])
                return
            before = history.read_one(self, fields)
            # Read back after the save, by RETURNING.
            for name, value in STAMPS.items():
                setattr(self, name, value)
            if fields is not None:
                kwargs["update_fields"] = {*fields, *STAMPS}
            super().save(*args, **kwargs)
            after = {self.pk: history.snapshot_of(self, fields)}
            history.write(Action.CHANGED, type(self), history.differences(before, after))
            touch_wholes(type(self), before)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, with its event."""
        with transaction.atomic(savepoint=False):
            let_go(self.stored())
            return super().delete(*args, **kwargs)

    def _do_update(
        self,
        base_qs: Any,
        using: Any,
        pk: Any,
        values: Any,
        update_fields: Any,
        forced_update: Any,
        returning_fields: Any,
    ) -> Any:
        """Let the UPDATE's own WHERE decide whether the row is still the expected one.

        A hook of Django's that is not public, but older than its first stable release; the
        alternative is a locking read before each conditional write. And by a statement made once.
        """
        conditions = {self._meta.pk.name: pk}
        if self._expected is not None:
            base_qs = base_qs.filter(version=self._expected)
            conditions["version"] = self._expected
        changes = {column: value for column, _, value in values}
        found = saving.update(
            type(self), conditions, changes, returning_fields, using, STAMPS.values()
        )
        if found is not None:
            return found
        return super()._do_update(
            base_qs, using, pk, values, update_fields, forced_update, returning_fields
        )

    def _do_insert(
        self, manager: Any, using: str, fields: Any, returning_fields: Any, raw: Any
    ) -> Any:
        """Write a new row by a statement made once; a hook beside the one above."""
        found = None if raw else saving.insert(self, fields, returning_fields, using)
        if found is not None:
            return found
        return super()._do_insert(manager, using, fields, returning_fields, raw)  # type: ignore[misc]  # not in the stubs

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
        if expected is None:
            self.stored().delete()
        elif not self.stored().filter(version=expected).delete()[0]:
            self.check_version(expected)

    def check_version(self, expected: int) -> None:
        """Raise StaleVersionError unless the stored row, if it is still there, has this version."""
        current = self.stored().values_list("version", flat=True).first()
        if current is not None and current != expected:
            raise StaleVersionError(current)

    def derive(self) -> None:
        """Fill the columns that follow from others, before the row is written."""

    @classmethod
    def complete(cls, row: dict[str, Any]) -> None:
        """Fill the columns of a new row of plain values that follow from others, as `derive` does.

        A model that derives some has to say how, or its rows are made as instances alone.
        """
        if cls.derive is not VersionedModel.derive:
            raise NotSupportedError(f"What {cls.__name__} derives is derived of instances alone.")

    def stored(self) -> VersionedQuerySet[Any]:
        """Return the row as it is stored, if it is."""
        return type(self)._default_manager.filter(pk=self.pk)  # type: ignore[return-value]  # ours

    @classmethod
    def is_derived(cls, fields: Any) -> bool:
        """Say whether all of these field names, at least one, are of derived columns."""
        return bool(fields) and cls.derived_fields.issuperset(fields)

    @classmethod
    def with_derived(cls, fields: Iterable[str]) -> set[str]:
        """Return these field names, and those of the columns that follow from them."""
        names = set(fields)
        return names | {name for name, sources in cls.derived_from.items() if sources & names}

    @classmethod
    def refuse_without_derived(cls, fields: Iterable[str]) -> None:
        """Raise TypeError where columns would be written without those that follow from them."""
        if missing := sorted(cls.with_derived(fields) - set(fields)):
            raise TypeError(f"Write {', '.join(missing)} along, or each row by itself.")


def recorded_models() -> list[type[VersionedModel]]:
    """Return the models whose changes leave events."""
    return [model for model in apps.get_models() if issubclass(model, VersionedModel)]


def creation_of(row: Any) -> Change:
    """Return the event of a row that was just made."""
    made = history.snapshot_of(row)
    return Change(made.owner_id, row.pk, after=made.values)


def creation_of_values(model: type[VersionedModel], row: Mapping[str, Any]) -> Change:
    """Return the event of a row of plain values that was just made."""
    owner_id: int = row[model.owner_column]
    return Change(owner_id, row["id"], after=history.values_of(model, row))


def completed(
    model: type[VersionedModel],
    rows: Iterable[tuple[int, Mapping[str, Any]]],
    made: list[dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    """Yield rows of plain values with their ids, defaults and derived columns; add them to `made`.

    So they can be written while those behind them are still being completed.
    """
    values, calls = defaults_of(model)
    for pk, given in rows:
        row = {"id": pk, **values, **given}
        for name, call in calls:
            if name not in given:
                row[name] = call()
        model.complete(row)
        made.append(row)
        yield row


@cache
def defaults_of(
    model: type[VersionedModel],
) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """Return the defaults of a model's columns: values, and those that are called for each row.

    Not of those that the database alone fills.
    """
    values: dict[str, Any] = {}
    calls: list[tuple[str, Callable[[], Any]]] = []
    for column in model._meta.concrete_fields:
        if column.primary_key or column.generated:
            continue
        if column.has_default() and callable(column.default):
            calls.append((str(column.column), column.get_default))
        elif column.has_default() or not column.has_db_default():
            value = column.to_python(column.get_default())
            values[str(column.column)] = value.value if isinstance(value, Enum) else value
    return values, calls


def let_go(rows: models.QuerySet[Any]) -> list[int]:
    """Write the events of rows that are about to be deleted, and return their ids.

    What the database does to rows that refer to them is in the same event, as numbers. Rows that
    lose a reference are changed by that: their version grows, which the database's SET NULL would
    not do.
    """
    model: Any = rows.model
    gone = history.read(rows)
    ids = list(gone)
    if model.owner_column == "id":
        # An account, with which its history goes.
        return ids
    counts = history.count_related(model, ids)
    touch_wholes(model, ids)
    release_from(model, ids)
    history.write(
        Action.DELETED,
        model,
        (
            Change(row.owner_id, pk, row.values, None, counts.get(pk, {}))
            for pk, row in gone.items()
        ),
    )
    return ids


def touch_wholes(model: type[models.Model], ids: Iterable[int]) -> None:
    """Raise the version of the rows that these ones are shown as a part of.

    A model that links two others says with `part_of` which of them shows the other: a tag's name is
    a part of its tasks.
    """
    for relation in model._meta.related_objects:
        link: Any = relation.related_model
        whole = getattr(link, "part_of", relation.field.name)
        if whole != relation.field.name:
            linked = link._base_manager.filter(**{f"{relation.field.name}__in": list(ids)})
            rows = link._meta.get_field(whole).related_model._default_manager
            rows.filter(pk__in=linked.values(whole)).update(**STAMPS)


def release_from(model: type[models.Model], ids: list[int]) -> None:
    """Take the reference to these rows out of the rows that outlive them."""
    for relation in model._meta.related_objects:
        child = relation.related_model
        if relation.on_delete is models.DB_SET_NULL and issubclass(child, VersionedModel):
            name = relation.field.name
            referring = child._base_manager.filter(**{f"{name}__in": ids})
            referring.update(**STAMPS, **{name: None})
