"""Threads: 500, in which an emoji counts as its bytes. The link is attached beside the text."""

from __future__ import annotations

from vaandel.channels.channel import Channel
from vaandel.channels.counting import threads

CHANNEL = Channel(
    key="threads",
    name="Threads",
    counter="threads",
    count=threads,
    limit=500,
    dialog="https://www.threads.com/intent/post?text={text}&url={url}",
    prefills_text=True,
    utm_source="threads",
    permalink_hosts=("threads.com", "threads.net"),
)
