"""A proxy on this machine in front of any server, that loses what it is told to lose.

The server does its work and its whole answer has come when ``lost`` hangs up: what was asked has
happened, and whoever asked does not know. Addresses for a test in another process:
``GET /_lossy/``, ``POST /_lossy/orders`` (the fields of ``Order``) and ``POST /_lossy/calm``.
"""

from __future__ import annotations

import json
import random
import re
import select
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.networks.wire import Answer, Message, NotHttp, as_json, listening, read_message

KINDS = ("lost", "hang", "refuse", "cut", "latency")


@dataclass(slots=True)
class Order:
    """What happens to requests whose method and target (a regular expression) fit.

    ``lost`` hangs up when the answer has come, ``hang`` first says nothing for ``seconds``,
    ``refuse`` hangs up before anything was passed on, ``cut`` passes half of the answer on,
    ``latency`` only waits. To the next ``times`` (``None``: always), and of those to a
    ``fraction``, drawn by ``seed``.
    """

    kind: str
    method: str = "*"
    path: str = ""
    times: int | None = 1
    fraction: float = 1.0
    seconds: float = 0.0
    seed: int = 0
    chance: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(self.kind)
        self.chance = random.Random(self.seed)

    def meets(self, method: str, target: str) -> bool:
        if self.method not in {"*", method} or not re.search(self.path, target):
            return False
        return self.fraction >= 1 or self.chance.random() < self.fraction


class Upstream:
    """One connection to the server, for one connection of a client."""

    def __init__(self, host: str, port: int) -> None:
        self.address = (host, port)
        self.socket: socket.socket | None = None

    def ask(self, method: str, message: Message) -> Message:
        connection = self.open()
        connection.sendall(message.raw)
        with connection.makefile("rb") as stream:
            answer = read_message(stream, answers=method)
            while answer.start.split()[1] == "100":
                answer = read_message(stream, answers=method)
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
        return answer

    def open(self) -> socket.socket:
        """Anew when the server has hung up meanwhile."""
        if self.socket and select.select([self.socket], [], [], 0)[0]:
            self.close()
        if not self.socket:
            self.socket = socket.create_connection(self.address, timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.socket

    def close(self) -> None:
        if self.socket:
            self.socket.close()
        self.socket = None


class Proxy:
    def __init__(self, to: str) -> None:
        host, _, port = to.removeprefix("http://").rstrip("/").partition(":")
        self.to = (host, int(port or 80))
        self.url = ""
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.orders: list[Order] = []
        self.happened: Counter[str] = Counter()

    def order(self, kind: str, method: str = "*", path: str = "", **more: Any) -> None:
        """See ``Order``."""
        with self.lock:
            self.orders.append(Order(kind, method, path, **more))

    def calm(self) -> None:
        """From now on nothing is lost."""
        with self.lock:
            self.orders.clear()

    def talk(self, connection: socket.socket) -> None:
        upstream = Upstream(*self.to)
        try:
            with connection.makefile("rb") as stream:
                while self.pass_on(connection, upstream, read_message(stream)):
                    pass
        except EOFError:
            pass
        finally:
            upstream.close()

    def pass_on(self, connection: socket.socket, upstream: Upstream, message: Message) -> bool:
        """Whether the connection stays."""
        method, _, rest = message.start.partition(" ")
        target = rest.rpartition(" ")[0]
        if target.startswith("/_lossy/"):
            connection.sendall(self.told(target, message.body).as_bytes(method))
            return True
        order = self.next_order(method, target)
        kind = order.kind if order else ""
        if kind == "refuse":
            return False
        if order and kind == "latency":
            self.stopping.wait(order.seconds)
        answer = upstream.ask(method, message)
        if order and kind == "hang":
            self.stopping.wait(order.seconds)
        if kind == "cut":
            connection.sendall(half(answer))
        if kind in {"lost", "hang", "cut"}:
            return False
        connection.sendall(answer.raw)
        return answer.headers.get("connection", "").lower() != "close"

    def next_order(self, method: str, target: str) -> Order | None:
        if not self.orders:
            return None
        with self.lock:
            for order in self.orders:
                if not order.meets(method, target):
                    continue
                self.happened[order.kind] += 1
                if order.times is not None:
                    order.times -= 1
                    if order.times <= 0:
                        self.orders.remove(order)
                return order
        return None

    def told(self, target: str, body: bytes) -> Answer:
        if target == "/_lossy/orders":
            self.order(**json.loads(body))
        elif target == "/_lossy/calm":
            self.calm()
        elif target != "/_lossy/":
            return Answer(404)
        return as_json({"happened": self.happened, "orders": len(self.orders)})


def half(answer: Message) -> bytes:
    """Of the body, or of the head when there is no body."""
    whole = len(answer.body) or len(answer.raw)
    if not whole:
        raise NotHttp(answer.start)
    return answer.raw[: -(whole + 1) // 2]


@contextmanager
def lossy(to: str, port: int = 0) -> Iterator[Proxy]:
    """In front of ``to``, an address such as the ``url`` of a stub."""
    proxy = Proxy(to)
    with listening(proxy.talk, port) as host:
        proxy.url = f"http://{host}"
        try:
            yield proxy
        finally:
            proxy.stopping.set()
