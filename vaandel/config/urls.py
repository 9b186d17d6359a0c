"""Every address of Vaandel. Each room brings its own; only this place knows them all."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from vaandel.config.media import picture

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("vaandel.accounts.urls")),
    path("accounts/", include("vaandel.accounts.signing_in")),
    path("", include("vaandel.organizations.urls")),
    path("", include("vaandel.archive.urls")),
    path("", include("vaandel.programmes.urls")),
    path("", include("vaandel.ambassadors.urls")),
    path("", include("vaandel.channels.urls")),
    path("", include("vaandel.posts.urls")),
    path("", include("vaandel.links.urls")),
    path("", include("vaandel.sources.urls")),
    path("", include("vaandel.shares.urls")),
    path("", include("vaandel.delivery.urls")),
    path("", include("vaandel.recognition.urls")),
    path("", include("vaandel.impact.urls")),
    path("", include("vaandel.privacy.urls")),
    path("", include("vaandel.demo.urls")),
    path("", include("vaandel.mailing.urls")),
    path("", include("vaandel.components.urls")),
    path("", include("vaandel.home.urls")),
    path("media/<path:name>", picture, name="picture"),
]
