"""Habits, and what is recorded of them, in the admin, for the operator."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin import OwnedAdmin, OwnedForm
from habits.deriving import rule_of
from habits.models import CheckIn, Group, Habit, Rest

RECENT_DAYS: Final = 30
# In its place there is the strength of a day.
UNSHOWN: Final = frozenset({"strength_steps"})


def today_of(row: Any) -> date:
    """Return the day of a row's owner."""
    return row.user.local_date(timezone.now())  # type: ignore[no-any-return]  # of a User


@admin.register(Group)
class GroupAdmin(OwnedAdmin):
    """All groups of habits."""

    list_display = ("name", "user", "created_at")
    search_fields = ("name", "user__email")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the habits that stay without a group, which Django's list leaves out."""
        gone, counts, missing, protected = super().get_deleted_objects(objs, request)
        habits = Habit.objects.filter(group__in=objs).count()
        note = [f"{habits} habits stay, without a group"] if habits else []
        return [*gone, *note], counts, missing, protected


class RecentCheckIns(forms.BaseInlineFormSet):
    """The check-ins of the last days of a habit, the latest first; older ones stay as they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = today_of(self.instance) - timedelta(days=RECENT_DAYS - 1)
        rows: Any = self.queryset
        self.queryset = rows.filter(day__gte=first).order_by("-day")

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        """Give each check-in its owner."""
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]  # private
        form.instance.user = self.instance.user
        return form


class CheckInInline(admin.TabularInline):
    """What was recorded of a habit lately."""

    model = CheckIn
    form = OwnedForm
    formset = RecentCheckIns
    fields = ("day", "value", "note")
    formfield_overrides: ClassVar = {
        models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 1})}
    }
    extra = 1
    verbose_name_plural = f"check-ins of the last {RECENT_DAYS} days"


@admin.register(Habit)
class HabitAdmin(OwnedAdmin):
    """All habits. Streak and strength are those of their owners' days."""

    list_display = (
        "name",
        "user",
        "schedule",
        "kind",
        "group",
        "running",
        "strength",
        "archived_at",
    )
    list_filter = ("frequency", "kind", ("archived_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "group")
    search_fields = ("name", "user__email")
    autocomplete_fields = ("user", "group")
    inlines = (CheckInInline,)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Leave out what nobody can read."""
        return [name for name in super().get_fields(request, obj) if name not in UNSHOWN]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Show what the owner sees."""
        shown = () if obj is None else ("archived_at", "schedule", "running", "strength")
        return (*shown, *super().get_readonly_fields(request, obj))

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave check-ins to a habit that is there."""
        return self.inlines if obj else ()

    @admin.display(description="schedule")
    def schedule(self, habit: Habit) -> str:
        """Return how often the habit is asked for."""
        return rule_of(habit, habit.user.week_start).schedule.describe()

    @admin.display(description="current streak")
    def running(self, habit: Habit) -> str:
        """Return the streak with its unit."""
        length = habit.streak_on(today_of(habit))
        unit = rule_of(habit, habit.user.week_start).schedule.unit
        return f"{length} {unit}{'s' * (length != 1)}"

    @admin.display(description="strength")
    def strength(self, habit: Habit) -> str:
        """Return the strength in percent."""
        return f"{100 * habit.strength_on(today_of(habit)):.1f} %"


@admin.register(Rest)
class RestAdmin(OwnedAdmin):
    """All days of rest."""

    list_display = ("first_day", "last_day", "reason", "habit", "user")
    list_filter = ("reason", ("habit", admin.EmptyFieldListFilter))
    list_select_related = ("user", "habit")
    search_fields = ("habit__name", "user__email")
    autocomplete_fields = ("user", "habit")
    date_hierarchy = "first_day"
