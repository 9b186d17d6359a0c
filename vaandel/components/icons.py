"""Line icons as SVG paths (Tabler Icons, MIT), and the mark of every channel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

ICONS = cast(
    "dict[str, list[str]]",
    json.loads((Path(__file__).parent / "data" / "icons.json").read_text(encoding="utf-8")),
)

NETWORK_ICONS = {
    "linkedin": "brand-linkedin",
    "facebook": "brand-facebook",
    "instagram": "brand-instagram",
    "x": "brand-x",
    "whatsapp": "brand-whatsapp",
    "telegram": "brand-telegram",
    "bluesky": "brand-bluesky",
    "mastodon": "brand-mastodon",
    "threads": "brand-threads",
    "xing": "brand-xing",
    "reddit": "brand-reddit",
    "teams": "brand-teams",
    "slack": "brand-slack",
    "signal": "brand-signal",
    "youtube": "brand-youtube",
    "tiktok": "brand-tiktok",
    "email": "mail",
    "mail": "mail",
    "sms": "message",
    "link": "link",
    "copy": "copy",
    "qr": "qrcode",
    "share": "share-2",
    "system": "share-2",
    "web": "world",
    "other": "link",
}


def paths(name: str) -> list[str]:
    """The ``d`` of every path of an icon; ``KeyError`` when there is no such icon."""
    return ICONS[name]


def network_icon_name(channel: str) -> str:
    """The icon of a channel; a channel we have no mark for gets the link."""
    return NETWORK_ICONS.get(channel.lower(), "link")
