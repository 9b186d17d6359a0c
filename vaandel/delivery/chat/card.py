"""What is said in a chat, before any network's own way of writing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Button:
    """Opens an address, whole."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """One post. ``picture`` is a whole address, or "" for none.

    Without ``title`` where the message's heading is that already.
    """

    title: str = ""
    text: str = ""
    picture: str = ""
    alt: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What arrives in the chat at once. ``heading`` is also what a notification shows."""

    heading: str
    cards: tuple[Card, ...]
    footer: str = ""
    more: Button | None = None


def as_data(message: Message) -> dict[str, Any]:
    """As it is kept in a notice."""
    return asdict(message)


def from_data(data: Mapping[str, Any]) -> Message:
    more = data.get("more")
    return Message(
        heading=data["heading"],
        cards=tuple(
            Card(**{**card, "buttons": tuple(Button(**button) for button in card["buttons"])})
            for card in data["cards"]
        ),
        footer=data.get("footer", ""),
        more=Button(**more) if more else None,
    )


def shortened(text: str, most: int) -> str:
    """At most so many characters; what is cut off shows."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}{ELLIPSIS}"
