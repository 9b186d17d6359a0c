from __future__ import annotations

from django.urls import include, path

from vaandel.archive import views

app_name = "archive"

of_organization = [
    path("", views.entries, name="list"),
    path("check/", views.check_now, name="check"),
    path("export/", views.export, name="export"),
    path("<int:number>/", views.entry, name="entry"),
]

urlpatterns = [path("o/<slug:org>/studio/archive/", include(of_organization))]
