"""Tasks, and what they are sorted by, in the admin, for the operator."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin import OwnedAdmin
from accounts.models import User
from tasks.actions import (
    Action,
    Change,
    CompletionError,
    Moment,
    NotInTrashError,
    UnseenError,
    change_many,
    restore,
)
from tasks.folding import SearchError
from tasks.models import Category, Filter, Occurrence, Tag, Task

DAY = timedelta(days=1)


@admin.register(Category)
class CategoryAdmin(OwnedAdmin):
    """All categories."""

    list_display = ("name", "user", "colour", "icon", "archived_at", "created_at")
    list_filter = ("colour", ("archived_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "user__email")
    readonly_fields = ("archived_at",)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the tasks that stay without a category, which Django's list leaves out."""
        gone, counts, missing, protected = super().get_deleted_objects(objs, request)
        tasks = Task.objects.filter(category__in=objs).count()
        note = [f"{tasks} tasks stay, without a category"] if tasks else []
        return [*gone, *note], counts, missing, protected


@admin.register(Tag)
class TagAdmin(OwnedAdmin):
    """All tags."""

    list_display = ("name", "user", "created_at")
    search_fields = ("name", "user__email")


@admin.register(Filter)
class FilterAdmin(OwnedAdmin):
    """All filters."""

    list_display = ("name", "query", "user", "created_at")
    search_fields = ("name", "query", "user__email")


@admin.register(Occurrence)
class OccurrenceAdmin(OwnedAdmin):
    """What was done; shown, and changed by undoing alone."""

    list_display = ("task", "status", "at", "due_date", "missed", "user")
    list_filter = ("status", "at")
    list_select_related = ("user", "task")
    search_fields = ("task__title", "user__email")
    date_hierarchy = "at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: completing a task adds one."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no: it is history."""
        return False


class SubtaskInline(admin.TabularInline):
    """The subtasks of a task, each with a link to its own page."""

    model = Task
    fk_name = "parent"
    verbose_name_plural = "subtasks"
    fields = ("title", "due_date", "completed", "position")
    readonly_fields = fields
    show_change_link = True
    extra = 0
    ordering = ("position", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Task]:
        """Leave out the trash."""
        return Task.objects.kept()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no: a subtask is made on its own page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no: a task is deleted on its own page."""
        return False


class DueFilter(admin.SimpleListFilter):
    """When tasks are due, by the instant alone: their owners' days differ."""

    title = "due"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices."""
        return [("past", "in the past"), ("day", "in a day"), ("week", "in a week"), ("no", "not")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the tasks of the choice."""
        now = timezone.now()
        spans: dict[str | None, dict[str, Any]] = {
            "past": {"due_date__lt": now},
            "day": {"due_date__range": (now, now + DAY)},
            "week": {"due_date__range": (now, now + 7 * DAY)},
            "no": {"due_date": None},
        }
        return queryset.filter(**spans.get(self.value(), {}))


@admin.register(Task)
class TaskAdmin(OwnedAdmin):
    """All tasks. What is completed by an action is recorded as it is when its owner does it."""

    list_display = ("title", "user", "category", "due_date", "priority", "completed", "deleted_at")
    list_filter = (
        "completed",
        DueFilter,
        "priority",
        ("deleted_at", admin.EmptyFieldListFilter),
        ("category", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("user", "category")
    # What is searched: see get_search_results.
    search_fields = ("search_text",)
    search_help_text = "Words of title, tags and description. One with an @ is the owner's address."
    autocomplete_fields = ("user", "category", "parent")
    date_hierarchy = "due_date"
    readonly_fields = ("completed", "completed_at", "deleted_at")
    inlines = (SubtaskInline,)
    actions = ("complete", "reopen", "restore")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Leave out what searches read: it repeats what is there."""
        fields = super().get_fields(request, obj)
        return [name for name in fields if name != "search_text"]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Search as everywhere, by the index; an address is compared with the owners'."""
        words = search_term.split()
        addresses = [word for word in words if "@" in word[1:]]
        owners = User.objects.all()
        for address in addresses:
            owners = owners.filter(email__icontains=address)
        found = queryset.filter(user__in=owners) if addresses else queryset
        text = " ".join(word for word in words if word not in addresses)
        try:
            return found.matching(text), False
        except SearchError as error:
            messages.warning(request, str(error))
            return queryset.none(), False

    @admin.action(description="Complete the selected tasks, with their subtasks")
    def complete(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        """Complete tasks, or the occurrences of series that are due."""
        change = Change(action=Action.COMPLETE, cascade=True)
        self.change_all(request, queryset, change, "completed")

    @admin.action(description="Reopen the selected tasks")
    def reopen(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        """Open completed tasks again."""
        change = Change(action=Action.REOPEN)
        self.change_all(request, queryset, change, "reopened")

    @admin.action(description="Restore the selected tasks from the trash")
    def restore(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        """Take tasks out of the trash."""
        trashed = list(queryset.filter(deleted_at__isnull=False).order_by("pk"))
        for task in trashed:
            # Another one of them may have brought it back along.
            with suppress(NotInTrashError):
                restore(task=task)
        self.message_user(request, f"{len(trashed)} tasks were restored.")

    def change_all(
        self, request: HttpRequest, queryset: QuerySet[Task], change: Change, word: str
    ) -> None:
        """Change the selected tasks, those of each owner by themselves."""
        rows = queryset.filter(deleted_at=None).values_list("user_id", "pk")
        at, count = timezone.now(), 0
        for user, ids in group(rows):
            count += len(self.change_own(request, user, ids, change, at))
        self.message_user(request, f"{count} tasks were {word}.")

    def change_own(
        self,
        request: HttpRequest,
        user: User,
        ids: list[int],
        change: Change,
        at: datetime,
    ) -> list[int]:
        """Change tasks of one owner; what cannot be is said and leaves them as they are."""
        now = Moment(at, user.local_date(at))
        try:
            return change_many(user=user, ids=ids, change=change, now=now)
        except (CompletionError, UnseenError) as error:
            self.message_user(request, f"{user}: {error}", messages.ERROR)
            return []


def group(rows: Any) -> list[tuple[User, list[int]]]:
    """Return the ids of rows by their owners."""
    ids: defaultdict[int, list[int]] = defaultdict(list)
    for user_id, pk in rows:
        ids[user_id].append(pk)
    users = User.objects.in_bulk(ids)
    return [(users[user_id], those) for user_id, those in ids.items()]
