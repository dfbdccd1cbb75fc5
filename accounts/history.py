"""Who changed what, from where and when: one table that is only added to.

`VersionedModel` and `VersionedQuerySet` write an event with each change, in its transaction; a
sign-in and the like is written by `note`. Rows that the database changes along with another (a
cascade) are counts in that other row's event. What goes past the models (`loaddata`, a client of
the database, `manage.py demo`) leaves no event.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self  # Columns hold values of every type.
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import BigIntegerField, Count, QuerySet

from focusflow import logs
from focusflow.bulk import insert
from focusflow.operation import user_id_of
from focusflow.sqlite.functions import Now
from focusflow.statements import Slot, Statement

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    Column = models.Field[Any, Any]


class Interface(models.TextChoices):
    """Where a change came from."""

    PAGES = "pages", "pages"
    ADMIN = "admin", "admin"
    API = "api", "API"
    COMMAND = "command", "command"
    WORKER = "worker", "worker"


class Action(models.TextChoices):
    """What was done: to a row, or to the account itself."""

    CREATED = "created", "created"
    CHANGED = "changed", "changed"
    DELETED = "deleted", "deleted"
    REGISTERED = "registered", "registered"
    INVITED = "invited", "invited"
    SIGNED_IN = "signed_in", "signed in"
    SIGNED_OUT = "signed_out", "signed out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere", "signed out everywhere"
    PASSWORD_CHANGED = "password_changed", "password changed"
    RESET_LINK_MADE = "reset_link_made", "reset link made"
    EMAIL_CHANGE_ASKED = "email_change_asked", "change of address asked for"
    FACTOR_ADDED = "factor_added", "second factor added"
    FACTOR_REMOVED = "factor_removed", "second factor removed"
    FACTOR_RESET = "factor_reset", "recovery codes made"


class EventQuerySet(QuerySet["Event"]):
    """Events."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the events of rows and account of `user`. None for somebody not signed in."""
        return self.filter(user_id=user.pk)

    def editable_by(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep none: nobody changes what was."""
        return self.none()

    def with_actor_name(self) -> Self:
        """Add the name of who did it, as `actor_name`; NULL for nobody, and for who is gone."""
        actors = account_model()._base_manager.filter(pk=models.OuterRef("actor_id"))
        return self.annotate(actor_name=models.Subquery(actors.values("name")))

    def kept(self, at: datetime) -> Self:
        """Keep the events that are not past the time for which they are kept."""
        days = settings.HISTORY_DAYS
        return self.filter(created_at__gt=at - timedelta(days=days)) if days else self

    def expired(self, at: datetime) -> Self:
        """Keep the events that are past that time; none where they stay as long as the account."""
        days = settings.HISTORY_DAYS
        return self.filter(created_at__lte=at - timedelta(days=days)) if days else self.none()


class Event(models.Model):
    """Something that was done to a row, or to an account.

    `user` is the owner: the event goes with the account. `actor_id` is the account that did it,
    which may be gone; NULL for commands of the operator. `before` and `after` hold the columns
    that differ, and nothing secret; all columns where the row was made or deleted. `counts` says
    how many rows of each kind went along, or were changed, with a deleted one. `request_id` is
    the one in the log, the same for all events of one request.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DB_CASCADE,
        db_index=False,
        related_name="history",
        verbose_name="owner",
    )
    actor_id = models.BigIntegerField("by", null=True)
    created_at = models.DateTimeField("when", db_default=Now())
    interface = models.CharField(max_length=10, choices=Interface)
    request_id = models.CharField(max_length=16, blank=True)
    action = models.CharField(max_length=30, choices=Action)
    kind = models.CharField(max_length=30)
    row_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    counts = models.JSONField(null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        db_table = "history"
        verbose_name_plural = "history"
        default_permissions = ("view",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(interface__in=["pages", "admin", "api", "command", "worker"]),
                name="%(app_label)s_%(class)s_interface",
                violation_error_message="A change comes from one of the interfaces.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "created_at", "id"], name="history_by_created"),
            # Serves the history of one row.
            models.Index(fields=["user", "kind", "row_id"], name="history_by_row"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_action_display()}"


# Where what has no request comes from.
program: ContextVar[Interface] = ContextVar("program", default=Interface.COMMAND)


# Values of these types are the same in JSON; others `plain` turns into such.
AS_IN_JSON: Final = frozenset({str, int, bool, type(None)})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A row's owner, and values of its columns by the fields' names, as JSON has them."""

    owner_id: int
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Change:
    """An event to be written: the row, its owner, and what differs."""

    owner_id: int
    row_id: int
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


def kind_of(model: type[models.Model]) -> str:
    """Return the word by which events name a model: `task`, `api_token`, `check_in`."""
    return model._meta.verbose_name_raw.lower().replace(" ", "_").replace("-", "_")


@cache
def recorded_columns(model: Any) -> tuple[Column, ...]:
    """Return the columns whose values events hold: not what is derived, secret or for ever."""
    left_out = model.derived_fields | model.secret_fields | model.unrecorded_fields
    return tuple(
        column
        for column in model._meta.concrete_fields
        if column.name not in left_out and not (column.primary_key or column.generated)
    )


@cache
def recorded_names(model: Any) -> tuple[tuple[str, str], ...]:
    """Return the names of those columns in events and in the database."""
    return tuple((column.name, str(column.column)) for column in recorded_columns(model))


def columns_of(model: Any, names: Collection[str] | None) -> list[Column]:
    """Return those of the recorded columns that have these names; all for None."""
    return [
        column
        for column in recorded_columns(model)
        if names is None or column.name in names or column.attname in names
    ]


def read(rows: QuerySet[Any], names: Collection[str] | None = None) -> dict[int, Snapshot]:
    """Return what these rows hold, by id, and lock them until the transaction ends."""
    model: Any = rows.model
    columns = columns_of(model, names)
    query = rows.query
    if len(query.alias_map) > 1 or query.distinct or query.group_by is not None:
        # PostgreSQL locks neither the far side of an outer join nor what is brought together.
        rows = model._base_manager.filter(pk__in=rows.order_by().values("pk"))
    attributes = [column.attname for column in columns]
    # In one order, so that two who lock the same rows do not wait for each other for ever.
    found = rows.select_for_update(no_key=True).order_by("pk")
    return {
        pk: Snapshot(owner, {c.name: plain(v) for c, v in zip(columns, values, strict=True)})
        for pk, owner, *values in found.values_list("pk", model.owner_column, *attributes)
    }


def read_one(row: Any, names: Iterable[str] | None = None) -> dict[int, Snapshot]:
    """Return what a row holds as it is stored, as `read` does."""
    names = None if names is None else frozenset(names)
    model: Any = type(row)
    columns, statement = stored(model, names)
    return {
        pk: Snapshot(owner, {c.name: plain(v) for c, v in zip(columns, values, strict=True)})
        for pk, owner, *values in statement.run({"pk": row.pk})
    }


@lru_cache(maxsize=1000)
def stored(model: Any, names: frozenset[str] | None) -> tuple[list[Column], Statement]:
    """Return these of the recorded columns, and what reads them of a row and locks it."""
    columns = columns_of(model, names)
    rows = model._default_manager.filter(pk=Slot("pk", BigIntegerField()))
    attributes = [column.attname for column in columns]
    locked = rows.select_for_update(no_key=True)
    return columns, Statement(locked.values_list("pk", model.owner_column, *attributes))


def values_of(model: Any, row: Mapping[str, Any]) -> dict[str, object]:
    """Return what an event tells of a new row, given as values of the fields' types by column."""
    return {
        name: value if type(value := row[column]) in AS_IN_JSON else plain(value)
        for name, column in recorded_names(model)
    }


def snapshot_of(row: Any, names: Collection[str] | None = None) -> Snapshot:
    """Return what a row in memory holds, as it was just written."""
    columns = columns_of(type(row), names)
    values = {c.name: plain(c.to_python(getattr(row, c.attname))) for c in columns}
    return Snapshot(getattr(row, row.owner_column), values)


def plain(value: Any) -> Any:
    """Return a column's value as JSON has it: instants in UTC, 1.50 as 1.5."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value) if isinstance(value, UUID) else value


def differences(before: Mapping[int, Snapshot], after: Mapping[int, Snapshot]) -> Iterator[Change]:
    """Yield what differs, for each row that is in both and does."""
    for pk, old in before.items():
        new = after.get(pk)
        if new is None or new.values == old.values:
            continue
        names = [name for name, value in old.values.items() if new.values[name] != value]
        yield Change(
            old.owner_id,
            pk,
            {name: old.values[name] for name in names},
            {name: new.values[name] for name in names},
        )


def count_related(model: type[models.Model], ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Return how many rows of each kind refer to each of these rows."""
    counts: dict[int, dict[str, int]] = {}
    for relation in model._meta.related_objects:
        if not hasattr(relation.related_model, "owner_column"):
            continue
        column = relation.field.name
        rows = relation.related_model._base_manager.filter(**{f"{column}__in": ids})
        for pk, count in rows.order_by().values_list(column).annotate(Count("pk")):
            counts.setdefault(pk, {})[kind_of(relation.related_model)] = count
    return counts


def write(action: Action, model: type[models.Model], changes: Iterable[Change]) -> None:
    """Add an event for each change, as one statement for many."""
    origin = origin_now()
    insert(
        Event,
        (
            {
                "user_id": change.owner_id,
                **origin,
                "action": action.value,
                "kind": kind_of(model),
                "row_id": change.row_id,
                "before": change.before,
                "after": change.after,
                "counts": change.counts or None,
            }
            for change in changes
        ),
    )


def account_model() -> type[models.Model]:
    """Return the model of accounts, which stands above this module."""
    return Event._meta.get_field("user").related_model


def note(action: Action, user: AbstractBaseUser, **after: object) -> None:
    """Add an event of the account itself: `after` says what cannot be seen from the action."""
    # Not type(user): a request's user may be an object that stands for the account.
    write(action, account_model(), [Change(user.pk, user.pk, None, after or None)])


def origin_now() -> dict[str, Any]:
    """Return who acts now, from where: of the request that is being answered, if there is one."""
    entry = logs.current.get()
    if entry is None or entry.request is None:
        return {
            "actor_id": None,
            "interface": program.get().value,
            "request_id": "",
        }
    return {
        "actor_id": user_id_of(entry.request) or entry.user_id,
        "interface": interface_of(entry.request.path_info).value,
        "request_id": entry.request_id,
    }


@contextmanager
def coming_from(interface: Interface) -> Iterator[None]:
    """Let what is done inside, without a request, come from this interface."""
    token = program.set(interface)
    try:
        yield
    finally:
        program.reset(token)


def interface_of(path: str) -> Interface:
    """Return the interface that an address belongs to."""
    for prefix, interface in (("/api/", Interface.API), ("/admin/", Interface.ADMIN)):
        if path.startswith(prefix):
            return interface
    return Interface.PAGES
