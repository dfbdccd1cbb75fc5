"""Every address of FocusFlow; the one index of the API's resources."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import APIRootView, DefaultRouter

import accounts.api.urls
import habits.api.urls
import tasks.api.urls
from focusflow import views
from focusflow.api.errors import not_found


class Api(APIRootView):
    """The resources of FocusFlow. Your own account is at users/me/; /api/docs/ documents each."""


router = DefaultRouter(use_regex_path=False)
# One address for a resource; the form of the answer is the Accept header's business.
router.include_format_suffixes = False
router.APIRootView = Api
for app in (accounts, tasks, habits):
    for name, viewset in app.api.urls.resources.items():
        # Named after the words of the address: not every resource is of one model.
        words = [part for part in name.split("/") if not part.startswith("<")]
        router.register(name, viewset, basename="-".join(words))

# What allauth's endpoints for programs bring beyond what FocusFlow has: telephone numbers and
# several addresses it does not store, codes it does not send.
CLOSED = (
    "account/email",
    "account/phone",
    "auth/code/confirm",
    "auth/email/verify/resend",
    "auth/phone/verify",
    "auth/phone/verify/resend",
)

admin.site.site_header = admin.site.site_title = "FocusFlow"
admin.site.index_title = "Rows of everybody"
# Sign-in to the admin is the one of everybody: with two factors and its limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# The style sheet of Swagger UI draws its arrows and locks from data: addresses.
docs = csp_override(settings.SECURE_CSP | {"img-src": [CSP.SELF, "data:"]})(
    # It has no template for OPTIONS.
    require_safe(SpectacularSwaggerSplitView.as_view(url_name="schema"))
)

handler400 = "focusflow.api.handlers.bad_request"
handler403 = "focusflow.api.handlers.permission_denied"
handler404 = "focusflow.api.handlers.page_not_found"
handler500 = "focusflow.api.handlers.server_error"

urlpatterns = [
    # First, since each request tries what stands before, and most are for these.
    path("api/v1/", include(accounts.api.urls)),
    path("api/v1/", include(router.urls)),
    path("", views.home, name="home"),
    path("healthz", views.is_alive, name="healthz"),
    path("readyz", views.is_ready, name="readyz"),
    path("metrics", views.show_metrics, name="metrics"),
    path("debug/tables", views.TablesView.as_view(), name="tables"),
    # The admin's own page counts no tries.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    *(path(f"api/auth/app/v1/{route}", not_found) for route in CLOSED),
    path("api/auth/app/v1/", include("accounts.api.auth")),
    path("api/auth/", include("allauth.headless.urls")),
    path("api/docs/", docs, name="docs"),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    re_path(r"^api/v1/", not_found, name="api-not-found"),
]
