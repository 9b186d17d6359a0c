"""The style guide, for whoever builds."""

from __future__ import annotations

from django.urls import path

from vaandel.components import views

app_name = "components"

urlpatterns = [path("style-guide/", views.style_guide, name="style_guide")]
