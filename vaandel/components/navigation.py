"""Which places a member can go to, in the order of the menus.

A room that is not there yet has no address, and then there is no menu item either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise
Permission = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Place:
    """A menu item as it is declared. ``also``: pages that belong to it and live elsewhere."""

    route: str
    label: Text
    icon: str
    allowed: Permission
    exact: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A menu item as this member sees it on this page."""

    url: str
    label: Text
    icon: str
    current: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A named group of the side bar."""

    title: Text
    items: list[Item]


def _everybody(member: Any) -> bool:
    return True


def _edits(member: Any) -> bool:
    return bool(member.can_edit)


def _in_studio(member: Any) -> bool:
    return bool(member.in_studio)


def _sees_programme(member: Any) -> bool:
    return bool(member.can_see_programme)


def _manages(member: Any) -> bool:
    return bool(member.can_manage)


def _invites(member: Any) -> bool:
    return bool(member.is_owner or member.is_coach)


def _approves_texts(member: Any) -> bool:
    return bool(member.can_approve and member.organization.keeps_archive)


def _opens_archive(member: Any) -> bool:
    sees = member.can_approve or member.is_works_council
    return bool(sees and member.organization.keeps_archive)


def _reads_rules(member: Any) -> bool:
    return bool(member.can_edit or member.is_approver or member.is_works_council)


def _reads_log(member: Any) -> bool:
    """Owners find the log among the settings."""
    return bool(member.is_works_council and not member.is_owner)


SETTINGS = (
    "programmes:settings",
    "organizations:units",
    "organizations:mail",
    "organizations:log",
)

AMBASSADOR = (
    Place("home:today", _("Today"), "home", _everybody, exact=True),
    Place("posts:story", _("Own story"), "pencil-plus", _everybody),
    Place("impact:mine", _("My impact"), "chart-histogram", _everybody),
    Place("ambassadors:settings", _("Settings"), "adjustments", _everybody),
)

STUDIO = (
    (
        _("Editorial"),
        (
            Place("posts:calendar", _("Calendar"), "calendar", _in_studio),
            Place("posts:new", _("New post"), "pencil-plus", _edits),
            Place("posts:list", _("Posts"), "notes", _in_studio),
            Place("sources:inbox", _("Inbox"), "inbox", _edits),
            Place("shares:text_requests", _("Texts to approve"), "eye-check", _approves_texts),
        ),
    ),
    (
        _("Sending"),
        (
            Place("delivery:mail_types", _("Mails"), "mail", _edits),
            Place("delivery:chat_connections", _("Channels"), "messages", _edits),
            Place("organizations:stop", _("Stop sharing"), "hand-stop", _in_studio),
        ),
    ),
    (
        _("Programme"),
        (
            Place("impact:programme", _("Overview"), "chart-histogram", _sees_programme),
            Place("shares:rules", _("Naming the employer"), "shield-check", _reads_rules),
            Place("links:list", _("Links"), "link", _edits),
            Place("links:conversions", _("Conversions"), "target", _edits),
            Place("organizations:members", _("Participants"), "users", _manages),
            Place(
                "organizations:invitations",
                _("Invite"),
                "user-plus",
                _invites,
                also=("organizations:import",),
            ),
        ),
    ),
    (
        _("Administration"),
        (
            Place("programmes:topics", _("Topics"), "flag", _manages),
            Place("organizations:settings", _("Settings"), "settings", _manages, also=SETTINGS),
            Place("organizations:log", _("Log"), "history", _reads_log),
            Place("archive:list", pgettext_lazy("noun", "Archive"), "archive", _opens_archive),
        ),
    ),
)


def address(route: str, *args: Any, **kwargs: Any) -> str:
    """The URL of a route, or an empty string when the route does not exist."""
    try:
        return reverse(route, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


def _current(seen: list[tuple[Place, str]], path: str, slug: str) -> str:
    """Of the URLs of the menu the one that the page is, is below, or belongs to.

    The nearest decides: a page of the settings may live below another menu item.
    """
    owners = {url: url for _place, url in seen}
    for place, url in seen:
        for route in place.also:
            owners.setdefault(address(route, slug), url)
    exact = {url for place, url in seen if place.exact}
    fits = [
        found
        for found in owners
        if found and (path == found or (found not in exact and path.startswith(found)))
    ]
    return owners[max(fits, key=len)] if fits else ""


def _seen(places: tuple[Place, ...], member: Any) -> list[tuple[Place, str]]:
    slug = member.organization.slug
    addresses = [(place, address(place.route, slug)) for place in places if place.allowed(member)]
    return [(place, url) for place, url in addresses if url]


def _items(seen: list[tuple[Place, str]], current: str) -> list[Item]:
    return [Item(url, place.label, place.icon, url == current) for place, url in seen]


def ambassador_items(request: HttpRequest, member: Any) -> list[Item]:
    """The four places of an ambassador."""
    seen = _seen(AMBASSADOR, member)
    return _items(seen, _current(seen, request.path, member.organization.slug))


def studio_sections(request: HttpRequest, member: Any) -> list[Section]:
    """The side bar of the studio; a group without items is left out."""
    groups = [(title, _seen(places, member)) for title, places in STUDIO]
    everything = [place for _title, seen in groups for place in seen]
    current = _current(everything, request.path, member.organization.slug)
    return [Section(title, _items(seen, current)) for title, seen in groups if seen]


def studio_url(member: Any) -> str:
    """The first place in the studio this member may enter, or an empty string."""
    for _title, places in STUDIO:
        for _place, url in _seen(places, member):
            return url
    return ""
