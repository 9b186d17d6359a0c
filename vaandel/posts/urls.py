"""Addresses of the studio and of own stories."""

from __future__ import annotations

from django.urls import include, path

from vaandel.posts.views import editor, life, story, studio

app_name = "posts"

in_studio = [
    path("", studio.calendar, name="calendar"),
    path("posts/", studio.post_list, name="list"),
    path("posts/new/", editor.new, name="new"),
    path("posts/colleagues/", editor.colleagues, name="colleagues"),
    path("posts/<int:post_id>/", editor.edit, name="edit"),
    path("posts/<int:post_id>/autosave/", editor.autosave, name="autosave"),
    path("posts/<int:post_id>/discard/", editor.discard, name="discard"),
    path("posts/<int:post_id>/copy/", life.copy, name="copy"),
    path("posts/<int:post_id>/withdraw/", life.withdraw, name="withdraw"),
    path("posts/<int:post_id>/review/<slug:answer>/", life.review, name="review"),
]

urlpatterns = [
    path("o/<slug:org>/studio/", include(in_studio)),
    path("o/<slug:org>/story/", story.story, name="story"),
]
