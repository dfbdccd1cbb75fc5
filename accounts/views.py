"""The pages of accounts that allauth does not have."""

from __future__ import annotations

from typing import Any, cast  # Contexts of templates hold values of every type.

from allauth.account import views as allauth_views
from allauth.core import ratelimit
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import FormView, TemplateView, UpdateView

from accounts import actions, mail
from accounts.forms import EmailChangeForm, PasswordForm, PreferencesForm
from accounts.links import SESSION_KEY, needs_invitation
from accounts.models import ApiToken, EmailChange, Invitation, User


def person_of(request: HttpRequest) -> User:
    """Return the signed-in person."""
    return cast(User, request.user)


class AccountView(LoginRequiredMixin, UpdateView[User, PreferencesForm]):
    """What a person sets for themselves, and the way to everything else of the account."""

    form_class = PreferencesForm
    template_name = "account/account.html"
    success_url = reverse_lazy("account")

    def get_object(self, queryset: Any = None) -> User:
        """Return the person's own account, apart from the one whose name the page shows."""
        return User.objects.get(pk=self.request.user.pk)

    def form_valid(self, form: PreferencesForm) -> HttpResponse:
        """Write the fields that differ."""
        form.instance.write(form.changed_data)
        messages.success(self.request, "Saved.")
        return redirect(self.success_url)


@require_safe
@never_cache
def accept_invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the secret out of the address, and lead to the page where the account is made."""
    is_open = Invitation.objects.open(timezone.now()).with_secret(secret).exists()
    if not (is_open and needs_invitation()):
        return render(request, "account/signup_closed.html", {"was_invited": True}, status=404)
    request.session[SESSION_KEY] = secret
    return redirect("account_signup")


@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_reset(request: HttpRequest) -> HttpResponseBase:
    """Send a link that sets a new password; without a mail server, say who has one."""
    if not mail.is_configured():
        return render(request, "account/no_mail.html")
    return allauth_views.password_reset(request)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def list_sign_ins(request: HttpRequest) -> HttpResponse:
    """Show where the person is signed in, and their tokens; POST signs the other devices out."""
    person = person_of(request)
    if request.method == "POST":
        actions.end_other_sign_ins(user=person, kept=str(request.session.session_key))
        messages.success(request, "All other devices are signed out.")
        return redirect("account_sign_ins")
    tokens = ApiToken.objects.visible_to(person).order_by("-created_at", "-id")
    context = {
        "sign_ins": sorted(UserSession.objects.purge_and_list(person), key=lambda s: s.created_at),
        "tokens": tokens,
    }
    return render(request, "account/sign_ins.html", context)


@login_required
@require_POST
def end_sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign one device out."""
    sign_in = get_object_or_404(UserSession, pk=pk, user=person_of(request))
    actions.end_sign_in(session_key=sign_in.session_key)
    messages.success(request, "Signed out there.")
    return redirect("account_sign_ins")


@login_required
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a personal API token."""
    token = get_object_or_404(ApiToken.objects.editable_by(person_of(request)), pk=pk)
    token.delete()
    messages.success(request, f"The token “{token.name}” is revoked.")
    return redirect("account_sign_ins")


@login_required
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every sign-in of the account, this one too."""
    actions.sign_out_everywhere(user=person_of(request))
    request.session.flush()
    messages.success(request, "You are signed out everywhere, and your API tokens are revoked.")
    return redirect("account_login")


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class PasswordView(LoginRequiredMixin, FormView[BaseForm]):
    """A page that asks for the password again; each try counts, whatever comes of it."""

    form_class: Any = PasswordForm
    success_url = reverse_lazy("account_login")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count the try, then go on."""
        refusal = ratelimit.consume_or_429(request, action="reauthenticate")
        return refusal or super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the person whose password it asks for."""
        return super().get_form_kwargs() | {"user": person_of(self.request)}

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Do it; show the form again with what the action refuses."""
        try:
            self.act(form.cleaned_data)
        except (actions.LastSuperuserError, actions.AddressTakenError) as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        return super().form_valid(form)

    def act(self, values: dict[str, Any]) -> None:
        """Do what the page is for."""
        raise NotImplementedError


class EmailChangeView(PasswordView):
    """Changes the address with which the person signs in."""

    template_name = "account/email_change.html"
    form_class = EmailChangeForm
    success_url = reverse_lazy("account")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether mail will be sent, and which change waits to be confirmed."""
        waiting = EmailChange.objects.waiting_for(person_of(self.request), timezone.now())
        more = {"has_mail": mail.is_configured(), "waiting": waiting}
        return super().get_context_data(**kwargs) | more

    def act(self, values: dict[str, Any]) -> None:
        """Ask for the change, or make it where nothing can be confirmed by mail."""
        person = person_of(self.request)
        waits = actions.ask_for_email_change(user=person, email=values["email"], at=timezone.now())
        words = (
            "Open the links that were sent to your present address and to the new one: "
            "the change is made with the second."
            if waits
            else "Your address is changed."
        )
        messages.success(self.request, words)


class DeactivationView(PasswordView):
    """Closes the account and keeps its rows."""

    template_name = "account/deactivate.html"

    def act(self, values: dict[str, Any]) -> None:
        """Close the account, and sign it out."""
        person = person_of(self.request)
        actions.update_user(user=person, by=person, is_active=False)
        self.request.session.flush()
        messages.success(self.request, "Your account is closed. The operator can open it again.")


class DeletionView(PasswordView):
    """Deletes the account with everything in it."""

    template_name = "account/delete.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what goes with the account."""
        return super().get_context_data(**kwargs) | {
            "counts": actions.count_rows(person_of(self.request))
        }

    def act(self, values: dict[str, Any]) -> None:
        """Delete the account."""
        person = person_of(self.request)
        actions.delete_user(user=person, by=person)
        self.request.session.flush()
        messages.success(self.request, "Your account and everything in it is deleted.")


@method_decorator(never_cache, name="dispatch")
class ConfirmChangeView(TemplateView):
    """Confirms a change of address at one end: by a button, since mail programs open links."""

    template_name = "account/confirm_change.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether the link still holds."""
        waiting = EmailChange.objects.open(timezone.now()).with_secret(self.kwargs["secret"])
        return super().get_context_data(**kwargs) | {"waiting": waiting.first()}

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        """Use the link up."""
        try:
            is_changed = actions.confirm_email_change(secret=secret, at=timezone.now())
        except (actions.LinkError, actions.AddressTakenError) as error:
            return render(request, self.template_name, {"error": str(error)}, status=409)
        words = (
            "The address is changed: sign in with it from now on."
            if is_changed
            else "Confirmed. The change is made once the link at the other address is opened too."
        )
        messages.success(request, words)
        return redirect("home")
