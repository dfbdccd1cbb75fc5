"""The endpoints of allauth for programs that FocusFlow answers in a way of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.headless.account.views import (
    RequestPasswordResetView,
    SignupView,
    VerifyEmailView,
)
from allauth.headless.constants import Client
from django.http import HttpRequest, HttpResponseBase
from django.urls import path

from accounts import mail
from accounts.forms import SignupInput
from focusflow.api.errors import not_found

View = Callable[..., HttpResponseBase]


class RegistrationView(SignupView):
    """Registration, with a name and an invitation."""

    input_class = {"POST": SignupInput}  # noqa: RUF012  # as allauth writes it


def with_mail(view: View) -> View:
    """Let there be no such address where there is no mail server."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not mail.is_configured():
            return not_found(request)
        return view(request, *args, **kwargs)

    # As the view is, for Django's CSRF check.
    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer


urlpatterns = [
    path("auth/signup", RegistrationView.as_api_view(client=Client.APP)),
    path("auth/email/verify", with_mail(VerifyEmailView.as_api_view(client=Client.APP))),
    path(
        "auth/password/request", with_mail(RequestPasswordResetView.as_api_view(client=Client.APP))
    ),
]
