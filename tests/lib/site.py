"""A website on this machine that behaves well and badly, and an obedient name server."""

from __future__ import annotations

import gzip
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from vaandel.lib.http import FetchFailed, Reason, Resolve, get

BOMB = gzip.compress(b"\0" * 50_000_000)


class Site(BaseHTTPRequestHandler):
    """Pages that behave well and badly."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Host"]))
        name = self.path.strip("/").partition("?")[0] or "page"
        getattr(self, f"page_{name}", self.page_missing)()

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for header, value in headers.items():
            self.send_header(header.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def page_page(self) -> None:
        self.answer(b"<p>Hello", Content_Type="text/html; charset=utf-8", ETag='"7"')

    def page_missing(self) -> None:
        self.answer(b"", 404)

    def page_gone(self) -> None:
        self.answer(b"", 410)

    def page_same(self) -> None:
        unchanged = self.headers["If-None-Match"] == '"7"'
        self.answer(b"", 304 if unchanged else 200)

    def page_moved(self) -> None:
        self.answer(b"", 301, Location="/page#part")

    def page_later(self) -> None:
        self.answer(b"", 302, Location="/moved")

    def page_loop(self) -> None:
        self.answer(b"", 302, Location="/loop")

    def page_inside(self) -> None:
        self.answer(b"", 302, Location="http://169.254.169.254/latest/meta-data/")

    def page_file(self) -> None:
        self.answer(b"", 302, Location="file:///etc/passwd")

    def page_gzip(self) -> None:
        self.answer(gzip.compress(b"Hello " * 1000), Content_Encoding="gzip")

    def page_deflate(self) -> None:
        self.answer(zlib.compress(b"Hello"), Content_Encoding="deflate")

    def page_rawdeflate(self) -> None:
        self.answer(zlib.compress(b"Hello")[2:-4], Content_Encoding="deflate")

    def page_bomb(self) -> None:
        self.answer(BOMB, Content_Encoding="gzip")

    def page_notgzip(self) -> None:
        self.answer(b"plain", Content_Encoding="gzip")

    def page_strange(self) -> None:
        self.answer(b"plain", Content_Encoding="br")

    def page_large(self) -> None:
        self.answer(b"x" * 2000)

    def page_endless(self) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for _ in range(1000):
            self.wfile.write(b"x" * 1000)

    def page_pdf(self) -> None:
        self.answer(b"%PDF", Content_Type="application/pdf")

    def page_drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(50):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def page_short(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"x")
        self.close_connection = True

    def page_agent(self) -> None:
        self.answer(self.headers["User-Agent"].encode())

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """We hang up on purpose."""


@contextmanager
def running(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def says(*answers: list[str]) -> Resolve:
    """A name server that gives these answers, one after the other."""
    left = list(answers)

    def resolve(_host: str, _port: int) -> list[str]:
        return left.pop(0)

    return resolve


def reason_of(url: str, **options: Any) -> Reason:
    with pytest.raises(FetchFailed) as failure:
        get(url, **options)
    return failure.value.reason
