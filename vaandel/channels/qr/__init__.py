"""On paper: a QR code to download, or a flyer with it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vaandel.channels.channel import Channel
from vaandel.channels.counting import utf16_units

CHANNEL = Channel(
    key="qr",
    name=_("QR or print"),
    counter="utf16",
    count=utf16_units,
    utm_source="qr",
)
