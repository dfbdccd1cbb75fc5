"""The resources that this app brings to /api/v1/."""

from django.urls import path

from accounts.api.views import ApiTokenViewSet, HistoryViewSet, MeView, UserViewSet

resources = {"users": UserViewSet, "tokens": ApiTokenViewSet, "history": HistoryViewSet}

urlpatterns = [path("users/me/", MeView.as_view(), name="me")]
