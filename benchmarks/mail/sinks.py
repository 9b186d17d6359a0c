# ruff: noqa: ARG002 - the server calls its handlers with these arguments
"""A mail server in a process of its own that takes everything and counts to whom.

Run: sinks.py aiosmtpd|lean PORT FILE. The counts are written to FILE every fifth of a second.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections import Counter
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

EVERY = 0.2


class Taken:
    """How many mails came, to how many people, and how many bytes."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._to: Counter[bytes] = Counter()
        self._bytes = 0

    def take(self, address: bytes, size: int) -> None:
        self._to[address] += 1
        self._bytes += size

    def write(self) -> None:
        mails = self._to.total()
        said = {"mails": mails, "people": len(self._to), "bytes": self._bytes}
        beside = self._file.with_suffix(".new")
        beside.write_text(json.dumps(said))
        beside.replace(self._file)

    async def keep_writing(self) -> None:
        while True:
            self.write()
            await asyncio.sleep(EVERY)


class Handler:
    """For aiosmtpd, a complete server that reads a mail line by line."""

    def __init__(self, taken: Taken) -> None:
        self._taken = taken

    async def handle_DATA(  # noqa: N802 - the name that the server calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        size = len(content) if content else 0
        self._taken.take(envelope.rcpt_tos[0].encode(), size)
        return "250 taken"


class Lean(asyncio.Protocol):
    """As little of a server as a mail can be handed to."""

    def __init__(self, taken: Taken) -> None:
        self._taken = taken
        self._buffer = bytearray()
        self._seen = 0
        self._in_mail = False
        self._to = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._say(b"220 here")

    def _say(self, line: bytes) -> None:
        if self._transport:
            self._transport.write(line + b"\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._step():
            pass

    def _step(self) -> bool:
        end = b"\r\n.\r\n" if self._in_mail else b"\r\n"
        place = self._buffer.find(end, max(0, self._seen - 4))
        if place < 0:
            self._seen = len(self._buffer)
            return False
        said = bytes(self._buffer[:place]) if not self._in_mail else b""
        del self._buffer[: place + len(end)]
        self._seen = 0
        if self._in_mail:
            self._in_mail = False
            self._taken.take(self._to, place)
            self._say(b"250 taken")
        else:
            self._answer(said)
        return True

    def _answer(self, said: bytes) -> None:
        verb = said[:4].upper()
        if verb == b"EHLO":
            self._say(b"250-here\r\n250-8BITMIME\r\n250 SIZE 33554432")
        elif verb == b"DATA":
            self._in_mail = True
            self._say(b"354 go on")
        elif verb == b"QUIT":
            self._say(b"221 bye")
            if self._transport:
                self._transport.close()
        else:
            if verb == b"RCPT":
                self._to = said
            self._say(b"250 fine")


async def serve(kind: str, port: int, taken: Taken) -> None:
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, done.set)
    factory = (
        (lambda: Lean(taken))
        if kind == "lean"
        else (lambda: SMTP(Handler(taken), hostname="localhost", loop=loop))
    )
    server = await loop.create_server(factory, "127.0.0.1", port)
    writing = asyncio.create_task(taken.keep_writing())
    await done.wait()
    writing.cancel()
    server.close()
    taken.write()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), Taken(Path(sys.argv[3]))))
