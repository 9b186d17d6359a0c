"""LinkedIn: the text is pasted by the person; the card is made from the link.

Only ``url`` of the documented dialog is read. Whether LinkedIn counts code points or UTF-16
units is not documented; the units never promise too much.
"""

from __future__ import annotations

from vaandel.channels.channel import Channel
from vaandel.channels.counting import utf16_units

CHANNEL = Channel(
    key="linkedin",
    name="LinkedIn",
    counter="utf16",
    count=utf16_units,
    limit=3000,
    dialog="https://www.linkedin.com/sharing/share-offsite/?url={url}",
    utm_source="linkedin",
    shows_counter=True,
    permalink_hosts=("linkedin.com", "lnkd.in"),
)
