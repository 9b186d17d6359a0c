"""Addresses for the tests of the menus, whatever the rooms have by then."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path


def nothing(request: HttpRequest, org: str = "") -> HttpResponse:
    return HttpResponse()


def _room(name: str, **places: str) -> URLResolver:
    patterns = [path(address, nothing, name=place) for place, address in places.items()]
    return path("", include((patterns, name)))


urlpatterns: list[URLPattern | URLResolver] = [
    _room("home", today="o/<slug:org>/"),
    _room("impact", mine="o/<slug:org>/impact/", programme="o/<slug:org>/programme/"),
    _room(
        "posts",
        story="o/<slug:org>/story/",
        calendar="o/<slug:org>/posts/calendar/",
        new="o/<slug:org>/posts/new/",
        list="o/<slug:org>/posts/",
    ),
    _room("organizations", members="o/<slug:org>/people/"),
    path("", include("vaandel.components.urls")),
    path("accounts/logout/", nothing, name="account_logout"),
]
