"""Who may call the API at all; which rows they reach is decided by the querysets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission

from accounts.models import ApiToken

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class IsSignedIn(BasePermission):
    """Somebody signed in, with a password of their own, by a token that may use the method."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say whether the request may go on; `message` says why not."""
        user = request.user
        if not user.is_authenticated:
            return False
        if user.password_is_temporary:
            self.message = (
                "Choose a password of your own first: "
                "POST it to /api/auth/app/v1/account/password/change."
            )
            return False
        token = request.auth
        reads_only = isinstance(token, ApiToken) and token.scope == ApiToken.Scope.READ
        if reads_only and request.method not in SAFE_METHODS:
            self.message = "This token may only read: use one with the scope “write”."
            return False
        return True


class IsStaff(IsSignedIn):
    """Somebody signed in who is staff."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say whether the request may go on."""
        return super().has_permission(request, view) and request.user.is_staff


class HasSession(IsSignedIn):
    """Somebody signed in by a session or an access token, not by a personal API token.

    A personal token that could make further ones would outlive its own revocation.
    """

    message = "A personal API token cannot do this: sign in."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say whether the request may go on."""
        return super().has_permission(request, view) and not isinstance(request.auth, ApiToken)


class IsStaffWithSession(HasSession, IsStaff):
    """Somebody signed in who is staff, and not by a personal API token.

    What lets others in outlives the token that made it.
    """
