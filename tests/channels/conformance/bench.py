"""One adapter at work at one network: what the cases do with it."""

from __future__ import annotations

import base64
import struct
import uuid
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.utils import timezone

from tests.channels.conformance.harness import Harness
from vaandel.channels.adapter import (
    Account,
    Adapter,
    App,
    Card,
    Document,
    Memory,
    Outgoing,
    Picture,
    Published,
    Trouble,
)
from vaandel.channels.adapters import ADAPTERS
from vaandel.channels.channel import LinkPlace, Message
from vaandel.channels.registry import CHANNELS

LINK = "https://go.acme.example/a/Kx7p2Q"
TEXT = "Four kilometres of heat network, and not one street closed twice."


def png(width: int = 40, height: int = 30) -> bytes:
    """A small red picture."""
    rows = b"".join(b"\x00" + b"\xb0\x20\x20" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def a_picture(alt: str = "A trench with two red pipes") -> Picture:
    return Picture(content=png(), media_type="image/png", width=40, height=30, alt=alt)


def a_card() -> Card:
    return Card(url=LINK, title="Heat for 900 homes", description="How", picture=a_picture(""))


def a_document() -> Document:
    return Document(content=b"%PDF-1.4\n%%EOF\n", name="heat.pdf", title="Heat in nine pages")


class Bench:
    """``outgoing`` makes what is posted, with the link in the text where the network wants it."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.adapter: Adapter = ADAPTERS[harness.channel]
        self.app: App = harness.app()
        self.kept: dict[str, Any] = {}

    def connect(self) -> Account:
        departure = self.adapter.depart(self.app, state="a-state", server=self.harness.server)
        answer = self.harness.allow(departure)
        assert answer["state"] == "a-state"
        return self.adapter.arrive(self.app, kept=departure.kept, answer=answer)

    def outgoing(self, text: str = TEXT, *, link: str = LINK, **parts: Any) -> Outgoing:
        channel = CHANNELS[self.harness.channel]
        whole = channel.carried_text(Message(text=text, url=link))
        if channel.link_place is LinkPlace.BESIDE and "card" not in parts:
            whole = f"{text}\n\n{link}"
        return Outgoing(
            key=uuid.uuid4(),
            text=whole,
            link=link,
            language="en",
            created_at=timezone.now(),
            **parts,
        )

    def memory(self) -> Memory:
        """Of one publication; remembers what was stored as the database would."""
        return Memory({}, self.kept.update)

    def publish(self, account: Account, outgoing: Outgoing, memory: Memory) -> Published:
        return self.adapter.publish(self.app, account, outgoing, memory)

    def refused(self, act: Callable[[], object], *accounts: Account) -> Trouble:
        """The trouble that ``act`` runs into. No secret may show in it, nor in what caused it."""
        with pytest.raises(Trouble) as raised:
            act()
        self.no_secret_in(*chain_of(raised.value), accounts=accounts)
        return raised.value

    def no_secret_in(self, *shown: object, accounts: tuple[Account, ...]) -> None:
        secrets = {self.app.client_secret, *strings_in(self.app.signing_key or {})} - {""}
        for account in accounts:
            secrets.update(strings_in(account.keys))
        # What has a colon is an address or a name, which an error may tell.
        long_ones = {secret for secret in secrets if len(secret) >= 16 and ":" not in secret}
        forms = long_ones | {base64.b64encode(each.encode()).decode() for each in long_ones}
        for thing in shown:
            for text in (str(thing), repr(thing)):
                assert not [secret for secret in forms if secret in text], type(thing)


def chain_of(error: BaseException) -> Iterator[object]:
    found: BaseException | None = error
    while found is not None:
        yield found
        yield getattr(found, "detail", "")
        found = found.__cause__ or found.__context__


def strings_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from strings_in(each)
