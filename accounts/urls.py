"""The pages of accounts: sign-in, sign-out, password, second factors, signed-in devices."""

from allauth.account import views
from allauth.mfa.totp import views as totp_views
from django.conf import settings
from django.urls import include, path
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

# The picture that authenticator apps scan is written into the page.
activate_totp = csp_override(settings.SECURE_CSP | {"img-src": [CSP.SELF, "data:"]})(
    totp_views.activate_totp
)

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    # allauth's sign-in links here; the adapter answers that registration is closed.
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("2fa/totp/activate/", activate_totp, name="mfa_activate_totp"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
