"""Addresses of links and conversions."""

from __future__ import annotations

from django.urls import include, path

from vaandel.links.views import (
    campaigns,
    conversion_lists,
    conversions,
    endpoints,
    explanation,
    receiving,
    settings,
)

app_name = "links"

in_conversions = [
    path("", conversions.conversion_list, name="conversions"),
    path("export/", conversions.conversion_export, name="conversion_export"),
    path("import/", conversion_lists.upload, name="conversion_upload"),
    path("import/<int:import_id>/", conversion_lists.conversion_list, name="conversion_list"),
    path(
        "import/<int:import_id>/columns/",
        conversion_lists.list_columns,
        name="conversion_list_columns",
    ),
    path(
        "import/<int:import_id>/start/", conversion_lists.list_start, name="conversion_list_start"
    ),
    path(
        "import/<int:import_id>/problems/",
        conversion_lists.list_problems,
        name="conversion_list_problems",
    ),
    path("endpoints/", endpoints.endpoint_list, name="endpoints"),
    path("endpoints/<int:endpoint_id>/", endpoints.endpoint, name="endpoint"),
    path("endpoints/<int:endpoint_id>/try/", endpoints.endpoint_try, name="endpoint_try"),
    path("endpoints/<int:endpoint_id>/revoke/", endpoints.endpoint_revoke, name="endpoint_revoke"),
    path("<int:conversion_id>/", conversions.conversion, name="conversion"),
    path("<int:conversion_id>/correct/", conversions.conversion_correct, name="conversion_correct"),
]

urlpatterns = [
    path("o/<slug:org>/links/conversions/", include(in_conversions)),
    path("o/<slug:org>/links/", campaigns.campaign_list, name="list"),
    path("o/<slug:org>/links/left-out/", explanation.left_out, name="left_out"),
    path("o/<slug:org>/links/settings/", settings.settings, name="settings"),
    path("o/<slug:org>/links/settings/domain/", settings.domain, name="domain"),
    path("o/<slug:org>/links/settings/domain/check/", settings.check_domain, name="check_domain"),
    path("o/<slug:org>/links/about/<slug:kind>/<int:number>/", campaigns.about, name="about"),
    path("o/<slug:org>/links/<int:campaign_id>/", campaigns.campaign, name="campaign"),
    path(
        "o/<slug:org>/links/<int:campaign_id>/export/",
        campaigns.campaign_export,
        name="campaign_export",
    ),
    path("o/<slug:org>/links/<int:campaign_id>/successor/", campaigns.successor, name="successor"),
    path("c/<str:token>", receiving.receive, name="receive_conversion"),
]
