"""X: text and link go into the intent; 280 by X's own weights, an address always counts 23."""

from __future__ import annotations

from vaandel.channels.channel import Channel, LinkPlace
from vaandel.channels.counting import x_weighted

CHANNEL = Channel(
    key="x",
    name="X",
    counter="x",
    count=x_weighted,
    limit=280,
    dialog="https://x.com/intent/tweet?text={text}&url={url}",
    prefills_text=True,
    link_place=LinkPlace.AFTER_SPACE,
    utm_source="x",
    shows_counter=True,
    permalink_hosts=("x.com", "twitter.com"),
)
