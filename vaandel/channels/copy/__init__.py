"""The clipboard: for every place that has no dialog."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vaandel.channels.channel import Channel, LinkPlace
from vaandel.channels.counting import utf16_units

CHANNEL = Channel(
    key="copy",
    name=_("Copy text and link"),
    counter="utf16",
    count=utf16_units,
    prefills_text=True,
    link_place=LinkPlace.IN_TEXT,
    utm_source="link",
)
