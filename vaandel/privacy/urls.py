"""Addresses of one's own data."""

from __future__ import annotations

from django.urls import path

from vaandel.privacy import views

app_name = "privacy"
urlpatterns = [
    path("me/export/", views.export, name="export"),
    path("me/delete/", views.delete_account, name="delete_account"),
    path("goodbye/", views.goodbye, name="goodbye"),
]
