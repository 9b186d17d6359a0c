"""HTTP/1.1, small: the standard library's server spends most of its time on headers."""

from __future__ import annotations

import io
import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from functools import cached_property
from http import HTTPStatus
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, urlsplit

LONGEST_LINE = 65536
BODYLESS = {"100", "204", "304"}


class NotHttp(Exception):
    """Somebody said something else, or stopped in the middle."""


@dataclass(slots=True)
class Message:
    """A request or an answer; ``raw`` is what came in, byte for byte."""

    start: str
    headers: dict[str, str]
    body: bytes
    raw: bytes


def read_message(
    stream: BinaryIO, *, answers: str = "", reply: io.RawIOBase | None = None
) -> Message:
    """The next message. ``answers`` is the method of the request that it answers.

    Raises ``EOFError`` when there is none, ``NotHttp`` when it is not whole.
    """
    first = stream.readline(LONGEST_LINE)
    if not first:
        raise EOFError
    head = [first]
    headers: dict[str, str] = {}
    while (line := stream.readline(LONGEST_LINE)) not in (b"\r\n", b"\n"):
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise NotHttp(line)
        headers[name.lower()] = value.strip()
        head.append(line)
    head.append(b"\r\n")
    if reply and headers.get("expect", "").lower() == "100-continue":
        reply.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    start = first.decode("latin-1").rstrip()
    body, raw_body = _body(stream, start, headers, answers)
    return Message(start, headers, body, b"".join(head) + raw_body)


def _body(
    stream: BinaryIO, start: str, headers: dict[str, str], answers: str
) -> tuple[bytes, bytes]:
    if answers == "HEAD" or (answers and start.split()[1] in BODYLESS):
        return b"", b""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return _chunks(stream)
    if "content-length" in headers:
        body = _exactly(stream, int(headers["content-length"]))
        return body, body
    body = stream.read() if answers else b""
    return body, body


def _exactly(stream: BinaryIO, size: int) -> bytes:
    body = stream.read(size) if size else b""
    if len(body) < size:
        raise NotHttp("It stopped in the middle.")
    return body


def _chunks(stream: BinaryIO) -> tuple[bytes, bytes]:
    body, raw = io.BytesIO(), io.BytesIO()
    while True:
        line = stream.readline(LONGEST_LINE)
        raw.write(line)
        try:
            size = int(line.partition(b";")[0], 16)
        except ValueError:
            raise NotHttp(line) from None
        chunk = _exactly(stream, size + 2)
        raw.write(chunk)
        body.write(chunk[:size])
        if not size:
            return body.getvalue(), raw.getvalue()


@dataclass
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    def __post_init__(self) -> None:
        self.path, _, self.query_string = self.target.partition("?")

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        """Empty when it was sent as something else."""
        if not self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return {}
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @cached_property
    def parts(self) -> dict[str, bytes]:
        """Of a ``multipart/form-data`` body, by name."""
        kind = self.headers.get("content-type", "")
        if not kind.startswith("multipart/form-data"):
            return {}
        whole = BytesParser(policy=HTTP).parsebytes(
            f"Content-Type: {kind}\r\n\r\n".encode() + self.body
        )
        return {
            str(part.get_param("name", header="content-disposition")): bytes(
                part.get_payload(decode=True)
            )
            for part in whole.iter_parts()
        }

    @cached_property
    def json(self) -> dict[str, Any] | None:
        """None when the body is no JSON object."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return None
        return value if isinstance(value, dict) else None

    @cached_property
    def said(self) -> dict[str, Any]:
        """However it was sent: JSON, a form or its parts. ``name[]`` gives a list."""
        if self.headers.get("content-type", "").startswith("application/json"):
            return self.json or {}
        said: dict[str, Any] = {name: value.decode() for name, value in self.fields.items()}
        for name, value in parse_qsl(self.body.decode("latin-1")) if self.form else []:
            if name.endswith("[]"):
                said.setdefault(name[:-2], []).append(value)
        return said

    @property
    def fields(self) -> dict[str, bytes]:
        """Without files, as far as they are no text."""
        fields = {name: value.encode() for name, value in self.form.items()}
        return {**fields, **{name: part for name, part in self.parts.items() if is_text(part)}}

    @property
    def bearer(self) -> str:
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""

    @property
    def here(self) -> str:
        """This server as the client knows it, so that addresses in answers pass a proxy too."""
        return f"http://{self.headers.get('host', '')}"


@dataclass(slots=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def as_bytes(self, method: str) -> bytes:
        reason = HTTPStatus(self.status).phrase if self.status in PHRASES else "Said so"
        lines = [f"HTTP/1.1 {self.status} {reason}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.status != 204:
            lines.append(f"Content-Length: {len(self.body)}")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        return head if method == "HEAD" or self.status == 204 else head + self.body


PHRASES = {status.value for status in HTTPStatus}


def as_json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, body, {"Content-Type": "application/json", **(headers or {})})


def is_text(value: bytes) -> bool:
    try:
        value.decode()
    except ValueError:
        return False
    return True


class Server(socketserver.ThreadingTCPServer):
    """Knows its open connections, since closing it has to end those too."""

    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, port: int, talk: Callable[[socket.socket], None]) -> None:
        self.talk = talk
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), socketserver.BaseRequestHandler)

    def finish_request(self, request: Any, _: Any) -> None:
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.open.add(request)
        try:
            with suppress(ConnectionError, TimeoutError, NotHttp):
                self.talk(request)
        finally:
            self.open.discard(request)

    def hang_up(self) -> None:
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def listening(talk: Callable[[socket.socket], None], port: int = 0) -> Iterator[str]:
    """``talk`` has each connection in a thread of its own. Gives the host with its port."""
    server = Server(port, talk)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.hang_up()
        server.server_close()


def serve_requests(connection: socket.socket, answer: Callable[[Request], Answer | None]) -> None:
    """One request after the other, until either side has had enough; no answer hangs up."""
    with connection.makefile("rb") as stream, connection.makefile("wb", buffering=0) as reply:
        while True:
            try:
                message = read_message(stream, reply=reply)
            except EOFError:
                return
            method, _, rest = message.start.partition(" ")
            target = rest.rpartition(" ")[0]
            if target.startswith("http://"):
                parts = urlsplit(target)
                target = parts.path + (f"?{parts.query}" if parts.query else "")
            said = answer(Request(method, target, message.headers, message.body))
            if said is None:
                return
            connection.sendall(said.as_bytes(method))
            if message.headers.get("connection", "").lower() == "close":
                return
