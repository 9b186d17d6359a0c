"""Where a Mastodon server answers, and the pages of this one."""

from __future__ import annotations

from django.urls import path

from vaandel.demo.network.views import api, pages

urlpatterns = [
    path("demo/network/", pages.network, name="network"),
    path("demo/network/<int:post_id>/", pages.network_post, name="network_post"),
    path("oauth/authorize", pages.authorize, name="authorize"),
    path("oauth/token", api.token, name="token"),
    path("oauth/revoke", api.revoke, name="revoke"),
    path(".well-known/oauth-authorization-server", api.metadata, name="metadata"),
    path("api/v1/apps", api.apps, name="apps"),
    path("api/v2/instance", api.instance, name="instance"),
    path("api/v2/media", api.media, name="media"),
    path("api/v1/accounts/verify_credentials", api.verify_credentials, name="verify_credentials"),
    path("api/v1/accounts/<int:user_id>/statuses", api.statuses, name="statuses"),
    path("api/v1/statuses", api.publish, name="publish"),
    path("api/v1/statuses/<int:post_id>", api.status, name="status"),
]
