"""Addresses of places of the organisation; part of those of `delivery`."""

from __future__ import annotations

from django.urls import path

from vaandel.delivery.embeds.views import newsletters, places, shown

INTRANET = "o/<slug:org>/channels/intranet/"
PLACE = f"{INTRANET}<int:embed_id>/"
NEWSLETTER = "o/<slug:org>/channels/newsletter/"

urlpatterns = [
    path(INTRANET, places.embeds, name="embeds"),
    path(PLACE, places.embed_settings, name="embed_settings"),
    path(f"{PLACE}check/", places.embed_check, name="embed_check"),
    path(f"{PLACE}revoke/", places.embed_revoke, name="embed_revoke"),
    path(f"{PLACE}renew/", places.embed_renew, name="embed_renew"),
    path(f"{PLACE}remove/", places.embed_remove, name="embed_remove"),
    path(NEWSLETTER, newsletters.newsletter, name="newsletter"),
    path(f"{NEWSLETTER}preview/", newsletters.newsletter_preview, name="newsletter_preview"),
    path("embed/<str:signed>/", shown.embed, name="embed"),
]
