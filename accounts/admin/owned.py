"""The base of the admin of owned rows."""

from __future__ import annotations

from typing import Any, ClassVar, Final  # Forms hold values of every type.

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import IntegrityError
from django.http import HttpRequest

from accounts.ownership import OwnedModel

# More digits are no id's.
LONGEST_ID: Final = 19


class OwnedForm(forms.ModelForm):
    """Checks a row with its owner, who stands in the row and not in the form."""

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # private
        return excluded - {"user"}


class CheckedAgain(admin.ModelAdmin):
    """Shows a form whose row the database refused, with what somebody else wrote meanwhile."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Check and write again once: the form finds now what it did not find before.

        What is refused a second time is 409.
        """
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            return super().changeform_view(request, *args, **kwargs)


class OwnersSelect(AutocompleteSelect):
    """Offers rows of one owner, once it is known whose they are."""

    owner: int | None = None

    def get_url(self) -> str:
        """Return where the choices are searched."""
        url: str = super().get_url()
        return url if self.owner is None else f"{url}?owner={self.owner}"


class OwnedAdmin(CheckedAgain):
    """Rows with an owner: who made them and when is shown, and not for change.

    What is chosen for a row that is there already is one of its owner's.
    """

    form = OwnedForm
    autocomplete_fields: ClassVar[Any] = ("user",)
    date_hierarchy = "created_at"
    list_select_related: ClassVar[Any] = ("user",)
    ordering = ("-id",)
    # Counting all rows costs more than the page does.
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Show what is derived; the owner is chosen once, when the row is made."""
        derived = ("uid", "version", "created_at", "updated_at", *sorted(self.model.derived_fields))
        return derived if obj is None else ("user", *derived)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Search rows with an owner by the widget that can keep to one."""
        is_owned = issubclass(db_field.related_model, OwnedModel)
        if is_owned and db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", OwnersSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Keep the choices of a row that is there to those of its owner."""
        form = super().get_form(request, obj, change, **kwargs)
        fields: Any = form.base_fields.values() if obj else ()
        for field in fields:
            widget = getattr(field.widget, "widget", None)
            if isinstance(widget, OwnersSelect):
                widget.owner = obj.user_id
                field.queryset = field.queryset.filter(user=obj.user_id)
        return form

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Keep to the owner for whose row something is chosen."""
        owner = request.GET.get("owner", "")
        if owner.isdecimal() and len(owner) < LONGEST_ID:
            queryset = queryset.filter(user=owner)
        return super().get_search_results(request, queryset, search_term)
