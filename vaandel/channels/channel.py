"""What a network is to us: how it counts, how its dialog is opened, what it carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# What a browser's encodeURIComponent leaves alone besides letters and digits. A space
# becomes %20, never "+": mail programs and some apps would show the plus.
_UNRESERVED = "-_.!~*'()"


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody wants to share: the words (with the disclosure), and the link beside them."""

    text: str
    url: str
    title: str = ""
    instance: str = ""


class LinkPlace(Enum):
    """Where the network wants the link."""

    BESIDE = "beside"
    IN_TEXT = "in_text"
    AFTER_SPACE = "after_space"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to share. ``dialog`` is the address to open, with {text} {url} {title} {instance}.

    ``count`` follows the network's own rule. ``limit`` and ``max_bytes`` are what it takes;
    None means that no limit is worth showing. ``counter`` names the same rule in the browser.
    """

    key: str
    name: StrPromise | str
    counter: str
    count: Callable[[str], int]
    utm_source: str
    limit: int | None = None
    max_bytes: int | None = None
    dialog: str = ""
    prefills_text: bool = False
    link_place: LinkPlace = LinkPlace.BESIDE
    line_break: str = "\n"
    counts_address: bool = False
    needs_instance: bool = False
    shows_counter: bool = False
    permalink_hosts: tuple[str, ...] = ()

    def carried_text(self, message: Message) -> str:
        """The text as the network gets it, with the link when it travels inside the text."""
        if self.link_place is LinkPlace.BESIDE:
            return message.text
        glue = " " if self.link_place is LinkPlace.AFTER_SPACE else "\n\n"
        return f"{message.text}{glue}{message.url}" if message.text else message.url

    def dialog_url(self, message: Message) -> str | None:
        """The address that opens the network's own dialog; None when there is none."""
        if not self.dialog or (self.needs_instance and not message.instance):
            return None
        text = message.text
        if self.link_place is LinkPlace.IN_TEXT:
            text = self.carried_text(message)
        values = {"text": text, "url": message.url, "title": message.title}
        address = self.dialog.replace("{instance}", message.instance)
        for name, value in values.items():
            address = address.replace("{" + name + "}", encode(value, self.line_break))
        return address

    def length(self, message: Message) -> int:
        """How long the message is for this network, by its own rule."""
        if self.counts_address:
            return self.count(self.dialog_url(message) or "")
        return self.count(self.carried_text(message))

    def excess(self, message: Message) -> int:
        """By how much the message is too long; 0 when it fits."""
        over = self.length(message) - self.limit if self.limit is not None else 0
        if self.max_bytes is not None:
            size = len(self.carried_text(message).encode("utf-8", "replace"))
            over = max(over, size - self.max_bytes)
        return max(over, 0)


def encode(value: str, line_break: str = "\n") -> str:
    """A value for an address, byte for byte as a browser's encodeURIComponent does it."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n").replace("\n", line_break)
    return quote(lines.encode("utf-8", "replace"), safe=_UNRESERVED)
