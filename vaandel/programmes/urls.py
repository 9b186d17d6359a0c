from __future__ import annotations

from django.urls import include, path

from vaandel.programmes import views

app_name = "programmes"

of_organization = [
    path("topics/", views.topics, name="topics"),
    path("topics/new/", views.topic_new, name="topic_new"),
    path("topics/<int:topic_id>/", views.topic, name="topic"),
    path("topics/<int:topic_id>/rules/", views.topic_rules, name="topic_rules"),
    path("topics/<int:topic_id>/up/", views.topic_move, {"places": -1}, name="topic_up"),
    path("topics/<int:topic_id>/down/", views.topic_move, {"places": 1}, name="topic_down"),
    path("topics/<int:topic_id>/archive/", views.topic_archive, name="topic_archive"),
    path("topics/<int:topic_id>/restore/", views.topic_restore, name="topic_restore"),
    path("programme/settings/", views.settings, name="settings"),
]

urlpatterns = [path("o/<slug:org>/", include(of_organization))]
