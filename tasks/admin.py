"""Tasks and categories in the admin, for the operator."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin import OwnedAdmin
from tasks.models import Category, Task


@admin.register(Category)
class CategoryAdmin(OwnedAdmin):
    """All categories."""

    list_display = ("name", "user", "created_at")
    search_fields = ("name", "user__email")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the tasks that stay without a category, which Django's list leaves out."""
        gone, counts, missing, protected = super().get_deleted_objects(objs, request)
        tasks = Task.objects.filter(category__in=objs).count()
        note = [f"{tasks} tasks stay, without a category"] if tasks else []
        return [*gone, *note], counts, missing, protected


@admin.register(Task)
class TaskAdmin(OwnedAdmin):
    """All tasks."""

    list_display = ("title", "user", "category", "due_date", "completed")
    list_filter = ("completed", "due_date")
    list_select_related = ("user", "category")
    search_fields = ("title", "description", "user__email")
    autocomplete_fields = ("user", "category")
    date_hierarchy = "due_date"
