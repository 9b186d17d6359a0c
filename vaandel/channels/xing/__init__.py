"""XING: only the link can be handed over; the text is pasted by the person."""

from __future__ import annotations

from vaandel.channels.channel import Channel
from vaandel.channels.counting import utf16_units

CHANNEL = Channel(
    key="xing",
    name="XING",
    counter="utf16",
    count=utf16_units,
    dialog="https://www.xing.com/spi/shares/new?url={url}",
    utm_source="xing",
    permalink_hosts=("xing.com",),
)
