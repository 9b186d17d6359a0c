"""Microsoft Teams: its share page takes 200 characters of text beside the link."""

from __future__ import annotations

from vaandel.channels.channel import Channel
from vaandel.channels.counting import utf16_units

CHANNEL = Channel(
    key="teams",
    name="Teams",
    counter="utf16",
    count=utf16_units,
    limit=200,
    dialog="https://teams.microsoft.com/share?href={url}&msgText={text}&preview=true",
    prefills_text=True,
    utm_source="teams",
)
