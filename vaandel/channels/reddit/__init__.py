"""Reddit: link and title; the text is pasted by the person as a first comment."""

from __future__ import annotations

from vaandel.channels.channel import Channel
from vaandel.channels.counting import utf16_units

CHANNEL = Channel(
    key="reddit",
    name="Reddit",
    counter="utf16",
    count=utf16_units,
    limit=10000,
    dialog="https://www.reddit.com/submit?url={url}&title={title}",
    utm_source="reddit",
    permalink_hosts=("reddit.com", "redd.it"),
)
