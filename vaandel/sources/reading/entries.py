"""What is read from a feed, whatever its form."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

MAX_TITLE = 300
MAX_AUTHOR = 200
MAX_URL = 2000
MAX_HTML = 20_000
MAX_TEXT = 2000
MAX_ENTRIES = 200


class NotAFeed(Exception):
    """The bytes are something else. `reason` is "empty", "html", "unknown" or "too_complex"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, cleaned and cut to what the tables hold. `published_at` is aware, or None."""

    guid: str
    url: str
    title: str
    summary_html: str = ""
    summary_text: str = ""
    image_url: str = ""
    author: str = ""
    published_at: datetime | None = None

    @property
    def digest(self) -> str:
        """Tells entries of one feed apart: by guid, else by address, else by title."""
        return hashlib.sha256((self.guid or self.url or self.title).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Feed:
    """`damaged`: it was not well-formed and has been read as well as could be."""

    title: str
    entries: list[Entry] = field(default_factory=list)
    damaged: bool = False
