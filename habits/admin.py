"""Habits in the admin, for the operator."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin import OwnedAdmin
from habits.models import Habit


@admin.register(Habit)
class HabitAdmin(OwnedAdmin):
    """All habits."""

    list_display = ("name", "user", "frequency", "streak", "created_at")
    list_filter = ("frequency",)
    search_fields = ("name", "user__email")
