"""Every change of sources and of what they brought."""

from vaandel.sources.services.importing import import_feed
from vaandel.sources.services.inbox import dismiss_item, restore_item, use_item
from vaandel.sources.services.rounds import fetch_due_sources, fetch_now
from vaandel.sources.services.subscribing import (
    AlreadyASource,
    add_source,
    pause_source,
    remove_source,
    restore_source,
    resume_source,
    set_topic,
)

__all__ = [
    "AlreadyASource",
    "add_source",
    "dismiss_item",
    "fetch_due_sources",
    "fetch_now",
    "import_feed",
    "pause_source",
    "remove_source",
    "restore_item",
    "restore_source",
    "resume_source",
    "set_topic",
    "use_item",
]
