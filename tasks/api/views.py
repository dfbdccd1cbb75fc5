"""The API's endpoints of tasks, and of what they are sorted by."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, cast  # Bodies and rows hold values of every type.

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.archive import ArchivedMixin
from accounts.api.places import PlacedMixin
from accounts.models import User
from focusflow.api.errors import Conflict, answer_with
from focusflow.api.ranking import RankedPagination
from focusflow.api.serializers import EmptySerializer
from focusflow.api.views import ResourceViewSet
from tasks import actions
from tasks.api.filters import (
    CategoryFilterSet,
    FilterFilterSet,
    OccurrenceFilterSet,
    TagFilterSet,
    TaskFilterSet,
)
from tasks.api.serializers import (
    CategoryPlaceSerializer,
    CategorySerializer,
    CompletionSerializer,
    FilterPlaceSerializer,
    FilterSerializer,
    OccurrenceSerializer,
    OutcomeSerializer,
    SkipSerializer,
    TagSerializer,
    TaskPlaceSerializer,
    TaskSerializer,
)
from tasks.models import Category, Filter, Occurrence, Tag, Task
from tasks.querysets import TaskQuerySet

answer_with(actions.CompletionError, Conflict)
answer_with(actions.NotInTrashError, Conflict)


@extend_schema_view(place=extend_schema(request=CategoryPlaceSerializer))
class CategoryViewSet(PlacedMixin, ArchivedMixin, ResourceViewSet):
    """Your categories. A category's name is unique; deleting one leaves its tasks without one.

    An archived category is kept with its tasks, which no list shows unless it names the category.
    """

    queryset = Category.objects.all()
    serializer_class = CategorySerializer
    place_serializer = CategoryPlaceSerializer
    filterset_class = CategoryFilterSet
    orderings: ClassVar = {"name": "name", "position": "position", "created_at": "created_at"}
    ordering = "name"


class TagViewSet(ResourceViewSet):
    """Your tags; a name is unique in letters of any case. Deleting one takes it from its tasks."""

    queryset = Tag.objects.all()
    serializer_class = TagSerializer
    filterset_class = TagFilterSet
    orderings: ClassVar = {"name": "name", "created_at": "created_at"}
    ordering = "name"


@extend_schema_view(place=extend_schema(request=FilterPlaceSerializer))
class FilterViewSet(PlacedMixin, ResourceViewSet):
    """Your filters: questions to the list of tasks, each with a name."""

    queryset = Filter.objects.all()
    serializer_class = FilterSerializer
    place_serializer = FilterPlaceSerializer
    filterset_class = FilterFilterSet
    orderings: ClassVar = {"position": "position", "created_at": "created_at"}
    ordering = "position"


class OccurrenceViewSet(ResourceViewSet):
    """What you completed and skipped, the newest first; `tasks/{id}/undo/` takes the last back."""

    queryset = Occurrence.objects.all()
    serializer_class = OccurrenceSerializer
    filterset_class = OccurrenceFilterSet
    http_method_names = ("get", "head", "options")
    orderings: ClassVar = {"at": "at", "created_at": "created_at"}
    ordering = "-at"


# Of columns that are NULL in other lists.
ORDERINGS_OF_LISTS: Mapping[str, dict[str, str]] = {
    "completed": {"completed_at": "completed_at"},
    "trash": {"deleted_at": "deleted_at"},
}


@extend_schema_view(place=extend_schema(request=TaskPlaceSerializer))
class TaskViewSet(PlacedMixin, ResourceViewSet):
    """Your tasks, those that are due first at the top and those without a due date last.

    Deleting a task puts it into the trash with its subtasks, for 30 days. Tasks in the trash are in
    `?list=trash`, and nowhere else until they are restored.
    """

    queryset = Task.objects.all()
    serializer_class = TaskSerializer
    place_serializer = TaskPlaceSerializer
    filterset_class = TaskFilterSet
    pagination_class = RankedPagination
    is_prepared = True
    # They depend on the instant.
    unprepared = frozenset({"restore", "purge"})

    orderings: ClassVar = {
        "due_date": ("day_order", "due_order"),
        "title": "title",
        "position": "position",
        "created_at": "created_at",
    }
    ordering = "due_date"

    def get_orderings(self) -> Mapping[str, str | tuple[str, ...]]:
        """Return the orders of the list that is asked for; the documentation names all."""
        if getattr(self, "swagger_fake_view", False):
            return self.orderings | {w: w for words in ORDERINGS_OF_LISTS.values() for w in words}
        return self.orderings | ORDERINGS_OF_LISTS.get(self.list_name, {})

    def get_ordering(self) -> str:
        """Show what was completed or deleted last first."""
        words = ORDERINGS_OF_LISTS.get(self.list_name, {})
        return next((f"-{word}" for word in words), self.ordering)

    @property
    def list_name(self) -> str:
        """The name of the list that is asked for; "" for no particular one."""
        return self.asked.get("list", "")

    @property
    def asked(self) -> Mapping[str, str]:
        """The parameters of the address; none where the documentation is written."""
        return {} if getattr(self, "swagger_fake_view", False) else self.request.query_params

    def get_queryset(self) -> Any:
        """Return the tasks that a list may show; for one of them, those not in the trash."""
        rows = cast(TaskQuerySet, super().get_queryset())
        is_list = self.action == "list"
        if self.action in {"restore", "purge"} or (is_list and self.list_name == "trash"):
            return rows.restorable(timezone.now())
        # What was put away is in the list of its category alone, and has an address of its own.
        is_named = not is_list or self.asked.get("category")
        return rows.kept() if is_named else rows.shown()

    def perform_destroy(self, instance: Task) -> None:
        """Put the task into the trash."""
        actions.trash(task=instance, at=timezone.now(), expected=self.expected(instance))

    @extend_schema(request=CompletionSerializer, responses=OutcomeSerializer)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, **_: Any) -> Response:
        """Complete the task; of a series, the occurrence that is due, which makes the next due."""
        task, sent = self.get_object(), self.read(CompletionSerializer)
        done = partial(actions.complete, cascade=sent["cascade"])
        return self.outcome(task, sent, done)

    @extend_schema(request=SkipSerializer, responses=OutcomeSerializer)
    @action(detail=True, methods=["post"])
    def skip(self, request: Request, **_: Any) -> Response:
        """Leave out the occurrence of a series that is due."""
        task, sent = self.get_object(), self.read(SkipSerializer)
        return self.outcome(task, sent, actions.skip)

    @extend_schema(request=EmptySerializer, responses=OutcomeSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, **_: Any) -> Response:
        """Take back what was last completed or skipped: the due date is as it was before."""
        task = self.get_object()
        self.read(EmptySerializer)
        occurrence = actions.undo(task=task)
        return Response(self.show(task, occurrence))

    @extend_schema(request=EmptySerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **_: Any) -> Response:
        """Take the task out of the trash, with the subtasks that went into it along."""
        task = self.get_object()
        self.read(EmptySerializer)
        actions.restore(task=task)
        return Response(self.get_serializer(task).data)

    @extend_schema(request=EmptySerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def purge(self, request: Request, **_: Any) -> Response:
        """Delete a task that is in the trash for good, with its subtasks and its history."""
        task = self.get_object()
        self.read(EmptySerializer)
        actions.purge(task=task)
        return Response(status=204)

    def outcome(self, task: Task, sent: dict[str, Any], done: Any) -> Response:
        """Do something to the occurrence that is meant, and show what came of it."""
        if sent.get("due_date", task.due_date) != task.due_date:
            raise actions.DoneAlreadyError
        at = timezone.now()
        now = actions.Moment(at, cast(User, self.request.user).local_date(at))
        return Response(self.show(task, done(task=task, now=now)))

    def show(self, task: Task, occurrence: Occurrence) -> dict[str, Any]:
        """Return a task, and what was done of it."""
        outcome = OutcomeSerializer(
            {"task": task, "occurrence": occurrence}, context=self.get_serializer_context()
        )
        # Without its serializer, of which the browsable API would make a form.
        return dict(outcome.data)
