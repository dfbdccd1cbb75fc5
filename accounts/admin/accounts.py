"""Accounts and their tokens in the admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast  # Forms hold values of every type.

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.admin.owned import CheckedAgain, OwnedAdmin
from accounts.history import kind_of
from accounts.models import ApiToken, Event, Invitation, User

# Addresses are written with the account; the others hold keys that nobody but the owner may use.
admin.site.unregister([EmailAddress, Authenticator, UserSession])


def show_link(
    request: HttpRequest, model_admin: admin.ModelAdmin, *, title: str, link: str, words: str
) -> HttpResponse:
    """Show a link once: no row, no session and no cache has it."""
    context = model_admin.admin_site.each_context(request) | {
        "title": title,
        "link": link,
        "words": words,
        "opts": model_admin.opts,
    }
    response = TemplateResponse(request, "admin/accounts/link.html", context)
    add_never_cache_headers(response)
    return response


class UserCreation(AdminUserCreationForm):
    """Makes an account, with or without a password."""

    class Meta:
        model = User
        fields = ("email", "name")


class UserChange(UserChangeForm):
    """Changes an account."""

    class Meta:
        model = User
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        """Refuse to take the last superuser's rights, beside the field that does."""
        super().clean()
        cleaned: dict[str, Any] = self.cleaned_data
        lost = [name for name in ("is_active", "is_superuser") if cleaned.get(name) is False]
        # The instance has the form's values by now; whether they take something, the row knows.
        stored = User.objects.get(pk=self.instance.pk)
        if lost and last_of([stored]):
            self.add_error(lost[0], str(actions.LastSuperuserError()))
        return cleaned


