"""Telegram: the link is required and stands beside the text."""

from __future__ import annotations

from vaandel.channels.channel import Channel
from vaandel.channels.counting import utf16_units

CHANNEL = Channel(
    key="telegram",
    name="Telegram",
    counter="utf16",
    count=utf16_units,
    limit=4096,
    dialog="https://t.me/share/url?url={url}&text={text}",
    prefills_text=True,
    utm_source="telegram",
    permalink_hosts=("t.me", "telegram.me"),
)
