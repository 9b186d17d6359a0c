"""The share sheet of the phone: any app that is on it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vaandel.channels.channel import Channel
from vaandel.channels.counting import utf16_units

CHANNEL = Channel(
    key="share_sheet",
    name=_("Another app"),
    counter="utf16",
    count=utf16_units,
    prefills_text=True,
    utm_source="share-sheet",
)
