"""The addresses of django-allauth that Vaandel uses, under the names allauth knows.

Its other pages (open sign-up, several mail addresses, password reset by link) do not exist
here: somebody without a password signs in with a code by mail.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions import views as sessions
from django.urls import path
from django.views.generic import RedirectView

from vaandel.accounts.views import AddAppView, AddPasskeyView, MailCodeView, type_code

to_security = RedirectView.as_view(pattern_name="accounts:security")

urlpatterns = [
    path("login/", MailCodeView.as_view(), name="account_login"),
    path("login/", MailCodeView.as_view(), name="account_request_login_code"),
    path("login/code/", type_code, name="account_confirm_login_code"),
    path("login/password/", account.login, name="account_password_login"),
    path("login/second/", factors.authenticate, name="mfa_authenticate"),
    path("login/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path(
        "signup/", RedirectView.as_view(pattern_name="organizations:sign_up"), name="account_signup"
    ),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("again/code/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("again/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("factors/", to_security, name="mfa_index"),
    path("app/add/", AddAppView.as_view(), name="mfa_activate_totp"),
    path("app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "recovery-codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path(
        "recovery-codes/file/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("passkeys/", to_security, name="mfa_list_webauthn"),
    path("passkeys/add/", AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("sessions/", sessions.list_usersessions, name="usersessions_list"),
]
