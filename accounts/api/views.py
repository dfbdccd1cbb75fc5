"""The API's endpoints of accounts and tokens."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.serializers import BaseSerializer

from accounts.actions import LastSuperuserError, delete_user
from accounts.api.filters import ApiTokenFilterSet, UserFilterSet
from accounts.api.serializers import (
    ApiTokenSerializer,
    MeSerializer,
    NewApiTokenSerializer,
    UserSerializer,
)
from accounts.models import ApiToken, User
from accounts.permissions import HasSession, IsStaff
from accounts.versioning import StaleVersionError
from focusflow.api.errors import Conflict, PreconditionFailed, answer_with
from focusflow.api.views import ResourceMixin, ResourceViewSet

answer_with(LastSuperuserError, Conflict)
answer_with(StaleVersionError, PreconditionFailed)


class UserViewSet(ResourceViewSet):
    """All accounts, for staff. Set `is_active` to false to keep somebody out and their rows.

    Only a superuser changes the accounts of staff and superusers; the last superuser stays.
    Deleting an account deletes all its rows.
    """

    queryset = User.objects.all()
    permission_classes = (IsStaff,)
    serializer_class = UserSerializer
    filterset_class = UserFilterSet
    orderings: ClassVar = {"created_at": "created_at", "email": "email"}

    def get_queryset(self) -> Any:
        """Return all accounts: the actions refuse those that may not be changed, by name."""
        return User.objects.visible_to(self.request.user)

    def perform_destroy(self, instance: User) -> None:
        """Delete the account."""
        by = cast(User, self.request.user)
        delete_user(user=instance, by=by, expected=self.expected(instance))


class MeView(ResourceMixin, generics.RetrieveUpdateAPIView[User]):
    """Your own account. The e-mail address is changed on its own page, where it is confirmed."""

    serializer_class = MeSerializer

    def get_object(self) -> User:
        """Return the signed-in person's account."""
        return cast(User, self.request.user)


@extend_schema(tags=["tokens"])
class ApiTokenViewSet(ResourceViewSet):
    """Your personal API tokens. The secret is in the answer that makes a token, and nowhere else.

    Deleting a token revokes it at once. A personal token cannot manage tokens.
    """

    queryset = ApiToken.objects.all()
    permission_classes = (HasSession,)
    serializer_class = ApiTokenSerializer
    filterset_class = ApiTokenFilterSet
    answers_secret = True

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """Show the secret where a token is made."""
        return NewApiTokenSerializer if self.action == "create" else ApiTokenSerializer
