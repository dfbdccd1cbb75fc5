"""The pages of accounts: coming in, sign-in, password, address, second factors, sign-ins."""

from allauth.account import views as allauth_views
from allauth.mfa.totp import views as totp_views
from django.conf import settings
from django.urls import include, path, re_path
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from accounts import views

# The picture that authenticator apps scan is written into the page.
activate_totp = csp_override(settings.SECURE_CSP | {"img-src": [CSP.SELF, "data:"]})(
    totp_views.activate_totp
)

urlpatterns = [
    path("", views.AccountView.as_view(), name="account"),
    path("login/", allauth_views.login, name="account_login"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("invitation/<str:secret>/", views.accept_invitation, name="account_invitation"),
    # The adapter says to whom it is open.
    path("signup/", allauth_views.signup, name="account_signup"),
    path(
        "confirm-email/",
        allauth_views.email_verification_sent,
        name="account_email_verification_sent",
    ),
    re_path(
        r"^confirm-email/(?P<key>[-:\w]+)/$",
        allauth_views.confirm_email,
        name="account_confirm_email",
    ),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
    path("password/set/", allauth_views.password_set, name="account_set_password"),
    path("password/reset/", views.ask_for_reset, name="account_reset_password"),
    path(
        "password/reset/done/",
        allauth_views.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-\w]+)/$",
        allauth_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("reauthenticate/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("email/", views.EmailChangeView.as_view(), name="account_email"),
    path(
        "email/confirm/<str:secret>/",
        views.ConfirmChangeView.as_view(),
        name="account_confirm_change",
    ),
    path("sessions/", views.list_sign_ins, name="account_sign_ins"),
    path("sessions/<int:pk>/end/", views.end_sign_in, name="account_end_sign_in"),
    path("sessions/end/", views.sign_out_everywhere, name="account_sign_out_everywhere"),
    path("tokens/<int:pk>/revoke/", views.revoke_token, name="account_revoke_token"),
    path("deactivate/", views.DeactivationView.as_view(), name="account_deactivate"),
    path("delete/", views.DeletionView.as_view(), name="account_delete"),
    path("2fa/totp/activate/", activate_totp, name="mfa_activate_totp"),
    path("2fa/", include("allauth.mfa.urls")),
]
