"""A server that somebody's account lives on: its address, and what it says of itself.

Servers that speak Mastodon's language differ: what one does not tell is taken as Mastodon's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache

from vaandel.channels import pictures
from vaandel.channels.adapter import Kind, Trouble
from vaandel.channels.client import address, call
from vaandel.channels.instances import InvalidInstance, clean_instance

REMEMBERED: Final = 60 * 60
# So that a server which was down for a moment is asked again soon.
REMEMBERED_UNSURE: Final = 60
ANY_TYPE: Final = {"Accept": "*/*"}

_TEMPLATE: Final = re.compile(r"""template=["'](https?://[^"'{]+/)""")


@dataclass(frozen=True, slots=True)
class Limits:
    """``media_types`` is empty when the server does not say. Sizes in bytes.

    ``known``: the server says how many characters it takes.
    """

    characters: int = 500
    url_length: int = 23
    media: int = 4
    image_bytes: int = 10 * 1024 * 1024
    image_pixels: int = 33_177_600
    media_types: frozenset[str] = frozenset()
    known: bool = False

    @property
    def of_pictures(self) -> pictures.Limits:
        usual = pictures.TYPES["JPEG"], pictures.TYPES["PNG"]
        drawn = tuple(kind for kind in usual if kind in self.media_types)
        return pictures.Limits(
            size=self.image_bytes, pixels=self.image_pixels, side=8192, types=drawn or usual
        )


def clean_server(typed: str) -> str:
    """The host name of what a person typed; raises ``Trouble``."""
    value = typed.strip().lower()
    # Machines that the operator allows may have a port, or no name at all.
    if value in settings.FETCH_ALLOWED_HOSTS:
        return value
    try:
        return clean_instance(typed)
    except InvalidInstance as error:
        raise Trouble(Kind.REJECTED, "no_such_server", detail=typed[:100]) from error


def home_of(typed: str) -> str:
    """Where accounts of what was typed live: @somebody@acme.example may do so at
    social.acme.example, and then acme.example says so. Raises ``Trouble``."""
    domain = clean_server(typed)
    key = f"mastodon-home:{domain}"
    known = cache.get(key)
    if known is None:
        known = domain if _speaks(domain) else _named_by(domain) or domain
        cache.set(key, known, REMEMBERED if known != domain else REMEMBERED_UNSURE)
    return str(known)


def _speaks(server: str) -> bool:
    return any(_asked(server, path)[0] for path in ("/api/v2/instance", "/api/v1/instance"))


def _named_by(domain: str) -> str:
    """The server to which a domain refers who asks about its accounts (RFC 6415); "" for none."""
    try:
        answer = call("GET", f"{base(domain)}/.well-known/host-meta", headers=ANY_TYPE)
        moved = answer.headers.get("location", "") if 300 <= answer.status < 400 else ""
        template = _TEMPLATE.search(answer.said()) if answer.ok else None
        named = moved or (template[1] if template else "")
        server = clean_server(urlsplit(named).netloc) if named else ""
    except (Trouble, ValueError):
        return ""
    return server if server and server != domain and _speaks(server) else ""


def base(server: str) -> str:
    """``https://mastodon.example``; MASTODON_SCHEME changes it for allowed machines only."""
    allowed = server in settings.FETCH_ALLOWED_HOSTS
    scheme = address("MASTODON_SCHEME", "https") if allowed else "https"
    return f"{scheme}://{server}"


def metadata_of(server: str) -> Mapping[str, Any]:
    """What it says about connecting (RFC 8414, since Mastodon 4.3); empty when it says nothing."""
    key = f"mastodon-metadata:{server}"
    known = cache.get(key)
    if known is None:
        known, seconds = _asked(server, "/.well-known/oauth-authorization-server")
        cache.set(key, known, seconds)
    return dict(known)


def limits_of(server: str) -> Limits:
    """What it takes, as known for at most an hour."""
    key = f"mastodon-limits:{server}"
    known = cache.get(key)
    if known is None:
        about, seconds = _asked(server, "/api/v2/instance")
        if not about:
            about, seconds = _asked(server, "/api/v1/instance")
        known = about.get("configuration") or {
            # Before there was a configuration, and where there is none still.
            "statuses": {
                "max_characters": about.get("max_toot_chars"),
                "max_media_attachments": about.get("max_media_attachments"),
            }
        }
        cache.set(key, known, seconds)
    return _limits(known)


def _asked(server: str, path: str) -> tuple[dict[str, Any], int]:
    """What it says there, and for how many seconds to believe it."""
    try:
        answer = call("GET", base(server) + path)
    except Trouble:
        return {}, REMEMBERED_UNSURE
    found = answer.json() if answer.ok else {}
    sure = answer.ok or answer.status in {404, 410}
    return (
        found if isinstance(found, dict) else {},
        REMEMBERED if sure else REMEMBERED_UNSURE,
    )


def _limits(said: object) -> Limits:
    statuses = _part(said, "statuses")
    media = _part(said, "media_attachments")
    usual = Limits()
    kinds = media.get("supported_mime_types")
    return Limits(
        characters=_number(statuses, "max_characters", usual.characters),
        url_length=_number(statuses, "characters_reserved_per_url", usual.url_length),
        media=_number(statuses, "max_media_attachments", usual.media),
        image_bytes=_number(media, "image_size_limit", usual.image_bytes),
        image_pixels=_number(media, "image_matrix_limit", usual.image_pixels),
        media_types=frozenset(each for each in kinds or () if isinstance(each, str))
        if isinstance(kinds, list)
        else frozenset(),
        known=_number(statuses, "max_characters", 0) > 0,
    )


def _part(said: object, name: str) -> dict[str, Any]:
    found = said.get(name) if isinstance(said, dict) else None
    return found if isinstance(found, dict) else {}


def _number(said: Mapping[str, Any], name: str, usual: int) -> int:
    found = said.get(name)
    return found if isinstance(found, int) and found > 0 else usual
