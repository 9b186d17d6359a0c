"""Facebook: only the link can be handed over; filling in somebody's text is against its rules."""

from __future__ import annotations

from vaandel.channels.channel import Channel
from vaandel.channels.counting import utf16_units

CHANNEL = Channel(
    key="facebook",
    name="Facebook",
    counter="utf16",
    count=utf16_units,
    limit=63206,
    dialog="https://www.facebook.com/sharer/sharer.php?u={url}",
    utm_source="facebook",
    permalink_hosts=("facebook.com", "fb.com", "fb.watch"),
)
