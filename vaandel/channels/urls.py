"""Addresses of connected accounts and of networks in the settings.

What networks send back to has no organisation in it: one address a network is typed into its
settings there, whoever connects.
"""

from __future__ import annotations

from django.urls import include, path

from vaandel.channels.views import accounts, arriving, bluesky, networks

app_name = "channels"

of_organization = [
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/<slug:channel>/connect/", accounts.connect, name="connect"),
    path("accounts/<slug:channel>/figures/", accounts.figures, name="figures"),
    path("accounts/<slug:channel>/disconnect/", accounts.disconnect, name="disconnect"),
    path("organisation/networks/", networks.networks, name="networks"),
    path("organisation/networks/<slug:channel>/", networks.network, name="network"),
    path("organisation/networks/<slug:channel>/test/", networks.test, name="test_network"),
]

urlpatterns = [
    path("accounts/connect/<slug:channel>/back/", arriving.arrive, name="arrive"),
    path(
        "accounts/connect/bluesky/client-metadata.json",
        bluesky.bluesky_client_metadata,
        name="bluesky_client_metadata",
    ),
    path("accounts/connect/bluesky/jwks.json", bluesky.bluesky_jwks, name="bluesky_jwks"),
    path("o/<slug:org>/", include(of_organization)),
]
