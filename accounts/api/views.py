"""The API's endpoints of accounts and tokens."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.serializers import BaseSerializer

from accounts.actions import LastSuperuserError, delete_user
from accounts.api.filters import ApiTokenFilterSet, EventFilterSet, UserFilterSet
from accounts.api.serializers import (
    ApiTokenSerializer,
    EventSerializer,
    MeSerializer,
    NewApiTokenSerializer,
    UserSerializer,
)
from accounts.history import EventQuerySet
from accounts.models import ApiToken, Event, User
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


@extend_schema(tags=["history"])
class HistoryViewSet(ResourceViewSet):
    """What was done to your rows and your account, by whom, from where and when; newest first.

    Nobody can change it. What was deleted is in “before”. It goes with your account, or after the
    number of days that the operator has set.
    """

    queryset = Event.objects.with_actor_name()
    serializer_class = EventSerializer
    filterset_class = EventFilterSet
    http_method_names = ("get", "head", "options")
    ordering = "-created_at"

    def get_queryset(self) -> Any:
        """Return the events that the signed-in person may read."""
        rows = cast(EventQuerySet, super().get_queryset())
        return rows.kept(timezone.now())
