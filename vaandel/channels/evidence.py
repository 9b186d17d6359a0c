"""Whether what somebody posted is ours: our link stands in it, and no other post has it."""

from __future__ import annotations

import re
from collections.abc import Collection
from html.parser import HTMLParser


def holds_link(text: str, addresses: Collection[str], link: str) -> bool:
    """``addresses`` are those that the network says are in the post."""
    if any(address.rstrip("/") == link.rstrip("/") for address in addresses):
        return True
    # Not as the beginning of a longer one.
    return re.search(re.escape(link) + r"(?![\w-])", text) is not None


def read_html(content: str) -> tuple[str, list[str]]:
    """The words of a post and the addresses it leads to."""
    reader = _Reader()
    reader.feed(content)
    reader.close()
    return "".join(reader.words), reader.addresses


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.words.append("\n")
        if tag == "p" and self.words:
            self.words.append("\n\n")
        if tag == "a":
            self.addresses += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        self.words.append(data)
