"""Reads of rows whose SQL is made once for all requests that ask alike.

The queryset of a view with such reads depends on the address, and on what is `given` to it: it gets
slots for that when it is made, and nobody's values.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, ClassVar, Final  # Slots hold values of every type.

from django.db.models import BigIntegerField, QuerySet
from django.http import Http404
from rest_framework.permissions import SAFE_METHODS

from focusflow.api.patterns import LARGEST_ID
from focusflow.api.rows import shape_of
from focusflow.statements import Slot, Statement

if TYPE_CHECKING:
    from rest_framework.viewsets import GenericViewSet as View
else:
    View = object

# Beyond it all are made anew: so many come of somebody who tries whatever can be asked.
MOST_STATEMENTS: Final = 500

# By what is asked, which is all that their SQL depends on.
STATEMENTS: Final[dict[Hashable, Statement]] = {}


def statement_for(question: Hashable, build: Callable[[], QuerySet[Any, Any]]) -> Statement:
    """Return the statement that answers a question, made of what `build` returns for it."""
    statement = STATEMENTS.get(question)
    if statement is None:
        if len(STATEMENTS) >= MOST_STATEMENTS:
            STATEMENTS.clear()
        statement = STATEMENTS[question] = Statement(build())
    return statement


class Reader:
    """Stands for whoever asks, of whom a queryset learns the id alone."""

    pk: Final = Slot("reader", BigIntegerField())


class PreparedMixin(View):
    """A view that reads its rows by prepared statements.

    One with a queryset of its own does not, unless it says that it may: whatever its queryset
    depends on has to be in the address, or in a slot.
    """

    is_prepared: ClassVar = True
    # Actions whose rows depend on more.
    unprepared: ClassVar[frozenset[str]] = frozenset()
    # Whether the queryset is made for all who ask.
    is_for_all = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "get_queryset" in vars(cls) and "is_prepared" not in vars(cls):
            cls.is_prepared = False

    @property
    def reader(self) -> Any:
        """Who asks."""
        return Reader if self.is_for_all else self.request.user

    def given(self) -> dict[str, Any]:
        """Return what the queryset depends on besides the address, by the names of its slots."""
        return {"reader": self.request.user.pk}

    def get_queryset_for_all(self) -> QuerySet[Any]:
        """Return the rows to read, with slots."""
        self.is_for_all = True
        try:
            return self.get_queryset()
        finally:
            self.is_for_all = False

    def get_object(self) -> Any:
        """Return the row of the address; raises Http404."""
        if not self.is_prepared or self.action in self.unprepared:
            return super().get_object()
        row = self.find(lambda rows: rows)
        self.check_object_permissions(self.request, row)
        return row

    def read_one(self) -> dict[str, Any]:
        """Return what is shown of the row of the address; raises Http404."""
        serializer_class: Any = self.get_serializer_class()
        shape = shape_of(serializer_class)
        values = self.find(lambda rows: rows.values_list(*shape.columns), serializer_class)
        return shape.rows([values])[0]

    def find(self, read: Callable[[QuerySet[Any]], QuerySet[Any, Any]], *question: Hashable) -> Any:
        """Return what is read of the row of the address, where the question is another."""
        pk: int = self.kwargs["pk"]
        if pk > LARGEST_ID:
            raise Http404
        reads = self.request.method in SAFE_METHODS
        statement = statement_for(
            (type(self), self.action, reads, *question),
            lambda: read(self.get_queryset_for_all().filter(pk=Slot("pk", BigIntegerField()))),
        )
        found = statement.run({"pk": pk, **self.given()})
        if not found:
            raise Http404
        return found[0]
