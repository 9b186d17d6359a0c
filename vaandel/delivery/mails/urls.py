from __future__ import annotations

from django.urls import path

from vaandel.delivery.mails import views

STUDIO = "o/<slug:org>/studio/mails/"

urlpatterns = [
    path(STUDIO, views.mail_types, name="mail_types"),
    path(f"{STUDIO}<slug:name>/", views.mail_type, name="mail_type"),
    path(f"{STUDIO}<slug:name>/html/", views.mail_type_html, name="mail_type_html"),
    path(f"{STUDIO}<slug:name>/send/", views.mail_type_send, name="mail_type_send"),
]
