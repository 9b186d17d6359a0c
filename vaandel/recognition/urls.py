"""Addresses of saying thanks."""

from __future__ import annotations

from django.urls import path

from vaandel.recognition import views

app_name = "recognition"
urlpatterns = [
    path("o/<slug:org>/posts/<int:post_id>/thanks/", views.thank, name="thank"),
]
