from __future__ import annotations

from django.urls import path

from vaandel.mailing import views

app_name = "mailing"
urlpatterns = [
    path("demo/outbox/", views.outbox, name="outbox"),
    path("demo/outbox/<int:message_id>/", views.outbox_message, name="outbox_message"),
    path("demo/outbox/<int:message_id>/html/", views.outbox_html, name="outbox_html"),
]
