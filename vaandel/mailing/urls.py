from __future__ import annotations

from django.urls import path

from vaandel.mailing import views, webhooks

app_name = "mailing"
urlpatterns = [
    path("mails/example/", views.example, name="example"),
    path("hooks/mail/<slug:name>/", webhooks.events, name="events"),
    path("demo/outbox/", views.outbox, name="outbox"),
    path("demo/outbox/<int:message_id>/", views.outbox_message, name="outbox_message"),
    path("demo/outbox/<int:message_id>/html/", views.outbox_html, name="outbox_html"),
]
