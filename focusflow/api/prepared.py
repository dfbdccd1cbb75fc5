"""Reads of rows whose SQL is made once for all requests that ask alike.

The queryset of a view with such reads depends on the address, and on what is `given` to it: it gets
slots for that when it is made, and nobody's values.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast  # Slots hold values of every type.

from django.db.models import BigIntegerField, QuerySet
from django.http import Http404

from focusflow.api.patterns import LARGEST_ID
from focusflow.api.rows import shape_of
from focusflow.statements import Slot, Statement

if TYPE_CHECKING:
    from rest_framework.generics import GenericAPIView as View
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

    def read_one(self, pk: int) -> dict[str, Any]:
        """Return what is shown of a row; raises Http404."""
        if pk > LARGEST_ID:
            raise Http404
        shape = shape_of(cast(Any, self.get_serializer_class()))

        def build() -> QuerySet[Any, Any]:
            rows = self.get_queryset_for_all().filter(pk=Slot("pk", BigIntegerField()))
            return rows.values_list(*shape.columns)

        statement = statement_for((type(self), "one"), build)
        found = shape.rows(statement.run({"pk": pk, **self.given()}))
        if not found:
            raise Http404
        return found[0]