@admin.register(User)
class UserAdmin(CheckedAgain, DjangoUserAdmin):
    """All accounts. Everything is written by the actions that the API uses too."""

    form = UserChange
    add_form = UserCreation
    list_display = ("email", "name", "is_active", "is_staff", "first_access", "created_at")
    list_filter = ("is_active", "is_staff", "is_superuser", "created_at")
    search_fields = ("email", "name")
    ordering = ("-id",)
    date_hierarchy = "created_at"
    filter_horizontal = ("groups", "user_permissions")
    readonly_fields = ("first_access", "last_login", "created_at")
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "password_is_temporary")}),
        ("Preferences", {"fields": ("time_zone", "day_starts_at", "week_start", "language")}),
        (
            "Rights",
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        ("Dates", {"fields": ("first_access", "last_login", "created_at")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
    )

    def get_urls(self) -> list[URLPattern]:
        """Add the address that makes a reset link."""
        view = self.admin_site.admin_view(require_POST(self.make_reset_link))
        own = path("<int:user_id>/reset-link/", view, name="accounts_user_reset_link")
        return [own, *super().get_urls()]

    def make_reset_link(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """Make a link by which the person sets a new password, and show it once."""
        user = get_object_or_404(User, pk=user_id)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        return show_link(
            request,
            self,
            title=f"A link for {user}",
            link=actions.make_reset_link(user=user),
            words="Whoever opens it within a day sets a new password for the account. Hand it to "
            "its owner in a way that nobody else reads. It is not shown again.",
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Leave rights to superusers: whoever could give them could take all."""
        if request.user.is_superuser:
            return self.readonly_fields
        return (*self.readonly_fields, "is_staff", "is_superuser", "groups", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let only superusers change staff and superusers."""
        return super().has_change_permission(request, obj) and self.may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let only superusers delete staff and superusers, and nobody the last superuser."""
        allowed = super().has_delete_permission(request, obj) and self.may_edit(request, obj)
        return allowed and not (obj and last_of([obj]))

    def may_edit(self, request: HttpRequest, obj: User | None) -> bool:
        """Say whether the account is one that the signed-in person may change."""
        return obj is None or User.objects.editable_by(request.user).filter(pk=obj.pk).exists()

    def save_model(
        self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool
    ) -> None:
        """Write the account, and its sign-in address with it."""
        if not change:
            super().save_model(request, obj, form, change)
            actions.change_email(user=obj, email=obj.email, verified=True)
            return
        columns = {field.name for field in User._meta.concrete_fields}
        values = {name: getattr(obj, name) for name in form.changed_data if name in columns}
        actions.update_user(user=obj, by=cast(User, request.user), **values)

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002  # Django's name
        form_url: str = "",
    ) -> HttpResponse:
        """Lead to where the present password is asked for, when it is one's own."""
        if id == str(request.user.pk):
            return redirect("account_change_password")
        return super().user_change_password(request, id, form_url)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Delete the account by the action that the API uses."""
        actions.delete_user(user=obj, by=cast(User, request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Delete the chosen accounts; `get_deleted_objects` asked about each of them before."""
        for user in queryset:
            actions.delete_user(user=user, by=cast(User, request.user))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name what goes with the accounts, and those that may not be deleted."""
        gone, counts, missing, protected = super().get_deleted_objects(objs, request)
        kept = [user for user in objs if not self.has_delete_permission(request, user)]
        # The history is nobody's to delete, and goes with its account.
        missing -= {Event._meta.verbose_name}
        return gone, counts, missing, [*protected, *map(str, kept or last_of(objs))]


def last_of(users: Iterable[User]) -> list[User]:
    """Return those of the accounts that are active superusers, if there are no others."""
    superusers = [user for user in users if user.is_superuser and user.is_active]
    return [] if actions.superusers_beside(superusers).exists() else superusers


@admin.register(ApiToken)
class ApiTokenAdmin(OwnedAdmin):
    """All personal API tokens: to see and to revoke. Only their owners make them."""

    list_display = ("name", "user", "scope", "expires_at", "last_used_at", "created_at")
    list_filter = ("scope",)
    search_fields = ("name", "user__email")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: the secret is for the owner's eyes."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a token that may do more than its owner chose is another token."""
        return False


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    """Invitations that nobody has used yet: made here, with a link that is shown once."""

    list_display = ("__str__", "email", "made_by", "created_at", "expires_at")
    list_select_related = ("made_by",)
    search_fields = ("email",)
    ordering = ("-id",)
    show_full_result_count = False
    fields = ("email",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: an invitation for somebody else is another one."""
        return False

    def save_model(
        self, request: HttpRequest, obj: Invitation, form: forms.ModelForm, change: bool
    ) -> None:
        """Make it by the action that the API uses too."""
        by = cast(User, request.user)
        # Kept with the row: this object serves all requests, also two at once.
        made, obj.link = actions.invite(email=obj.email, by=by, at=timezone.now())
        obj.pk = made.pk

    def response_add(
        self, request: HttpRequest, obj: Invitation, post_url_continue: Any = None
    ) -> HttpResponse:
        """Show the link."""
        return show_link(
            request,
            self,
            title=f"An invitation for {obj.email or 'anybody'}",
            link=obj.link,
            words="Whoever opens it within a week makes an account by it, once. It is not shown "
            "again.",
        )


# Of which the operator sees what was changed: accounts and what opens them, not people's rows.
OPERATORS_KINDS = frozenset({kind_of(User), kind_of(ApiToken)})


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    """The history of all accounts: of people's rows only who, what kind and when."""

    list_display = ("created_at", "user", "kind", "action", "actor_id", "interface")
    list_filter = ("kind", "action", "interface")
    list_select_related = ("user",)
    search_fields = ("user__email", "request_id")
    ordering = ("-id",)
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Show what was changed where it is an account's."""
        fields = ("created_at", "user", "actor_id", "interface", "request_id", "kind", "action")
        if getattr(obj, "kind", "") in OPERATORS_KINDS:
            return (*fields, "row_id", "before", "after")
        return fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: events come with what is done."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: so does the database."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: events go with their account, or after HISTORY_DAYS."""
        return False
