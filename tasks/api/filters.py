"""Filters of the lists of tasks, and of what they are sorted by."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, cast

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django_filters import ChoiceFilter

from accounts.models import User
from focusflow.api.errors import BadParameter
from focusflow.api.filters import (
    InstantFilter,
    ResourceFilterSet,
    TextFilter,
    VisibleRelatedFilter,
    WholeNumberFilter,
    YesNoFilter,
)
from tasks.filtering import condition
from tasks.filters import FilterError, parse
from tasks.folding import SearchError
from tasks.models import Category, Filter, Occurrence, Tag, Task, TaskTag
from tasks.models.tag import key_of
from tasks.models.task import LOWEST_PRIORITY
from tasks.querysets import DAY

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tasks.querysets import TaskQuerySet

LISTS: Final = ("today", "upcoming", "overdue", "inbox", "open", "completed", "trash")
# Days of the list of what is coming up, today included.
UPCOMING_DAYS: Final = 7


class CategoryFilterSet(ResourceFilterSet):
    """Filters of categories."""

    search = TextFilter("name", "icontains", label="Holds this text in its name")
    archived = YesNoFilter("archived_at", "isnull", exclude=True, label="Put away, or not")

    class Meta:
        model = Category
        fields = ("name",)


class TagFilterSet(ResourceFilterSet):
    """Filters of tags."""

    search = TextFilter("name", "icontains", label="Holds this text in its name")

    class Meta:
        model = Tag
        fields = ()


class FilterFilterSet(ResourceFilterSet):
    """Filters of filters."""

    class Meta:
        model = Filter
        fields = ("name",)


class OccurrenceFilterSet(ResourceFilterSet):
    """Filters of what was done."""

    task = VisibleRelatedFilter(Task, label="Of this task")
    done_after = InstantFilter("at", "gte", label="Completed or skipped at this instant or later")
    done_before = InstantFilter("at", "lt", label="Completed or skipped before this instant")

    class Meta:
        model = Occurrence
        fields = ("status",)


class TaskFilterSet(ResourceFilterSet):
    """Filters of tasks."""

    list = ChoiceFilter(
        choices=[(name, name) for name in LISTS],
        method="filter_list",
        label="One of the lists: due today or before, due in the next seven days, overdue, open "
        "without a category, open, completed, or the trash",
    )
    category = VisibleRelatedFilter(Category, label="In this category")
    no_category = YesNoFilter("category", "isnull", label="In no category")
    parent = VisibleRelatedFilter(Task, label="A subtask of this task")
    is_subtask = YesNoFilter("parent", "isnull", exclude=True, label="A subtask, or not")
    tag = TextFilter(method="filter_tag", label="With the tag of this name")
    priority = WholeNumberFilter(min_value=0, max_value=LOWEST_PRIORITY, label="Of this priority")
    recurs = YesNoFilter("rrule", "exact", method="filter_recurs", label="A series, or not")
    due_after = InstantFilter("due_date", "gte", label="Due at this instant or later")
    due_before = InstantFilter("due_date", "lt", label="Due before this instant")
    completed_after = InstantFilter("completed_at", "gte", label="Completed then or later")
    completed_before = InstantFilter("completed_at", "lt", label="Completed before this instant")
    no_due_date = YesNoFilter("due_date", "isnull", label="Without a due date")
    search = TextFilter(
        method="filter_search",
        label="Holds these words in title, tags or description. Without `ordering` the best of up "
        "to 200 hits come first, and more hits newest first",
    )
    filter = TextFilter(
        method="filter_text", label="In the language of filters, such as “today & @errand”"
    )

    class Meta:
        model = Task
        fields = ("completed",)

    # The others depend on the day.
    constant: ClassVar = {"list": frozenset({"inbox", "open", "completed"})}

    def filter_list(self, queryset: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        """Keep the tasks of one of the lists."""
        at, user = timezone.now(), cast(User, cast("HttpRequest", self.request).user)
        today = user.local_date(at)
        match value:
            case "today":
                return queryset.due_by(today, end=user.start_of_day(today + DAY))
            case "upcoming":
                last = today + (UPCOMING_DAYS - 1) * DAY
                return queryset.upcoming(
                    start=user.start_of_day(today),
                    first_day=today,
                    end=user.start_of_day(last + DAY),
                    last_day=last,
                )
            case "overdue":
                return queryset.overdue(today=today, at=at)
            case "inbox":
                return queryset.inbox()
            case "open":
                return queryset.open()
            case "completed":
                return queryset.completed()
        return queryset

    def filter_tag(self, queryset: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        """Keep the tasks with a tag."""
        tagged = TaskTag.objects.filter(task=OuterRef("pk"), tag__key=key_of(value))
        return queryset.filter(Exists(tagged))

    def filter_recurs(self, queryset: TaskQuerySet, name: str, value: bool) -> TaskQuerySet:
        """Keep the series, or the others."""
        return queryset.exclude(rrule="") if value else queryset.filter(rrule="")

    def filter_search(self, queryset: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        """Keep the tasks that hold the words."""
        try:
            return queryset.matching(value)
        except SearchError as error:
            raise BadParameter({name: [str(error)]}) from error

    def filter_text(self, queryset: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        """Keep the tasks that a filter shows."""
        at, user = timezone.now(), cast(User, cast("HttpRequest", self.request).user)
        try:
            tree = parse(value)
        except FilterError as error:
            raise BadParameter({name: [str(error)]}) from error
        return queryset.filter(condition(tree, user=user, at=at, today=user.local_date(at)))
