"""E-mail: the whole address of the dialog must stay short, or mail programs cut it off."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vaandel.channels.channel import Channel, LinkPlace
from vaandel.channels.counting import utf16_units

CHANNEL = Channel(
    key="email",
    name=_("E-mail"),
    counter="utf16",
    count=utf16_units,
    limit=1799,
    counts_address=True,
    dialog="mailto:?subject={title}&body={text}",
    prefills_text=True,
    link_place=LinkPlace.IN_TEXT,
    line_break="\r\n",
    utm_source="email",
)
