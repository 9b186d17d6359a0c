"""Addresses of the figures."""

from __future__ import annotations

from django.urls import path

from vaandel.impact import views
from vaandel.impact.letters import views as letters

app_name = "impact"
urlpatterns = [
    path("o/<slug:org>/impact/", views.mine, name="mine"),
    path("o/<slug:org>/impact/export/<str:file_format>/", views.mine_export, name="mine_export"),
    path("o/<slug:org>/programme/", views.programme, name="programme"),
    path("o/<slug:org>/programme/posts/", views.post_list, name="posts"),
    path("o/<slug:org>/programme/posts/<int:post_id>/", views.post_results, name="post"),
    path("o/<slug:org>/programme/letter/", letters.letter, name="letter"),
    path("l/<str:token>/", letters.letter_stop, name="letter_stop"),
    path("o/<slug:org>/programme/settings/estimate/", views.assumptions, name="assumptions"),
    path(
        "o/<slug:org>/programme/settings/estimate/restore/",
        views.assumptions_restore,
        name="assumptions_restore",
    ),
    path(
        "o/<slug:org>/programme/export/<str:table>/<str:file_format>/",
        views.programme_export,
        name="programme_export",
    ),
]
