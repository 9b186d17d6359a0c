"""Addresses of messages to browsers, and of the choice of channels."""

from __future__ import annotations

from django.urls import path

from vaandel.delivery.push import views

urlpatterns = [
    path("o/<slug:org>/settings/messages/", views.devices, name="devices"),
    path("o/<slug:org>/settings/messages/channels/", views.save_channels, name="save_channels"),
    path("o/<slug:org>/settings/messages/on/", views.subscribe, name="subscribe"),
    path("o/<slug:org>/settings/messages/<int:browser_id>/off/", views.remove, name="remove"),
    path("o/<slug:org>/settings/messages/<int:browser_id>/test/", views.test, name="test_push"),
    path("push/renew/", views.renew, name="renew"),
]
