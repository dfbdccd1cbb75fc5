"""The API's endpoints of accounts and tokens."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from allauth.core import ratelimit
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.exceptions import Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from accounts import actions
from accounts.actions import LastSuperuserError, delete_user
from accounts.api.filters import (
    ApiTokenFilterSet,
    EventFilterSet,
    InvitationFilterSet,
    UserFilterSet,
)
from accounts.api.serializers import (
    ApiTokenSerializer,
    DeletionSerializer,
    EmailChangeAnswerSerializer,
    EmailChangeSerializer,
    EventSerializer,
    InvitationSerializer,
    MeSerializer,
    NewApiTokenSerializer,
    NewInvitationSerializer,
    NewUserSerializer,
    PasswordSerializer,
    UserSerializer,
)
from accounts.history import EventQuerySet
from accounts.links import InvitationQuerySet
from accounts.models import ApiToken, EmailChange, Event, Invitation, User
from accounts.permissions import HasSession, IsStaff, IsStaffWithSession
from accounts.versioning import StaleVersionError
from focusflow.api.errors import Conflict, PreconditionFailed, answer_with
from focusflow.api.views import ResourceMixin, ResourceViewSet

answer_with(LastSuperuserError, Conflict)
answer_with(StaleVersionError, PreconditionFailed)
answer_with(actions.AddressTakenError, Conflict)


class UserViewSet(ResourceViewSet):
    """All accounts, for staff. Set `is_active` to false to keep somebody out and their rows.

    Only a superuser changes the accounts of staff and superusers; the last superuser stays. Your
    own password and address are changed where your present password is asked for. Deleting an
    account deletes all its rows.
    """

    queryset = User.objects.all()
    permission_classes = (IsStaff,)
    serializer_class = UserSerializer
    filterset_class = UserFilterSet
    orderings: ClassVar = {"created_at": "created_at", "email": "email"}

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """Ask for a password where an account is made."""
        return NewUserSerializer if self.action == "create" else UserSerializer

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


class OwnAccountMixin(ResourceMixin):
    """Something that a person does to their own account as a whole, by a session of theirs."""

    permission_classes: Any = (HasSession,)

    def person(self) -> User:
        """Return the signed-in person."""
        return cast(User, self.request.user)  # type: ignore[attr-defined]  # a mixin


class PasswordView(OwnAccountMixin, generics.GenericAPIView[User]):
    """Asks for the password again; each try counts, whatever comes of it."""

    serializer_class: Any = PasswordSerializer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count the try before any transaction that its outcome may undo."""
        super().initial(request, *args, **kwargs)
        if request.method in SAFE_METHODS:
            return
        django_request = cast(HttpRequest, request)
        if not ratelimit.consume(django_request, action="reauthenticate", user=request.user):
            raise Throttled(wait=60)

    def values(self, request: Request) -> dict[str, Any]:
        """Return what was sent, with the right password."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return cast(dict[str, Any], serializer.validated_data)


class SignOutView(OwnAccountMixin, APIView):
    """Sign out everywhere: ends every session with its tokens, and revokes your API tokens."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End every sign-in, this one too."""
        actions.sign_out_everywhere(user=self.person())
        return Response(status=204)


class EmailView(PasswordView):
    """Change the address with which you sign in.

    Where the server has a mail server, links are sent to both addresses, and the change is made
    (202) once both were opened; elsewhere it is made at once (200).
    """

    serializer_class = EmailChangeSerializer

    @extend_schema(responses={200: EmailChangeAnswerSerializer})
    def get(self, request: Request) -> Response:
        """Return the address, and the one that waits."""
        return Response(self.answer())

    @extend_schema(responses={200: EmailChangeAnswerSerializer, 202: EmailChangeAnswerSerializer})
    def post(self, request: Request) -> Response:
        """Ask for the change."""
        email = self.values(request)["email"]
        waits = actions.ask_for_email_change(user=self.person(), email=email, at=timezone.now())
        return Response(self.answer(), status=202 if waits else 200)

    def answer(self) -> dict[str, Any]:
        """Return what both methods answer."""
        person = self.person()
        waiting = EmailChange.objects.waiting_for(person, timezone.now())
        return {"email": person.email, "waiting": waiting and waiting.email}


class DeactivationView(PasswordView):
    """Close your account: nobody can sign in any more, and all rows stay.

    Only the operator can open it again.
    """

    @extend_schema(responses={204: None})
    def post(self, request: Request) -> Response:
        """Close the account."""
        self.values(request)
        actions.update_user(user=self.person(), by=self.person(), is_active=False)
        return Response(status=204)


class DeletionView(PasswordView):
    """Delete your account with everything in it; GET says what that is."""

    @extend_schema(responses={200: DeletionSerializer})
    def get(self, request: Request) -> Response:
        """Count what goes."""
        return Response({"counts": actions.count_rows(self.person())})

    @extend_schema(responses={204: None})
    def post(self, request: Request) -> Response:
        """Delete the account."""
        self.values(request)
        delete_user(user=self.person(), by=self.person())
        return Response(status=204)


@extend_schema(tags=["invitations"])
class InvitationViewSet(ResourceViewSet):
    """Invitations that nobody has used yet, for staff. The link is in the answer that makes one.

    Each lets one person register, within a week; with an address, that one alone. Deleting it takes
    it back.
    """

    queryset = Invitation.objects.all()
    permission_classes = (IsStaffWithSession,)
    serializer_class = InvitationSerializer
    filterset_class = InvitationFilterSet
    http_method_names = ("get", "head", "options", "post", "delete")
    ordering = "-created_at"
    answers_secret = True

    def get_queryset(self) -> Any:
        """Return those that still hold."""
        return cast(InvitationQuerySet, super().get_queryset()).open(timezone.now())

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """Show the link where an invitation is made."""
        return NewInvitationSerializer if self.action == "create" else InvitationSerializer

    def perform_destroy(self, instance: Invitation) -> None:
        """Take the invitation back."""
        instance.delete()


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
