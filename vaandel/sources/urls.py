"""Addresses of the inbox and the sources, all below the studio."""

from __future__ import annotations

from django.urls import include, path

from vaandel.sources import views

app_name = "sources"

in_studio = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/items/<int:item_id>/use/", views.item_use, name="item_use"),
    path("inbox/items/<int:item_id>/dismiss/", views.item_dismiss, name="item_dismiss"),
    path("inbox/items/<int:item_id>/restore/", views.item_restore, name="item_restore"),
    path("inbox/stories/<int:submission_id>/use/", views.story_use, name="story_use"),
    path("inbox/stories/<int:submission_id>/dismiss/", views.story_dismiss, name="story_dismiss"),
    path("inbox/stories/<int:submission_id>/restore/", views.story_restore, name="story_restore"),
    path("sources/", views.source_list, name="list"),
    path("sources/<int:source_id>/fetch/", views.source_fetch, name="fetch"),
    path("sources/<int:source_id>/pause/", views.source_pause, name="pause"),
    path("sources/<int:source_id>/resume/", views.source_resume, name="resume"),
    path("sources/<int:source_id>/remove/", views.source_remove, name="remove"),
    path("sources/<int:source_id>/restore/", views.source_restore, name="restore"),
    path("sources/<int:source_id>/topic/", views.source_topic, name="topic"),
    path("preview/", views.preview_link, name="preview"),
]

urlpatterns = [path("o/<slug:org>/studio/", include(in_studio))]
