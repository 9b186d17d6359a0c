"""Mastodon: everybody has a server of their own; 500 is what a server takes unless it says more."""

from __future__ import annotations

from vaandel.channels.channel import Channel, LinkPlace
from vaandel.channels.counting import mastodon

CHANNEL = Channel(
    key="mastodon",
    name="Mastodon",
    counter="mastodon",
    count=mastodon,
    limit=500,
    dialog="https://{instance}/share?text={text}",
    prefills_text=True,
    link_place=LinkPlace.IN_TEXT,
    needs_instance=True,
    utm_source="mastodon",
    shows_counter=True,
    permalink_hosts=("*",),
)
