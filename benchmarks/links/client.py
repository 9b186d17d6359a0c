"""A load generator that knows exactly which of its clicks were answered.

Each connection asks, waits for the whole answer, and only then asks again. So whatever is killed,
there is at most one click per connection that was sent and not answered: those may be stored or
not, the answered ones must be.
"""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

ANSWER = b"HTTP/1.1 302"
END = b"\r\n\r\n"
PATIENCE = 5.0
# One in so many visitors is a program that opens all links of a mail.
SCANNERS = 40
SCANNED = 7


@dataclass(slots=True)
class Tally:
    sent: int = 0
    answered: int = 0
    # Answers that are no redirect: a server that is up and refuses.
    refused: int = 0


@dataclass(slots=True)
class Clients:
    """Threads that click until they are stopped; a server that is away is asked again."""

    ports: Sequence[int]
    codes: Sequence[str]
    agents: Sequence[str]
    connections: int = 8
    tallies: list[Tally] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        for number in range(self.connections):
            tally = Tally()
            self.tallies.append(tally)
            port = self.ports[number % len(self.ports)]
            arguments = (port, tally, random.Random(number))
            self._threads.append(threading.Thread(target=self._click, args=arguments, daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self) -> Tally:
        """Let each finish what it asked; what all of them saw."""
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE * 2)
        return self.so_far()

    def so_far(self) -> Tally:
        return Tally(
            sent=sum(each.sent for each in self.tallies),
            answered=sum(each.answered for each in self.tallies),
            refused=sum(each.refused for each in self.tallies),
        )

    def _click(self, port: int, tally: Tally, chance: random.Random) -> None:
        while not self._stop.is_set():
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
                    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self._talk(line, tally, chance)
            except OSError:
                # Killed, or not up again yet.
                time.sleep(0.02)

    def _talk(self, line: socket.socket, tally: Tally, chance: random.Random) -> None:
        same = 0
        visitor = ""
        while not self._stop.is_set():
            if not same:
                address = ".".join(str(chance.randrange(1, 255)) for _ in range(3))
                visitor = (
                    f"User-Agent: {chance.choice(self.agents)}\r\nAccept-Language: nl-BE\r\n"
                    f"X-Forwarded-For: 10.{address}\r\n\r\n"
                )
                same = SCANNED if chance.randrange(SCANNERS) == 0 else 1
            same -= 1
            request = (
                f"GET /s/{chance.choice(self.codes)} HTTP/1.1\r\nHost: go.acme.example\r\n{visitor}"
            )
            # Counted first: a part of it may arrive.
            tally.sent += 1
            line.sendall(request.encode())
            if not self._whole_answer(line, tally):
                return

    @staticmethod
    def _whole_answer(line: socket.socket, tally: Tally) -> bool:
        """Whether the connection can go on."""
        data = b""
        while END not in data:
            part = line.recv(4096)
            if not part:
                return False
            data += part
        if data.startswith(ANSWER):
            tally.answered += 1
            return data.endswith(END)
        # With a body that nobody needs: start again on a new connection.
        tally.refused += 1
        return False
