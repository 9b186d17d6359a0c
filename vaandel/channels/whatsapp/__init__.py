"""WhatsApp: the link stands in the text; the person chooses whom to send it to."""

from __future__ import annotations

from vaandel.channels.channel import Channel, LinkPlace
from vaandel.channels.counting import utf16_units

CHANNEL = Channel(
    key="whatsapp",
    name="WhatsApp",
    counter="utf16",
    count=utf16_units,
    dialog="https://wa.me/?text={text}",
    prefills_text=True,
    link_place=LinkPlace.IN_TEXT,
    utm_source="whatsapp",
)
