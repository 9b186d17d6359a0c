"""Addresses of chats; part of those of `delivery`."""

from __future__ import annotations

from django.urls import path

from vaandel.delivery.chat.views import channels, own

CHANNEL = "o/<slug:org>/channels/<int:connection_id>/"
OWN = "o/<slug:org>/settings/chats/"

urlpatterns = [
    path("o/<slug:org>/channels/", channels.chat_connections, name="chat_connections"),
    path(CHANNEL, channels.chat_connection, name="chat_connection"),
    path(f"{CHANNEL}test/", channels.chat_test, name="chat_test"),
    path(f"{CHANNEL}remove/", channels.chat_remove, name="chat_remove"),
    path(OWN, own.my_chats, name="my_chats"),
    path(f"{OWN}<slug:network>/", own.my_chat_connect, name="my_chat_connect"),
    path(f"{OWN}<slug:network>/test/", own.my_chat_test, name="my_chat_test"),
    path(f"{OWN}<slug:network>/remove/", own.my_chat_remove, name="my_chat_remove"),
]
