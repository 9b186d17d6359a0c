from __future__ import annotations

from django.urls import path
from django.views.i18n import set_language

from vaandel.accounts import views

app_name = "accounts"
urlpatterns = [
    path("me/", views.profile, name="profile"),
    path("me/security/", views.security, name="security"),
    path("me/security/password/remove/", views.password_remove, name="password_remove"),
    path("me/mail/again/", views.mail_again, name="mail_again"),
    path("language/", set_language, name="set_language"),
]
