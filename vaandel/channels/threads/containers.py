"""What is published on Threads is first put into a container, which is published once.

So the number of the container says of which attempt a post is. It is kept before it is published.
Pictures are fetched by Threads from a public address of ours; without one the link goes along.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils import timezone

from vaandel.channels.adapter import Account, Kind, Memory, Outgoing, Picture, Trouble
from vaandel.channels.threads import wire
from vaandel.lib.addresses import is_public

MOST_PICTURES: Final = 10
_LONGEST_ALT: Final = 1000
_PATIENCE: Final = timedelta(seconds=10)
_WITHOUT: Final = "without_pictures"
_NUMBERS: Final = re.compile(r"[\d.]+|.*:.*")


def container_for(account: Account, outgoing: Outgoing, memory: Memory) -> tuple[str, bool]:
    """The number of the container, and whether it was made just now."""
    parts = _Containers(account, memory)
    pictures = _fetchable(outgoing, memory)
    if not pictures:
        return parts.made({"media_type": "TEXT", "text": outgoing.text, **_attached(outgoing)})
    if len(pictures) == 1:
        return parts.made({"text": outgoing.text, **_image(pictures[0])})
    children = [parts.made({"is_carousel_item": "true", **_image(each)})[0] for each in pictures]
    for number in children:
        ready(account, number, memory)
    return parts.made(
        {"media_type": "CAROUSEL", "text": outgoing.text, "children": ",".join(children)}
    )


def is_plain_text(outgoing: Outgoing, memory: Memory) -> bool:
    return not _fetchable(outgoing, memory)


def status_of(account: Account, number: str) -> tuple[str, str]:
    """FINISHED, PUBLISHED, IN_PROGRESS, EXPIRED, ERROR (with what went wrong), "" if unknown."""
    answer = wire.ask("GET", f"{number}?fields=status,error_message", account)
    if wire.is_gone(answer):
        return "", ""
    said = wire.told(answer)
    return str(said.get("status", "")), str(said.get("error_message", ""))


def ready(account: Account, number: str, memory: Memory) -> str:
    """FINISHED or PUBLISHED; for any other status raises what it means."""
    status, message = status_of(account, number)
    if status in {"FINISHED", "PUBLISHED"}:
        return status
    if status == "IN_PROGRESS":
        again = timezone.now() + _PATIENCE
        raise Trouble(Kind.TRANSIENT, "processing", retry_at=again)
    # Of no use any more: the next attempt makes others.
    memory.keep(containers={})
    if status != "ERROR":
        raise Trouble(Kind.TRANSIENT, "fault_there", detail=f"container {status or 'unknown'}")
    if "DOWNLOAD" in message and not memory.get(_WITHOUT):
        # Our address is not one that Threads can reach. The post goes without, and at once.
        memory.keep(**{_WITHOUT: True})
        raise Trouble(Kind.TRANSIENT, "processing", detail=message)
    raise Trouble(Kind.REJECTED, "refused_media", detail=message)


class _Containers:
    """Each is made once for what is in it; the memory holds their numbers."""

    def __init__(self, account: Account, memory: Memory) -> None:
        self.account = account
        self.memory = memory

    def made(self, sent: Mapping[str, str]) -> tuple[str, bool]:
        key = hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()
        known: dict[str, str] = dict(self.memory.get("containers", {}))
        if key in known:
            return self._current(sent, known[key]), False
        answer = wire.ask("POST", f"{self.account.remote_id}/threads", self.account, form=sent)
        number = number_in(wire.told(answer))
        self.memory.keep(containers={**known, key: number})
        return self._current(sent, number), True

    def _current(self, sent: Mapping[str, str], number: str) -> str:
        """The one that is published is kept under a name of its own, for looking."""
        if "is_carousel_item" not in sent and self.memory.get("container") != number:
            self.memory.keep(container=number)
        return number


def number_in(said: Mapping[str, Any]) -> str:
    number = str(said.get("id", ""))
    if not (number.isascii() and number.isdigit()):
        raise Trouble(Kind.TRANSIENT, "fault_there", detail="no number in the answer")
    return number


def _fetchable(outgoing: Outgoing, memory: Memory) -> Sequence[Picture]:
    """All pictures, or none: when one cannot be fetched, or the link would be lost for them."""
    carried = not outgoing.link or outgoing.link in outgoing.text
    public = all(_looks_public(each.public_url) for each in outgoing.pictures)
    fetched = carried and public and not memory.get(_WITHOUT)
    return outgoing.pictures[:MOST_PICTURES] if fetched else ()


def _looks_public(url: str) -> bool:
    """Whether others may reach it; names that lead nowhere are found when Threads has tried."""
    host = urlsplit(url).hostname or ""
    if not url.startswith("https://") or "." not in host.strip("."):
        return False
    return is_public(host) if _NUMBERS.fullmatch(host) else True


def _attached(outgoing: Outgoing) -> dict[str, str]:
    """A link that stands in the text gets its card from there."""
    if outgoing.card:
        return {"link_attachment": outgoing.card.url}
    if outgoing.link and outgoing.link not in outgoing.text:
        return {"link_attachment": outgoing.link}
    return {}


def _image(picture: Picture) -> dict[str, str]:
    sent = {"media_type": "IMAGE", "image_url": picture.public_url}
    return {**sent, "alt_text": picture.alt[:_LONGEST_ALT]} if picture.alt else sent
