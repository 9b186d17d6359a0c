"""Addresses of links and conversions."""

from __future__ import annotations

from django.urls import path

from vaandel.links.views import receiving

app_name = "links"

urlpatterns = [
    path("c/<str:token>", receiving.receive, name="receive_conversion"),
]
