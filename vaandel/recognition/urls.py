"""Addresses of saying thanks."""

from __future__ import annotations

from django.urls import include, path

from vaandel.recognition import views

app_name = "recognition"
in_organization = [
    path("posts/<int:post_id>/thanks/", views.thank, name="thank"),
    path("thanks/", views.to_thank, name="to_thank"),
    path("thanks/<int:thanks_id>/away/", views.put_thanks_away, name="put_thanks_away"),
    path("results/<int:result_id>/away/", views.put_result_away, name="put_result_away"),
]
urlpatterns = [path("o/<slug:org>/", include(in_organization))]
