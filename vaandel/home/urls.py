from __future__ import annotations

from django.urls import path

from vaandel.home import views

app_name = "home"
urlpatterns = [
    path("", views.root, name="root"),
    path("o/<slug:org>/", views.today, name="today"),
    path("offline/", views.offline, name="offline"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("service-worker.js", views.service_worker, name="service_worker"),
]
