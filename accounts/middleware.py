"""What holds for every request of a signed-in person."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts import preferences

# What somebody with a temporary password may open: where they change it, and the way out.
OPEN_ROUTES = frozenset({"account_change_password", "account_logout", "account_reauthenticate"})


class PreferencesMiddleware:
    """Give each page the person's time zone and language, and the next request none of them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer within the person's time zone; LanguageMiddleware resets the language."""
        with timezone.override(None):
            if request.user.is_authenticated:
                preferences.activate(request.user)
            return self.get_response(request)


class TemporaryPasswordMiddleware:
    """Lead somebody with a temporary password to the page where they choose their own.

    The API has the same rule in `accounts.permissions`, where its own sign-in is known.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Redirect unless the page is one of those that end the state, or the API's."""
        user = request.user
        if not (user.is_authenticated and user.password_is_temporary):
            return None
        match = request.resolver_match
        if match is None or match.url_name in OPEN_ROUTES or match.route.startswith("api/"):
            return None
        messages.info(request, "Choose a password of your own first.")
        return redirect("account_change_password")


class SignOutMiddleware:
    """Let the browser forget, after a sign-out, what scripts have kept on its disk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; `accounts.receivers` says of it that somebody signed out."""
        response = self.get_response(request)
        if getattr(request, "has_signed_out", False):
            # Not "cookies": that would sign them out of other programs of the same domain.
            response.headers["Clear-Site-Data"] = '"storage"'
        return response
