"""Addresses of the demonstration; without demo mode they do not exist."""

from __future__ import annotations

from django.urls import include, path

from vaandel.demo import views

app_name = "demo"
urlpatterns = [
    path("demo/", views.welcome, name="welcome"),
    path("demo/sign-in/<slug:role>/", views.sign_in, name="sign_in"),
    path("", include("vaandel.demo.network.urls")),
]
