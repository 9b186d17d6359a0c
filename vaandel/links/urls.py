"""Addresses of links and conversions."""

from __future__ import annotations

from django.urls import path

from vaandel.links.views import campaigns, explanation, receiving, settings

app_name = "links"

urlpatterns = [
    path("o/<slug:org>/links/", campaigns.campaign_list, name="list"),
    path("o/<slug:org>/links/left-out/", explanation.left_out, name="left_out"),
    path("o/<slug:org>/links/settings/", settings.settings, name="settings"),
    path("o/<slug:org>/links/settings/domain/", settings.domain, name="domain"),
    path("o/<slug:org>/links/settings/domain/check/", settings.check_domain, name="check_domain"),
    path("o/<slug:org>/links/<int:campaign_id>/", campaigns.campaign, name="campaign"),
    path(
        "o/<slug:org>/links/<int:campaign_id>/export/",
        campaigns.campaign_export,
        name="campaign_export",
    ),
    path("o/<slug:org>/links/<int:campaign_id>/successor/", campaigns.successor, name="successor"),
    path("c/<str:token>", receiving.receive, name="receive_conversion"),
]
