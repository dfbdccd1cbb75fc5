"""The resources that this app brings to /api/v1/."""

from django.urls import path

from accounts.api.views import (
    ApiTokenViewSet,
    DeactivationView,
    DeletionView,
    EmailView,
    HistoryViewSet,
    InvitationViewSet,
    MeView,
    SignOutView,
    UserViewSet,
)

resources = {
    "users": UserViewSet,
    "invitations": InvitationViewSet,
    "tokens": ApiTokenViewSet,
    "history": HistoryViewSet,
}

urlpatterns = [
    path("users/me/", MeView.as_view(), name="me"),
    path("users/me/email/", EmailView.as_view(), name="my-email"),
    path("users/me/sign-out/", SignOutView.as_view(), name="my-sign-out"),
    path("users/me/deactivation/", DeactivationView.as_view(), name="my-deactivation"),
    path("users/me/deletion/", DeletionView.as_view(), name="my-deletion"),
]
