"""Forms of the pages of accounts, and what programs send to register."""

from __future__ import annotations

from typing import Any, ClassVar, cast  # Forms hold values of every type.

from allauth.account import forms as allauth_forms
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.account import inputs
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.actions import InvitationError, register
from accounts.calendar import zone_names
from accounts.links import SESSION_KEY, needs_invitation
from accounts.models import NAME_LENGTH, Invitation, User
from focusflow.api.errors import Conflict
from focusflow.api.handlers import show


class Registration(forms.Form):
    """What is common to the page on which somebody registers, and to programs."""

    name = forms.CharField(max_length=NAME_LENGTH)
    invitation = forms.CharField(
        max_length=100, required=False, widget=forms.HiddenInput, strip=False
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a bad invitation, and a password that is too close to name or address."""
        cleaned: dict[str, Any] = super().clean() or {}
        email, password = cleaned.get("email", ""), self.chosen_password()
        if needs_invitation() and not self.invitations.filter(email__in=["", email]).exists():
            self.add_error(None, str(InvitationError()))
        if password:
            try:
                validate_password(password, User(email=email, name=cleaned.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password1" if "password1" in self.fields else "password", error)
        return cleaned

    @property
    def secret(self) -> str:
        """The secret of the invitation, as it was sent or as the person came by it."""
        sent = self.data.get(self.add_prefix("invitation")) or ""
        return str(sent or context.request.session.get(SESSION_KEY, ""))

    @cached_property
    def invitations(self) -> Any:
        """Return the invitation of that secret, if it still holds."""
        return Invitation.objects.open(timezone.now()).with_secret(self.secret)

    def chosen_password(self) -> str:
        """Return the password that was sent, if it is one."""
        cleaned = self.cleaned_data
        return str(cleaned.get("password1") or cleaned.get("password") or "")

    def save(self, request: HttpRequest) -> User:
        """Make the account, and use the invitation up."""
        try:
            user = register(
                email=self.cleaned_data["email"],
                name=self.cleaned_data["name"],
                password=self.chosen_password(),
                invitation=self.secret if needs_invitation() else "",
                at=timezone.now(),
            )
        except InvitationError as error:
            # Somebody else used it between the check and now.
            raise ImmediateHttpResponse(show(request, Conflict(str(error)))) from error
        request.session.pop(SESSION_KEY, None)
        return user


class SignupForm(Registration, allauth_forms.SignupForm):
    """The page's form."""

    field_order = ("email", "name", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        invitation = self.invitations.first() if needs_invitation() else None
        if invitation is not None:
            self.fields["email"].initial = invitation.email


class SignupInput(Registration, inputs.SignupInput):
    """What programs send."""


class PasswordForm(forms.Form):
    """Asks for the password again, before what cannot be undone."""

    password = forms.CharField(
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Refuse a wrong password; how often it may be tried is the view's business."""
        password = cast(str, self.cleaned_data["password"])
        if not self.user.check_password(password):
            raise forms.ValidationError("This is not your password.", code="wrong_password")
        return password


class EmailChangeForm(PasswordForm):
    """Asks for a new address."""

    email = forms.EmailField(label="New e-mail address", max_length=255)
    field_order = ("email", "password")


def zone_choices() -> list[tuple[str, str]]:
    """Return the time zones to choose from."""
    return [(name, name) for name in sorted(zone_names())]


class PreferencesForm(forms.ModelForm):
    """Changes what a person sets for themselves."""

    time_zone = forms.ChoiceField(choices=zone_choices)
    language = forms.ChoiceField(choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields: ClassVar = ("name", "time_zone", "day_starts_at", "week_start", "language")
