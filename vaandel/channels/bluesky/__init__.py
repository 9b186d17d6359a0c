"""Bluesky: 300 characters as seen and 3,000 bytes, the link included."""

from __future__ import annotations

from vaandel.channels.channel import Channel, LinkPlace
from vaandel.channels.counting import graphemes

CHANNEL = Channel(
    key="bluesky",
    name="Bluesky",
    counter="graphemes",
    count=graphemes,
    limit=300,
    max_bytes=3000,
    dialog="https://bsky.app/intent/compose?text={text}",
    prefills_text=True,
    link_place=LinkPlace.IN_TEXT,
    utm_source="bluesky",
    shows_counter=True,
    permalink_hosts=("bsky.app",),
)
