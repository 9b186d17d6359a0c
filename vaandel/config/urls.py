"""Every address of Vaandel. Each room brings its own; only this place knows them all."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from vaandel.config.media import picture


def _room(prefix: str, room: str) -> list[URLPattern | URLResolver]:
    """The addresses of a room, once it has any."""
    module = f"vaandel.{room}.urls"
    return [path(prefix, include(module))] if find_spec(module) else []


urlpatterns: list[URLPattern | URLResolver] = [
    *_room("", "accounts"),
    path("accounts/", include("vaandel.accounts.signing_in")),
    *_room("", "organizations"),
    *_room("", "programmes"),
    *_room("", "ambassadors"),
    *_room("", "links"),
    *_room("", "posts"),
    *_room("", "sources"),
    *_room("", "shares"),
    *_room("", "delivery"),
    *_room("", "recognition"),
    *_room("", "impact"),
    *_room("", "privacy"),
    *_room("", "demo"),
    *_room("", "mailing"),
    *_room("", "components"),
    *_room("", "home"),
    path("media/<path:name>", picture, name="picture"),
]
